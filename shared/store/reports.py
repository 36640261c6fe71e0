"""The Reports table: what was made from tallies and is served again.

| subject | period | holds |
|---|---|---|
| user#U | 2026-Q1 | a cached career health report; expires after a day |
| team#T | 2026-Q1 | a team snapshot |
| company#stripe | release | the signals released last |
| company#stripe | ledger#N | who is in that release: pseudonyms with digests, in parts |
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import batched

from shared.career_health import CACHED_FOR, CareerHealth
from shared.company_signals import Ledger, Release, Signals
from shared.periods import Quarter
from shared.store.table import ConditionFailed, Item, Table, despite_others, to_dynamodb, transact
from shared.tallies import company_subject, user_subject
from shared.team_analytics import TeamAnalytics

_ENTRY_BYTES = 20
_ENTRIES_A_PART = 15_000
"""Ledger entries in one item: 300 KB of the 400 KB that an item may have."""


class Reports:
    """Cached reports, snapshots and releases. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def career_health(self, user_id: str, quarter: Quarter) -> CareerHealth | None:
        """The report cached last."""
        item = self._table.get(subject=user_subject(user_id), period=str(quarter))
        return CareerHealth.model_validate_json(item["body"]) if item else None

    def put_career_health(self, user_id: str, report: CareerHealth) -> None:
        """Caches a report."""
        generated_at = datetime.fromisoformat(report.generated_at)
        ttl = int((generated_at + CACHED_FOR).timestamp())
        item = {"subject": user_subject(user_id), "period": report.period, "body": report.model_dump_json(), "ttl": ttl}
        self._table.put(item)

    def snapshot(self, team_id: str, quarter: Quarter | None) -> TeamAnalytics | None:
        """A team's snapshot of a quarter, or its newest."""
        if quarter:
            item = self._table.get(subject=_team(team_id), period=str(quarter))
        else:
            item = next(self._table.query("subject = :subject", newest=1, subject=_team(team_id)), None)
        return TeamAnalytics.model_validate_json(item["body"]) if item else None

    def put_snapshot(self, snapshot: TeamAnalytics) -> None:
        """Keeps a snapshot, unless one as new is there: a monthly run that is repeated changes nothing (contract
        10).
        """
        item = {"subject": _team(snapshot.team_id), "period": snapshot.period, "body": snapshot.model_dump_json()}
        item["generated_at"] = snapshot.generated_at
        try:
            self._table.put(item, "attribute_not_exists(subject) OR generated_at < :new", new=snapshot.generated_at)
        except ConditionFailed:
            return

    def release(self, company_key: str) -> tuple[Release | None, int]:
        """What was released last for a company, and the number that a next release must name."""
        item = self._table.get(subject=company_subject(company_key), period="release")
        if not item:
            return None, 0
        return _release(item) if "released_at" in item else None, item["number"]

    def ledger(self, company_key: str, release: Release) -> Ledger:
        """Who is in a company's last release."""
        entries: dict[str, str] = {}
        released_at = release.released_at.isoformat()
        subject = company_subject(company_key)
        for item in self._table.query(
            "subject = :subject AND begins_with(period, :ledger)", subject=subject, ledger="ledger#"
        ):
            if item["released_at"] != released_at:
                continue  # a part that only a larger, earlier release needed
            packed = item["entries"]
            for start in range(0, len(packed), _ENTRY_BYTES):
                entry = packed[start : start + _ENTRY_BYTES].hex()
                entries[entry[:24]] = entry[24:]
        return entries

    def put_release(self, company_key: str, release: Release, ledger: Ledger, number: int) -> bool:
        """Makes a release, whole: what is served and who is in it. Says False when another writer changed the company
        first.

        `number` is what `release` answered: a release computed before a candidate's erasure must not come after it.
        """
        subject, name = company_subject(company_key), self._table.name
        item = {"subject": subject, "period": "release", "number": number + 1, **_release_item(release)}
        unchanged: Item = {"ConditionExpression": "attribute_not_exists(subject) OR #number = :number"}
        unchanged |= {
            "ExpressionAttributeNames": {"#number": "number"},
            "ExpressionAttributeValues": to_dynamodb({":number": number}),
        }
        writes: list[Item] = [{"Put": {"TableName": name, "Item": to_dynamodb(item), **unchanged}}]
        for part, entries in enumerate(_packed(ledger)):
            row = {
                "subject": subject,
                "period": f"ledger#{part}",
                "released_at": item["released_at"],
                "entries": entries,
            }
            writes.append({"Put": {"TableName": name, "Item": to_dynamodb(row)}})
        try:
            despite_others(lambda: transact(self._table.client, writes))
        except ConditionFailed:
            return False
        return True

    def note_check(self, company_key: str, now: datetime) -> None:
        """Notes that no next release was due: a large company is looked at once an hour."""
        key = {"subject": company_subject(company_key), "period": "release"}
        self._table.update(key, "SET checked_at = :now", now=now.astimezone(UTC).isoformat())

    def candidate_erased(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        """Has the company withdrawn at `withdraw_at` if the erased candidate is in its release, unless a next one is
        made.

        Counts as a change of the release in any case, so that none in the making can still hold the candidate.
        """
        key = {"subject": company_subject(company_key), "period": "release"}
        self._table.update(key, "ADD #number :one", one=1)
        release, _ = self.release(company_key)
        if release and candidate in self.ledger(company_key, release):
            when = withdraw_at.astimezone(UTC).isoformat()
            self._table.update(key, "SET withdraw_at = if_not_exists(withdraw_at, :when)", when=when)

    def forget(self, user_id: str, team_ids: Iterable[str]) -> None:
        """Deletes a user's reports and the snapshots of the user's teams, which hold the user's numbers too. May be
        repeated.
        """
        for subject in (user_subject(user_id), *map(_team, team_ids)):
            for item in self._table.query("subject = :subject", subject=subject):
                self._table.delete(subject=subject, period=item["period"])


def _team(team_id: str) -> str:
    return f"team#{team_id}"


def _packed(ledger: Ledger) -> Iterable[bytes]:
    """The ledger in parts of at most `_ENTRIES_A_PART`, 12 bytes of pseudonym and 8 of digest each."""
    entries = (bytes.fromhex(candidate + digest) for candidate, digest in sorted(ledger.items()))
    return (b"".join(part) for part in batched(entries, _ENTRIES_A_PART, strict=False))


def _release_item(release: Release) -> Item:
    item: Item = {
        "signals": release.signals.model_dump_json() if release.signals else json.dumps(None),
        "candidates": release.candidates,
        "released_at": release.released_at.isoformat(),
        "checked_at": release.checked_at.isoformat(),
    }
    return item | ({"withdraw_at": release.withdraw_at.isoformat()} if release.withdraw_at else {})


def _release(item: Item) -> Release:
    return Release(
        signals=Signals.model_validate_json(item["signals"]) if item["signals"] != "null" else None,
        candidates=item["candidates"],
        released_at=datetime.fromisoformat(item["released_at"]),
        checked_at=datetime.fromisoformat(item["checked_at"]),
        withdraw_at=datetime.fromisoformat(item["withdraw_at"]) if "withdraw_at" in item else None,
    )
