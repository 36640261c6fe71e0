"""A thread's history: a function of the set of its reports, bounded, and replaceable by origin (contract 6 and 15)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.history import MAX_REPORTS, History, Reports
from shared.domain.outcomes import STAGES, Outcome, OutcomeReport
from tests.builders import NOW, a_history

reports = st.builds(
    OutcomeReport,
    at=st.integers(min_value=0, max_value=40).map(lambda day: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)),
    verified=st.booleans(),
    outcome=st.sampled_from(Outcome),
    source=st.sampled_from(["", "greenhouse", "lever"]),
)
many_reports = st.lists(reports, max_size=4 * MAX_REPORTS)


@given(many_reports, st.data())
def test_any_order_and_repetition_of_any_number_of_reports_gives_the_same_history(
    given_reports: list[OutcomeReport], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(given_reports))
    repeated = data.draw(st.lists(st.sampled_from(shuffled), max_size=5)) if shuffled else []
    assert a_history(*shuffled, *repeated) == a_history(*given_reports)


def folded(given_reports: list[OutcomeReport]) -> tuple[Outcome | None, Outcome | None, bool, Outcome | None]:
    """Contract 6 word by word: one report after the other, and nothing forgotten."""
    outcome = stage = verified_stage = None
    verified = False
    for report in sorted(set(given_reports)):
        verified = report.verified or (verified and report.outcome == outcome)
        outcome = report.outcome
        if outcome in STAGES:
            stage = outcome
            verified_stage = outcome if report.verified else verified_stage
    return outcome, stage, verified, verified_stage


@given(many_reports)
def test_the_figures_are_those_of_all_reports_however_many(given_reports: list[OutcomeReport]) -> None:
    status = a_history(*given_reports).status
    assert (status.outcome, status.stage, status.verified, status.verified_stage) == folded(given_reports)


@given(many_reports)
def test_a_history_keeps_so_many_reports_of_each_origin_and_no_more(given_reports: list[OutcomeReport]) -> None:
    history = a_history(*given_reports)
    for origin in (history.own, history.verified_events):
        assert len(origin.kept) <= MAX_REPORTS
        assert len(origin.older) <= len(Outcome)


@given(many_reports)
def test_the_current_outcome_was_recorded_when_the_first_kept_report_of_it_says(
    given_reports: list[OutcomeReport],
) -> None:
    history = a_history(*given_reports)
    times = [report.at for report in history.reports if report.outcome == history.status.outcome]
    assert history.status.recorded_at in times or not given_reports


@given(st.lists(reports, max_size=MAX_REPORTS), st.lists(reports, max_size=9), st.lists(reports, max_size=9))
def test_a_provider_replaces_its_own_reports_and_no_others(
    others: list[OutcomeReport], first: list[OutcomeReport], second: list[OutcomeReport]
) -> None:
    first, second = ([replace(report, verified=True) for report in made] for made in (first, second))
    history = a_history(*others)
    replaced = history.with_provider("greenhouse", first).with_provider("greenhouse", second)
    assert replaced == history.with_provider("greenhouse", second)
    assert replaced.with_provider("greenhouse", []) == history
    status = replaced.status
    assert (status.outcome, status.stage, status.verified, status.verified_stage) == folded([*others, *second])


@given(st.lists(st.sampled_from(Outcome), min_size=MAX_REPORTS + 1, max_size=3 * MAX_REPORTS))
def test_a_long_history_of_self_reports_keeps_its_stage(outcomes: list[Outcome]) -> None:
    history = History()
    for step, outcome in enumerate(outcomes):
        history = history.self_reported(outcome, "", NOW + timedelta(days=step))
    stages = [outcome for outcome in outcomes if outcome in STAGES]
    assert history.status.outcome is outcomes[-1]
    assert history.status.stage is (stages[-1] if stages else None)


def test_a_report_at_the_time_of_an_older_one_is_another_report() -> None:
    late = [OutcomeReport(NOW + timedelta(days=n), True, Outcome.GHOSTED, "lever") for n in range(MAX_REPORTS)]
    old = [
        OutcomeReport(NOW - timedelta(days=1), True, outcome, "lever")
        for outcome in (Outcome.OFFERED, Outcome.WITHDREW)
    ]
    assert Reports.of([*late, *old]).older == {Outcome.OFFERED: old[0].at, Outcome.WITHDREW: old[1].at}
    assert Reports.of([*old, *late]) == Reports.of([*late, *reversed(old)])
