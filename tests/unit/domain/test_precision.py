"""What an operator can switch on: coarser figures, and none that says all or nobody (docs/privacy.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.rounding import rate, shares
from shared.domain.signals.company_signals import aggregate, company_signals
from shared.domain.signals.precision import EXACT, Precision

counts = st.integers(0, 10**6)
steps = st.sampled_from([1, 2, 4, 5, 10, 20])
precisions = steps.flatmap(
    lambda step: st.builds(Precision, st.just(step), st.integers(0, 33 // step).map(lambda n: n * step))
)


@given(counts, counts, st.lists(counts, min_size=3, max_size=3))
def test_by_default_figures_are_exact(part: int, more: int, three: list[int]) -> None:
    assert Precision.from_env({}) == EXACT
    assert EXACT.rate(part, part + more) == rate(part, part + more)
    assert EXACT.shares(three) == shares(three)
    assert EXACT.count(part) == part


@given(precisions, counts, counts)
def test_a_rate_is_on_a_step_near_the_truth_and_away_from_both_ends(precision: Precision, part: int, more: int) -> None:
    whole = part + more
    published = precision.rate(part, whole)
    if not whole:
        assert published == 0.0
        return
    hundredths = round(published * 100)
    assert hundredths % precision.round_to == 0
    assert precision.clamp <= hundredths <= 100 - precision.clamp
    clamped = min(max(100 * part / whole, precision.clamp), 100 - precision.clamp)
    assert abs(hundredths - clamped) <= precision.round_to / 2


@given(precisions, st.lists(counts, min_size=3, max_size=3))
def test_shares_are_on_steps_above_the_clamp_and_add_up_to_one(precision: Precision, three: list[int]) -> None:
    hundredths = [round(share * 100) for share in precision.shares(three)]
    if not sum(three):
        assert hundredths == [0, 0, 0]
        return
    assert sum(hundredths) == 100
    assert all(share % precision.round_to == 0 and share >= precision.clamp for share in hundredths)


def test_with_a_clamp_of_ten_all_cannot_be_told_from_all_but_one() -> None:
    precision = Precision(clamp=10)
    for number in range(10, 200):
        assert precision.rate(number, number) == precision.rate(number - 1, number) == 0.9
        assert precision.rate(0, number) == precision.rate(1, number) == 0.1


def test_settings_come_from_the_environment() -> None:
    assert Precision.from_env({"SIGNALS_ROUND_TO": "5", "SIGNALS_CLAMP": "10"}) == Precision(5, 10)


@pytest.mark.parametrize(
    ("round_to", "clamp"), [("0", "0"), ("3", "0"), ("5", "7"), ("1", "34"), ("-1", "0"), ("x", "0")]
)
def test_nonsense_is_refused(round_to: str, clamp: str) -> None:
    with pytest.raises(ValueError, match=r"SIGNALS|invalid literal"):
        Precision.from_env({"SIGNALS_ROUND_TO": round_to, "SIGNALS_CLAMP": clamp})


def test_a_release_is_made_with_the_precision_asked_for() -> None:
    tally = {"inbound": 1, "fit:strong_fit": 1, "tracked": 1, "reached:interviewed": 1}
    signals = company_signals("stripe", aggregate({f"{n:024x}": tally for n in range(13)}), Precision(5, 10))
    assert signals is not None
    assert signals.model_dump() == {
        "company_name_normalized": "stripe",
        "total_interactions": 15,
        "strong_fit_rate": 0.8,
        "maybe_rate": 0.1,
        "misfit_rate": 0.1,
        "outcome_interview_rate": 0.9,
        "outcome_offer_rate": 0.1,
        "top_topics": [],
        "sample_size": 15,
    }
