"""Rounding (contract 5)."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.rounding import percentage_change, rate, shares

counts = st.integers(min_value=0, max_value=10**9)


@given(counts, st.integers(min_value=1, max_value=10**9))
def test_a_rate_is_the_exact_quotient_rounded_half_up(part: int, whole: int) -> None:
    exact = (Decimal(part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(str(rate(part, whole))) == exact


def test_five_of_eight_is_0_63() -> None:
    assert rate(5, 8) == 0.63


def test_a_rate_of_nothing_is_zero() -> None:
    assert rate(0, 0) == 0.0


@given(st.lists(counts, min_size=1, max_size=5))
def test_shares_add_up_to_exactly_one_and_stay_within_a_hundredth_of_the_truth(given_counts: list[int]) -> None:
    result = [Decimal(str(share)) for share in shares(given_counts)]
    whole = sum(given_counts)
    if not whole:
        assert result == [0] * len(given_counts)
        return
    assert sum(result) == 1
    for share, count in zip(result, given_counts, strict=True):
        assert abs(share - Decimal(count) / whole) < Decimal("0.01")


def test_the_reference_shares_come_out_digit_for_digit() -> None:
    assert shares([241, 98, 45]) == [0.63, 0.25, 0.12]
    assert shares([88, 34, 20]) == [0.62, 0.24, 0.14]


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=10**6))
def test_a_change_is_the_exact_percentage_to_one_decimal(now: int, before: int) -> None:
    exact = (Decimal(100 * (now - before)) / Decimal(before)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    change = percentage_change(now, before)
    assert change is not None
    assert Decimal(str(change)) == exact


def test_a_change_from_nothing_is_null() -> None:
    assert percentage_change(5, 0) is None
    assert percentage_change(0, 5) == -100.0
