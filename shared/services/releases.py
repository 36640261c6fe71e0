"""How company signals come to be released: who looks whether a release is due, when, and how much that reads.

A read brings the last release and at most ten of the candidates who changed since: one read of one unit. If there are
ten, and the company has under 1,000 candidates, it looks at all of them and makes the next release if that is due. A
larger company is looked at by `release_large_companies`, once an hour at most, in parallel ranges of the pseudonyms. No
read ever goes through more than 1,000 candidates. `shared.domain.signals.company_signals`
alone decides what may be released when.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from shared.domain.signals.company_signals import (
    LARGE,
    LARGE_CHECKED_EVERY,
    Gate,
    Signals,
    Survey,
    combined,
    differing,
    new_release,
    release_is_due,
    survey,
)
from shared.domain.signals.precision import EXACT, Precision
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.store import Store
from shared.store.table import Conflict, despite_others

RANGES = "0123456789abcdef"
"""The first digits of pseudonyms. They are keyed hashes, so each range holds a sixteenth of a company's candidates."""

_AT_ONCE = 8


def current_signals(store: Store, company_key: str, now: datetime, precision: Precision = EXACT) -> Signals | None:
    """What is served for a company: its last release, after making the next one if a read is to, and it is due.

    Raises Unavailable, also when too many others make one at once.
    """
    gate = despite_others(lambda: _gate_after_a_look(store, company_key, now, precision))
    return gate.release.served(now) if gate.release else None


def _gate_after_a_look(store: Store, company_key: str, now: datetime, precision: Precision) -> Gate:
    gate = store.releases.gate(company_key)
    if gate.left_to_job or not gate.may_be_due:
        return gate
    noted = store.releases.noted(company_key, at_most=LARGE)
    candidates, writes = store.tallies.candidates_as_written(company_key, at_most=LARGE)
    if len(candidates) >= LARGE:
        store.releases.leave_to_job(company_key)
    else:
        _release_if_due(store, company_key, gate, noted, survey(candidates, writes), now, precision)
    return store.releases.gate(company_key)


def release_large_companies(
    store: Store, now: datetime, time_is_left: Callable[[], bool], precision: Precision = EXACT
) -> dict[str, int]:
    """Looks at each large company that nobody has looked at for an hour, those that waited longest first.

    What there is no time for comes first in the next run. Answers how many were looked at, released and left.
    """
    waiting = store.releases.large_companies(now - LARGE_CHECKED_EVERY)
    looked_at = released = 0
    for company_key in waiting:
        if not time_is_left():
            break
        if store.releases.claim_large_company(company_key, now, now - LARGE_CHECKED_EVERY):
            released += _look_at_large_company(store, company_key, now, precision)
            looked_at += 1
    return {"looked_at": looked_at, "released": released, "left": len(waiting) - looked_at}


def _look_at_large_company(store: Store, company_key: str, now: datetime, precision: Precision) -> bool:
    released = False
    if store.releases.gate(company_key).may_be_due:
        gate, noted = store.releases.take_over(company_key), store.releases.noted(company_key)
        company = survey_of(store, company_key)
        with suppress(Conflict):  # the next run looks again
            released = _release_if_due(store, company_key, gate, noted, company, now, precision)
        if len(company.ledger) < LARGE:
            store.releases.leave_to_readers(company_key)
    store.releases.sweep(company_key)
    return released


def survey_of(store: Store, company_key: str) -> Survey:
    """All candidates of a company: those of a small one in one go, those of a large one in parallel ranges, with never
    more tallies in memory than the ranges at hand have.
    """
    candidates, writes = store.tallies.candidates_as_written(company_key, at_most=LARGE)
    if len(candidates) < LARGE:
        return survey(candidates, writes)
    from concurrent.futures import ThreadPoolExecutor  # 5 ms that the endpoint, which never comes here, does without

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ranges = pool.map(lambda start: store.tallies.candidates_as_written(company_key, start), RANGES)
        return combined(survey(candidates, writes) for candidates, writes in ranges)


def _release_if_due(
    store: Store,
    company_key: str,
    gate: Gate,
    noted: Mapping[str, str],
    company: Survey,
    now: datetime,
    precision: Precision,
) -> bool:
    """Makes the next release if it is due, and says whether it was; not while company names wait to be re-keyed.

    Then nobody stays noted who does not differ, but for those whose change the survey has not seen. `gate`, `noted` and
    `company` were read in this order. Raises Conflict when another release has been made since, or a candidate erased.
    """
    seen = {candidate: write for candidate, write in noted.items() if company.writes.get(candidate) == write}
    last = store.releases.ledger(company_key, gate.release)
    if not release_is_due(last, company.ledger, gate.gone):
        differ = differing(last, company.ledger)
        _forget(store, company_key, {candidate: seen[candidate] for candidate in seen.keys() - differ}, gate.number)
        return False
    if not store.rekeyings.names_are_keyed():
        count("CompanyNamesToBeRekeyed")
        return False
    if not store.releases.put_release(company_key, new_release(company_key, company, now, precision), gate.number):
        raise Conflict
    _forget(store, company_key, seen)
    return True


def _forget(store: Store, company_key: str, seen: Mapping[str, str], number: int | None = None) -> None:
    """Forgets notes; on the ground of the release that is there, fails first whoever makes another on the same ground.
    What cannot be forgotten now has the next read look again: no reason to fail this one.
    """
    with suppress(Unavailable):
        if seen and number is not None:
            store.releases.outdate(company_key, number)
        store.releases.forget_noted(company_key, seen)
