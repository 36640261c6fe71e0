"""Releases of company signals: who evaluates whether one is due, when, and how much that reads.

A read loads the last release and at most ten pending candidates: one query of one read unit. If there are ten, and the
company has fewer than 1,000 candidates, the read loads all candidates and makes the next release if it is due. The job
`release_large_companies` evaluates larger companies, at most once an hour, in parallel ranges of the pseudonyms. A read
never loads more than 1,000 candidates. The rules for a release are in `shared.domain.signals.company_signals`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from shared.domain.signals.company_signals import (
    LARGE_COMPANY,
    LARGE_COMPANY_INTERVAL,
    Aggregate,
    ReleaseState,
    Signals,
    aggregate,
    differing,
    merge,
    new_release,
    release_is_due,
)
from shared.domain.signals.precision import EXACT, Precision
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.store import Store
from shared.store.table import Conflict, retry_on_conflict

RANGES = "0123456789abcdef"
"""The first digits of pseudonyms. They are keyed hashes, so each range holds a sixteenth of a company's candidates."""

_MAX_WORKERS = 8


def current_signals(store: Store, company_key: str, now: datetime, precision: Precision = EXACT) -> Signals | None:
    """Returns the signals of a company's last release, after making the next release if it is due on this read.

    Raises Unavailable, also when too many other readers make a release at once.
    """
    state = retry_on_conflict(lambda: _evaluate(store, company_key, now, precision))
    return state.release.served(now) if state.release else None


def _evaluate(store: Store, company_key: str, now: datetime, precision: Precision) -> ReleaseState:
    state = store.releases.state(company_key)
    if state.evaluated_by_job or not state.may_be_due:
        return state
    pending = store.releases.pending(company_key, at_most=LARGE_COMPANY)
    candidates, writes = store.tallies.candidates_as_written(company_key, at_most=LARGE_COMPANY)
    if len(candidates) >= LARGE_COMPANY:
        store.releases.assign_to_job(company_key)
    else:
        _release_if_due(store, company_key, state, pending, aggregate(candidates, writes), now, precision)
    return store.releases.state(company_key)


def release_large_companies(
    store: Store, now: datetime, time_is_left: Callable[[], bool], precision: Precision = EXACT
) -> dict[str, int]:
    """Evaluates each large company that was not evaluated in the last hour, the longest waiting first.

    The next run starts with what this one had no time for. Returns the numbers of companies evaluated, released and
    remaining.
    """
    waiting = store.releases.large_companies(now - LARGE_COMPANY_INTERVAL)
    evaluated = released = 0
    for company_key in waiting:
        if not time_is_left():
            break
        if store.releases.claim_large_company(company_key, now, now - LARGE_COMPANY_INTERVAL):
            released += _evaluate_large_company(store, company_key, now, precision)
            evaluated += 1
    return {"evaluated": evaluated, "released": released, "remaining": len(waiting) - evaluated}


def _evaluate_large_company(store: Store, company_key: str, now: datetime, precision: Precision) -> bool:
    released = False
    if store.releases.state(company_key).may_be_due:
        state, pending = store.releases.bump_version(company_key), store.releases.pending(company_key)
        company = aggregate_company(store, company_key)
        with suppress(Conflict):  # the next run evaluates it again
            released = _release_if_due(store, company_key, state, pending, company, now, precision)
        if len(company.roster) < LARGE_COMPANY:
            store.releases.assign_to_readers(company_key)
    store.releases.delete_stale_parts(company_key)
    return released


def aggregate_company(store: Store, company_key: str) -> Aggregate:
    """Aggregates all candidates of a company.

    A large company is read in parallel ranges, and only the tallies of the ranges in progress are in memory.
    """
    candidates, writes = store.tallies.candidates_as_written(company_key, at_most=LARGE_COMPANY)
    if len(candidates) < LARGE_COMPANY:
        return aggregate(candidates, writes)
    from concurrent.futures import ThreadPoolExecutor  # saves the endpoint, which never gets here, an import of 5 ms

    with ThreadPoolExecutor(_MAX_WORKERS) as pool:
        ranges = pool.map(lambda start: store.tallies.candidates_as_written(company_key, start), RANGES)
        return merge(aggregate(candidates, writes) for candidates, writes in ranges)


def _release_if_due(
    store: Store,
    company_key: str,
    state: ReleaseState,
    pending: Mapping[str, str],
    company: Aggregate,
    now: datetime,
    precision: Precision,
) -> bool:
    """Makes the next release if it is due; returns whether it did. Makes none while names wait for renormalization.

    Then deletes the markers of candidates who do not differ, except where the aggregate lacks the marked change. The
    caller must have read `state`, `pending` and `company` in this order. Raises Conflict when another release was made
    since, or a candidate was erased.
    """
    included = {candidate: write for candidate, write in pending.items() if company.writes.get(candidate) == write}
    last = store.releases.roster(company_key, state.release)
    if not release_is_due(last, company.roster, state.erased_since_release):
        unchanged = included.keys() - differing(last, company.roster)
        _delete_markers(store, company_key, {name: included[name] for name in unchanged}, state.version)
        return False
    if not store.renormalizations.names_are_current():
        count("CompanyNamesOutdated")
        return False
    if not store.releases.put_release(company_key, new_release(company_key, company, now, precision), state.version):
        raise Conflict
    _delete_markers(store, company_key, included)
    return True


def _delete_markers(store: Store, company_key: str, markers: Mapping[str, str], version: int | None = None) -> None:
    """Deletes markers. If nothing was released, first bumps the version, so that concurrent releases fail.

    A failure is ignored: the next read evaluates the remaining markers again.
    """
    with suppress(Unavailable):
        if markers and version is not None:
            store.releases.bump_version_from(company_key, version)
        store.releases.delete_markers(company_key, markers)
