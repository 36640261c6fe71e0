"""Company signals: what a release publishes, and how a company is surveyed (contract 8)."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.rounding import rate, shares
from shared.domain.signals.company_signals import (
    MIN_CANDIDATES,
    CompanySignals,
    Signals,
    aggregate,
    company_signals,
    merge,
)
from shared.store.roster_codec import packed, unpacked
from tests.strategies import companies


def candidates(number: int, **counters: int) -> dict[str, Mapping[str, int]]:
    return {f"{n:024x}": {"inbound": 1, **counters} for n in range(number)}


def published(tallies: Mapping[str, Mapping[str, int]]) -> Signals:
    signals = company_signals("stripe", aggregate(tallies))
    assert signals is not None
    return signals


def test_nine_candidates_publish_nothing_and_ten_do() -> None:
    assert company_signals("stripe", aggregate(candidates(9))) is None
    assert published(candidates(10)).sample_size == 10


def test_nine_candidates_are_answered_like_nobody() -> None:
    nine = CompanySignals(signals=company_signals("stripe", aggregate(candidates(9))))
    nobody = CompanySignals(signals=company_signals("nobody", aggregate({})))
    assert nine.model_dump_json() == nobody.model_dump_json() == '{"signals":null}'


def test_a_candidate_whose_messages_were_all_corrected_away_is_none() -> None:
    gone = {"f" * 24: {"inbound": 0, "fit:strong_fit": 0}}
    assert company_signals("stripe", aggregate(candidates(9) | gone)) is None
    assert aggregate(gone).roster == {}


def test_outcome_rates_need_ten_candidates_with_an_outcome_of_their_own() -> None:
    nine = candidates(9, tracked=1, **{"reached:interviewed": 1})
    others = {f"{n:024x}": {"inbound": 5} for n in range(100, 120)}
    assert published(nine | others).outcome_interview_rate is None
    ten = candidates(10, tracked=2, **{"reached:interviewed": 1})
    assert published(ten | others).outcome_interview_rate == 0.5
    assert published(ten | others).outcome_offer_rate == 0.0


def test_a_topic_is_listed_only_if_ten_candidates_met_it() -> None:
    few_but_often = {f"{n:024x}": {"inbound": 1, "topic:salary": 50, "topic:remote": 1} for n in range(9)}
    one_more = {"e" * 24: {"inbound": 1, "topic:remote": 1}}
    assert published(few_but_often | one_more).top_topics == ["remote"]


def test_fit_rates_add_up_to_one() -> None:
    signals = published(candidates(12, **{"fit:strong_fit": 1, "fit:maybe": 1, "fit:misfit": 1}))
    assert (signals.strong_fit_rate, signals.maybe_rate, signals.misfit_rate) == (0.34, 0.33, 0.33)


@given(companies)
def test_every_figure_has_ten_candidates_behind_it(tallies: dict[str, dict[str, int]]) -> None:
    signals = company_signals("stripe", aggregate(tallies))
    present = [tally for tally in tallies.values() if tally["inbound"]]
    assert (signals is not None) == (len(present) >= MIN_CANDIDATES)
    if signals:
        tracked = sum(tally.get("tracked", 0) > 0 for tally in present)
        assert (signals.outcome_interview_rate is not None) == (tracked >= MIN_CANDIDATES)
        assert (signals.outcome_offer_rate is not None) == (tracked >= MIN_CANDIDATES)
        for topic in signals.top_topics:
            assert sum(tally.get(f"topic:{topic}", 0) > 0 for tally in present) >= MIN_CANDIDATES


@given(companies)
def test_the_figures_are_those_of_all_candidates_and_their_threads(tallies: dict[str, dict[str, int]]) -> None:
    def threads(name: str) -> int:
        return sum(tally.get(name, 0) for tally in tallies.values() if tally["inbound"])

    if signals := company_signals("stripe", aggregate(tallies)):
        assert signals.sample_size == sum(tally["inbound"] > 0 for tally in tallies.values())
        assert signals.total_interactions == threads("inbound")
        fits = [threads(f"fit:{fit}") for fit in ("strong_fit", "maybe", "misfit")]
        if is_spread(tallies, "inbound"):
            assert [signals.strong_fit_rate, signals.maybe_rate, signals.misfit_rate] == shares(fits)
        if signals.outcome_interview_rate is not None and is_spread(tallies, "tracked"):
            assert signals.outcome_interview_rate == rate(threads("reached:interviewed"), threads("tracked"))


def is_spread(tallies: Mapping[str, Mapping[str, int]], counter: str) -> bool:
    """Whether no candidate is more than a fifth of a count (tests/unit/domain/test_dominance.py has the others)."""
    counts = [tally.get(counter, 0) for tally in tallies.values() if tally["inbound"]]
    return 5 * max(counts, default=0) <= sum(counts)


@given(companies, st.integers(1, 5))
def test_merged_aggregates_of_ranges_equal_the_aggregate_of_all(
    tallies: dict[str, dict[str, int]], ranges: int
) -> None:
    parts = [{name: tally for name, tally in tallies.items() if int(name, 16) % ranges == n} for n in range(ranges)]
    assert merge(map(aggregate, parts)) == aggregate(tallies)


pseudonyms = st.integers(0, 16**24 - 1).map(lambda n: f"{n:024x}")
rosters = st.dictionaries(pseudonyms, st.integers(0, 2**64 - 1), max_size=30)


@given(rosters)
def test_a_roster_comes_out_of_storage_as_it_went_in(roster: dict[str, int]) -> None:
    assert {name: digest for part in packed(roster) for name, digest in unpacked(part).items()} == roster


def test_a_large_roster_is_cut_into_parts_that_fit_an_item() -> None:
    roster = {f"{n:024x}": 2**64 - 1 for n in range(40_000)}
    parts = packed(roster)
    assert max(map(len, parts)) < 400_000 - 10_000
    assert sum(len(unpacked(part)) for part in parts) == 40_000
