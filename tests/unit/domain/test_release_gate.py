"""The release gate, sentence by sentence (contract 8): what is served, over the whole life of a company."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.domain.signals.company_signals import (
    LARGE_COMPANY,
    MIN_CANDIDATES,
    WITHDRAWN_AFTER,
    Release,
    Signals,
    aggregate,
    company_signals,
    new_release,
    release_is_due,
    roster_of,
)
from tests.builders import NOW, days
from tests.strategies import companies

Tallies = dict[str, dict[str, int]]


def candidates(number: int) -> Tallies:
    return {f"{n:024x}": {"inbound": 1} for n in range(number)}


@given(companies)
def test_nothing_is_released_below_ten_and_the_tenth_makes_the_first_release(tallies: Tallies) -> None:
    current = roster_of(tallies)
    assert release_is_due({}, current) == (len(current) >= MIN_CANDIDATES)


@given(companies, companies)
def test_a_next_release_needs_ten_candidates_who_were_added_changed_or_removed(before: Tallies, now: Tallies) -> None:
    def present(tallies: Tallies) -> Tallies:
        return {name: {k: v for k, v in tally.items() if v} for name, tally in tallies.items() if tally["inbound"]}

    old, new = present(before), present(now)
    differing = sum(old.get(name) != new.get(name) for name in {**old, **new})
    assert release_is_due(roster_of(before), roster_of(now)) == (differing >= MIN_CANDIDATES)


@given(companies, companies, st.data())
def test_an_erased_candidate_counts_as_removed(before: Tallies, now: Tallies, data: st.DataObject) -> None:
    last = roster_of(before)
    erased = data.draw(st.lists(st.sampled_from(sorted(last)), unique=True)) if last else []
    left = {name: digest for name, digest in last.items() if name not in erased}
    without = roster_of({name: tally for name, tally in now.items() if name not in erased})
    assert release_is_due(left, without, erased_since_release=len(erased)) == release_is_due(last, without)


@given(companies)
def test_a_change_and_its_reversal_are_no_difference(tallies: Tallies) -> None:
    reversed_again = {name: {"topic:taken back": 0} | tally for name, tally in tallies.items()}
    assert roster_of(reversed_again) == roster_of(tallies)


def test_a_release_with_an_erased_candidate_is_withdrawn_after_thirty_days() -> None:
    signals = company_signals("stripe", aggregate(candidates(20)))
    release = Release(signals, 20, NOW, erased_since_release=1, withdraw_at=NOW + WITHDRAWN_AFTER)
    assert release.served(NOW + days(29.9)) == signals is not None
    assert release.served(NOW + days(30)) is None


def test_a_company_of_a_thousand_candidates_is_large() -> None:
    assert not Release(None, LARGE_COMPANY - 1, NOW).is_large
    assert Release(None, LARGE_COMPANY, NOW).is_large


class ACompanysLife(RuleBasedStateMachine):
    """Candidates come, change, are corrected away and erased, time passes, and somebody reads after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.tallies: Tallies = {}
        self.release: Release | None = None
        self.touched: set[str] = set()
        self.first_erasure: datetime | None = None
        self.served: Signals | None = None
        self.erased: set[str] = set()

    people = st.integers(0, 35).map(lambda n: f"{n:024x}")

    @rule(people=st.lists(people, min_size=1, max_size=12, unique=True), fit=st.sampled_from(["strong_fit", "misfit"]))
    def messages_come(self, people: list[str], fit: str) -> None:
        for person in people:
            if person not in self.erased:
                tally = self.tallies.setdefault(person, {})
                for counter in ("inbound", f"fit:{fit}", "tracked"):
                    tally[counter] = tally.get(counter, 0) + 1
                self.touched.add(person)

    @rule(people=st.lists(people, max_size=12, unique=True))
    def messages_are_corrected_away(self, people: list[str]) -> None:
        for person in people:
            if person in self.tallies:
                self.tallies[person] = dict.fromkeys(self.tallies[person], 0)
                self.touched.add(person)

    @rule(person=people)
    def a_candidate_is_erased(self, person: str) -> None:
        self.erased.add(person)
        self.touched.add(person)
        self.tallies.pop(person, None)
        if self.release and self.release.roster and person in self.release.roster:
            left = {name: digest for name, digest in self.release.roster.items() if name != person}
            self.first_erasure = self.first_erasure or self.now
            withdraw_at = self.release.withdraw_at or self.now + WITHDRAWN_AFTER
            self.release = replace(
                self.release,
                roster=left,
                erased_since_release=self.release.erased_since_release + 1,
                withdraw_at=withdraw_at,
            )

    @precondition(lambda self: self.release)
    @rule(time=st.integers(1, 40))
    def time_passes(self, time: int) -> None:
        self.now += timedelta(days=time)

    @invariant()
    def somebody_reads(self) -> None:
        before, last = self.served, self.release
        company = aggregate(self.tallies)
        due = release_is_due((last and last.roster) or {}, company.roster, last.erased_since_release if last else 0)
        if due:
            if last:
                assert len(self.touched) >= MIN_CANDIDATES, "fewer than ten candidates lie between two releases"
            assert not self.erased & company.roster.keys()
            self.release = new_release("stripe", company, self.now)
            self.touched, self.first_erasure = set(), None
        elif last is None:
            assert len(company.roster) < MIN_CANDIDATES, "the tenth candidate makes the first release at once"
        self.served = self.release.served(self.now) if self.release else None
        if self.served and not due:
            assert self.served == before, "what is served changes with a release only"
        if self.served:
            assert self.served.sample_size >= MIN_CANDIDATES
        elif before and not due:
            assert self.first_erasure, "what was served is withdrawn for an erased candidate only"
            assert self.now >= self.first_erasure + WITHDRAWN_AFTER
        if self.served and self.first_erasure:
            assert self.now < self.first_erasure + WITHDRAWN_AFTER


TestACompanysLife = ACompanysLife.TestCase
TestACompanysLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
