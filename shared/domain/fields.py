"""Input fields: the strict base model, ids and times (contract 11).

pydantic's lax mode turns `"20261005"` into a Unix time and `"24"`, `24.0` and `true` into numbers. Every model that
reads input from outside derives from `StrictModel`, so that a value of another type is a fault and never a guess.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict

from shared.domain.ids import is_id
from shared.domain.visible import NOT_UNICODE, NOTHING_VISIBLE, is_unicode, is_visible

_RFC_3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:)([0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)


class StrictModel(BaseModel):
    """Base of all input models. Unknown fields are ignored unless a subclass forbids them."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


ByValue = Strict(strict=False)
"""Marks an enum that is read from its value, or a tuple that is read from a list: strict mode wants the very type."""


def parse_time(text: str) -> datetime:
    """Parses an RFC 3339 time and returns it in UTC, cut to microseconds.

    A leap second is the start of the next minute. Raises ValueError for everything else, other ISO 8601 forms and
    times without an offset included.
    """
    match = _RFC_3339.fullmatch(text)
    if not match:
        raise ValueError("must be an RFC 3339 time with an offset, for example 2026-03-13T12:00:00Z")
    date, minutes, second, fraction, offset = match.groups()
    leap = timedelta(seconds=1) if second == "60" else timedelta()
    ordinary = f"{date}T{minutes}{'59' if leap else second}{'' if leap else fraction or ''}{offset.upper()}"
    try:
        moment = datetime.fromisoformat(ordinary).astimezone(UTC)
        after = moment + leap
    except (ValueError, OverflowError):
        raise ValueError("is no time of the years 1 to 9999 in UTC") from None
    if leap and (after.hour, after.minute) != (0, 0):
        raise ValueError("has a leap second at a time of day that has none")
    return after


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 time with an offset")  # noqa: TRY004 - pydantic names ValueErrors
    return parse_time(value)


def _id(text: str) -> str:
    if not is_id(text):
        raise ValueError(
            "must be 1 to 128 ASCII letters, digits, dots, underscores, colons and hyphens, and not '.' or '..'"
        )
    return text


def _unicode(text: str) -> str:
    if not is_unicode(text):
        raise ValueError(NOT_UNICODE)
    return text


def _visible(text: str) -> str:
    if not is_visible(text):
        raise ValueError(NOTHING_VISIBLE)
    return text


Visible = AfterValidator(_visible)
"""Marks a text that must show something: blanks, controls and zero-width characters alone name nothing."""

type UnicodeText = Annotated[str, AfterValidator(_unicode)]
"""Any text. pydantic checks the characters of a string only where it has a length to check."""

type Id = Annotated[str, AfterValidator(_id)]
type Moment = Annotated[datetime, BeforeValidator(_moment)]
