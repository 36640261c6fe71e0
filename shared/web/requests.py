"""Parts of requests that several endpoints share, with their rules (contract 1 and 4)."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, ConfigDict

from shared.domain.fields import StrictModel
from shared.domain.ids import is_id
from shared.domain.periods import Quarter


class RequestBody(StrictModel):
    """A request body. Unknown fields are errors, so that a misspelt field is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


def path_id(segment: str) -> str | None:
    """Decodes a percent-encoded path segment. Returns None if it is not a valid id."""
    decoded = unquote(segment)
    return decoded if is_id(decoded) else None


def _begun(text: str) -> str:
    try:
        quarter = Quarter.parse(text)
    except ValueError:
        raise ValueError("must be a quarter of the form YYYY-QN, for example 2026-Q1") from None
    if not quarter.has_begun(datetime.now(UTC)):
        raise ValueError("has not begun yet; ask for the current quarter or an earlier one")
    return text


Period = Annotated[str, AfterValidator(_begun)]
"""A quarter that has begun, as text."""
