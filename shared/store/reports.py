"""The Reports table: what was made from tallies and is served again.

| subject | period | holds |
|---|---|---|
| user#U | 2026-Q1 | a cached career health report; expires after a day |
| company#stripe | release | the signals released last, and who is in them |
| company#stripe | ledger#7#0, ledger#7#1 ... | who is in a large company's release number 7, in parts |
| large companies | stripe | a company that `release_large_companies` looks at, and when it last did |

What is under `normalizer` is `shared.store.rekeyings`'s, what is a team's `shared.store.snapshots`'s.

A release carries a number, which every change of it raises: whoever makes the next one names the number that the
decision rests on, and fails when it is no longer that.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared import ledgers
from shared.career_health import CACHED_FOR, CareerHealth
from shared.company_signals import Ledger, Release, Signals
from shared.periods import Quarter
from shared.store.table import ConditionFailed, Conflict, Item, Table, despite_others, transact
from shared.tallies import company_subject, user_subject

_LARGE = "large companies"
_UNCHANGED = "attribute_not_exists(subject) OR #number = :number"


class Reports:
    """Cached reports and releases. Every method raises Unavailable when DynamoDB fails."""

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

    def release(self, company_key: str) -> tuple[Release | None, int]:
        """What was released last for a company, and the number that a next release must name."""
        item = self._table.get(**_release_key(company_key))
        if not item:
            return None, 0
        return _release(company_key, item) if "released_at" in item else None, item["number"]

    def ledger(self, company_key: str, release: Release) -> Ledger:
        """Who is in a company's last release."""
        if release.ledger is not None:
            return release.ledger
        entries: dict[str, int] = {}
        for part in self._ledger_parts(company_key):
            if _is_of(part, release):
                entries |= ledgers.unpacked(part["entries"])
        return entries

    def _ledger_parts(self, company_key: str) -> Iterator[Item]:
        condition = "subject = :subject AND begins_with(period, :ledger)"
        return self._table.query(condition, subject=company_subject(company_key), ledger="ledger#")

    def put_release(self, company_key: str, release: Release, number: int) -> bool:
        """Makes a release, whole: what is served and who is in it. Says False, and changes nothing, when the company
        has changed since its number was read.

        A ledger of more than one part needs a number of `take_over`, since its further parts are written ahead.
        """
        assert release.ledger is not None, "a release is made with its ledger"  # noqa: S101 - an empty one would undo the gate
        first, *further = ledgers.packed(release.ledger)
        release = replace(release, number=number + 1)
        item = {**_release_key(company_key), **_release_item(release)}
        writes = []
        if release.is_large:
            self.add_large_company(company_key)
            part = {"subject": company_subject(company_key), "number": release.number}
            for n, entries in enumerate(further, 1):  # nobody reads them before the release is there
                self._table.put({**part, "period": f"ledger#{release.number}#{n}", "entries": entries})
            writes.append(self._table.putting({**part, "period": f"ledger#{release.number}#0", "entries": first}))
        else:
            item["entries"] = first
        writes.append(self._table.putting(item, _UNCHANGED, number=number))
        try:
            despite_others(lambda: transact(self._table.client, writes))
        except ConditionFailed:
            return False
        if release.is_large:
            self.add_large_company(company_key)  # which the job may have removed before it was
        return True

    def settle_release(self, company_key: str, release: Release, number: int) -> None:
        """Has a company go on from this release, once a re-keying has changed who belongs to it. May be repeated.

        Raises Conflict when the company has changed since its number was read.
        """
        if not self.put_release(company_key, release, number):
            raise Conflict
        self.sweep(company_key)

    def drop_release(self, company_key: str) -> None:
        """Has a company go on from no release, as if it never had one. May be repeated."""
        attributes = "REMOVE #made, #candidates, #entries, #gone, #released_at, #signals, #withdraw_at"
        self._table.update(_release_key(company_key), f"ADD #number :one {attributes}", one=1)
        self.sweep(company_key)

    def take_over(self, company_key: str) -> int:
        """Fails every release of the company in the making, and answers the number that a next one must name. Whoever
        reads the company after this and makes that one has read nothing that has changed since.
        """
        return int(self._table.update(_release_key(company_key), "ADD #number :one", one=1)["number"])

    def sweep(self, company_key: str) -> None:
        """Deletes what is left of the ledgers of earlier releases, and of releases that were never made."""
        release, number = self.release(company_key)
        for part in self._ledger_parts(company_key):
            if part["number"] <= number and not _is_of(part, release):
                self._table.delete(subject=part["subject"], period=part["period"])

    def candidate_erased(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        """Takes an erased candidate out of the company's ledger, and has the company withdrawn at `withdraw_at` unless
        a next release is made. May be repeated.

        Raises the release's number in any case, so that none in the making can still hold the candidate.
        """
        despite_others(lambda: self._take_out(company_key, candidate, withdraw_at))

    def _take_out(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        release, number = self.release(company_key)
        update, values = "SET #number = :next", dict[str, Any](number=number, next=number + 1)
        writes, was_released = [], False
        if release and release.ledger and candidate in release.ledger:
            was_released = True
            update += ", entries = :entries"
            values["entries"] = _without(candidate, release.ledger)
        for part in self._ledger_parts(company_key):
            entries = ledgers.unpacked(part["entries"])
            if candidate in entries:
                was_released |= _is_of(part, release)
                writes.append(self._table.putting({**part, "entries": _without(candidate, entries)}))
        if was_released:
            update += ", gone = gone + :one, withdraw_at = if_not_exists(withdraw_at, :when)"
            values |= {"one": 1, "when": _text(withdraw_at)}
        release_write = self._table.updating(_release_key(company_key), update, _UNCHANGED, **values)
        try:
            transact(self._table.client, [release_write, *writes])
        except ConditionFailed:
            raise Conflict from None

    def add_large_company(self, company_key: str) -> None:
        """Leaves a company's releases to the job, unless they are already."""
        try:
            self._table.put({"subject": _LARGE, "period": company_key}, "attribute_not_exists(subject)")
        except ConditionFailed:
            return

    def remove_large_company(self, company_key: str) -> None:
        """Leaves a company's releases to its readers."""
        self._table.delete(subject=_LARGE, period=company_key)

    def large_companies(self, before: datetime) -> list[str]:
        """The large companies that were last looked at before then, those that wait longest first."""
        items = self._table.query("subject = :subject", subject=_LARGE)
        waiting = sorted((item.get("looked_at", ""), item["period"]) for item in items)
        return [company_key for looked_at, company_key in waiting if looked_at <= _text(before)]

    def claim_large_company(self, company_key: str, now: datetime, before: datetime) -> bool:
        """Says whether the caller is the one to look at a large company now."""
        key = {"subject": _LARGE, "period": company_key}
        condition = "attribute_exists(subject) AND (attribute_not_exists(looked_at) OR looked_at <= :before)"
        try:
            self._table.update(key, "SET looked_at = :now", condition, now=_text(now), before=_text(before))
        except ConditionFailed:
            return False
        return True

    def forget(self, user_id: str) -> None:
        """Deletes a user's reports. May be repeated."""
        for item in self._table.query("subject = :subject", subject=user_subject(user_id)):
            self._table.delete(subject=item["subject"], period=item["period"])


def _is_of(part: Item, release: Release | None) -> bool:
    """Whether a part belongs to the release, and not to one of the same number that came too late."""
    return release is not None and release.is_large and part["number"] == release.number


def _without(candidate: str, ledger: Ledger) -> bytes:
    [part] = ledgers.packed({name: digest for name, digest in ledger.items() if name != candidate})
    return part


def _release_key(company_key: str) -> dict[str, str]:
    return {"subject": company_subject(company_key), "period": "release"}


def _release_item(release: Release) -> Item:
    """Without the company's name, which is in the key: the longest release is to stay below 4 KB, a read unit."""
    item: Item = {
        "number": release.number,
        "made": release.number,
        "candidates": release.candidates,
        "gone": release.gone,
        "released_at": _text(release.released_at),
    }
    if release.signals:
        item["signals"] = release.signals.model_dump_json(exclude={"company_name_normalized"})
    return item | ({"withdraw_at": _text(release.withdraw_at)} if release.withdraw_at else {})


def _release(company_key: str, item: Item) -> Release:
    signals = json.loads(item["signals"]) | {"company_name_normalized": company_key} if "signals" in item else None
    return Release(
        signals=Signals.model_validate(signals) if signals else None,
        candidates=item["candidates"],
        released_at=datetime.fromisoformat(item["released_at"]),
        gone=item["gone"],
        withdraw_at=datetime.fromisoformat(item["withdraw_at"]) if "withdraw_at" in item else None,
        ledger=ledgers.unpacked(item["entries"]) if "entries" in item else None,
        number=item["made"],
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
