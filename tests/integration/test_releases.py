"""Releases on DynamoDB Local: when one is made, and when none is (contract 8). Large ones: test_large_companies.py."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.domain.companies.normalize import NORMALIZER_VERSION
from shared.domain.events import read_event
from shared.domain.signals.precision import Precision
from shared.services.ingestion import apply
from shared.services.releases import current_signals
from shared.services.renormalization import renormalize
from shared.store import Store
from shared.store.renormalizations import Renormalization
from tests.builders import NOW, a_message_triaged
from tests.integration.company_candidates import fill, people, roster_parts, run_the_job, sample_size
from tests.integration.conftest import PSEUDONYMS

pytestmark = pytest.mark.usefixtures("no_other_large_companies")


def test_a_small_company_is_evaluated_on_each_read(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(980)))
    assert sample_size(local_store, company) == 980
    fill(local_store, company, people(range(980, 989)))
    assert sample_size(local_store, company) == 980
    fill(local_store, company, people([989]))
    assert sample_size(local_store, company) == 990
    assert roster_parts(local_store, company) == ["roster"], "that of the release before is gone"


def test_whoever_reads_at_once_gets_one_release(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(30)))
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(lambda _: sample_size(local_store, company), range(16)))
    assert set(sizes) == {30}
    release = local_store.releases.state(company).release
    assert release is not None
    assert len(local_store.releases.roster(company, release)) == 30


def test_nothing_is_released_between_a_change_of_the_normaliser_and_the_end_of_the_renormalization(
    local_store: Store, company: str
) -> None:
    fill(local_store, company, people(range(10)))
    assert sample_size(local_store, company) == 10
    fill(local_store, company, people(range(10, 20)))
    state = {"subject": "normalizer", "period": "state"}
    local_store.reports._table.put({**state, "normalizer": NORMALIZER_VERSION - 1})
    assert sample_size(local_store, company) == 10
    renormalize(local_store, NOW, lambda: True)
    assert sample_size(local_store, company) == 20


def test_the_version_of_the_normaliser_is_kept_from_the_first_message_on(local_store: Store) -> None:
    table, state = local_store.reports._table, {"subject": "normalizer", "period": "state"}

    def a_message_comes() -> Any:
        store = Store(local_store._environ, local_store._dynamodb)
        apply(read_event(a_message_triaged()), store, PSEUDONYMS, lambda _: None, NOW)
        return (table.get(**state) or {}).get("normalizer")

    table.delete(**state)
    assert a_message_comes() == NORMALIZER_VERSION
    table.put({**state, "normalizer": NORMALIZER_VERSION - 1})
    try:
        assert a_message_comes() == NORMALIZER_VERSION - 1, "names are keyed by it until they are renormalized"
        assert not local_store.renormalizations.names_are_current()
    finally:
        local_store.renormalizations.finish()


def test_nothing_is_released_while_messages_are_renormalized(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(20)))
    local_store.renormalizations.save(Renormalization())
    local_store.releases.assign_to_job(company)
    try:
        assert current_signals(local_store, company, NOW) is None
        assert run_the_job(local_store) == {"evaluated": 1, "released": 0, "remaining": 0}
    finally:
        local_store.renormalizations.finish()
    assert sample_size(local_store, company) == 20


@pytest.mark.parametrize(("precision", "size"), [(Precision(), 13), (Precision(5, 10), 15)])
def test_the_precision_acts_when_a_release_is_made(
    local_store: Store, company: str, precision: Precision, size: int
) -> None:
    fill(local_store, company, people(range(13)))
    for given in (precision, Precision()):
        signals = current_signals(local_store, company, NOW, given)
        assert signals is not None
        assert signals.sample_size == size
