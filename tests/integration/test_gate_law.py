"""The law of the gate, on DynamoDB Local: a candidate who differs from the last release has a pending marker, in any
order of events. So a read that finds fewer than ten markers has missed no release (contract 8).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.events import read_event
from shared.domain.signals import company_signals
from shared.domain.signals.company_signals import ReleaseState, Roster, differing, release_is_due, roster_of
from shared.services.ingestion import apply
from shared.services.releases import current_signals
from shared.store import Store
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.company_candidates import run_the_job
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_what_comes_between import Interrupted

FEW = 3
"""Candidates instead of ten, so that an example of a few messages has several releases."""

LIFE = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["met", "met elsewhere instead", "told", "erased"]), st.integers(0, 7)),
        st.tuples(st.sampled_from(["read", "evaluated by the job"]), st.just(0)),
    ),
    min_size=5,
    max_size=25,
)


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch, no_other_large_companies: None) -> None:
    monkeypatch.setattr(company_signals, "MIN_CANDIDATES", FEW)


class Company:
    """A company that no other example has, and the people it writes to."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.name = an_id("gate").replace("_", "")
        self.minute = 0
        self.erased: set[int] = set()

    def happens(self, what: str, person: int = 0, store: Store | None = None) -> None:
        """One step of its life."""
        self.minute += 1
        user, message = f"{self.name}-{person}", f"{self.name}-{person}-message"
        at = f"2026-03-01T{self.minute // 60:02}:{self.minute % 60:02}:00Z"
        match what:
            case "read":
                current_signals(store or self.store, self.name, NOW)
            case "evaluated by the job":
                self.store.releases.assign_to_job(self.name)
                run_the_job(store or self.store, NOW + timedelta(hours=self.minute))
            case "erased":
                self.take_in(an_event("CandidateErased", time=at, user_id=user))
                self.erased.add(person)
            case _ if person in self.erased:
                return
            case "told":
                told = an_event("OutcomeVerified", message_id=message, outcome="offered", verified_at=at, source="x")
                self.take_in(told)
            case _:
                name = self.name if what == "met" else f"{self.name} elsewhere"
                self.take_in(a_message_triaged(at, user_id=user, message_id=message, company=name))

    def take_in(self, event: dict[str, Any]) -> None:
        apply(read_event(event), self.store, PSEUDONYMS, lambda _: None, NOW)

    @property
    def state(self) -> ReleaseState:
        return self.store.releases.state(self.name)

    @property
    def rosters(self) -> tuple[Roster, Roster]:
        """That of the last release, and the one that a release made now would have."""
        last = self.store.releases.roster(self.name, self.state.release)
        return last, roster_of(self.store.tallies.candidates(self.name))

    def holds_the_law(self) -> bool:
        return differing(*self.rosters) <= self.store.releases.pending(self.name).keys()

    def has_a_due_release(self) -> bool:
        return release_is_due(*self.rosters, self.state.erased_since_release)


@pytest.mark.usefixtures("few_are_enough")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(life=LIFE)
def test_whoever_differs_is_noted_and_no_read_misses_a_release(local_store: Store, life: list[tuple[str, int]]) -> None:
    company = Company(local_store)
    for what, person in life:
        company.happens(what, person)
        assert company.holds_the_law()
        if what == "evaluated by the job" or (what == "read" and not company.state.evaluated_by_job):
            assert not company.has_a_due_release()
            assert not company.state.may_be_due, "a candidate who changed back is not pending"


BETWEEN: list[list[tuple[str, int]]] = [
    [("met", 1)],
    [("told", 2)],
    [("met elsewhere instead", 0)],
    [("told", 0), ("read", 0)],
    [("met", 1), ("met", 2), ("met", 3), ("read", 0)],
    [("met elsewhere instead", 0), ("read", 0), ("met", 0)],
    [("erased", 2)],
]


@pytest.mark.slow
@pytest.mark.usefixtures("few_are_enough")
@pytest.mark.parametrize("between", BETWEEN, ids=str)
@pytest.mark.parametrize("look", ["read", "evaluated by the job"])
@pytest.mark.parametrize("due", [True, False], ids=["due", "changed back"])
def test_whoever_changes_at_any_moment_of_a_look_is_noted_after_it(
    local_store: Store, between: list[tuple[str, int]], look: str, *, due: bool
) -> None:
    def all_of(company: Company) -> None:
        for what, person in between:
            company.happens(what, person)

    at = 0
    while True:
        at += 1
        company = Company(local_store)
        for person in range(4):
            company.happens("met", person)
        company.happens("read")
        for person in range(3):
            company.happens("met elsewhere instead", person)
        for person in range(2 if due else 0, 3):
            company.happens("met", person)  # as before
        if due:
            company.happens("met", 7)
        happening: Callable[[], None] = partial(all_of, company)
        client = Interrupted(local_store._dynamodb, at, happening)
        company.happens(look, store=Store(local_store._environ, client))
        if not client.happened:
            break
        assert company.holds_the_law(), f"before call {at}"
        company.happens(look)
    assert at > 6
