"""Companies with many candidates, put where messages would have left them, for tests of releases."""

from collections.abc import Iterable
from typing import Any

from local.aws.bulk import write_in_bulk
from shared.domain.signals.company_signals import WITHDRAWN_AFTER
from shared.domain.tallies import CandidateKey
from shared.services.releases import current_signals, release_large_companies
from shared.store import Store
from shared.store.tally_writes import whole_tallies
from tests.builders import NOW
from tests.integration.conftest import PSEUDONYMS


def people(numbers: Iterable[int]) -> list[str]:
    return [PSEUDONYMS.candidate(f"user {number}") for number in numbers]


def fill(store: Store, company: str, candidates: list[str], **counters: int) -> None:
    """Puts candidates' tallies, and that they changed, as if messages had come."""
    tallies, markers = whole_tallies({key: {"inbound": 1, **counters} for key in _keys(company, candidates)})
    write_in_bulk(store._dynamodb, store.tallies._table.name, tallies)
    write_in_bulk(store._dynamodb, store.reports._table.name, markers)


def erase(store: Store, company: str, candidates: list[str], when: Any = NOW) -> None:
    """Takes candidates out, as an erasure does."""
    for key, candidate in zip(_keys(company, candidates), candidates, strict=True):
        store.tallies.delete(key)
        store.releases.erase_candidate(company, candidate, when + WITHDRAWN_AFTER)


def _keys(company: str, candidates: list[str]) -> list[CandidateKey]:
    return [CandidateKey(company, candidate) for candidate in candidates]


def run_the_job(store: Store, when: Any = NOW) -> dict[str, int]:
    return release_large_companies(store, when, lambda: True)


def sample_size(store: Store, company: str, when: Any = NOW) -> int | None:
    signals = current_signals(store, company, when)
    return signals.sample_size if signals else None


def roster_parts(store: Store, company: str) -> list[str]:
    return [part["period"] for part in store.releases._roster_parts(company)]
