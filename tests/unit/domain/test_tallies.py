"""Contributions and the law of tallies: a tally equals the sum over its messages (architecture)."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given

from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.tallies import CandidateKey, CompanyKey, QuarterKey, changes, contribution, ranked, total
from tests.builders import a_message, a_triage, self_report, verified
from tests.strategies import messages


def test_a_message_counts_in_its_quarter_for_its_company_and_for_its_candidate() -> None:
    message = a_message(verified(Outcome.INTERVIEWED), company="Stripe, Inc.", candidate="c1" * 12)
    received = {"inbound": 1, "fit:strong_fit": 1}
    outcome = {"tracked": 1, "reached:screening_scheduled": 1, "reached:interviewed": 1}
    verified_outcome = {"verified": 1, "verified:reached:screening_scheduled": 1, "verified:reached:interviewed": 1}
    assert contribution(message) == {
        QuarterKey("team_1", "user_1", "2026-Q1"): received
        | {"topic:compensation": 1, "action:auto_replied": 1}
        | outcome
        | verified_outcome,
        CompanyKey("team_1", "user_1", "2026-Q1", "stripe", "Stripe, Inc."): received,
        CandidateKey("stripe", "c1" * 12): received | {"topic:compensation": 1} | outcome,
    }


def test_a_late_outcome_lands_in_the_quarter_the_message_came() -> None:
    message = a_message(self_report(Outcome.OFFERED, 31), received_at=datetime(2025, 12, 31, 23, 59, tzinfo=UTC))
    assert {key.quarter for key in contribution(message) if not isinstance(key, CandidateKey)} == {"2025-Q4"}


def test_a_message_that_names_no_company_counts_in_its_quarter_alone() -> None:
    assert list(contribution(a_message(company="N/A"))) == [QuarterKey("team_1", "user_1", "2026-Q1")]


def test_an_outcome_that_waits_for_its_message_adds_nothing() -> None:
    message = a_message(self_report(Outcome.OFFERED))
    assert contribution(Message("msg_1", history=message.history)) == {}


@given(messages(), messages())
def test_a_change_takes_a_tally_from_one_message_to_the_other(before: Message, after: Message) -> None:
    tallies = {key: Counter(counters) for key, counters in contribution(before).items()}
    for key, counters in changes(before, after).items():
        tallies.setdefault(key, Counter()).update(counters)
    assert {key: +tally for key, tally in tallies.items() if +tally} == contribution(after)


@given(messages())
def test_adding_and_removing_a_message_cancel_out(message: Message) -> None:
    added, removed = changes(None, message), changes(message, None)
    assert added == {key: {name: -count for name, count in counters.items()} for key, counters in removed.items()}
    assert changes(message, message) == {}


def test_counters_rank_by_count_and_then_by_name() -> None:
    tally = {"topic:b": 2, "topic:a": 2, "topic:c": 3, "topic:gone": 0, "inbound": 9}
    assert ranked(tally, "topic:") == [("c", 3), ("a", 2), ("b", 2)]


def test_a_total_leaves_out_what_comes_to_nothing() -> None:
    assert total([{"inbound": 1, "x": 1}, {"inbound": 2, "x": -1}]) == {"inbound": 3}


def test_a_later_triage_corrects_and_an_earlier_one_does_not() -> None:
    first = a_triage(event_order="2026-02-01T00:00:00.000000+00:00 a")
    later = a_triage(event_order="2026-02-02T00:00:00.000000+00:00 a", company="Notion")
    message = Message("msg_1").triaged(first, "c")
    assert message.triaged(later, "c").triage == later
    assert message.triaged(later, "c").triaged(first, "c").triage == later
    assert message.triaged(first, "c") is message


def test_what_a_former_owner_reported_goes_when_another_takes_over() -> None:
    verified_outcome, own = verified(Outcome.INTERVIEWED, 1), self_report(Outcome.OFFERED, 2)
    message = a_message(verified_outcome, own)
    again = a_triage(event_order="2026-02-11T00:00:00.000000+00:00 b")
    assert message.triaged(again, "c").history == message.history
    assert message.triaged(replace(again, user_id="user_2"), "c").history.reports == [verified_outcome]
