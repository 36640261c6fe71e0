"""No candidate is more than a fifth of a rate (contract 8)."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.rounding import rate, shares
from shared.domain.signals.company_signals import MIN_CANDIDATES, aggregate, company_signals
from shared.domain.signals.dominance import Mix, capped, thread_cap

fits = st.tuples(*[st.integers(0, 12)] * 3).filter(any).map(lambda counts: (sum(counts), *counts))
heavy = st.integers(1, 300).map(lambda threads: (threads, threads, 0, 0))
candidate_mixes = st.lists(fits | heavy, min_size=MIN_CANDIDATES, max_size=20)


def weights(mixes: list[Mix]) -> list[Fraction]:
    """What each candidate weighs by the rule as the contract says it."""
    most = sum(mix[0] for mix in mixes) // 5
    cap = next(t for t in range(most, -1, -1) if 5 * t <= sum(min(mix[0], t) for mix in mixes))
    return [Fraction(min(mix[0], cap), mix[0]) for mix in mixes]


@settings(deadline=None)
@given(candidate_mixes)
def test_no_candidate_is_more_than_a_fifth(mixes: list[Mix]) -> None:
    weighed = [mix[0] * weight for mix, weight in zip(mixes, weights(mixes), strict=True)]
    assert max(weighed) * 5 <= sum(weighed)
    assert thread_cap(Counter(mixes)) >= max(weighed) or max(weighed) == max(mix[0] for mix in mixes)


@settings(deadline=None)
@given(candidate_mixes)
def test_numbers_are_in_the_proportions_of_the_capped_sums(mixes: list[Mix]) -> None:
    whole, *parts = capped(Counter(mixes))
    expected = [
        sum(mix[index] * weight for mix, weight in zip(mixes, weights(mixes), strict=True)) for index in range(4)
    ]
    assert [Fraction(part, whole) for part in parts] == [part / expected[0] for part in expected[1:]]


@given(st.lists(fits, min_size=MIN_CANDIDATES, max_size=20))
def test_nobody_beyond_the_cap_leaves_the_plain_sums(mixes: list[Mix]) -> None:
    if max(mix[0] for mix in mixes) <= thread_cap(Counter(mixes)):
        assert capped(Counter(mixes)) == [sum(mix[index] for mix in mixes) for index in range(4)]


@settings(deadline=None)
@given(candidate_mixes, st.integers(1, 50))
def test_more_threads_of_the_same_mix_change_nothing_beyond_the_cap(mixes: list[Mix], times: int) -> None:
    cap = thread_cap(Counter(mixes))
    multiplied = [tuple(count * times for count in mix) if mix[0] > cap else mix for mix in mixes]
    one, other = capped(Counter(mixes)), capped(Counter(multiplied))
    assert [Fraction(part, one[0]) for part in one] == [Fraction(part, other[0]) for part in other]


def test_one_candidate_with_91_of_100_threads_is_two_elevenths_of_the_rates() -> None:
    tallies = {f"{n:024x}": {"inbound": 1, "fit:misfit": 1, "tracked": 1} for n in range(9)}
    tallies["f" * 24] = {
        "inbound": 91,
        "fit:strong_fit": 91,
        "tracked": 91,
        "reached:interviewed": 91,
        "reached:offered": 91,
    }
    signals = company_signals("acme", aggregate(tallies))
    assert signals is not None
    assert (signals.strong_fit_rate, signals.maybe_rate, signals.misfit_rate) == (0.18, 0.0, 0.82)
    assert (signals.outcome_interview_rate, signals.outcome_offer_rate) == (0.18, 0.18)
    assert (signals.total_interactions, signals.sample_size) == (100, 10)


def test_the_published_example_is_made_of_its_plain_counts() -> None:
    """The reference's rates of 0.47, 0.32 and 0.21, of 43 candidates of whom nobody has many threads."""
    kinds = ["strong_fit"] * 47 + ["maybe"] * 32 + ["misfit"] * 21
    tallies: dict[str, Counter[str]] = {f"{n:024x}": Counter() for n in range(43)}
    for number, fit in enumerate(kinds):
        tallies[f"{number % 43:024x}"].update(["inbound", f"fit:{fit}"])
    signals = company_signals("stripe", aggregate(tallies))
    assert signals is not None
    assert [signals.strong_fit_rate, signals.maybe_rate, signals.misfit_rate] == shares([47, 32, 21])
    assert rate(47, 100) == signals.strong_fit_rate
