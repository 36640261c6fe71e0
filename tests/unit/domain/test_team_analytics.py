"""The team snapshot (contract 10). The reference's example itself is an end-to-end test."""

from datetime import UTC, datetime

import pytest

from shared.domain.periods import Quarter
from shared.domain.team_analytics import quarter_of_the_month_that_ended, team_analytics
from tests.builders import NOW


def test_a_team_without_messages_is_a_snapshot_of_zeros() -> None:
    snapshot = team_analytics("team_1", Quarter(2026, 1), 3, {}, {}, NOW)
    assert snapshot.member_count == 3
    assert snapshot.agent_utilization.auto_reply_rate == 0.0
    assert snapshot.outcome_funnel.total_tracked == 0


def test_the_funnel_counts_threads_at_a_stage_or_beyond() -> None:
    tally = {"tracked": 4, "reached:screening_scheduled": 3, "reached:interviewed": 2, "reached:offered": 1}
    funnel = team_analytics("team_1", Quarter(2026, 1), 1, tally, {}, NOW).outcome_funnel
    assert (funnel.screening_count, funnel.interview_count, funnel.offer_count, funnel.accept_count) == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("run", "quarter"), [("2026-04-01", "2026-Q1"), ("2026-05-01", "2026-Q2"), ("2026-01-01", "2025-Q4")]
)
def test_the_monthly_run_reports_on_the_quarter_of_the_month_that_ended(run: str, quarter: str) -> None:
    scheduled = datetime.fromisoformat(f"{run}T03:00:00").replace(tzinfo=UTC)
    assert str(quarter_of_the_month_that_ended(scheduled)) == quarter


def test_the_monthly_run_counts_in_utc_whatever_offset_its_time_has() -> None:
    assert str(quarter_of_the_month_that_ended(datetime.fromisoformat("2026-05-01T01:00:00+02:00"))) == "2026-Q1"
    assert str(quarter_of_the_month_that_ended(datetime.fromisoformat("2026-04-30T22:00:00-04:00"))) == "2026-Q2"


def test_a_teams_company_is_shown_as_its_members_spell_it_most_often() -> None:
    companies = {
        "stripe": {"Stripe": {"inbound": 3, "fit:strong_fit": 3}, "STRIPE": {"inbound": 1}},
        "x": {"X": {"inbound": 9}},
    }
    snapshot = team_analytics("team_1", Quarter(2026, 1), 2, {}, companies, NOW)
    assert [(c.name, c.count, c.avg_fit_rate) for c in snapshot.top_companies] == [("X", 9, 0.0), ("Stripe", 4, 0.75)]
