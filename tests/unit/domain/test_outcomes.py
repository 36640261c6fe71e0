"""Outcomes, stages and what verifies them (contract 6)."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.history import History
from shared.domain.outcomes import STAGES, Outcome, OutcomeReport, reached
from tests.builders import NOW, a_history, self_report, verified


@pytest.mark.parametrize("outcome", STAGES)
def test_a_stage_outcome_sets_the_stage_to_exactly_it_also_downwards(outcome: Outcome) -> None:
    assert a_history(self_report(Outcome.ACCEPTED, 1), self_report(outcome, 2)).status.stage is outcome


@pytest.mark.parametrize("ending", sorted(set(Outcome) - set(STAGES)))
def test_an_ending_keeps_the_stage(ending: Outcome) -> None:
    status = a_history(self_report(Outcome.OFFERED, 1), self_report(ending, 2)).status
    assert status.stage is Outcome.OFFERED
    assert status.outcome is ending
    assert reached(status.stage) == (Outcome.SCREENING_SCHEDULED, Outcome.INTERVIEWED, Outcome.OFFERED)


def test_an_ending_alone_reaches_no_stage() -> None:
    assert reached(a_history(self_report(Outcome.GHOSTED)).status.stage) == ()


def test_only_an_integration_verifies() -> None:
    assert not a_history(self_report(Outcome.OFFERED)).status.verified
    assert a_history(verified(Outcome.OFFERED)).status.verified


def test_a_later_self_report_of_another_outcome_makes_it_unverified() -> None:
    assert not a_history(verified(Outcome.INTERVIEWED, 1), self_report(Outcome.OFFERED, 2)).status.verified


def test_a_later_self_report_of_the_same_outcome_keeps_it_verified() -> None:
    status = a_history(verified(Outcome.INTERVIEWED, 1), self_report(Outcome.INTERVIEWED, 2)).status
    assert status.verified


def test_a_confirmation_that_arrives_late_is_placed_by_its_own_time() -> None:
    late = a_history(self_report(Outcome.OFFERED, 5), verified(Outcome.INTERVIEWED, 3))
    assert late.status.outcome is Outcome.OFFERED
    assert not late.status.verified


def test_a_stage_that_only_the_candidate_reported_is_never_a_verified_one() -> None:
    status = a_history(self_report(Outcome.ACCEPTED, 1), verified(Outcome.DECLINED_BY_COMPANY, 2)).status
    assert (status.verified, status.stage, status.verified_stage) == (True, Outcome.ACCEPTED, None)


def test_the_verified_stage_is_that_of_integrations_reports_alone() -> None:
    status = a_history(
        verified(Outcome.INTERVIEWED, 1), self_report(Outcome.ACCEPTED, 2), verified(Outcome.DECLINED_BY_COMPANY, 3)
    ).status
    assert (status.stage, status.verified_stage) == (Outcome.ACCEPTED, Outcome.INTERVIEWED)


def test_at_one_instant_an_integration_has_the_last_word() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    status = a_history(
        OutcomeReport(at, verified=True, outcome=Outcome.GHOSTED),
        OutcomeReport(at, verified=False, outcome=Outcome.OFFERED),
    ).status
    assert (status.outcome, status.verified) == (Outcome.GHOSTED, True)


@pytest.mark.parametrize("repeats", [1, 40])
@pytest.mark.parametrize("notes", ["", "by phone"])
def test_repeating_an_outcome_keeps_the_time_at_which_it_was_first_recorded(repeats: int, notes: str) -> None:
    history = History().self_reported(Outcome.INTERVIEWED, "", NOW)
    for day in range(1, repeats + 1):
        history = history.self_reported(Outcome.INTERVIEWED, notes and f"{notes} {day}", NOW + timedelta(days=day))
    assert history.status.recorded_at == NOW


@pytest.mark.parametrize("notes", ["", "on site"])
def test_repeating_what_an_integration_reported_first_keeps_the_integrations_time(notes: str) -> None:
    history = a_history(verified(Outcome.INTERVIEWED, 1)).self_reported(Outcome.INTERVIEWED, notes, NOW)
    assert history.status.recorded_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_late_confirmation_of_an_earlier_time_does_not_change_when_the_candidate_recorded_it() -> None:
    own = History().self_reported(Outcome.INTERVIEWED, "", NOW)
    verified_outcome = own.with_verified_event(verified(Outcome.INTERVIEWED, 1))
    assert verified_outcome.status.verified
    assert verified_outcome.status.recorded_at == own.status.recorded_at == NOW
    assert verified_outcome.self_reported(Outcome.INTERVIEWED, "", NOW + timedelta(days=1)).status.recorded_at == NOW


def test_an_outcome_that_came_between_makes_the_next_report_of_the_first_one_a_new_one() -> None:
    history = History().self_reported(Outcome.INTERVIEWED, "", NOW)
    history = history.self_reported(Outcome.INTERVIEWED, "", NOW + timedelta(days=9))
    between = OutcomeReport(NOW + timedelta(days=5), verified=True, outcome=Outcome.GHOSTED, source="lever")
    assert history.with_verified_event(between).status.recorded_at == NOW + timedelta(days=9)


def test_a_repeat_without_notes_counts_at_its_own_time_whenever_another_outcome_arrives() -> None:
    interviewed = verified(Outcome.INTERVIEWED, 1)
    screening = OutcomeReport(datetime(2026, 3, 10, tzinfo=UTC), True, Outcome.SCREENING_SCHEDULED, "lever")
    late = a_history(interviewed).self_reported(Outcome.INTERVIEWED, "", NOW).with_verified_event(screening)
    early = a_history(interviewed, screening).self_reported(Outcome.INTERVIEWED, "", NOW)
    for history in (late, early):
        assert (history.status.outcome, history.status.verified) == (Outcome.INTERVIEWED, False)
    assert late.reports[0] == interviewed


def test_reports_of_one_instant_follow_one_another_even_if_a_clock_goes_back() -> None:
    history = History().self_reported(Outcome.OFFERED, "", NOW)
    for earlier in (timedelta(0), timedelta(seconds=1)):
        history = history.self_reported(Outcome.SCREENING_SCHEDULED, "", NOW - earlier)
        assert history.status.stage is Outcome.SCREENING_SCHEDULED
        history = history.self_reported(Outcome.OFFERED, "", NOW - earlier)
        assert history.status.stage is Outcome.OFFERED


def test_what_the_candidate_reports_now_counts_whatever_times_integrations_claim() -> None:
    claimed = OutcomeReport(NOW + timedelta(minutes=15), verified=True, outcome=Outcome.ACCEPTED, source="lever")
    history = a_history(claimed).self_reported(Outcome.WITHDREW, "", NOW)
    assert (history.status.outcome, history.status.verified) == (Outcome.WITHDREW, False)
