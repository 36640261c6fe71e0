"""The parts of requests that more than one endpoint reads, with their rules (contract 4 and 1)."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from shared.domain.periods import Quarter


class RequestBody(BaseModel):
    """A request body: unknown fields are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
