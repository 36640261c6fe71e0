"""What a look at a company does when DynamoDB fails under it, is in two states at once, or others are in its way."""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.meter import Meter
from shared.domain.signals.company_signals import MIN_CANDIDATES
from shared.domain.tallies import CandidateKey
from shared.services.releases import current_signals
from shared.services.verification import verify
from shared.store import Store
from shared.store.table import Conflict, to_dynamodb
from shared.store.tally_items import company_subject
from tests.builders import NOW, a_message_triaged, an_event
from tests.integration.company_candidates import fill, people, sample_size
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_backend_failures import aws_error, cancelled, failing
from tests.integration.test_erasure import add_candidates, take_in, traces


class Changed:
    """A DynamoDB client one of whose operations is another."""

    def __init__(self, client: Any, operation: str, other: Callable[..., Any]) -> None:
        self._client = client
        self._operation = operation
        self._other = other

    def __getattr__(self, operation: str) -> Any:
        return self._other if operation == self._operation else getattr(self._client, operation)


def note_all(store: Store, company: str, users: list[str]) -> None:
    """As if each had changed, and changed back."""
    for user in users:
        store.table_scan.mark_pending([CandidateKey(company, PSEUDONYMS.candidate(user))])


def test_a_change_is_not_forgotten_whose_note_was_visible_before_its_tally(local_store: Store, company: str) -> None:
    """Reads beside a transaction are read-committed (AWS): of two items that it writes, one may be new and one old."""
    users = add_candidates(local_store, company, 12)
    assert sample_size(local_store, company) == 12
    note_all(local_store, company, users)
    client, tallies = local_store._dynamodb, local_store.tallies._table.name
    of_company = {"TableName": tallies, "KeyConditionExpression": "subject = :s"}
    of_company["ExpressionAttributeValues"] = {":s": {"S": company_subject(company)}}  # type: ignore[assignment]  # a botocore client is untyped
    before = client.query(**of_company, ConsistentRead=True)
    take_in(local_store, a_message_triaged(user_id=users[0], company=company))

    def query(**parameters: Any) -> Any:
        return before if parameters["TableName"] == tallies else client.query(**parameters)

    current_signals(Store(local_store._environ, Changed(client, "query", query)), company, NOW)
    assert local_store.releases.pending(company).keys() == {PSEUDONYMS.candidate(users[0])}


def stale_once(store: Store, company: str) -> Callable[..., Any]:
    """A query that gives, the first time, what the roster of a company was when this was called."""
    client = store._dynamodb
    before = [{"Items": [to_dynamodb(part) for part in store.releases._roster_parts(company)]}]

    def query(**parameters: Any) -> Any:
        if "roster" in str(parameters) and before:
            return before.pop()
        return client.query(**parameters)

    return query


def test_nothing_is_released_on_the_ground_of_a_roster_that_is_not_the_releases(
    local_store: Store, company: str
) -> None:
    users = add_candidates(local_store, company, 10)
    assert sample_size(local_store, company) == 10
    query = stale_once(local_store, company)
    users += add_candidates(local_store, company, 10, start=10)
    assert sample_size(local_store, company) == 20
    note_all(local_store, company, users + add_candidates(local_store, company, 1, start=20))
    store = Store(local_store._environ, Changed(local_store._dynamodb, "query", query))
    assert sample_size(store, company) == 20


def test_an_erasure_that_met_a_roster_that_is_not_the_releases_is_in_neither(local_store: Store, company: str) -> None:
    add_candidates(local_store, company, 10)
    assert sample_size(local_store, company) == 10
    query = stale_once(local_store, company)
    users = add_candidates(local_store, company, 10, start=10)
    assert sample_size(local_store, company) == 20
    store = Store(local_store._environ, Changed(local_store._dynamodb, "query", query))
    take_in(store, an_event("CandidateErased", user_id=users[0]))
    assert traces(local_store, users[0]) == {}
    assert sample_size(local_store, company) == 20


def test_a_look_outlasts_transactions_that_are_in_its_way(local_store: Store, company: str) -> None:
    users = add_candidates(local_store, company, 10)
    assert sample_size(local_store, company) == 10
    note_all(local_store, company, users)
    store = failing(local_store, update_item=[aws_error("TransactionConflictException")] * 5)
    assert sample_size(store, company) == 10
    assert local_store.releases.pending(company) == {}


@pytest.mark.parametrize("due", [True, False])
def test_notes_that_cannot_be_forgotten_fail_no_read_and_the_next_forgets_them(
    local_store: Store, company: str, *, due: bool
) -> None:
    users = add_candidates(local_store, company, 10)
    if not due:
        assert sample_size(local_store, company) == 10
        note_all(local_store, company, users)
    store = failing(local_store, delete_item=[aws_error("ThrottlingException")] * 10)
    assert sample_size(store, company) == 10
    assert len(local_store.releases.pending(company)) == 10
    assert sample_size(local_store, company) == 10
    assert local_store.releases.pending(company) == {}


def test_noting_everybody_outlasts_throttling(local_store: Store, company: str) -> None:
    users = add_candidates(local_store, company, 3)
    local_store.releases.delete_markers(company, local_store.releases.pending(company))
    note_all(failing(local_store, transact_write_items=[cancelled("ThrottlingError")] * 5), company, users)
    assert len(local_store.releases.pending(company)) == 3


def test_a_repair_brings_nobody_back_who_is_erased_meanwhile(local_store: Store, company: str) -> None:
    [user] = add_candidates(local_store, company, 1)
    local_store.tallies.delete(CandidateKey(company, PSEUDONYMS.candidate(user)))
    client, erased = local_store._dynamodb, False

    def transact(**parameters: Any) -> Any:
        nonlocal erased
        if not erased and company in str(parameters):
            erased = True
            take_in(local_store, an_event("CandidateErased", user_id=user))
        return client.transact_write_items(**parameters)

    store = Store(local_store._environ, Changed(client, "transact_write_items", transact))
    verify(store, PSEUDONYMS, lambda _: None, repair=True)
    assert erased
    assert traces(local_store, user) == {}


def test_a_release_that_is_deleted_is_the_one_that_was_read(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(10)))
    version = local_store.releases.bump_version(company).version
    assert sample_size(local_store, company) == 10
    with pytest.raises(Conflict):
        local_store.releases.delete_release(company, version)
    assert sample_size(local_store, company) == 10


def test_a_company_that_nobody_asked_for_can_be_left_to_its_readers(local_store: Store, company: str) -> None:
    local_store.releases.assign_to_readers(company)
    fill(local_store, company, people(range(10)))
    assert sample_size(local_store, company) == 10


def test_signals_of_any_topics_are_one_read_of_one_unit(local_store: Store, company: str) -> None:
    topics = [f"{n}" + '"' * 62 + "." for n in range(5)]
    for n in range(MIN_CANDIDATES):
        take_in(local_store, a_message_triaged(user_id=f"{company}-{n}", company=company, topics=topics))
    signals = current_signals(local_store, company, NOW)
    assert signals is not None
    assert signals.top_topics == topics
    fill(local_store, company, people(range(MIN_CANDIDATES - 1)))
    with Meter(local_store._dynamodb).attached() as meter:
        assert current_signals(local_store, company, NOW) == signals
    assert (meter.calls, meter.read_units) == (["Query"], 1.0)
