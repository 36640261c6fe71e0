"""Releases in the Reports table: what is published of a company, and who is in it.

| subject | period | holds |
|---|---|---|
| company#stripe | release | the signals released last |
| company#stripe | release#pending#H | the marker of a pending candidate: `shared.store.markers` |
| company#stripe | roster, roster#7#1, roster#7#2 ... | the roster of the release of version 7, in parts |
| large companies | stripe | a company that `release_large_companies` evaluates, and when it last did |

Every change of a release raises its version. A write of the next release names the version its decision is based on,
and fails if the version has changed since.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from shared.domain.signals.company_signals import MIN_CANDIDATES, Release, ReleaseState, Roster, Signals
from shared.store import roster_codec
from shared.store.markers import PREFIX, marker_key, release_subject
from shared.store.table import ConditionFailed, Conflict, Item, Table, retry_on_conflict, transact

_LARGE = "large companies"
_UNCHANGED = "attribute_not_exists(subject) OR #version = :version"

_MAX_SEQUENTIAL, _MAX_WORKERS = 20, 4
"""Markers deleted without threads, and threads beyond. Four leave the partition capacity for the company's messages."""


class Releases:
    """Releases of companies. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def state(self, company_key: str) -> ReleaseState:
        """Returns a company's release state: one query of one read unit, however many candidates there are."""
        found = self._table.query(
            "subject = :subject AND begins_with(period, :release)",
            at_most=1 + MIN_CANDIDATES,
            subject=release_subject(company_key),
            release="release",
        )
        items = {item["period"]: item for item in found}
        item = items.pop("release", {})
        return ReleaseState(
            release=_release(company_key, item) if "released_at" in item else None,
            pending=min(len(items), MIN_CANDIDATES),
            version=item.get("version", 0),
            evaluated_by_job="evaluated_by_job" in item,
        )

    def pending(self, company_key: str, at_most: int = 0) -> dict[str, str]:
        """Returns the candidates who changed since the last release, by pseudonym, each with the id of its last write.

        `at_most` limits their number; 0 is no limit.
        """
        condition = "subject = :subject AND begins_with(period, :pending)"
        found = self._table.query(condition, at_most=at_most, subject=release_subject(company_key), pending=PREFIX)
        return {item["period"].removeprefix(PREFIX): item["write"] for item in found}

    def is_pending(self, company_key: str, candidate: str) -> bool:
        """Returns whether one candidate changed since the last release."""
        return self._table.get(**marker_key(company_key, candidate)) is not None

    def delete_markers(self, company_key: str, markers: Mapping[str, str]) -> None:
        """Deletes the markers of candidates, given their write ids; keeps one that a later write has replaced."""

        def delete(candidate: str) -> None:
            key = marker_key(company_key, candidate)
            with suppress(ConditionFailed):
                self._table.delete("#write = :write", {"write": markers[candidate]}, **key)

        if len(markers) <= _MAX_SEQUENTIAL:
            for candidate in markers:
                delete(candidate)
            return
        from concurrent.futures import ThreadPoolExecutor  # an import of 5 ms that most reads do not need

        with ThreadPoolExecutor(_MAX_WORKERS) as pool:
            list(pool.map(delete, markers))

    def roster(self, company_key: str, release: Release | None) -> Roster:
        """Returns the roster of a company's last release, empty before the first.

        Raises Conflict if the release is being replaced: an incomplete roster must never be used.
        """
        parts = _complete(release, self._roster_parts(company_key)) if release else []
        return {name: digest for part in parts for name, digest in roster_codec.unpacked(part["entries"]).items()}

    def is_in_release(self, company_key: str, candidate: str) -> bool:
        """Returns whether one candidate is in a company's last release."""
        return candidate in retry_on_conflict(lambda: self.roster(company_key, self.state(company_key).release))

    def _roster_parts(self, company_key: str) -> Iterator[Item]:
        condition = "subject = :subject AND begins_with(period, :roster)"
        return self._table.query(condition, subject=release_subject(company_key), roster="roster")

    def put_release(self, company_key: str, release: Release, version: int) -> bool:
        """Writes a release with its roster. Returns False, and writes nothing, if the company's version has changed.

        The release of a large company assigns the company to the job. If the roster has more than one part, `version`
        must come from `bump_version`, because the further parts are written before the release.
        """
        assert release.roster is not None, "a release has a roster"  # noqa: S101 - an empty one would disable the gate
        first, *further = roster_codec.packed(release.roster)
        release = replace(release, version=version + 1, parts=1 + len(further))
        item = {**_release_key(company_key), **_release_item(release)}
        part = {"subject": item["subject"], "version": release.version}
        for n, entries in enumerate(further, 1):  # readers ignore them until the release is written
            self._table.put({**part, "period": f"roster#{release.version}#{n}", "entries": entries})
        writes = [self._table.put_op({**part, "period": "roster", "entries": first})]
        if release.is_large:
            item["evaluated_by_job"] = True
            writes.append(self._list_company(company_key))
        writes.append(self._table.put_op(item, _UNCHANGED, version=version))
        try:
            retry_on_conflict(lambda: transact(self._table.client, writes))
        except ConditionFailed:
            return False
        return True

    def replace_release(self, company_key: str, release: Release, version: int) -> None:
        """Replaces the release after a renormalization has changed who belongs to the company. May be repeated.

        Raises Conflict if the company's version has changed.
        """
        if not self.put_release(company_key, release, version):
            raise Conflict
        self.delete_stale_parts(company_key)

    def delete_release(self, company_key: str, version: int) -> None:
        """Deletes the release, as if the company never had one. May be repeated.

        Raises Conflict if the company's version has changed.
        """
        figures = "#candidates, #erased_since_release, #signals, #topics"
        change = f"REMOVE {figures}, #released_version, #parts, #released_at, #withdraw_at"
        self.bump_version_from(company_key, version, change)
        self.delete_stale_parts(company_key)

    def bump_version(self, company_key: str) -> ReleaseState:
        """Bumps the version so that concurrent releases fail; returns the state.

        If the caller reads the company after this call, a release with the returned version rests on unchanged data.
        """
        version = self._table.update(_release_key(company_key), "ADD #version :one", one=1)["version"]
        return replace(self.state(company_key), version=version)

    def bump_version_from(self, company_key: str, version: int, change: str = "") -> None:
        """Bumps this version, so that concurrent releases fail, and applies an update expression to the release.

        Raises Conflict if the company's version is another.
        """
        update = f"SET #version = :next {change}"
        try:
            self._table.update_once(_release_key(company_key), update, _UNCHANGED, version=version, next=version + 1)
        except ConditionFailed:
            raise Conflict from None

    def delete_stale_parts(self, company_key: str) -> None:
        """Deletes the roster parts of earlier releases, and of releases that were never completed."""
        state = self.state(company_key)
        for part in self._roster_parts(company_key):
            if part["version"] <= state.version and not _is_of(part, state.release):
                key = {"subject": part["subject"], "period": part["period"]}
                with suppress(ConditionFailed):  # a later release has overwritten the part
                    self._table.delete("#version = :version", {"version": part["version"]}, **key)

    def erase_candidate(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        """Removes an erased candidate's marker and roster entry. May be repeated.

        If the candidate was in the release, it is withdrawn at `withdraw_at` unless a next one replaces it. Always
        bumps the version, so that no concurrent release can contain the candidate.
        """
        retry_on_conflict(lambda: self._erase_candidate(company_key, candidate, withdraw_at))

    def _erase_candidate(self, company_key: str, candidate: str, withdraw_at: datetime) -> None:
        state = self.state(company_key)
        update, values = "SET #version = :next", dict[str, Any](version=state.version, next=state.version + 1)
        writes, was_released = [self._table.delete_op(marker_key(company_key, candidate))], False
        parts = list(self._roster_parts(company_key))
        released = _complete(state.release, parts) if state.release else []
        for part in parts:
            entries = roster_codec.unpacked(part["entries"])
            if candidate in entries:
                was_released |= part in released
                without = {**part, "entries": _without(candidate, entries)}
                writes.append(self._table.put_op(without, "#version = :version", version=part["version"]))
        if was_released:
            update += ", erased_since_release = erased_since_release + :one"
            update += ", withdraw_at = if_not_exists(withdraw_at, :when)"
            values |= {"one": 1, "when": _text(withdraw_at)}
        writes.append(self._table.update_op(_release_key(company_key), update, _UNCHANGED, **values))
        try:
            transact(self._table.client, writes)
        except ConditionFailed:
            raise Conflict from None

    def assign_to_job(self, company_key: str) -> None:
        """Makes the job, not reads, evaluate the company. May be repeated."""
        update = "SET evaluated_by_job = :yes, #version = if_not_exists(#version, :none)"
        release = self._table.update_op(_release_key(company_key), update, yes=True, none=0)
        retry_on_conflict(lambda: transact(self._table.client, [self._list_company(company_key), release]))

    def assign_to_readers(self, company_key: str) -> None:
        """Makes reads, not the job, evaluate the company. May be repeated."""
        update = "SET #version = if_not_exists(#version, :none) REMOVE evaluated_by_job"
        release = self._table.update_op(_release_key(company_key), update, none=0)
        unlist = self._table.delete_op(_large_key(company_key))
        retry_on_conflict(lambda: transact(self._table.client, [unlist, release]))

    def _list_company(self, company_key: str) -> Item:
        return self._table.update_op(_large_key(company_key), "SET listed = :yes", yes=True)

    def large_companies(self, before: datetime) -> list[str]:
        """Returns the large companies last evaluated at or before this time, the longest waiting first."""
        items = self._table.query("subject = :subject", subject=_LARGE)
        waiting = sorted((item.get("evaluated_at", ""), item["period"]) for item in items)
        return [company_key for evaluated_at, company_key in waiting if evaluated_at <= _text(before)]

    def claim_large_company(self, company_key: str, now: datetime, before: datetime) -> bool:
        """Claims the evaluation of a large company; returns False if another caller has claimed it since `before`."""
        condition = "attribute_exists(subject) AND (attribute_not_exists(evaluated_at) OR evaluated_at <= :before)"
        at = {"now": _text(now), "before": _text(before)}
        try:
            self._table.update_once(_large_key(company_key), "SET evaluated_at = :now", condition, **at)
        except ConditionFailed:
            return False
        return True


def _is_of(part: Item, release: Release | None) -> bool:
    """Returns whether a part belongs to the release.

    The version alone does not decide: a small release may have the version under which a large one wrote parts ahead.
    """
    if release is None or part["version"] != release.version:
        return False
    index = 0 if part["period"] == "roster" else int(part["period"].rpartition("#")[2])
    return index < release.parts


def _complete(release: Release, parts: Iterable[Item]) -> list[Item]:
    """Returns the parts of a release's roster. Raises Conflict if one is missing: the release is being replaced."""
    found = [part for part in parts if _is_of(part, release)]
    if len(found) < release.parts:
        raise Conflict
    return found


def _without(candidate: str, roster: Roster) -> bytes:
    [part] = roster_codec.packed({name: digest for name, digest in roster.items() if name != candidate})
    return part


def _release_key(company_key: str) -> dict[str, str]:
    return {"subject": release_subject(company_key), "period": "release"}


def _large_key(company_key: str) -> dict[str, str]:
    return {"subject": _LARGE, "period": company_key}


def _release_item(release: Release) -> Item:
    """Returns the item. It omits the company's name, so that it fits 4 KB, one read unit, together with ten markers."""
    item: Item = {
        "version": release.version,
        "released_version": release.version,
        "parts": release.parts,
        "candidates": release.candidates,
        "erased_since_release": release.erased_since_release,
        "released_at": _text(release.released_at),
    }
    if release.signals:
        item["signals"] = release.signals.model_dump_json(exclude={"company_name_normalized", "top_topics"})
        item["topics"] = release.signals.top_topics  # not as JSON, which escapes a control character to six bytes
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
        erased_since_release=item["erased_since_release"],
        withdraw_at=datetime.fromisoformat(item["withdraw_at"]) if "withdraw_at" in item else None,
        version=item["released_version"],
        parts=item["parts"],
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
