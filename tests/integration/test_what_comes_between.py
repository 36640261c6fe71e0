"""Interleavings: one operation runs between any two calls of a read, a job, a renormalization or an erasure.

No data of an erased person remains, and no release and no message of another is lost (contract 8 and 11).
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from shared.domain.events import read_event
from shared.domain.periods import Quarter
from shared.domain.signals.company_signals import (
    LARGE_COMPANY,
    WITHDRAWN_AFTER,
    Release,
    aggregate,
    new_release,
    roster_of,
)
from shared.infra.errors import Unavailable
from shared.services.ingestion import apply
from shared.services.releases import current_signals, release_large_companies
from shared.services.reports import make_scheduled_snapshot
from shared.store import Erased, Store
from shared.store.roster_codec import unpacked
from shared.store.table import Conflict
from shared.store.tally_items import company_subject
from tests.builders import NOW, a_message_triaged, an_event, an_id, days
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_erasure import a_company, add_candidates, take_in, traces
from tests.integration.test_renormalization import Companies

Q1 = Quarter(2026, 1)

WALKING = ("MessagesTable", "normalizer")
"""What requests name that move messages and keep how far that has come, not those that settle companies."""


class Interrupted:
    """A DynamoDB client before whose n-th call something else happens, once. Requests that name some words do not
    count.
    """

    def __init__(self, client: Any, at: int, what: Callable[[], object], uncounted: Sequence[str] = ()) -> None:
        self._client = client
        self._left = at
        self._what = what
        self._uncounted = uncounted

    @property
    def happened(self) -> bool:
        return self._left <= 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, operation)

        def call(**parameters: Any) -> Any:
            if not any(word in str(parameters) for word in self._uncounted):
                self._left -= 1
                if self._left == 0:
                    self._what()
            return method(**parameters)

        return call


def evaluate_on_read(store: Store, company: str, now: datetime = NOW) -> None:
    current_signals(store, company, now)


def evaluate_by_job(store: Store, company: str, now: datetime = NOW) -> None:
    store.releases.assign_to_job(company)
    release_large_companies(store, now, lambda: True)


@pytest.mark.parametrize("released", [True, False])
@pytest.mark.parametrize(
    ("evaluate", "large"), [(evaluate_on_read, LARGE_COMPANY), (evaluate_by_job, LARGE_COMPANY), (evaluate_by_job, 10)]
)
def test_a_person_erased_at_any_moment_of_an_evaluation_is_in_no_roster_after_it(
    local_store: Store,
    evaluate: Callable[..., None],
    large: int,
    monkeypatch: pytest.MonkeyPatch,
    *,
    released: bool,
) -> None:
    monkeypatch.setattr("shared.domain.signals.company_signals.LARGE_COMPANY", large)
    monkeypatch.setattr("shared.services.releases.LARGE_COMPANY", large)
    monkeypatch.setattr("shared.store.roster_codec._ENTRIES_A_PART", 5 if large == 10 else 15_000)
    for name in local_store.releases.large_companies(NOW + days(10_000)):
        local_store.releases.assign_to_readers(name)
    at = 0
    while True:
        at += 1
        company, later = a_company(), NOW + WITHDRAWN_AFTER
        person, *_ = add_candidates(local_store, company, 12)
        if released:
            evaluate(local_store, company)
            add_candidates(local_store, company, 10, start=12)
        event = read_event(an_event("CandidateErased", user_id=person))
        client = Interrupted(
            local_store._dynamodb, at, partial(apply, event, local_store, PSEUDONYMS, lambda _: None, NOW)
        )
        evaluate(Store(local_store._environ, client), company, NOW + days(1))
        if not client.happened:
            break
        items = local_store.reports._table.query("subject = :subject", subject=company_subject(company))
        kept = [unpacked(item["entries"]) for item in items if "entries" in item]
        assert not any(PSEUDONYMS.candidate(person) in entries for entries in kept), f"erased before call {at}"
        served = current_signals(local_store, company, later)
        assert served is None or served.sample_size == (21 if released else 11)
    assert at > 4


def replace_release(store: Store, company: str) -> None:
    number = store.releases.bump_version(company).version
    roster = roster_of(store.tallies.candidates(company))
    store.releases.replace_release(company, Release(None, 10, NOW, roster), number)


@pytest.mark.parametrize(
    ("first", "second"),
    [(evaluate_by_job, replace_release), (replace_release, evaluate_by_job)],
)
def test_a_large_company_is_on_the_jobs_list_whatever_comes_between(
    local_store: Store, monkeypatch: pytest.MonkeyPatch, first: Callable[..., None], second: Callable[..., None]
) -> None:
    monkeypatch.setattr("shared.domain.signals.company_signals.LARGE_COMPANY", 10)
    monkeypatch.setattr("shared.services.releases.LARGE_COMPANY", 10)
    at = 0
    while True:
        at += 1
        company = a_company()
        add_candidates(local_store, company, 9)
        client = Interrupted(local_store._dynamodb, at, partial(second, local_store, company))
        with suppress(Conflict):
            first(Store(local_store._environ, client), company)
        if not client.happened:
            break
        state = local_store.releases.state(company)
        listed = company in local_store.releases.large_companies(NOW + days(10_000))
        assert listed or not state.evaluated_by_job, f"before call {at}"
    assert at > 4


@pytest.mark.parametrize(("triaged_at", "stays"), [("2026-03-02T00:00:00Z", True), ("2026-02-27T00:00:00Z", False)])
def test_a_triage_for_another_at_any_moment_of_an_erasure_counts_if_it_is_the_later_one(
    local_store: Store, triaged_at: str, *, stays: bool
) -> None:
    at = 0
    while True:
        at += 1
        person, other, message = an_id("erasee"), an_id("user"), an_id("msg")
        take_in(local_store, a_message_triaged(user_id=person, message_id=message))
        erased = read_event(an_event("CandidateErased", user_id=person))
        for_another = a_message_triaged(triaged_at, user_id=other, message_id=message)

        def triage(event: dict[str, Any] = for_another) -> None:
            with suppress(Erased):
                take_in(local_store, event)

        client = Interrupted(local_store._dynamodb, at, triage)
        apply(erased, Store(local_store._environ, client), PSEUDONYMS, lambda _: None, NOW)
        if not client.happened:
            break
        kept = local_store.messages.get(message)
        assert (kept is not None and kept.owner == other) == stays, f"triaged before call {at}"
        assert local_store.tallies.inbound("team_1", other, Q1) == stays
        assert traces(local_store, person) == {}
    assert at > 10


def a_team_of_two(store: Store) -> tuple[str, str]:
    """A team, and the member of it who is to be erased; the other one has one message."""
    team, person, colleague = an_id("team"), an_id("erasee"), an_id("user")
    for user, messages in ((person, 2), (colleague, 1)):
        take_in(store, an_event("MemberJoined", team_id=team, user_id=user))
        take_in(store, *(a_message_triaged(user_id=user, team_id=team) for _ in range(messages)))
    return team, person


def kept_of(store: Store, team: str) -> tuple[int, int] | None:
    """How many members and messages the team's snapshot counts, if there is one."""
    scheduled = store.snapshots.scheduled(team, Q1)
    snapshot = scheduled.snapshot if scheduled else None
    return (snapshot.member_count, snapshot.total_inbound) if snapshot else None


def test_a_snapshot_holds_nobody_who_was_erased_at_any_moment_of_its_making(local_store: Store) -> None:
    at = 0
    while True:
        at += 1
        team, person = a_team_of_two(local_store)
        erase = partial(take_in, local_store, an_event("CandidateErased", user_id=person))
        client = Interrupted(local_store._dynamodb, at, erase)
        made = make_scheduled_snapshot(Store(local_store._environ, client), team, Q1, NOW, NOW)
        if not client.happened:
            break
        assert kept_of(local_store, team) == (1, 1), f"erased before call {at}"
        assert (made.member_count, made.total_inbound) == (1, 1)
    assert at > 5


def test_a_snapshot_made_at_any_moment_of_an_erasure_does_not_stay_with_the_erased(local_store: Store) -> None:
    at = 0
    while True:
        at += 1
        team, person = a_team_of_two(local_store)
        client = Interrupted(
            local_store._dynamodb, at, partial(make_scheduled_snapshot, local_store, team, Q1, NOW, NOW)
        )
        take_in(Store(local_store._environ, client), an_event("CandidateErased", user_id=person))
        if not client.happened:
            break
        assert kept_of(local_store, team) in (None, (1, 1)), f"made before call {at}"
    assert at > 10


@pytest.mark.slow
@pytest.mark.parametrize("names", [{"facebook": "meta"}, {"facebook": "meta", "instagram": "meta"}], ids=len)
def test_a_person_erased_at_any_moment_of_a_renormalization_is_in_no_roster_after_it(
    local_store: Store, names: dict[str, str]
) -> None:
    at, renamed = 0, dict[str, str]()
    while True:
        at += 1
        companies = Companies(local_store)
        companies.begin(facebook=range(10), instagram=range(5, 15))
        assert companies.served("facebook")
        companies.rename(**names)
        companies.renamed = renamed = renamed | companies.renamed  # what ran before stays where it is
        user = f"{companies.run}-user-7"
        erased = read_event(an_event("CandidateErased", user_id=user))
        erase = partial(apply, erased, local_store, PSEUDONYMS, lambda _: None, NOW)
        client = Interrupted(local_store._dynamodb, at, erase, WALKING)
        with suppress(Unavailable):
            companies.renormalize(Store(local_store._environ, client))
        if not client.happened:
            break
        companies.renormalize()
        assert traces(local_store, user) == {}, f"erased before call {at}"
    assert at > 10


@pytest.mark.slow
def test_a_release_that_comes_at_any_moment_of_a_renormalization_is_not_forgotten(local_store: Store) -> None:
    at, renamed = 0, dict[str, str]()
    while True:
        at += 1
        companies = Companies(local_store)
        companies.begin(facebook=range(10))
        key = companies.key("facebook")
        company = aggregate(local_store.tallies.candidates(key))
        release = new_release(key, company, NOW)
        made: list[bool] = []

        def put(key: str = key, release: Release = release) -> None:
            made.append(local_store.releases.put_release(key, release, 0))  # noqa: B023 - called within the turn

        companies.rename(facebook="meta")
        companies.renamed = renamed = renamed | companies.renamed
        client = Interrupted(local_store._dynamodb, at, put, WALKING)
        with suppress(Unavailable):
            companies.renormalize(Store(local_store._environ, client))
        if not client.happened:
            break
        companies.renormalize()
        companies.people("meta", 1, start=10)
        sizes = {companies.size("facebook"), companies.size("meta")}
        assert sizes == ({None, 10} if made == [True] else {None, 11}), f"released before call {at}"
    assert at > 8


@pytest.mark.slow
def test_whoever_reads_around_a_whole_renormalization_releases_nothing_that_overlaps(local_store: Store) -> None:
    at, renamed = 0, dict[str, str]()
    while True:
        at += 1
        companies = Companies(local_store)
        companies.begin(facebook=range(10))
        companies.rename(facebook="meta")
        companies.renamed = renamed = renamed | companies.renamed
        client = Interrupted(local_store._dynamodb, at, companies.renormalize)
        released = current_signals(Store(local_store._environ, client), companies.key("facebook"), NOW)
        if not client.happened:
            break
        companies.people("meta", 1, start=10)
        sizes = {companies.size("facebook"), companies.size("meta")}
        assert sizes == {None, 10} or (sizes == {None, 11} and not released), f"renormalized before call {at}"
    assert at > 4
