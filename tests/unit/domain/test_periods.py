"""Quarters and timestamps (contract 1 and 4)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.periods import Quarter, timestamp

moments = st.datetimes(min_value=datetime(1, 4, 2), max_value=datetime(9998, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as Hypothesis wants


@given(moments)
def test_every_moment_lies_in_its_quarter_and_in_no_other(moment: datetime) -> None:
    quarter = Quarter.containing(moment)
    assert quarter.start <= moment < quarter.start + timedelta(days=quarter.days)
    assert quarter.previous.start + timedelta(days=quarter.previous.days) == quarter.start


@given(moments)
def test_a_quarter_reads_back_as_written(moment: datetime) -> None:
    quarter = Quarter.containing(moment)
    assert Quarter.parse(str(quarter)) == quarter


@given(moments, moments)
def test_quarters_sort_by_time_as_objects_and_as_text(one: datetime, other: datetime) -> None:
    first, second = sorted([Quarter.containing(one), Quarter.containing(other)])
    assert str(first) <= str(second)
    assert first.start <= second.start


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-Q0", "2026-Q5", "2026Q1", "26-Q1", "2026-q1", " 2026-Q1", "2026-Q1\n", "٢٠٢٦-Q1", "0000-Q1"],
)
def test_anything_but_yyyy_qn_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-QN"):
        Quarter.parse(text)


def test_a_quarter_ends_where_the_next_begins_in_utc() -> None:
    new_york = timezone(timedelta(hours=-5))
    assert str(Quarter.containing(datetime(2025, 12, 31, 23, 59, tzinfo=new_york))) == "2026-Q1"
    assert str(Quarter.containing(datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))) == "2026-Q1"
    assert str(Quarter.containing(datetime(2026, 4, 1, tzinfo=UTC))) == "2026-Q2"


def test_a_leap_year_has_a_longer_first_quarter() -> None:
    assert [Quarter(2024, n).days for n in (1, 2, 3, 4)] == [91, 91, 92, 92]
    assert Quarter(2026, 1).days == 90


def test_the_current_quarter_has_begun_and_not_ended() -> None:
    now = datetime(2026, 3, 13, tzinfo=UTC)
    assert Quarter(2026, 1).has_begun(now)
    assert not Quarter(2026, 1).has_ended(now)
    assert not Quarter(2026, 2).has_begun(now)
    assert Quarter(2025, 4).has_ended(now)


def test_timestamps_are_utc_to_the_second() -> None:
    plus_two = timezone(timedelta(hours=2))
    assert timestamp(datetime(2026, 3, 13, 14, 0, 0, 999999, tzinfo=plus_two)) == "2026-03-13T12:00:00Z"
