"""Cached career health reports, in the Reports table.

| subject | period | holds |
|---|---|---|
| user#U | T#2026-Q1 | the report on a person's quarter in team T; expires after a day |
| user#U | T#2026-Q1 | or, after a recorded outcome, `stale_since`: no report made of earlier tallies may be cached |

What is a company's or under `large companies` is `shared.store.releases`'s, what is under `normalizer`
`shared.store.renormalizations`'s, what is a team's `shared.store.snapshots`'s.
"""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from shared.domain.career_health import CACHED_FOR, CareerHealth
from shared.domain.periods import Quarter, sortable
from shared.store.table import ConditionFailed, Item, Table
from shared.store.tally_items import user_subject

_LONGEST_WRITE = timedelta(seconds=15)
"""How long after `stale_since` the write that set it may still be under way, with some spare for clocks that differ."""


class Reports:
    """Cached reports. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def career_health(self, team_id: str, user_id: str, quarter: Quarter) -> CareerHealth | None:
        """Returns the report cached last; None if there is none that the code of today can read."""
        item = self._table.get(**_key(team_id, user_id, str(quarter)))
        try:
            return CareerHealth.model_validate_json(item["body"]) if item and "body" in item else None
        except ValidationError:
            return None

    def documents(self, user_id: str) -> list[Any]:
        """Returns every report cached of a person, in any team, as it is stored."""
        items = self._table.query("subject = :subject", subject=user_subject(user_id))
        return [json.loads(item["body"]) for item in items if "body" in item]

    def put_career_health(self, team_id: str, user_id: str, report: CareerHealth, read_at: datetime) -> None:
        """Caches a report whose tallies were read from `read_at` on, unless one of them may have changed since."""
        item = {**_key(team_id, user_id, report.period), "body": report.model_dump_json()}
        fresh = "attribute_not_exists(stale_since) OR stale_since < :limit"
        with suppress(ConditionFailed):
            self._table.put({**item, "ttl": _ttl(read_at)}, fresh, limit=sortable(read_at - _LONGEST_WRITE))

    def going_stale(self, team_id: str, user_id: str, quarter: Quarter, now: datetime) -> Item:
        """Returns the action of `transact` that drops a report, together with the change that outdates it."""
        update = "SET stale_since = :now, #ttl = :ttl REMOVE body"
        key = _key(team_id, user_id, str(quarter))
        return self._table.update_op(key, update, now=sortable(now), ttl=_ttl(now))

    def delete_for_user(self, user_id: str) -> None:
        """Deletes a person's reports in every team. May be repeated."""
        for item in self._table.query("subject = :subject", subject=user_subject(user_id)):
            self._table.delete(subject=item["subject"], period=item["period"])


def _key(team_id: str, user_id: str, period: str) -> dict[str, str]:
    return {"subject": user_subject(user_id), "period": f"{team_id}#{period}"}


def _ttl(now: datetime) -> int:
    return int((now + CACHED_FOR).timestamp())
