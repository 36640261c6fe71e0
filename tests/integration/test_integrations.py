"""Events of applicant tracking systems become verified reports of threads, on real engines (contract 15)."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ats.links import ApplicationKey
from shared.domain.events import BadEvent
from shared.domain.tallies import QuarterKey, contribution
from shared.services.export import export_person
from shared.services.integrations import events, waiting_applications
from shared.store import Store
from shared.store.connections import KEPT_FOR
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.ats import (
    GREENHOUSE,
    a_connection,
    a_thread,
    greenhouse,
    link,
    offer,
    outcomes,
    reject,
    send,
    status,
)
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_tallies_law import on_a_real_engine, take_in


def test_a_linked_application_s_events_are_the_thread_s_verified_outcomes_and_count(store: Store) -> None:
    team, user = an_id("team"), an_id("user")
    connection, message = a_connection(store, team), a_thread(store, team, user)
    take_in(store, link(message, team, 42))
    send(store, connection, offer(42), greenhouse("hire_candidate", 42))
    assert outcomes(store, message) == ["offered", "accepted"]
    tally = store.tallies.person(user).tallies[QuarterKey(team, user, "2026-Q1")]
    assert (tally["verified"], tally["verified:reached:accepted"]) == (1, 1)
    send(store, connection, greenhouse("unhire_candidate", 42, "2026-03-02T00:00:00Z"))
    assert status(store, message).verified_stage == "offered"
    found = store.messages.get(message)
    assert found is not None
    tally = store.tallies.person(user).tallies[QuarterKey(team, user, "2026-Q1")]
    assert tally == dict(contribution(found)[QuarterKey(team, user, "2026-Q1")])


def test_what_is_taken_back_leaves_nothing_behind(store: Store) -> None:
    team, user = an_id("team"), an_id("user")
    connection, message = a_connection(store, team), a_thread(store, team, user)
    take_in(store, link(message, team, 42))
    before = store.tallies.person(user).tallies
    send(store, connection, reject(42, "We rejected them"))
    assert outcomes(store, message) == ["declined_by_company"]
    send(store, connection, greenhouse("unreject_candidate", 42, "2026-03-04T00:00:00Z"))
    assert outcomes(store, message) == []
    assert store.tallies.person(user).tallies == before


def test_facts_wait_for_their_link_and_a_link_for_its_thread(store: Store) -> None:
    team, message = an_id("team"), an_id("msg")
    connection = a_connection(store, team)
    send(store, connection, offer(42))
    assert [event["state"] for event in events(store, connection, NOW, 10)] == ["waiting"]
    assert [each["application_id"] for each in waiting_applications(store, team, NOW)] == ["42"]
    take_in(store, link(message, team, 42))
    assert store.messages.get(message) is None
    take_in(store, a_message_triaged(message_id=message, team_id=team))
    assert outcomes(store, message) == ["offered"]
    [event] = events(store, connection, NOW, 10)
    assert (event["provider_event"], event["application_id"], event["state"], event["outcome"]) == (
        "offer_created",
        "42",
        "applied",
        "offered",
    )
    assert waiting_applications(store, team, NOW) == []


def test_facts_wait_thirty_days_and_stay_once_they_are_linked(store: Store) -> None:
    team = an_id("team")
    connection, message = a_connection(store, team), a_thread(store, team)
    key, later = ApplicationKey(team, GREENHOUSE, "42"), NOW + KEPT_FOR
    send(store, connection, offer(42))
    assert store.applications.read(key, NOW).facts
    assert not store.applications.read(key, later).facts
    take_in(store, link(message, team, 42))
    assert store.applications.read(key, later).facts


def test_a_later_link_moves_an_application_whichever_comes_first(store: Store) -> None:
    for order in (1, -1):
        team = an_id("team")
        connection, first, second = a_connection(store, team), a_thread(store, team), a_thread(store, team)
        links = [link(first, team, 42), link(second, team, 42, "2026-03-05T00:00:00Z")]
        send(store, connection, offer(42))
        take_in(store, *links[::order], *links)
        assert (outcomes(store, first), outcomes(store, second)) == ([], ["offered"])


def test_a_thread_is_the_application_that_was_linked_last(store: Store) -> None:
    team = an_id("team")
    connection, message = a_connection(store, team), a_thread(store, team)
    send(store, connection, offer(42), reject(43, "They rejected us"))
    take_in(store, link(message, team, 43, "2026-03-05T00:00:00Z"), link(message, team, 42))
    assert outcomes(store, message) == ["withdrew"]
    states = {event["application_id"]: event["state"] for event in events(store, connection, NOW, 10)}
    assert states == {"42": "waiting", "43": "applied"}


def test_a_link_to_another_team_s_thread_is_a_bad_event(store: Store) -> None:
    team, other = an_id("team"), an_id("team")
    connection, theirs = a_connection(store, team), a_thread(store, other)
    with pytest.raises(BadEvent, match="another team"):
        take_in(store, link(theirs, team, 42))
    send(store, connection, offer(42))
    assert outcomes(store, theirs) == []


def test_a_link_to_a_thread_that_turns_out_to_be_another_team_s_never_takes_effect(store: Store) -> None:
    team, other, theirs = an_id("team"), an_id("team"), an_id("msg")
    connection, ours = a_connection(store, team), a_thread(store, team)
    send(store, connection, offer(42))
    take_in(store, link(ours, team, 42), link(theirs, team, 42, "2026-03-05T00:00:00Z"))
    take_in(store, a_message_triaged(message_id=theirs, team_id=other))
    assert (outcomes(store, ours), outcomes(store, theirs)) == (["offered"], [])


def test_a_thread_that_moves_to_another_team_leaves_its_application_behind(store: Store) -> None:
    team, other = an_id("team"), an_id("team")
    connection, message = a_connection(store, team), a_thread(store, team)
    take_in(store, link(message, team, 42))
    send(store, connection, offer(42))
    take_in(store, a_message_triaged("2026-03-09T00:00:00Z", message_id=message, team_id=other))
    assert outcomes(store, message) == []


def test_an_event_without_a_time_of_its_own_counts_once_whatever_id_it_comes_under(store: Store) -> None:
    team = an_id("team")
    connection, message = a_connection(store, team), a_thread(store, team)
    take_in(store, link(message, team, 42))
    body = greenhouse("hire_candidate", 42, None)
    for event_id in ("e1", "e1", "e2", ""):
        send(store, connection, body, event_id=event_id)
    send(store, connection, body + b" ", event_id="e1")
    assert len(store.applications.read(ApplicationKey(team, GREENHOUSE, "42"), NOW).facts) == 1
    assert len(events(store, connection, NOW, 10)) == 1


def test_events_below_enterprise_are_dropped(store: Store) -> None:
    team = an_id("team")
    connection = a_connection(store, team)
    take_in(store, an_event("TeamUpdated", time="2026-03-05T00:00:00Z", team_id=team, name="A", plan="team"))
    with pytest.raises(AssertionError):
        send(store, connection, offer(42))
    assert events(store, connection, NOW, 10) == []


def test_a_deleted_application_confirms_nothing_any_more(store: Store) -> None:
    team = an_id("team")
    connection, message = a_connection(store, team), a_thread(store, team)
    take_in(store, link(message, team, 42))
    send(store, connection, greenhouse("delete_application", 42), offer(42))
    assert outcomes(store, message) == []


BODIES = st.lists(
    st.sampled_from(
        [
            offer(42, "2026-02-20"),
            offer(42, "2026-02-25", "Deprecated"),
            greenhouse("hire_candidate", 42, "2026-03-01T10:00:00Z"),
            greenhouse("unhire_candidate", 42, "2026-03-02T10:00:00Z"),
            reject(42, "We rejected them", "2026-03-03T10:00:00Z"),
            reject(42, "They rejected us", "2026-03-05T10:00:00Z"),
            greenhouse("unreject_candidate", 42, "2026-03-04T10:00:00Z"),
            greenhouse("application_updated", 42),
        ]
    ),
    max_size=6,
)


@given(bodies=BODIES, links=st.lists(st.integers(0, 2), max_size=4), chance=st.randoms(use_true_random=False))
@on_a_real_engine
def test_any_order_and_repetition_of_events_links_and_triages_gives_one_state(
    local_store: Store, bodies: list[bytes], links: list[int], chance: random.Random
) -> None:
    """The third thread is another team's, which is known only at the end."""
    states: list[list[list[str]]] = []
    for _ in range(2):
        team, other = an_id("team"), an_id("team")
        connection, threads = a_connection(local_store, team), [an_id("msg") for _ in range(3)]
        triages = [a_message_triaged(message_id=thread, team_id=team) for thread in threads[:2]]
        linked = [link(threads[n], team, 42, f"2026-03-0{i + 1}T00:00:00Z") for i, n in enumerate(links)]
        steps: list[bytes | dict[str, Any]] = [*bodies, *triages, *linked]
        if states:
            steps += chance.choices(steps, k=len(steps))
            chance.shuffle(steps)
        for step in steps:
            if isinstance(step, bytes):
                send(local_store, connection, step)
            else:
                take_in(local_store, step)
        take_in(local_store, a_message_triaged(message_id=threads[2], team_id=other))
        states.append([outcomes(local_store, thread) for thread in threads])
    assert states[0] == states[1]
    assert states[0][2] == []


def test_events_that_come_at_once_lose_nothing(local_store: Store) -> None:
    team = an_id("team")
    connection, message = a_connection(local_store, team), a_thread(local_store, team)
    take_in(local_store, link(message, team, 42))
    taken_back = greenhouse("unreject_candidate", 42, "2026-03-04T10:00:00Z")
    bodies = [offer(42), reject(42, "We rejected them"), taken_back, greenhouse("hire_candidate", 42)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: send(local_store, connection, body), bodies * 3))
    assert outcomes(local_store, message) == ["offered", "accepted"]


def test_erasure_reaches_links_facts_and_waiting_events(store: Store) -> None:
    team, user, waiting = an_id("team"), an_id("user"), an_id("msg")
    connection, message = a_connection(store, team), a_thread(store, team, user)
    take_in(store, link(message, team, 42), link(waiting, team, 43))
    send(store, connection, offer(42), offer(43), offer(44))
    exported = export_person(store, PSEUDONYMS, user, NOW)["messages"][0]["applications"]
    assert [(each["application_id"], len(each["facts"])) for each in exported] == [("42", 1)]
    erased = an_event("CandidateErased", user_id=user)
    take_in(store, erased, a_message_triaged(message_id=waiting, team_id=team, user_id=user), erased)
    take_in(store, link(message, team, 42, "2026-03-09T00:00:00Z"))  # too late
    for application in ("42", "43"):
        found = store.applications.read(ApplicationKey(team, GREENHOUSE, application), NOW)
        assert (found.facts, found.links) == ((), ())
    assert store.applications.of_thread(message) + store.applications.of_thread(waiting) == []
    assert [event["application_id"] for event in events(store, connection, NOW, 10)] == ["44"]
    send(store, connection, reject(42, "We rejected them"))
    assert store.messages.get(message) is None


def test_a_thousand_confusable_candidates_give_no_wrong_match(local_store: Store) -> None:
    """All share a name and an address; ids are prefixes of others; some applications are linked twice or never."""
    chance, team = random.Random(15), an_id("team")
    connection = a_connection(local_store, team)
    threads = {application: an_id("msg") for application in range(1, 1001)}
    take_in(local_store, *(a_message_triaged(message_id=message, team_id=team) for message in threads.values()))
    kinds = {n: chance.choice(["offered", "declined_by_company", "accepted"]) for n in threads}
    unlinked = set(chance.sample(sorted(threads), 100))
    moved = chance.sample(sorted(set(threads) - unlinked), 100)
    by_kind: dict[str, Callable[[int], bytes]] = {
        "offered": offer,
        "declined_by_company": lambda n: reject(n, "We rejected them"),
        "accepted": lambda n: greenhouse("hire_candidate", n),
    }
    wrong_first = [link(threads[chance.choice(sorted(unlinked))], team, n, "2026-03-01T00:00:00Z") for n in moved]
    steps: list[bytes | dict[str, Any]] = [*wrong_first, *(by_kind[kinds[n]](n) for n in threads)]
    steps += [link(threads[n], team, n) for n in threads if n not in unlinked]
    chance.shuffle(steps)

    def take(step: bytes | dict[str, Any]) -> None:
        if isinstance(step, bytes):
            send(local_store, connection, step)
        else:
            take_in(local_store, step)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, steps))
    wrong = {
        n: outcomes(local_store, message)
        for n, message in threads.items()
        if outcomes(local_store, message) != ([] if n in unlinked else [kinds[n]])
    }
    assert wrong == {}
