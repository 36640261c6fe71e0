"""Team snapshots, in the Reports table.

| subject | period | holds |
|---|---|---|
| team#T | 2026-Q1 | a team snapshot |
| erasures of T | number | how often a member of the team was erased |

A snapshot never expires, so one that was made of an erased member's tallies must not be kept after the erasure. Whoever
makes one names the number that was there before it read any member or tally; an erasure raises it, once the member and
the tallies are gone, and deletes what was kept until then.
"""

from shared.domain.periods import Quarter
from shared.domain.team_analytics import TeamAnalytics
from shared.store.table import ConditionFailed, Conflict, Table, transact


class Snapshots:
    """Snapshots by team and quarter. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, team_id: str, quarter: Quarter | None) -> TeamAnalytics | None:
        """A team's snapshot of a quarter, or its newest."""
        if quarter:
            item = self._table.get(subject=_team(team_id), period=str(quarter))
        else:
            item = next(self._table.query("subject = :subject", newest=1, subject=_team(team_id)), None)
        return TeamAnalytics.model_validate_json(item["body"]) if item else None

    def erasures(self, team_id: str) -> int:
        """The number that a snapshot must name; to be read before what it is made of."""
        item = self._table.get(**_erasures(team_id))
        return int(item["number"]) if item else 0

    def put(self, snapshot: TeamAnalytics, erasures: int) -> None:
        """Keeps a snapshot, unless one as new is there: a monthly run that is repeated changes nothing (contract
        10). Raises Conflict when a member has been erased since the number was read.
        """
        item = {"subject": _team(snapshot.team_id), "period": snapshot.period, "body": snapshot.model_dump_json()}
        item["generated_at"] = snapshot.generated_at
        newer = "attribute_not_exists(subject) OR generated_at < :new"
        nobody_erased = "attribute_not_exists(subject) OR #number = :number"
        writes = [
            self._table.checking(_erasures(snapshot.team_id), nobody_erased, number=erasures),
            self._table.putting(item, newer, new=snapshot.generated_at),
        ]
        try:
            transact(self._table.client, writes)
        except ConditionFailed as error:
            if 0 in error.failed:
                raise Conflict from None

    def forget(self, team_id: str) -> None:
        """Deletes a team's snapshots, and fails those in the making. May be repeated."""
        self._table.update(_erasures(team_id), "ADD #number :one", one=1)
        for item in self._table.query("subject = :subject", subject=_team(team_id)):
            self._table.delete(subject=item["subject"], period=item["period"])


def _team(team_id: str) -> str:
    return f"team#{team_id}"


def _erasures(team_id: str) -> dict[str, str]:
    return {"subject": f"erasures of {team_id}", "period": "number"}
