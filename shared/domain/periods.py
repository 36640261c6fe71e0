"""Time as the API speaks it: UTC timestamps with second precision, and calendar quarters `[start, end)` (contract 1 and
4).
"""

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_DAYS = (90, 91, 92, 92)


def timestamp(moment: datetime) -> str:
    """`2026-03-13T12:00:00Z`: the one form in which the API writes a moment."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sortable(moment: datetime) -> str:
    """`2026-03-13T12:00:00.000000+00:00`: the form in which moments are stored, whose text sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A calendar quarter in UTC, written `2026-Q1`. Quarters sort by time, as objects and as text."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `YYYY-QN`. Raises ValueError for anything else (contract 4)."""
        match = _QUARTER.fullmatch(text)
        if not match or match[1] == "0000":
            raise ValueError("not a quarter of the form YYYY-QN")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, moment: datetime) -> Self:
        """The quarter in which an aware moment lies, by the UTC calendar."""
        utc = moment.astimezone(UTC)
        return cls(utc.year, (utc.month - 1) // 3 + 1)

    @property
    def start(self) -> datetime:
        """The first moment of the quarter."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def days(self) -> int:
        """Its length in days, 90 to 92."""
        return _DAYS[self.number - 1] + (self.number == 1 and isleap(self.year))

    @property
    def previous(self) -> Self:
        """The quarter before."""
        return type(self)(self.year - 1, 4) if self.number == 1 else type(self)(self.year, self.number - 1)

    @property
    def next(self) -> Self:
        """The quarter after."""
        return type(self)(self.year + 1, 1) if self.number == 4 else type(self)(self.year, self.number + 1)

    def has_begun(self, now: datetime) -> bool:
        """Whether any of it has passed: a report on a quarter that has not begun is refused (contract 4)."""
        return self <= Quarter.containing(now)

    def has_ended(self, now: datetime) -> bool:
        """Whether all of it has passed."""
        return self < Quarter.containing(now)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"
