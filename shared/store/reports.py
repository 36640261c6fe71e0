"""The Reports table: what was made from tallies and is served again. Here are cached career health reports.

| subject | period | holds |
|---|---|---|
| user#U | 2026-Q1 | a cached career health report; expires after a day |

What is a company's or under `large companies` is `shared.store.releases`'s, what is under `normalizer`
`shared.store.rekeyings`'s, what is a team's `shared.store.snapshots`'s.
"""

from datetime import datetime

from shared.domain.career_health import CACHED_FOR, CareerHealth
from shared.domain.periods import Quarter
from shared.domain.tallies import user_subject
from shared.store.table import Table


class Reports:
    """Cached reports. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def career_health(self, user_id: str, quarter: Quarter) -> CareerHealth | None:
        """The report cached last."""
        item = self._table.get(subject=user_subject(user_id), period=str(quarter))
        return CareerHealth.model_validate_json(item["body"]) if item else None

    def all_career_health(self, user_id: str) -> list[CareerHealth]:
        """Every report cached of a user."""
        items = self._table.query("subject = :subject", subject=user_subject(user_id))
        return [CareerHealth.model_validate_json(item["body"]) for item in items]

    def put_career_health(self, user_id: str, report: CareerHealth) -> None:
        """Caches a report."""
        generated_at = datetime.fromisoformat(report.generated_at)
        ttl = int((generated_at + CACHED_FOR).timestamp())
        item = {"subject": user_subject(user_id), "period": report.period, "body": report.model_dump_json(), "ttl": ttl}
        self._table.put(item)

    def forget(self, user_id: str) -> None:
        """Deletes a user's reports. May be repeated."""
        for item in self._table.query("subject = :subject", subject=user_subject(user_id)):
            self._table.delete(subject=item["subject"], period=item["period"])
