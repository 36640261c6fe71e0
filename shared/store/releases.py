"""In the Reports table, what is published of companies, and who is in it.

| subject | period | holds |
|---|---|---|
| company#stripe | release | the signals released last |
| company#stripe | release#changed#H | a candidate who changed since: `shared.store.changed` |
| company#stripe | ledger, ledger#7#1, ledger#7#2 ... | who is in the release, number 7, in parts |
| large companies | stripe | a company that `release_large_companies` looks at, and when it last did |

A release carries a number, which every change of it raises: whoever makes the next one names the number that the
decision rests on, and fails when it is no longer that.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.domain.signals.company_signals import MINIMUM, Gate, Ledger, Release, Signals
from shared.store import ledgers
from shared.store.changed import PREFIX, note_key, release_subject
from shared.store.table import ConditionFailed, Conflict, Item, Table, despite_others, transact

_LARGE = "large companies"
_UNCHANGED = "attribute_not_exists(subject) OR #number = :number"

_ONE_BY_ONE, _AT_ONCE = 20, 4
"""Notes to forget without threads, and with; four at once leave a partition room for the messages of its company."""


class Releases:
    """Releases of companies. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def gate(self, company_key: str) -> Gate:
        """Where a company stands: one read of one unit, whoever its candidates are and however many."""
        found = self._table.query(
            "subject = :subject AND begins_with(period, :release)",
            at_most=1 + MINIMUM,
            subject=release_subject(company_key),
            release="release",
        )
        items = {item["period"]: item for item in found}
        item = items.pop("release", {})
        return Gate(
            release=_release(company_key, item) if "released_at" in item else None,
            noted=min(len(items), MINIMUM),
            number=item.get("number", 0),
            left_to_job="left_to_job" in item,
        )

    def noted(self, company_key: str, at_most: int = 0) -> dict[str, str]:
        """The candidates who changed since the last release, by pseudonym, each with the last write that changed them;
        not more than that many if that is said.
        """
        condition = "subject = :subject AND begins_with(period, :noted)"
        found = self._table.query(condition, at_most=at_most, subject=release_subject(company_key), noted=PREFIX)
        return {item["period"].removeprefix(PREFIX): item["write"] for item in found}

    def is_noted(self, company_key: str, candidate: str) -> bool:
        """Whether one candidate changed since the last release."""
        return self._table.get(**note_key(company_key, candidate)) is not None

    def forget_noted(self, company_key: str, seen: Mapping[str, str]) -> None:
        """Forgets that candidates changed, but for those whom a later write changed than was seen."""

        def forget(candidate: str) -> None:
            with suppress(ConditionFailed):
                self._table.delete("#write = :write", {"write": seen[candidate]}, **note_key(company_key, candidate))

        if len(seen) <= _ONE_BY_ONE:
            for candidate in seen:
                forget(candidate)
            return
        from concurrent.futures import ThreadPoolExecutor  # 5 ms that most reads do without

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(forget, seen))

    def ledger(self, company_key: str, release: Release | None) -> Ledger:
        """Who is in a company's last release; nobody before the first. Raises Conflict when that is just being changed:
        what is not whole must never be taken for a ledger.
        """
        parts = _whole(release, self._ledger_parts(company_key)) if release else []
        return {candidate: digest for part in parts for candidate, digest in ledgers.unpacked(part["entries"]).items()}

    def is_in_release(self, company_key: str, candidate: str) -> bool:
        """Whether one candidate is in a company's last release."""
        return candidate in despite_others(lambda: self.ledger(company_key, self.gate(company_key).release))

    def _ledger_parts(self, company_key: str) -> Iterator[Item]:
        condition = "subject = :subject AND begins_with(period, :ledger)"
        return self._table.query(condition, subject=release_subject(company_key), ledger="ledger")

    def put_release(self, company_key: str, release: Release, number: int) -> bool:
        """Makes a release, whole: what is served and who is in it. Says False, and changes nothing, when the company
        has changed since its number was read. The release of a large company leaves the next one to the job.

        A ledger of more than one part needs a number of `take_over`, since its further parts are written ahead.
        """
        assert release.ledger is not None, "a release is made with its ledger"  # noqa: S101 - an empty one would undo the gate
        first, *further = ledgers.packed(release.ledger)
        release = replace(release, number=number + 1, parts=1 + len(further))
        item = {**_release_key(company_key), **_release_item(release)}
        part = {"subject": item["subject"], "number": release.number}
        for n, entries in enumerate(further, 1):  # nobody reads them before the release is there
            self._table.put({**part, "period": f"ledger#{release.number}#{n}", "entries": entries})
        writes = [self._table.putting({**part, "period": "ledger", "entries": first})]
        if release.is_large:
            item["left_to_job"] = True
            writes.append(self._listing(company_key))
        writes.append(self._table.putting(item, _UNCHANGED, number=number))
        try:
            despite_others(lambda: transact(self._table.client, writes))
        except ConditionFailed:
            return False
        return True

    def settle_release(self, company_key: str, release: Release, number: int) -> None:
        """Has a company go on from this release, once a re-keying has changed who belongs to it. May be repeated.

        Raises Conflict when the company has changed since its number was read.
        """
        if not self.put_release(company_key, release, number):
            raise Conflict
        self.sweep(company_key)

    def drop_release(self, company_key: str, number: int) -> None:
        """Has a company go on from no release, as if it never had one. May be repeated.

        Raises Conflict when the company has changed since its number was read.
        """
        made = "#made, #parts, #candidates, #gone, #released_at, #signals, #topics, #withdraw_at"
        self.outdate(company_key, number, f"REMOVE {made}")
        self.sweep(company_key)

    def take_over(self, company_key: str) -> Gate:
        """Fails every release of the company in the making, and answers where the company stands, with the number that
        a next one must name. Whoever reads the company after this and makes that one has read nothing that has changed
        since.
        """
        number = self._table.update(_release_key(company_key), "ADD #number :one", one=1)["number"]
        return replace(self.gate(company_key), number=number)

    def outdate(self, company_key: str, number: int, change: str = "") -> None:
        """Fails every release of the company in the making that rests on this number, and makes a change of what is
        kept of the last. Raises Conflict when it is no longer that number.
        """
        update = f"SET #number = :next {change}"
        try:
            self._table.update(_release_key(company_key), update, _UNCHANGED, number=number, next=number + 1)
        except ConditionFailed:
            raise Conflict from None

    def sweep(self, company_key: str) -> None:
        """Deletes what is left of the ledgers of earlier releases, and of releases that were never made."""
        gate = self.gate(company_key)
        for part in self._ledger_parts(company_key):
            if part["number"] <= gate.number and not _is_of(part, gate.release):
                key = {"subject": part["subject"], "period": part["period"]}
                with suppress(ConditionFailed):  # a next release has put its own there
                    self._table.delete("#number = :number", {"number": part["number"]}, **key)

    def candidate_erased(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        """Takes an erased candidate out of the company's ledger and of those who changed, and has the company withdrawn
        at `withdraw_at` unless a next release is made. May be repeated.

        Raises the release's number in any case, so that none in the making can still hold the candidate.
        """
        despite_others(lambda: self._take_out(company_key, candidate, withdraw_at))

    def _take_out(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        gate = self.gate(company_key)
        update, values = "SET #number = :next", dict[str, Any](number=gate.number, next=gate.number + 1)
        writes, was_released = [self._table.deleting(note_key(company_key, candidate))], False
        parts = list(self._ledger_parts(company_key))
        released = _whole(gate.release, parts) if gate.release else []
        for part in parts:
            entries = ledgers.unpacked(part["entries"])
            if candidate in entries:
                was_released |= part in released
                without = {**part, "entries": _without(candidate, entries)}
                writes.append(self._table.putting(without, "#number = :number", number=part["number"]))
        if was_released:
            update += ", gone = gone + :one, withdraw_at = if_not_exists(withdraw_at, :when)"
            values |= {"one": 1, "when": _text(withdraw_at)}
        writes.append(self._table.updating(_release_key(company_key), update, _UNCHANGED, **values))
        try:
            transact(self._table.client, writes)
        except ConditionFailed:
            raise Conflict from None

    def leave_to_job(self, company_key: str) -> None:
        """Leaves looking at a company to the job. May be repeated."""
        left = "SET left_to_job = :yes, #number = if_not_exists(#number, :none)"
        release = self._table.updating(_release_key(company_key), left, yes=True, none=0)
        despite_others(lambda: transact(self._table.client, [self._listing(company_key), release]))

    def leave_to_readers(self, company_key: str) -> None:
        """Leaves looking at a company to its readers. May be repeated."""
        left = "SET #number = if_not_exists(#number, :none) REMOVE left_to_job"
        release = self._table.updating(_release_key(company_key), left, none=0)
        unlisting = self._table.deleting(_listed(company_key))
        despite_others(lambda: transact(self._table.client, [unlisting, release]))

    def _listing(self, company_key: str) -> Item:
        return self._table.updating(_listed(company_key), "SET listed = :yes", yes=True)

    def large_companies(self, before: datetime) -> list[str]:
        """The large companies that were last looked at before then, those that wait longest first."""
        items = self._table.query("subject = :subject", subject=_LARGE)
        waiting = sorted((item.get("looked_at", ""), item["period"]) for item in items)
        return [company_key for looked_at, company_key in waiting if looked_at <= _text(before)]

    def claim_large_company(self, company_key: str, now: datetime, before: datetime) -> bool:
        """Says whether the caller is the one to look at a large company now."""
        condition = "attribute_exists(subject) AND (attribute_not_exists(looked_at) OR looked_at <= :before)"
        at = {"now": _text(now), "before": _text(before)}
        try:
            self._table.update(_listed(company_key), "SET looked_at = :now", condition, **at)
        except ConditionFailed:
            return False
        return True


def _is_of(part: Item, release: Release | None) -> bool:
    """Whether a part belongs to the release, and not to one of the same number that came too late: of the two, a small
    one has a single part, which is written with it.
    """
    if release is None or part["number"] != release.number:
        return False
    place = 0 if part["period"] == "ledger" else int(part["period"].rpartition("#")[2])
    return place < release.parts


def _whole(release: Release, parts: Iterable[Item]) -> list[Item]:
    """The parts of a release's ledger. Raises Conflict if one is missing: then the release is just being changed."""
    found = [part for part in parts if _is_of(part, release)]
    if len(found) < release.parts:
        raise Conflict
    return found


def _without(candidate: str, ledger: Ledger) -> bytes:
    [part] = ledgers.packed({name: digest for name, digest in ledger.items() if name != candidate})
    return part


def _release_key(company_key: str) -> dict[str, str]:
    return {"subject": release_subject(company_key), "period": "release"}


def _listed(company_key: str) -> dict[str, str]:
    return {"subject": _LARGE, "period": company_key}


def _release_item(release: Release) -> Item:
    """Without the company's name, which whoever reads knows: with ten who changed it stays below 4 KB, a read unit."""
    item: Item = {
        "number": release.number,
        "made": release.number,
        "parts": release.parts,
        "candidates": release.candidates,
        "gone": release.gone,
        "released_at": _text(release.released_at),
    }
    if release.signals:
        item["signals"] = release.signals.model_dump_json(exclude={"company_name_normalized", "top_topics"})
        item["topics"] = release.signals.top_topics  # as they are: JSON makes six bytes of a control character
    return item | ({"withdraw_at": _text(release.withdraw_at)} if release.withdraw_at else {})


def _release(company_key: str, item: Item) -> Release:
    signals = None
    if "signals" in item:
        named = {"company_name_normalized": company_key, "top_topics": item["topics"]}
        with suppress(ValidationError):  # of an older version: null until the next release is due
            signals = Signals.model_validate(json.loads(item["signals"]) | named)
    return Release(
        signals=signals,
        candidates=item["candidates"],
        released_at=datetime.fromisoformat(item["released_at"]),
        gone=item["gone"],
        withdraw_at=datetime.fromisoformat(item["withdraw_at"]) if "withdraw_at" in item else None,
        number=item["made"],
        parts=item["parts"],
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
