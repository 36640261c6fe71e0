"""CandidateErased: everything held about a person goes, aggregates included, and stays gone (contract 8 and 11)."""

from typing import Any

import pytest

from shared.events import read_event
from shared.ingestion import apply
from shared.keys import KeyRecord
from shared.periods import Quarter
from shared.plans import Scope
from shared.reporting import current_signals, make_career_health, make_snapshot
from shared.store import Erased, Store
from tests.builders import NOW, a_message_triaged, an_event, an_id, days
from tests.integration.conftest import PSEUDONYMS

Q1 = Quarter(2026, 1)


def take_in(store: Store, *events: dict[str, Any]) -> None:
    for event in events:
        apply(read_event(event), store, PSEUDONYMS, lambda _: None, NOW)


def everything_in(store: Store) -> str:
    """Every item of every table, as text."""
    client = store.messages._table.client
    return repr([client.scan(TableName=name)["Items"] for name in client.list_tables()["TableNames"]])


@pytest.fixture
def person(store: Store) -> str:
    """A candidate of whom everything is held that can be."""
    user, team = an_id("erasee"), an_id("team")
    take_in(
        store,
        an_event("TeamUpdated", team_id=team, name="Acme", plan="enterprise"),
        an_event("MemberJoined", team_id=team, user_id=user),
        an_event("ProfileUpdated", user_id=user, headline=f"{user} the PM", stories=[], skills=[]),
        a_message_triaged(user_id=user, team_id=team, message_id=f"{user}-one"),
        a_message_triaged(user_id=user, team_id=team, message_id=f"{user}-two", received_at="2025-11-01T00:00:00Z"),
        an_event("OutcomeVerified", message_id=f"{user}-one", outcome="offered", verified_at="2026-03-01T00:00:00Z", source="x"),
    )
    key = KeyRecord(an_id("hash"), an_id("key"), team, user, f"key of {user}", frozenset({Scope.READ}), NOW)
    store.api_keys.add(key, PSEUDONYMS.erased_person(user))
    make_career_health(store, user, Q1, NOW)
    make_snapshot(store, team, Q1, NOW)
    return user


def test_nothing_of_an_erased_person_is_left_in_any_table(store: Store, person: str) -> None:
    candidate = PSEUDONYMS.candidate(person)
    assert person in everything_in(store)
    assert candidate in everything_in(store)
    take_in(store, an_event("CandidateErased", user_id=person))
    assert person not in everything_in(store)
    assert candidate not in everything_in(store)


def test_erasing_twice_changes_nothing(store: Store, person: str) -> None:
    take_in(store, an_event("CandidateErased", user_id=person), an_event("CandidateErased", user_id=person))
    assert person not in everything_in(store)


def test_late_events_about_an_erased_person_are_refused(store: Store, person: str) -> None:
    take_in(store, an_event("CandidateErased", user_id=person))
    for late in (
        a_message_triaged(user_id=person, message_id=f"{person}-three"),
        a_message_triaged(user_id=person, message_id=f"{person}-one", time="2027-01-01T00:00:00Z"),
        an_event("OutcomeVerified", message_id=f"{person}-one", outcome="offered", verified_at="2026-03-02T00:00:00Z", source="x"),
        an_event("OutcomeVerified", message_id=f"{person}-three", outcome="offered", verified_at="2026-03-02T00:00:00Z", source="x"),
        an_event("ProfileUpdated", user_id=person, headline="back again"),
        an_event("MemberJoined", team_id="team_1", user_id=person),
    ):
        with pytest.raises(Erased):
            take_in(store, late)
    assert person not in everything_in(store)


def test_an_outcome_that_waited_for_an_erased_persons_message_goes_too(store: Store) -> None:
    user = an_id("erasee")
    take_in(
        store,
        an_event("CandidateErased", user_id=user),
        an_event("OutcomeVerified", message_id=f"{user}-msg", outcome="offered", verified_at="2026-03-02T00:00:00Z", source="x"),
    )
    with pytest.raises(Erased):
        take_in(store, a_message_triaged(user_id=user, message_id=f"{user}-msg"))
    assert user not in everything_in(store)


def crowd(store: Store, company: str, number: int, start: int = 0) -> list[str]:
    """Candidates with one message each from a company."""
    users = [f"{company}-user-{n}" for n in range(start, start + number)]
    take_in(store, *(a_message_triaged(user_id=user, company=company) for user in users))
    return users


def test_the_tenth_candidate_releases_a_company_and_nine_more_change_nothing(store: Store) -> None:
    company = an_id("co").replace("_", "")
    crowd(store, company, 9)
    assert current_signals(store, company, NOW) is None
    crowd(store, company, 1, start=9)
    first = current_signals(store, company, NOW)
    assert first is not None
    assert first.sample_size == 10
    crowd(store, company, 9, start=10)
    assert current_signals(store, company, NOW) == first
    crowd(store, company, 1, start=19)
    second = current_signals(store, company, NOW)
    assert second is not None
    assert second.sample_size == 20


def test_an_erased_candidate_leaves_with_the_next_release_or_the_company_is_withdrawn(store: Store) -> None:
    company = an_id("co").replace("_", "")
    users = crowd(store, company, 12)
    before = current_signals(store, company, NOW)
    take_in(store, an_event("CandidateErased", user_id=users[0]))
    assert current_signals(store, company, NOW) == before
    assert current_signals(store, company, NOW + days(29)) == before
    assert current_signals(store, company, NOW + days(31)) is None
    crowd(store, company, 9, start=12)
    after = current_signals(store, company, NOW + days(31))
    assert after is not None
    assert after.sample_size == 20


def test_erasing_someone_who_is_in_no_release_withdraws_nothing(store: Store) -> None:
    company = an_id("co").replace("_", "")
    crowd(store, company, 10)
    released = current_signals(store, company, NOW)
    [late] = crowd(store, company, 1, start=10)
    take_in(store, an_event("CandidateErased", user_id=late))
    assert current_signals(store, company, NOW + days(31)) == released
