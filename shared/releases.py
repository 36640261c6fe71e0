"""How company signals come to be released: who looks whether a release is due, when, and how much that reads.

A company of under 1,000 candidates is looked at on each read, which reads them all. A larger one is served from its
last release, in one item, and `release_large_companies` looks at it, once an hour at most, in parallel ranges of the
pseudonyms. No read ever goes through more than 1,000 candidates. What may be released when is decided in
`shared.company_signals` alone.
"""

from collections.abc import Callable
from datetime import datetime

from shared.company_signals import (
    LARGE,
    LARGE_CHECKED_EVERY,
    Ledger,
    Release,
    Signals,
    Survey,
    combined,
    ledger_of,
    new_release,
    release_is_due,
    survey,
)
from shared.precision import EXACT, Precision
from shared.store import Store
from shared.telemetry import count

RANGES = "0123456789abcdef"
"""The first digits of pseudonyms. They are keyed hashes, so each range holds a sixteenth of a company's candidates."""

_AT_ONCE = 8


def current_signals(store: Store, company_key: str, now: datetime, precision: Precision = EXACT) -> Signals | None:
    """What is served for a company: its last release, after making the next one if a read is to, and it is due."""
    release, number = store.reports.release(company_key)
    if not release or not release.is_large:
        candidates = store.tallies.candidates(company_key, at_most=LARGE)
        if len(candidates) >= LARGE:
            store.reports.add_large_company(company_key)
        elif _is_due(store, company_key, release, ledger_of(candidates)):
            _make(store, company_key, number, survey(candidates), now, precision)
            release, _ = store.reports.release(company_key)
    return release.served(now) if release else None


def release_large_companies(
    store: Store, now: datetime, time_is_left: Callable[[], bool], precision: Precision = EXACT
) -> dict[str, int]:
    """Looks at each large company that nobody has looked at for an hour, those that waited longest first.

    What there is no time for comes first in the next run. Answers how many were looked at, released and left.
    """
    waiting = store.reports.large_companies(now - LARGE_CHECKED_EVERY)
    looked_at = released = 0
    for company_key in waiting:
        if not time_is_left():
            break
        if store.reports.claim_large_company(company_key, now, now - LARGE_CHECKED_EVERY):
            released += _look_at_large_company(store, company_key, now, precision)
            looked_at += 1
    return {"looked_at": looked_at, "released": released, "left": len(waiting) - looked_at}


def _look_at_large_company(store: Store, company_key: str, now: datetime, precision: Precision) -> bool:
    number = store.reports.take_over(company_key)
    release, _ = store.reports.release(company_key)
    company = survey_of(store, company_key)
    if _is_due(store, company_key, release, company.ledger):
        _make(store, company_key, number, company, now, precision)
    store.reports.sweep(company_key)
    release, _ = store.reports.release(company_key)
    if len(company.ledger) < LARGE and not (release and release.is_large):
        store.reports.remove_large_company(company_key)  # reads look at it from now on
        later, _ = store.reports.release(company_key)
        if later and later.is_large:  # a re-keying made it meanwhile
            store.reports.add_large_company(company_key)
    return release is not None and release.number > number


def survey_of(store: Store, company_key: str) -> Survey:
    """All candidates of a company: those of a small one in one go, those of a large one in parallel ranges, with never
    more tallies in memory than the ranges at hand have.
    """
    candidates = store.tallies.candidates(company_key, at_most=LARGE)
    if len(candidates) < LARGE:
        return survey(candidates)
    from concurrent.futures import ThreadPoolExecutor  # 5 ms that the endpoint, which never comes here, does without

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return combined(pool.map(lambda start: survey(store.tallies.candidates(company_key, start)), RANGES))


def _is_due(store: Store, company_key: str, last: Release | None, current: Ledger) -> bool:
    if last is None:
        return release_is_due(None, current)
    return release_is_due(store.reports.ledger(company_key, last), current, last.gone)


def _make(store: Store, company_key: str, number: int, company: Survey, now: datetime, precision: Precision) -> None:
    """Makes the release that is due, unless another request has made it first, a candidate has just been erased, or
    company names wait to be re-keyed: then the next look decides again.
    """
    if store.rekeyings.names_are_keyed():
        store.reports.put_release(company_key, new_release(company_key, company, now, precision), number)
    else:
        count("CompanyNamesToBeRekeyed")
