"""The law of the product, on real engines: a tally always equals the sum over its messages, in whatever order events
come.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.events import read_event
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter
from shared.domain.tallies import CandidateKey, CompanyKey, QuarterKey, TallyKey, contribution, total
from shared.services.ingestion import apply
from shared.services.reports import make_career_health
from shared.store import Erased, Store
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.strategies import NO_COMPANY, USERS, message_events

# The fixtures hold no state of a test: each example works on ids of its own.
on_a_real_engine = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def take_in(store: Store, *given_events: dict[str, Any]) -> None:
    for event in given_events:
        with suppress(Erased):
            apply(read_event(event), store, PSEUDONYMS, lambda _: None, NOW)


def a_run() -> str:
    return an_id("run").replace("_", "")  # as it stands in a normalised company name too


def renamed(given_events: list[dict[str, Any]], run: str) -> list[dict[str, Any]]:
    """The same events about other people, messages and companies."""
    result = []
    for event in given_events:
        detail, marks = event["detail"], {"message_id": "-", "user_id": "-", "company": " "}
        marked = {name: f"{run}{mark}{detail[name]}" for name, mark in marks.items() if name in detail}
        if detail.get("company") == NO_COMPANY:
            del marked["company"]
        result.append({**event, "detail": detail | marked})
    return result


def state(store: Store, run: str) -> tuple[dict[str, Message | None], dict[TallyKey, dict[str, int]]]:
    """Every message and every tally of a run, with the run's mark and the write count taken off."""
    found = {name: store.messages.get(f"{run}-{name}") for name in ("m1", "m2", "m3", "m4")}
    tallies: dict[TallyKey, dict[str, int]] = {}
    for user in USERS:
        tallies |= {key: dict(tally) for key, tally in store.tallies.person(f"{run}-{user}").tallies.items()}
    for company in ("stripe", "notion", "linear"):
        for candidate, tally in store.tallies.candidates(f"{run} {company}").items():
            if tally:
                tallies[CandidateKey(f"{run} {company}", candidate)] = dict(tally)
    return found, tallies


def recounted(messages: dict[str, Message | None]) -> dict[TallyKey, dict[str, int]]:
    by_key: dict[TallyKey, list[Counter[str]]] = {}
    for message in messages.values():
        for key, counters in (contribution(message) if message else {}).items():
            by_key.setdefault(key, []).append(counters)
    return {key: dict(total(counters)) for key, counters in by_key.items()}


@given(events=message_events())
@on_a_real_engine
def test_a_tally_equals_the_sum_over_its_messages(local_store: Store, events: list[dict[str, Any]]) -> None:
    run = a_run()
    take_in(local_store, *renamed(events, run))
    messages, tallies = state(local_store, run)
    assert tallies == recounted(messages)


def comparable(found: tuple[dict[str, Message | None], dict[TallyKey, dict[str, int]]], run: str) -> str:
    messages, tallies = found
    shown = [(name, m and (m.triage, m.history)) for name, m in messages.items()]
    names = {key: key[:1] if isinstance(key, CandidateKey) else key for key in tallies}
    counted = sorted(f"{names[key]} {sorted(tally.items())}" for key, tally in tallies.items())
    return repr((shown, counted)).replace(run, "RUN")


@given(events=message_events(), data=st.data())
@on_a_real_engine
def test_any_order_and_any_repetition_of_the_same_events_gives_the_same_state(
    local_store: Store, events: list[dict[str, Any]], data: st.DataObject
) -> None:
    once, again = a_run(), a_run()
    take_in(local_store, *renamed(events, once))
    shuffled = data.draw(st.permutations(events)) + data.draw(st.lists(st.sampled_from(events), max_size=6))
    take_in(local_store, *renamed(shuffled, again))
    assert comparable(state(local_store, once), once) == comparable(state(local_store, again), again)


@given(events=message_events(), data=st.data())
@on_a_real_engine
def test_any_order_of_triages_and_erasures_gives_the_same_state(
    local_store: Store, events: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Without outcomes: those of a thread that was an erased person's go with them for good (docs/decisions.md)."""
    triages = [event for event in events if event["detail-type"] == "MessageTriaged"]
    erased = [
        an_event("CandidateErased", user_id=user) for user in data.draw(st.sets(st.sampled_from(USERS), min_size=1))
    ]
    once, again = a_run(), a_run()
    take_in(local_store, *renamed(triages + erased, once))
    take_in(local_store, *renamed(data.draw(st.permutations(triages + erased)), again))
    assert comparable(state(local_store, once), once) == comparable(state(local_store, again), again)


def test_a_message_and_its_outcome_count_once_on_each_engine(store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    triaged = a_message_triaged(user_id=user, message_id=message, company="Stripe, Inc.", topics=["a", "b", "a"])
    verified_outcome = an_event(
        "OutcomeVerified", message_id=message, outcome="offered", verified_at="2026-03-02T00:00:00Z", source="lever"
    )
    take_in(store, verified_outcome, triaged, verified_outcome, triaged)
    tallies = store.tallies.person(user).tallies
    assert tallies[QuarterKey("team_1", user, "2026-Q1")]["verified"] == 1
    stripe = CompanyKey("team_1", user, "2026-Q1", "stripe", "Stripe, Inc.")
    assert tallies[stripe] == {"inbound": 1, "fit:strong_fit": 1}


def test_a_correction_moves_a_message_to_another_quarter_and_company(store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    first = a_message_triaged(user_id=user, message_id=message)
    moved = a_message_triaged(
        "2026-03-02T00:00:00Z", user_id=user, message_id=message, company="Notion", received_at="2025-11-01T00:00:00Z"
    )
    take_in(store, first, moved, first)
    member = ("team_1", user, "2025-Q4")
    person = store.tallies.person(user)
    assert set(person.tallies) == {QuarterKey(*member), CompanyKey(*member, "notion", "Notion")}
    assert person.companies == {"stripe", "notion"}, "an erasure must find the person at both"


def test_a_corrected_team_moves_a_thread_with_its_outcome(store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    first = a_message_triaged(user_id=user, message_id=message, team_id="team_a")
    moved = a_message_triaged("2026-03-02T00:00:00Z", user_id=user, message_id=message, team_id="team_b")
    take_in(store, first, moved, first)
    person = store.tallies.person(user)
    assert {key.team_id for key in person.tallies if not isinstance(key, CandidateKey)} == {"team_b"}


@pytest.mark.parametrize("writers", [20])
def test_concurrent_writers_of_one_thread_lose_nothing(local_store: Store, writers: int) -> None:
    user, message = an_id("user"), an_id("msg")
    take_in(local_store, a_message_triaged(user_id=user, message_id=message))
    outcomes = [Outcome.INTERVIEWED, Outcome.OFFERED, Outcome.GHOSTED, Outcome.ACCEPTED] * (writers // 4)

    def record(outcome: Outcome) -> None:
        def report(found: Message | None) -> Message:
            assert found is not None
            return found.with_history(found.history.self_reported(outcome, "", NOW))

        local_store.messages.change(message, report)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(record, outcomes))
    kept = local_store.messages.get(message)
    assert kept is not None
    tally = local_store.tallies.person(user).tallies[QuarterKey("team_1", user, "2026-Q1")]
    assert tally == dict(contribution(kept)[QuarterKey("team_1", user, "2026-Q1")])


def test_a_report_shows_the_spelling_that_was_seen_most_often(local_store: Store) -> None:
    user = an_id("user")
    take_in(local_store, *(a_message_triaged(user_id=user, company=name) for name in ("STRIPE", "Stripe", "Stripe")))
    [company] = make_career_health(local_store, "team_1", user, Quarter(2026, 1), NOW).top_companies
    assert (company.name, company.count) == ("Stripe", 3)
