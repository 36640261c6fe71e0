"""What the control plane's calls read and return."""

import json
from dataclasses import dataclass
from typing import Any

from shared.web.problems import BadRequest, InvalidJson


@dataclass(frozen=True)
class Answer:
    """A status and a JSON document, or None for no content."""

    status: int
    document: Any = None


def read_body(body: bytes) -> Any:
    """The JSON of a body. Raises InvalidJson."""
    try:
        return json.loads(body.decode())  # given bytes, json would guess their encoding
    except (ValueError, RecursionError):
        raise InvalidJson("The body is not valid JSON.") from None


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises InvalidJson, and BadRequest for another value."""
    value = read_body(body)
    if not isinstance(value, dict):
        raise BadRequest("The body must be a JSON object.")
    return value
