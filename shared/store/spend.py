"""What a team's job summaries of one UTC day have cost, and which are under way; in the Reports table.

| subject | period | holds |
|---|---|---|
| summaries#T | 2026-11-26 | `tokens`, their sum; `place0` ..., each the lease of one summary, as milliseconds; `ttl` |

A lease ends after LEASE_SECONDS, so a function that crashed frees its place.
"""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.store.table import ConditionFailed, Table

LEASE_SECONDS = 30  # longer than the 29 seconds of the function
_TRIES = 5


class SummariesBusy(Exception):
    """The team has as many summaries under way as it may."""


class DailyBudgetSpent(Exception):
    """The team's summaries of this UTC day have used its tokens."""


class Lease(NamedTuple):
    """A place of one summary."""

    team_id: str
    day: str
    place: str
    until: int


class Spend:
    """Places and tokens of teams. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, team_id: str, now: datetime, *, at_once: int, budget: int) -> Lease:
        """Takes one of the team's `at_once` places. Raises SummariesBusy and DailyBudgetSpent."""
        day, moment = now.strftime("%Y-%m-%d"), int(now.timestamp() * 1000)
        until = moment + 1000 * LEASE_SECONDS
        ttl = int((now + timedelta(days=3)).timestamp())
        for _ in range(_TRIES):
            item = self._table.get(**_key(team_id, day)) or {}
            if item.get("tokens", 0) >= budget:
                raise DailyBudgetSpent
            free = [place for n in range(at_once) if item.get(place := f"place{n}", 0) <= moment]
            if not free:
                break
            place = random.choice(free)  # noqa: S311 - spreads writers, protects nothing
            try:
                self._table.update_once(
                    _key(team_id, day),
                    f"SET {place} = :until, #ttl = :ttl",
                    f"attribute_not_exists({place}) OR {place} <= :moment",
                    until=until,
                    ttl=ttl,
                    moment=moment,
                )
            except ConditionFailed:  # another summary took it
                continue
            return Lease(team_id, day, place, until)
        raise SummariesBusy

    def end(self, lease: Lease, tokens: int) -> None:
        """Counts a summary's tokens, and frees its place unless the lease ended and another summary has it."""
        key, place = _key(lease.team_id, lease.day), lease.place
        spent = f"REMOVE {place} ADD #tokens :tokens"
        try:
            self._table.update_once(key, spent, f"{place} = :until", tokens=tokens, until=lease.until)
        except ConditionFailed:
            self._table.update_once(key, "ADD #tokens :tokens", tokens=tokens)


def _key(team_id: str, day: str) -> dict[str, str]:
    return {"subject": f"summaries#{team_id}", "period": day}
