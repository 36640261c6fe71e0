"""CandidateErased: everything held about a person goes, aggregates included, and stays gone (contract 8 and 11)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.domain.events import read_event
from shared.domain.periods import Quarter
from shared.domain.plans import Plan
from shared.domain.signals.company_signals import aggregate, new_release
from shared.domain.webhooks.events import logged_events
from shared.infra.errors import Unavailable
from shared.services.ingestion import apply
from shared.services.releases import current_signals
from shared.services.reports import make_career_health, make_scheduled_snapshot, team_snapshot
from shared.services.webhooks import publish
from shared.store import Erased, Store
from shared.store.webhooks import Endpoint
from tests.builders import NOW, a_message_triaged, an_event, an_id, days
from tests.integration.conftest import PSEUDONYMS
from tests.integration.teams import a_key

Q1 = Quarter(2026, 1)
COMPANY = "Stripe"


def take_in(store: Store, *events: dict[str, Any]) -> None:
    for event in events:
        apply(read_event(event), store, PSEUDONYMS, lambda _: None, NOW)


def everything_in(store: Store) -> str:
    """Every item of every table, as text; bytes, as those of rosters, in hexadecimal, like pseudonyms."""
    client = store.messages._table.client
    pages = [client.get_paginator("scan").paginate(TableName=name) for name in client.list_tables()["TableNames"]]
    return json.dumps([item for table in pages for page in table for item in page["Items"]], default=bytes.hex)


def traces(store: Store, user: str) -> dict[str, int]:
    """How often the tables name a person, by id and by pseudonym."""
    everything, candidate = everything_in(store), PSEUDONYMS.candidate(user)
    return {mark: everything.count(mark) for mark in (user, candidate) if mark in everything}


def a_person(store: Store, company: str = COMPANY) -> str:
    """A candidate of whom everything is held that can be. Whatever is theirs names them."""
    user, team = an_id("erasee"), an_id("team")
    take_in(
        store,
        an_event("TeamUpdated", team_id=team, name="Acme", plan="enterprise"),
        an_event("MemberJoined", team_id=team, user_id=user),
        an_event("ProfileUpdated", user_id=user, headline=f"{user} the PM", stories=[], skills=[]),
        a_message_triaged(user_id=user, team_id=team, message_id=f"{user}-one", company=company),
        a_message_triaged(user_id=user, team_id=team, message_id=f"{user}-two", received_at="2025-11-01T00:00:00Z"),
        an_event(
            "OutcomeVerified",
            message_id=f"{user}-one",
            outcome="offered",
            verified_at="2026-03-01T00:00:00Z",
            source="x",
        ),
    )
    webhooks_heard(store, team, f"{user}-one", f"{user}-two")
    for _ in range(2):
        a_key(store, team, user, Plan.ENTERPRISE)
    make_career_health(store, team, user, Q1, NOW)
    make_scheduled_snapshot(store, team, Q1, NOW, NOW)
    team_snapshot(store, team, Q1.next, NOW)
    return user


def webhooks_heard(store: Store, team: str, *message_ids: str) -> None:
    """Delivers the events of threads to an endpoint of the team, which answers with the id of the thread."""
    store.webhooks.add_endpoint(Endpoint(an_id("whe"), team, "https://example.com/", NOW))
    for message in store.messages.get_many(message_ids):
        for _, event in logged_events(message):
            for task in publish(store, PSEUDONYMS, event, NOW):
                delivery = store.webhooks.delivery(task.endpoint_id, task.event_id)
                assert delivery
                attempt = {"at": "2026-03-13T12:00:00Z", "status": 500, "ms": 9, "body": message.message_id}
                store.webhooks.keep(delivery, replace(delivery, attempts=(attempt,)))


def add_candidates(store: Store, company: str, number: int, start: int = 0) -> list[str]:
    """Candidates with one message each from a company."""
    users = [f"{company}-user-{n}" for n in range(start, start + number)]
    take_in(store, *(a_message_triaged(user_id=user, company=company) for user in users))
    return users


def a_company() -> str:
    return an_id("co").replace("_", "")


@pytest.fixture
def person(store: Store) -> str:
    return a_person(store)


def test_nothing_of_an_erased_person_is_left_in_any_table(store: Store) -> None:
    company = a_company()
    person = a_person(store, company)
    add_candidates(store, company, 12)
    assert current_signals(store, company, NOW) is not None
    candidate, release = PSEUDONYMS.candidate(person), store.releases.state(company).release
    assert candidate in store.releases.roster(company, release)
    assert candidate in store.releases.pending("stripe")
    take_in(store, an_event("CandidateErased", user_id=person))
    assert traces(store, person) == {}


def test_erasing_twice_changes_nothing(store: Store, person: str) -> None:
    take_in(store, an_event("CandidateErased", user_id=person), an_event("CandidateErased", user_id=person))
    assert traces(store, person) == {}


def test_late_events_about_an_erased_person_are_refused(store: Store, person: str) -> None:
    take_in(store, an_event("CandidateErased", user_id=person))
    verified = {"outcome": "offered", "verified_at": "2026-03-02T00:00:00Z", "source": "x"}
    for late in (
        a_message_triaged(user_id=person, message_id=f"{person}-three"),
        a_message_triaged(user_id=person, message_id=f"{person}-one", time="2027-01-01T00:00:00Z"),
        an_event("OutcomeVerified", message_id=f"{person}-one", **verified),
        an_event("OutcomeVerified", message_id=f"{person}-three", **verified),
        an_event("ProfileUpdated", user_id=person, headline="back again"),
        an_event("MemberJoined", team_id="team_1", user_id=person),
    ):
        with pytest.raises(Erased):
            take_in(store, late)
    assert traces(store, person) == {}


def test_an_outcome_that_waited_for_an_erased_persons_message_goes_too(store: Store) -> None:
    user = an_id("erasee")
    verified = {"outcome": "offered", "verified_at": "2026-03-02T00:00:00Z", "source": "x"}
    take_in(
        store,
        an_event("CandidateErased", user_id=user),
        an_event("OutcomeVerified", message_id=f"{user}-msg", **verified),
    )
    with pytest.raises(Erased):
        take_in(store, a_message_triaged(user_id=user, message_id=f"{user}-msg"))
    assert traces(store, user) == {}


class Crashing:
    """A DynamoDB client that fails at its n-th write. (Failing once it is done leaves what the next failure finds.)"""

    WRITES = frozenset({"put_item", "update_item", "delete_item", "transact_write_items"})

    def __init__(self, client: Any, crash_at: int) -> None:
        self._client = client
        self._left = crash_at

    @property
    def crashed(self) -> bool:
        return self._left <= 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, operation)

        def write(**parameters: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                raise Unavailable
            return method(**parameters)

        return write if operation in self.WRITES else method


def test_an_erasure_that_crashes_at_any_write_is_finished_by_the_next_delivery(local_store: Store) -> None:
    crash_at = crashes = 0
    while True:
        crash_at += 1
        company = a_company()
        person = a_person(local_store, company)
        add_candidates(local_store, company, 9)
        assert current_signals(local_store, company, NOW), "the person is in a release"
        client = Crashing(local_store._dynamodb, crash_at)
        event = read_event(an_event("CandidateErased", user_id=person))
        try:
            apply(event, Store(local_store._environ, client), PSEUDONYMS, lambda _: None, NOW)
        except Unavailable:
            crashes += 1
            apply(event, local_store, PSEUDONYMS, lambda _: None, NOW)
        assert traces(local_store, person) == {}, f"after a crash at write {crash_at}"
        if not client.crashed:
            break
    assert crashes == crash_at - 1 > 15


def test_an_erasure_waits_for_the_index_that_finds_messages(local_store: Store) -> None:
    person = a_person(local_store)

    class Lagging(Crashing):
        def __getattr__(self, operation: str) -> Callable[..., Any]:
            method: Callable[..., Any] = getattr(self._client, operation)

            def query(**parameters: Any) -> Any:
                answer = method(**parameters)
                return {"Items": []} if parameters.get("IndexName") == "by_user" else answer

            return query if operation == "query" else method

    lagging = Store(local_store._environ, Lagging(local_store._dynamodb, 0))
    event = read_event(an_event("CandidateErased", user_id=person))
    with pytest.raises(Unavailable):
        apply(event, lagging, PSEUDONYMS, lambda _: None, NOW)
    apply(event, local_store, PSEUDONYMS, lambda _: None, NOW)
    assert traces(local_store, person) == {}


def test_an_erased_candidate_leaves_with_the_next_release_or_the_company_is_withdrawn(store: Store) -> None:
    company = a_company()
    users = add_candidates(store, company, 12)

    def served(when: datetime) -> object:
        return current_signals(store, company, when)

    before = served(NOW)
    take_in(store, an_event("CandidateErased", user_id=users[0]))
    assert served(NOW) == served(NOW + days(29)) == before
    assert served(NOW + days(31)) is None
    add_candidates(store, company, 9, start=12)
    after = current_signals(store, company, NOW + days(31))
    assert after is not None
    assert after.sample_size == 20


def test_a_second_erasure_does_not_put_the_withdrawal_off(store: Store) -> None:
    company = a_company()
    first, second, *_ = add_candidates(store, company, 12)
    assert current_signals(store, company, NOW)
    for user, when in ((first, NOW), (second, NOW + days(20)), (first, NOW + days(25))):
        apply(read_event(an_event("CandidateErased", user_id=user)), store, PSEUDONYMS, lambda _: None, when)
    assert current_signals(store, company, NOW + days(29))
    assert current_signals(store, company, NOW + days(30)) is None


def test_the_erased_count_among_the_ten_who_differ(store: Store) -> None:
    company = a_company()
    users = add_candidates(store, company, 25)
    assert current_signals(store, company, NOW)
    take_in(store, *(an_event("CandidateErased", user_id=user) for user in users[:9]))
    assert getattr(current_signals(store, company, NOW), "sample_size", None) == 25
    take_in(store, an_event("CandidateErased", user_id=users[9]))
    assert getattr(current_signals(store, company, NOW), "sample_size", None) == 15


def test_erasing_someone_who_is_in_no_release_withdraws_nothing(store: Store) -> None:
    company = a_company()
    add_candidates(store, company, 10)
    released = current_signals(store, company, NOW)
    [late] = add_candidates(store, company, 1, start=10)
    take_in(store, an_event("CandidateErased", user_id=late))
    assert current_signals(store, company, NOW + days(31)) == released


def test_a_release_made_while_a_candidate_is_erased_comes_too_late(store: Store) -> None:
    company = a_company()
    users = add_candidates(store, company, 10)
    version = store.releases.state(company).version
    take_in(store, an_event("CandidateErased", user_id=users[0]))
    stale = aggregate({PSEUDONYMS.candidate(user): {"inbound": 1} for user in users})
    assert not store.releases.put_release(company, new_release(company, stale, NOW), version)
    assert current_signals(store, company, NOW) is None
