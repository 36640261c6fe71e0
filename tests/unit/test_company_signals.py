"""Company signals: thresholds and the release gate (contract 8)."""

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.company_signals import (
    MINIMUM,
    WITHDRAWN_AFTER,
    Release,
    Signals,
    company_signals,
    ledger,
    release_is_due,
)
from tests.builders import NOW, days

candidate_tallies = st.fixed_dictionaries(
    {"inbound": st.integers(0, 3), "fit:strong_fit": st.integers(0, 3), "tracked": st.integers(0, 2)}
)
companies = st.dictionaries(st.integers(0, 30).map(lambda n: f"{n:024x}"), candidate_tallies, max_size=25)


def candidates(number: int, **counters: int) -> dict[str, Mapping[str, int]]:
    return {f"{n:024x}": {"inbound": 1, **counters} for n in range(number)}


def published(tallies: Mapping[str, Mapping[str, int]]) -> Signals:
    signals = company_signals("stripe", tallies)
    assert signals is not None
    return signals


def test_nine_candidates_publish_nothing_and_ten_do() -> None:
    assert company_signals("stripe", candidates(9)) is None
    assert published(candidates(10)).sample_size == 10


def test_a_candidate_whose_messages_were_all_corrected_away_is_none() -> None:
    gone = {"f" * 24: {"inbound": 0, "fit:strong_fit": 0}}
    assert company_signals("stripe", candidates(9) | gone) is None
    assert ledger(gone) == {}


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
def test_nothing_is_released_below_ten_and_the_tenth_makes_the_first_release(tallies: dict[str, dict[str, int]]) -> None:
    current = ledger(tallies)
    assert release_is_due(None, current) == (len(current) >= MINIMUM)


@given(companies, companies)
def test_a_next_release_needs_ten_candidates_who_differ(before: dict[str, dict[str, int]], now: dict[str, dict[str, int]]) -> None:
    def present(tallies: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        kept = {name: {k: v for k, v in tally.items() if v} for name, tally in tallies.items()}
        return {name: tally for name, tally in kept.items() if "inbound" in tally}

    old, new = present(before), present(now)
    differing = sum(old.get(name) != new.get(name) for name in {**old, **new})
    assert release_is_due(ledger(before), ledger(now)) == (differing >= MINIMUM)


def test_a_change_and_its_reversal_are_no_difference() -> None:
    assert not release_is_due(ledger(candidates(20)), ledger(candidates(20)))


def a_release(candidates: int = 20) -> Release:
    signals = published({f"{n:024x}": {"inbound": 1} for n in range(20)})
    return Release(signals, candidates, released_at=NOW, checked_at=NOW)


def test_a_release_with_an_erased_candidate_is_withdrawn_after_thirty_days() -> None:
    release = Release(a_release().signals, 20, NOW, NOW, withdraw_at=NOW + WITHDRAWN_AFTER)
    assert release.served(NOW + days(29.9)) == release.signals
    assert release.served(NOW + days(30)) is None


def test_a_large_company_is_looked_at_once_an_hour_and_a_small_one_on_each_read() -> None:
    assert a_release(999).may_be_due(NOW)
    assert not a_release(1000).may_be_due(NOW + timedelta(minutes=59))
    assert a_release(1000).may_be_due(NOW + timedelta(hours=1))
