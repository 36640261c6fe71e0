"""Team snapshots, in the Reports table.

| subject | period | holds |
|---|---|---|
| team#T | 2026-Q1 | a scheduled snapshot, `snapshot_time` its job's time; without `body` once a member was erased |
| team#T#live | 2026-Q1 | a snapshot of a running quarter made on request; expires after a day |
| erasures of T | number | how often a member of the team was erased |

A scheduled snapshot has a `log` of the jobs that made it (shared/store/event_logs.py).

It never expires, so one made of an erased member's tallies must not be kept. A writer names the
number of erasures that it read before any member or tally. An erasure raises that number, once the member and the
tallies are gone, and drops what was kept until then.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from shared.domain.periods import Quarter, sortable
from shared.domain.team_analytics import TeamAnalytics
from shared.store.event_logs import snapshot_log
from shared.store.table import ConditionFailed, Conflict, Item, Table, transact

LIVE_FOR = timedelta(hours=24)
"""How long a snapshot of a running quarter is served."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A scheduled snapshot. `snapshot` is None where it must be made again: it cannot be read, or counted an erased
    person.
    """

    quarter: Quarter
    snapshot_time: datetime
    snapshot: TeamAnalytics | None


class Snapshots:
    """Snapshots by team and quarter. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def scheduled(self, team_id: str, quarter: Quarter | None) -> Scheduled | None:
        """Returns a team's scheduled snapshot of a quarter, or of the latest quarter that has one."""
        if quarter:
            item = self._table.get(subject=_team(team_id), period=str(quarter))
        else:
            item = next(self._table.query("subject = :subject", newest=1, subject=_team(team_id)), None)
        if not item:
            return None
        return Scheduled(Quarter.parse(item["period"]), datetime.fromisoformat(item["snapshot_time"]), _snapshot(item))

    def live(self, team_id: str, quarter: Quarter, now: datetime) -> TeamAnalytics | None:
        """Returns the snapshot of a running quarter, if one was made in the last day."""
        item = self._table.get(subject=_live(team_id), period=str(quarter))
        if not item or datetime.fromisoformat(item["snapshot_time"]) < now - LIVE_FOR:
            return None
        return _snapshot(item)

    def erasures(self, team_id: str) -> int:
        """Returns the number that a snapshot must name. Read it before what the snapshot is made of."""
        item = self._table.get(**_erasures(team_id))
        return int(item["number"]) if item else 0

    def put_scheduled(self, snapshot: TeamAnalytics, snapshot_time: datetime, erasures: int) -> None:
        """Keeps a scheduled snapshot, unless a newer one is there, and logs its webhook event.

        Raises Conflict when a member has been erased since the number was read, or another writer was first.
        """
        subject = _team(snapshot.team_id)
        item = _item(subject, snapshot, snapshot_time)
        there = self._table.get(subject=subject, period=snapshot.period)
        if there and there["snapshot_time"] > item["snapshot_time"]:
            return
        item["log"] = there["log"] if there else []
        if not there or there["snapshot_time"] < item["snapshot_time"]:  # otherwise it is made again after an erasure
            item["log"] = snapshot_log(item["log"], snapshot_time, datetime.now(UTC))
        unchanged = "snapshot_time = :read" if there else "attribute_not_exists(subject)"
        values = {"read": there["snapshot_time"]} if there else {}
        self._put(snapshot.team_id, self._table.put_op(item, unchanged, **values), erasures)

    def put_live(self, snapshot: TeamAnalytics, now: datetime, erasures: int) -> None:
        """Keeps a snapshot of a running quarter for a day. Raises Conflict like `put_scheduled`."""
        item = {**_item(_live(snapshot.team_id), snapshot, now), "ttl": int((now + LIVE_FOR).timestamp())}
        self._put(snapshot.team_id, self._table.put_op(item), erasures)

    def _put(self, team_id: str, write: Item, erasures: int) -> None:
        nobody_erased = "attribute_not_exists(subject) OR #number = :number"
        check = self._table.check_op(_erasures(team_id), nobody_erased, number=erasures)
        try:
            transact(self._table.client, [check, write])
        except ConditionFailed:
            raise Conflict from None

    def member_erased(self, team_id: str) -> None:
        """Drops the figures of a team's snapshots, and fails those under way. May be repeated."""
        self._table.update(_erasures(team_id), "ADD #number :one", one=1)
        for subject in (_team(team_id), _live(team_id)):
            for item in self._table.query("subject = :subject", subject=subject):
                self._table.update({"subject": subject, "period": item["period"]}, "REMOVE body")


def _snapshot(item: Item) -> TeamAnalytics | None:
    try:
        return TeamAnalytics.model_validate_json(item["body"]) if "body" in item else None
    except ValidationError:
        return None


def _item(subject: str, snapshot: TeamAnalytics, snapshot_time: datetime) -> Item:
    body = snapshot.model_dump_json()
    return {"subject": subject, "period": snapshot.period, "snapshot_time": sortable(snapshot_time), "body": body}


def _team(team_id: str) -> str:
    return f"team#{team_id}"


def _live(team_id: str) -> str:
    return f"team#{team_id}#live"


def _erasures(team_id: str) -> dict[str, str]:
    return {"subject": f"erasures of {team_id}", "period": "number"}
