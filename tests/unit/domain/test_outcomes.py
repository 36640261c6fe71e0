"""Outcomes, stages and what verifies them (contract 6)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.outcomes import KEPT, STAGES, History, Outcome, OutcomeReport
from tests.builders import NOW, self_report, verified

reports = st.builds(
    OutcomeReport,
    at=st.integers(min_value=0, max_value=40).map(lambda day: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)),
    verified=st.booleans(),
    outcome=st.sampled_from(Outcome),
    source=st.sampled_from(["", "greenhouse", "lever"]),
)


def a_history(*given_reports: OutcomeReport) -> History:
    history = History()
    for report in given_reports:
        history = history.with_report(report)
    return history


@given(st.lists(reports, max_size=KEPT), st.data())
def test_any_order_and_repetition_of_reports_gives_the_same_history(
    given_reports: list[OutcomeReport], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(given_reports))
    repeated = data.draw(st.lists(st.sampled_from(shuffled), max_size=5)) if shuffled else []
    assert a_history(*shuffled, *repeated) == a_history(*given_reports)


@pytest.mark.parametrize("outcome", STAGES)
def test_a_stage_outcome_sets_the_stage_to_exactly_it_also_downwards(outcome: Outcome) -> None:
    standing = a_history(self_report(Outcome.ACCEPTED, 1), self_report(outcome, 2)).standing
    assert standing.stage is outcome


@pytest.mark.parametrize("ending", sorted(set(Outcome) - set(STAGES)))
def test_an_ending_keeps_the_stage(ending: Outcome) -> None:
    standing = a_history(self_report(Outcome.OFFERED, 1), self_report(ending, 2)).standing
    assert standing.stage is Outcome.OFFERED
    assert standing.outcome is ending
    assert standing.reached() == (Outcome.SCREENING_SCHEDULED, Outcome.INTERVIEWED, Outcome.OFFERED)


def test_an_ending_alone_reaches_no_stage() -> None:
    assert a_history(self_report(Outcome.GHOSTED)).standing.reached() == ()


def test_only_an_integration_verifies() -> None:
    assert not a_history(self_report(Outcome.OFFERED)).standing.verified
    assert a_history(verified(Outcome.OFFERED)).standing.verified


def test_a_later_self_report_of_another_outcome_makes_it_unverified() -> None:
    assert not a_history(verified(Outcome.INTERVIEWED, 1), self_report(Outcome.OFFERED, 2)).standing.verified


def test_a_later_self_report_of_the_same_outcome_keeps_it_verified() -> None:
    standing = a_history(verified(Outcome.INTERVIEWED, 1), self_report(Outcome.INTERVIEWED, 2)).standing
    assert standing.verified
    assert standing.recorded_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_confirmation_that_arrives_late_is_placed_by_its_own_time() -> None:
    late = a_history(self_report(Outcome.OFFERED, 5), verified(Outcome.INTERVIEWED, 3))
    assert late.standing.outcome is Outcome.OFFERED
    assert not late.standing.verified


def test_repeating_an_outcome_changes_nothing_and_keeps_the_first_time() -> None:
    first = History().self_reported(Outcome.INTERVIEWED, "", NOW)
    again = first.self_reported(Outcome.INTERVIEWED, "", NOW + timedelta(days=1))
    assert again is first
    assert again.standing.recorded_at == NOW


def test_repeating_an_outcome_with_other_notes_keeps_the_notes_and_the_first_time() -> None:
    first = History().self_reported(Outcome.INTERVIEWED, "by phone", NOW)
    again = first.self_reported(Outcome.INTERVIEWED, "on site", NOW + timedelta(days=1))
    assert [report.notes for report in again.reports] == ["by phone", "on site"]
    assert again.standing.recorded_at == NOW


def test_a_late_confirmation_of_an_earlier_time_does_not_change_when_the_candidate_recorded_it() -> None:
    own = History().self_reported(Outcome.INTERVIEWED, "", NOW)
    confirmed = own.with_report(verified(Outcome.INTERVIEWED, 1))
    assert confirmed.standing.verified
    assert confirmed.recorded_at == own.recorded_at == NOW
    assert a_history(verified(Outcome.INTERVIEWED, 1)).recorded_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_reports_of_one_instant_follow_one_another_even_if_a_clock_goes_back() -> None:
    history = History().self_reported(Outcome.OFFERED, "", NOW)
    history = history.self_reported(Outcome.SCREENING_SCHEDULED, "", NOW - timedelta(seconds=1))
    assert history.standing.stage is Outcome.SCREENING_SCHEDULED


@given(st.lists(st.sampled_from(Outcome), min_size=KEPT + 1, max_size=3 * KEPT))
def test_a_long_history_keeps_its_standing_and_not_its_length(outcomes: list[Outcome]) -> None:
    history, expected = History(), None
    for step, outcome in enumerate(outcomes):
        history = history.self_reported(outcome, "", NOW + timedelta(days=step))
        expected = outcome
    assert len(history.reports) <= KEPT
    assert history.standing.outcome is expected
    stages = [outcome for outcome in outcomes if outcome in STAGES]
    assert history.standing.stage is (stages[-1] if stages else None)
