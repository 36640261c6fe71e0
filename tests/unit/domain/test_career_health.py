"""The career health report (contract 7). The reference's example itself is an end-to-end test."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.career_health import career_health, is_fresh
from shared.domain.periods import Quarter
from tests.builders import NOW

Q1 = Quarter(2026, 1)
Q4 = Quarter(2025, 4)


def demand(total: int, prior: int, quarter: Quarter = Q4, now: datetime = NOW) -> str:
    return career_health(quarter, {"inbound": total}, {}, prior, now).market_demand_signal


def test_a_quarter_without_data_is_a_report_of_zeros() -> None:
    report = career_health(Q1, {}, {}, 0, NOW)
    assert report.inbound_volume.total == 0
    assert report.inbound_volume.trend_vs_prior is None
    assert report.outcome_summary.interview_rate == 0.0
    assert report.top_companies == []
    assert report.market_demand_signal == "insufficient_data"


def test_lists_hold_five_by_count_and_then_by_name() -> None:
    companies = {name: {name: {"inbound": 1}} for name in "fedcba"} | {
        "z": {"Z Corp": {"inbound": 2, "fit:strong_fit": 1}}
    }
    report = career_health(Q1, {f"topic:{n}": 1 for n in "fedcba"}, companies, 0, NOW)
    assert [company.name for company in report.top_companies] == ["Z Corp", "a", "b", "c", "d"]
    assert report.top_companies[0].fit_rate == 0.5
    assert [topic.topic for topic in report.top_topics] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("spellings", "shown"),
    [
        ({"Stripe": 1, "STRIPE": 2}, "STRIPE"),
        ({"Stripe": 2, "STRIPE": 2}, "STRIPE"),
        ({"Stripe, Inc.": 1, "stripe": 1, "Stripe": 1}, "Stripe"),
    ],
)
def test_a_company_is_shown_as_it_is_spelled_most_often_then_by_code_point(
    spellings: dict[str, int], shown: str
) -> None:
    companies = {"stripe": {spelling: {"inbound": count} for spelling, count in spellings.items()}}
    [company] = career_health(Q1, {}, companies, 0, NOW).top_companies
    assert (company.name, company.count) == (shown, sum(spellings.values()))


@pytest.mark.parametrize(
    ("total", "prior", "signal"),
    [
        (4, 50, "insufficient_data"),
        (50, 4, "insufficient_data"),
        (5, 5, "stable"),
        (110, 100, "increasing"),
        (109, 100, "stable"),
        (91, 100, "stable"),
        (90, 100, "decreasing"),
    ],
)
def test_ten_per_cent_more_or_less_a_day_is_a_change(total: int, prior: int, signal: str) -> None:
    assert demand(total, prior, Quarter(2025, 4)) == signal  # both quarters have 92 days


def test_demand_compares_days_not_quarters() -> None:
    assert demand(100, 100, Quarter(2025, 1), NOW) == "stable"
    ten_days_in = datetime(2026, 1, 11, tzinfo=UTC)
    assert demand(12, 100, Q1, ten_days_in) == "increasing"  # 1.2 a day against 1.09
    assert demand(9, 100, Q1, ten_days_in) == "decreasing"


def test_a_cached_report_is_served_for_a_day() -> None:
    assert is_fresh(NOW - timedelta(hours=24), NOW)
    assert not is_fresh(NOW - timedelta(hours=24, seconds=1), NOW)
