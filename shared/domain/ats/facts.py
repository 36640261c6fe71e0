"""What is kept of an ATS event: facts about applications, and never a person's data (contract 15).

A body holds strangers' names and addresses. It is verified, read into facts, and dropped.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from shared.domain.ids import is_id
from shared.domain.periods import sortable

MAX_WORD_LENGTH = 100
_KIND = re.compile(r"[A-Za-z][A-Za-z_]{0,63}")


class Step(StrEnum):
    """What a fact means for a thread, in the order in which steps of the same moment happened."""

    SCHEDULED = "scheduled"
    INTERVIEWED = "interviewed"
    OFFERED = "offered"
    HIRED = "hired"
    UNHIRED = "unhired"
    REJECTED_BY_COMPANY = "rejected_by_company"
    REJECTED_BY_CANDIDATE = "rejected_by_candidate"
    UNREJECTED = "unrejected"
    DELETED = "deleted"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class Fact:
    """One event about one application.

    `event_id` identifies the event over redeliveries. `kind` is the vendor's action and `words` are its raw status
    words, cut at 100 characters. `at` is the event's own time if it is `dated`, else the time of its receipt. What a
    fact means is not kept: the mapping decides it each time, so that a newer mapping applies to older facts.
    """

    event_id: str
    kind: str
    at: datetime
    application_id: str
    words: tuple[tuple[str, str], ...] = ()
    dated: bool = True

    @property
    def key(self) -> str:
        """Identifies the fact over redeliveries: by all that it says, or by its event if that carries no time."""
        when = sortable(self.at) if self.dated else self.event_id
        said = [self.kind, self.application_id, when, *(f"{name}={text}" for name, text in self.words)]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]


class NotAnEvent(ValueError):
    """A verified body that is not of the vendor's form: it is shown to the team and changes nothing."""


def kind_of(action: object) -> str:
    """The vendor's name of an event. Raises NotAnEvent for what is no name."""
    if not isinstance(action, str) or not _KIND.fullmatch(action):
        raise NotAnEvent("the body has no action")
    return action


def words(**given: object) -> tuple[tuple[str, str], ...]:
    """Raw status words worth keeping: printable texts and numbers that are there."""
    kept = {name: str(value) for name, value in given.items() if isinstance(value, str | int)}
    return tuple((name, text[:MAX_WORD_LENGTH]) for name, text in sorted(kept.items()) if text and text.isprintable())


def part(value: object, *path: str) -> Any:
    """The value at a path of a JSON document, or None where any step is missing or of another form."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def id_of(value: object) -> str | None:
    """An id as text: a number at Greenhouse, a text at Ashby."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) if is_id(str(value)) else None


def moment(received_at: datetime, *candidates: object) -> tuple[datetime, bool]:
    """The first of an event's own times that can be read, and True; the receipt's, and False, if that is earlier or
    there is none.
    """
    read = next((found for found in map(_read, candidates) if found), None)
    return (read, True) if read and read <= received_at else (received_at, False)


def _read(value: object) -> datetime | None:
    """A time with an offset, or a day, which is its start in UTC."""
    if not isinstance(value, str) or len(value) < len("2026-01-01") or value[4] != "-":
        return None
    try:
        if len(value) == len("2026-01-01"):
            day = date.fromisoformat(value)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        read = datetime.fromisoformat(value)
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None
