"""A change of the normaliser, on DynamoDB Local: every message moves, and no two releases ever overlap (contract 8)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.aws.bulk import write_in_bulk
from shared.domain.companies.identity import counted_as
from shared.domain.events import MessageTriaged, read_event
from shared.domain.messages import Message
from shared.domain.signals.company_signals import MIN_CANDIDATES, Signals
from shared.domain.tallies import TallyKey, contribution, recounted
from shared.infra.errors import Unavailable
from shared.services.ingestion import apply, triage_of
from shared.services.releases import current_signals
from shared.services.renormalization import renormalize
from shared.store import Store
from shared.store.message_items import message_item
from shared.store.tally_items import counters_of, tally_item_key
from shared.store.tally_writes import whole_tallies
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_erasure import Crashing, traces

pytestmark = pytest.mark.slow  # a renormalization walks every message there is, so these need tables of their own


class Companies:
    """Companies that no other test has, and the names that a later version of the normaliser gives them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run = an_id("renormalize").replace("_", "")
        self.renamed: dict[str, str] = {}
        self.messages: list[str] = []

    def key(self, name: str) -> str:
        return f"{self.run} {name}"

    def begin(self, **candidates_of: range) -> None:
        """What messages of each company to each of these candidates leave in the tables, in bulk."""
        tallies: dict[TallyKey, Counter[str]] = {}
        messages = []
        for name, candidates in candidates_of.items():
            for n in candidates:
                event = read_event(self.event(name, n))
                assert isinstance(event.detail, MessageTriaged)
                triage = triage_of(event.detail, event.event_order)
                candidate = PSEUDONYMS.candidate(triage.user_id)
                messages.append(Message(event.detail.message_id).triaged(triage, candidate))
                for key, counters in contribution(messages[-1]).items():
                    tallies.setdefault(key, Counter()).update(counters)
        write_in_bulk(self.store._dynamodb, "MessagesTable", [message_item(message, 1) for message in messages])
        for table, written in zip(("TalliesTable", "ReportsTable"), whole_tallies(tallies), strict=True):
            write_in_bulk(self.store._dynamodb, table, written)

    def event(self, name: str, n: int) -> dict[str, Any]:
        self.messages.append(f"{self.run}-{name.replace(' ', '-')}-{n}-{an_id()}")
        user = f"{self.run}-user-{n}"
        return a_message_triaged(user_id=user, company=self.key(name), message_id=self.messages[-1])

    def people(self, name: str, number: int, start: int = 0) -> None:
        """Messages of a company to so many candidates, one after the other."""
        for n in range(start, start + number):
            apply(read_event(self.event(name, n)), self.store, PSEUDONYMS, lambda _: None, NOW)

    def later(self, name: str) -> tuple[str, str]:
        """The names that the later version of the normaliser gives."""
        key, spelling = counted_as(name)
        return self.renamed.get(key, key), spelling

    def rename(self, **names: str) -> None:
        """What later names take the place of which."""
        self.renamed = {self.key(old): self.key(new) for old, new in names.items()}

    def renormalize(self, store: Store | None = None) -> int:
        """Runs the renormalization to its end; how often it had to be called."""
        calls = 1
        while not renormalize(store or self.store, NOW, lambda: False, self.later)[1]:
            calls += 1
        return calls

    def served(self, name: str) -> Signals | None:
        return current_signals(self.store, self.key(name), NOW)

    def size(self, name: str) -> int | None:
        signals = self.served(name)
        return signals.sample_size if signals else None

    def hold_the_law(self) -> None:
        """Every tally is the sum over its messages."""
        counted = recounted(self.store.messages.get_many(self.messages))
        keys = {tuple(tally_item_key(key).values()): key for key in counted}
        for item in self.store.tallies._table.get_many([tally_item_key(key) for key in counted]):
            assert counters_of(item) == counted.pop(keys[item["subject"], item["sort_key"]])
        assert not counted


@pytest.fixture
def companies(local_store: Store) -> Iterator[Companies]:
    companies = Companies(local_store)
    yield companies
    companies.hold_the_law()
    assert local_store.renormalizations.in_progress() is None
    assert local_store.renormalizations.moves() == []


def test_a_renamed_company_takes_its_release_along(companies: Companies) -> None:
    companies.people("facebook", 12)
    before = companies.served("facebook")
    assert before is not None
    companies.people("facebook", 9, start=12)
    companies.rename(facebook="meta")
    companies.renormalize()
    after = companies.served("meta")
    assert after == before.model_copy(update={"company_name_normalized": companies.key("meta")})
    assert companies.served("facebook") is None
    companies.people("meta", 1, start=21)
    assert companies.size("meta") == 22


def test_two_released_companies_that_become_one_start_again(companies: Companies) -> None:
    companies.people("facebook", 12)
    companies.people("meta", 15, start=6)
    assert (companies.size("facebook"), companies.size("meta")) == (12, 15)
    companies.people("meta", 1, start=40)
    companies.rename(facebook="meta")
    companies.renormalize()
    assert companies.served("facebook") is None
    assert companies.served("meta") is None, (
        "the sum of the old releases and one newcomer would tell the newcomer's fit"
    )
    companies.people("meta", 9, start=50)
    assert companies.served("meta") is None
    companies.people("meta", 1, start=60)
    assert companies.size("meta") == 32


def test_a_released_company_that_becomes_two_starts_again_in_both(companies: Companies) -> None:
    companies.people("delta", 3)
    companies.people("delta faucet", 20)
    companies.rename(**{"delta faucet": "delta"})
    companies.renormalize()
    assert companies.size("delta") == 20
    companies.rename()
    companies.renormalize()
    assert companies.served("delta") is None
    assert companies.served("delta faucet") is None, "the old release less this one would be about three people"
    companies.people("delta faucet", 10, start=30)
    assert companies.size("delta faucet") == 30
    assert companies.served("delta") is None


def test_whoever_joins_a_released_company_from_one_never_released_counts_as_added(companies: Companies) -> None:
    companies.people("meta", 12)
    assert companies.size("meta") == 12
    companies.people("facebook", 9, start=20)
    companies.rename(facebook="meta")
    companies.renormalize()
    assert companies.size("meta") == 12
    companies.people("meta", 1, start=50)
    assert companies.size("meta") == 22


def test_companies_that_never_were_released_are_released_together_at_the_tenth(companies: Companies) -> None:
    companies.people("facebook", 6)
    companies.people("meta", 6, start=6)
    assert (companies.served("facebook"), companies.served("meta")) == (None, None)
    companies.rename(facebook="meta")
    companies.renormalize()
    assert companies.size("meta") == 12


def test_a_renormalization_that_has_nothing_to_move_changes_nothing(companies: Companies) -> None:
    companies.people("meta", 12)
    before = companies.served("meta")
    companies.renormalize()
    assert companies.served("meta") == before


def test_a_renormalization_goes_on_where_its_time_ran_out(companies: Companies) -> None:
    for old in ("one", "two"):
        companies.people(old, 10)
    companies.rename(one="three", two="four")
    pages = sum(1 for _ in companies.store.messages.company_names())  # other tests have messages in this table
    assert companies.renormalize() == pages + 2, "page by page, then two groups of companies, one after the other"
    assert (companies.size("three"), companies.size("four")) == (10, 10)


def test_a_renormalization_that_crashes_before_any_write_is_finished_by_the_next(local_store: Store) -> None:
    crash_at = 0
    while True:
        crash_at += 9 if crash_at == 4 else 1  # from the third to the last but one, messages move alike
        companies = Companies(local_store)
        companies.begin(facebook=range(10), meta=range(8, 18))
        assert companies.served("facebook")
        assert companies.served("meta")
        companies.rename(facebook="meta")
        client = Crashing(local_store._dynamodb, crash_at)
        try:
            companies.renormalize(Store(local_store._environ, client))
        except Unavailable:
            assert companies.size("facebook") in (None, 10)
            assert companies.size("meta") in (None, 10), "nothing is released while messages move"
            companies.renormalize()
        assert (companies.served("facebook"), companies.served("meta")) == (None, None)
        companies.hold_the_law()
        if not client.crashed:
            break
    assert crash_at > 20


def test_a_person_whose_messages_moved_can_be_erased(companies: Companies) -> None:
    companies.people("facebook", 12)
    assert companies.served("facebook")
    companies.rename(facebook="meta")
    companies.renormalize()
    user = f"{companies.run}-user-3"
    apply(read_event(an_event("CandidateErased", user_id=user)), companies.store, PSEUDONYMS, lambda _: None, NOW)
    companies.messages = []
    assert traces(companies.store, user) == {}


def test_a_person_whose_message_had_left_a_renamed_company_can_be_erased(companies: Companies) -> None:
    companies.people("facebook", 12)
    assert companies.served("facebook"), "the person is in its roster"
    user, message = f"{companies.run}-user-3", companies.messages[3]
    corrected = a_message_triaged("2026-03-02T00:00:00Z", user_id=user, message_id=message, company="elsewhere")
    apply(read_event(corrected), companies.store, PSEUDONYMS, lambda _: None, NOW)
    companies.rename(facebook="meta")
    companies.renormalize()
    apply(read_event(an_event("CandidateErased", user_id=user)), companies.store, PSEUDONYMS, lambda _: None, NOW)
    companies.messages.remove(message)
    assert traces(companies.store, user) == {}
    assert companies.served("meta") is None, "the old release, with the person in it, is served no longer"


def test_events_that_come_while_messages_move_are_counted_once(companies: Companies) -> None:
    companies.people("facebook", 5)
    companies.rename(facebook="meta")

    def later(name: str) -> tuple[str, str]:
        """As the walk passes, an outcome of a message that has not moved yet comes in."""
        if outcomes:
            apply(read_event(outcomes.pop()), companies.store, PSEUDONYMS, lambda _: None, NOW)
        return companies.later(name)

    verified: dict[str, Any] = {"outcome": "offered", "verified_at": "2026-03-01T00:00:00Z", "source": "x"}
    outcomes = [an_event("OutcomeVerified", message_id=message, **verified) for message in companies.messages]
    assert renormalize(companies.store, NOW, lambda: True, later)[1]
    assert not outcomes


NAMES = ["a", "b", "c", "d"]


@given(
    sizes=st.lists(st.integers(0, 14), min_size=4, max_size=4),
    overlap=st.integers(0, 10),
    new_names=st.lists(st.sampled_from(NAMES), min_size=4, max_size=4),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_changes_names_nothing_is_served_that_overlaps_an_old_release(
    local_store: Store, sizes: list[int], overlap: int, new_names: list[str]
) -> None:
    companies = Companies(local_store)
    candidates_of = {
        name: range(n * overlap, n * overlap + size) for n, (name, size) in enumerate(zip(NAMES, sizes, strict=True))
    }
    companies.begin(**candidates_of)
    old = {name: companies.served(name) for name in NAMES}
    companies.rename(**dict(zip(NAMES, new_names, strict=True)))
    companies.renormalize()
    companies.hold_the_law()
    public = [figures(signals) for signals in old.values() if signals]
    for name in NAMES:
        signals = companies.served(name)
        sources = [source for source, new in zip(NAMES, new_names, strict=True) if new == name]
        if signals and any(old[source] for source in sources):
            joined = set[int]().union(*(candidates_of[source] for source in sources if not old[source]))
            assert figures(signals) in public or len(joined) >= MIN_CANDIDATES, "fewer than ten differ from the old one"


def figures(signals: Signals) -> dict[str, Any]:
    return signals.model_dump(exclude={"company_name_normalized"})
