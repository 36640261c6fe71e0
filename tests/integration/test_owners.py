"""A correction may say that a message is another person's: whose it is decides what an erasure takes, and the stamps of
the triages decide whose it is (contract 11).
"""

from typing import Any

from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter
from shared.domain.tallies import QuarterKey
from shared.services.export import export_person
from shared.services.reports import make_scheduled_snapshot
from shared.store import Erased, Store
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_erasure import take_in, traces

Q1 = Quarter(2026, 1)
VERIFIED = {"outcome": "offered", "verified_at": "2026-03-02T00:00:00Z", "source": "x"}


def dropped(store: Store, event: dict[str, Any]) -> bool:
    """Takes an event in, and says whether it was dropped as one about an erased person."""
    try:
        take_in(store, event)
    except Erased:
        return True
    return False


def test_a_message_that_a_correction_gave_to_another_outlives_the_erasure_of_the_first(local_store: Store) -> None:
    person, other, message = an_id("erasee"), an_id("user"), an_id("msg")
    take_in(
        local_store,
        a_message_triaged(user_id=person, message_id=message),
        a_message_triaged("2026-03-02T00:00:00Z", user_id=other, message_id=message),
    )
    lagging = Store(local_store._environ, local_store._dynamodb)
    lagging.messages.ids_of = lambda _: iter([message])  # type: ignore[method-assign, assignment]  # as it was before
    take_in(lagging, an_event("CandidateErased", user_id=person))
    assert not dropped(local_store, an_event("OutcomeVerified", message_id=message, **VERIFIED))
    kept = local_store.messages.get(message)
    assert kept
    assert kept.triage
    assert (kept.triage.user_id, kept.history.status.outcome) == (other, "offered")
    assert local_store.tallies.inbound("team_1", other, Q1) == 1
    assert traces(local_store, person) == {}


def test_a_correction_gives_an_erased_message_to_another_and_counts_what_comes_after_it(store: Store) -> None:
    person, other, message = an_id("erasee"), an_id("user"), an_id("msg")
    early = an_event("OutcomeVerified", message_id=message, **VERIFIED)
    take_in(store, a_message_triaged(user_id=person, message_id=message), early)
    take_in(store, an_event("CandidateErased", user_id=person))
    assert dropped(store, an_event("OutcomeVerified", message_id=message, **VERIFIED)), "it is nobody's for now"
    take_in(store, a_message_triaged("2026-03-02T00:00:00Z", user_id=other, message_id=message))
    kept = store.messages.get(message)
    assert kept
    assert kept.history.status.outcome is None, "what an erasure took does not come back"
    take_in(store, early)
    kept = store.messages.get(message)
    assert kept
    assert kept.history.status.outcome == "offered"
    assert traces(store, person) == {}


def test_an_earlier_triage_gives_an_erased_persons_message_to_nobody(store: Store) -> None:
    person, other, message = an_id("erasee"), an_id("user"), an_id("msg")
    take_in(store, a_message_triaged("2026-03-02T00:00:00Z", user_id=person, message_id=message))
    take_in(store, an_event("CandidateErased", user_id=person))
    assert dropped(store, a_message_triaged("2026-03-01T00:00:00Z", user_id=other, message_id=message))
    assert store.messages.get(message) is None
    assert store.tallies.inbound("team_1", other, Q1) == 0


def test_a_correction_to_an_erased_person_takes_the_message_from_whoever_has_it(store: Store) -> None:
    person, other, message = an_id("erasee"), an_id("user"), an_id("msg")
    take_in(store, an_event("CandidateErased", user_id=person))
    take_in(store, a_message_triaged("2026-03-02T00:00:00Z", user_id=other, message_id=message))
    take_in(store, a_message_triaged("2026-03-01T00:00:00Z", user_id=person, message_id=message))
    assert store.tallies.inbound("team_1", other, Q1) == 1, "the other's is the later word"
    assert dropped(store, a_message_triaged("2026-03-03T00:00:00Z", user_id=person, message_id=message))
    assert store.tallies.inbound("team_1", other, Q1) == 0
    assert store.messages.get(message) is None


def given_away(store: Store) -> tuple[str, str, str]:
    """A thread whose first owner reported an offer before a correction gave it to another."""
    first, second, message = an_id("first"), an_id("second"), an_id("msg")
    take_in(store, a_message_triaged(user_id=first, message_id=message))

    def offered(found: Message | None) -> Message:
        assert found is not None
        return found.with_history(found.history.self_reported(Outcome.OFFERED, f"notes of {first}", NOW))

    store.messages.change(message, offered)
    take_in(store, a_message_triaged("2026-03-02T00:00:00Z", user_id=second, message_id=message))
    return first, second, message


def test_an_owners_reports_count_while_the_thread_is_theirs_and_again_when_it_comes_back(store: Store) -> None:
    first, second, message = given_away(store)
    between = store.messages.get(message)
    assert between
    assert (between.owner, between.history.status.outcome) == (second, None)
    assert first not in str(export_person(store, PSEUDONYMS, second, NOW))
    [parked] = export_person(store, PSEUDONYMS, first, NOW)["reports_of_former_threads"]
    assert (parked["message_id"], parked["outcome_reports"][0]["notes"]) == (message, f"notes of {first}")
    take_in(store, a_message_triaged("2026-03-03T00:00:00Z", user_id=first, message_id=message))
    back = store.messages.get(message)
    assert back
    assert back.history.status.outcome == "offered"
    assert export_person(store, PSEUDONYMS, first, NOW)["reports_of_former_threads"] == []
    assert store.tallies.person(first).tallies[QuarterKey("team_1", first, "2026-Q1")]["tracked"] == 1


def test_a_former_owners_reports_go_with_their_erasure_and_the_thread_stays(store: Store) -> None:
    first, second, message = given_away(store)
    take_in(store, an_event("CandidateErased", user_id=first))
    assert traces(store, first) == {}
    kept = store.messages.get(message)
    assert kept
    assert kept.owner == second


def test_a_message_of_somebody_who_is_no_member_waits_for_the_membership_and_for_no_order(store: Store) -> None:
    """A refusal would depend on whether MemberJoined came first; so nothing is refused, and nothing shows."""
    team, user = an_id("team"), an_id("user")
    triaged = a_message_triaged(user_id=user, team_id=team)
    joined = an_event("MemberJoined", time="2026-01-01T00:00:00Z", team_id=team, user_id=user)
    left = an_event("MemberLeft", time="2026-03-02T00:00:00Z", team_id=team, user_id=user)
    take_in(store, an_event("TeamUpdated", team_id=team, name="Team", plan="enterprise"), triaged)

    def members_and_messages() -> tuple[int, int]:
        found = make_scheduled_snapshot(store, team, Quarter(2026, 1), NOW, NOW)
        return found.member_count, found.total_inbound

    assert store.tallies.inbound(team, user, Quarter(2026, 1)) == 1
    assert members_and_messages() == (0, 0)
    take_in(store, joined)
    assert members_and_messages() == (1, 1)
    take_in(store, left)
    assert members_and_messages() == (0, 0)
