"""Verification: recounts tallies from messages, reports differences, and repairs them on request.

A tally equals the sum over its messages by construction, so this is only a check. An operator runs it after tables were
restored to different moments, or after a bug.

Writers need not stop. A tally is read before the messages it is compared with, and repaired only if its counters are
unchanged since: a concurrent change of one of the messages has changed the tally too. The index that finds a user's
messages may lag, so a difference counts only if a second comparison after a pause finds it again. Each repair is
verified once more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import CandidateKey, Tally, TallyKey, recounted
from shared.store import Store
from shared.store.table_scan import Cursor

SETTLE_SECONDS = 3.0
"""How long the index may lag; usually it is well under a second."""

_ROUNDS = 5


@dataclass(frozen=True)
class Difference:
    """A tally that is not the sum over its messages: the counters that differ, as stored and as counted.

    Its key may name a person, so it goes to the operator and never into a log.
    """

    key: TallyKey
    kept: Mapping[str, int]
    counted: Mapping[str, int]


@dataclass
class Findings:
    """The result of a verification: the remaining differences, and the cursor to resume from, None at the end."""

    users: int = 0
    repaired: int = 0
    differences: list[Difference] = field(default_factory=list)
    resume: Cursor | None = None


def compared(kept: Mapping[TallyKey, Tally], counted: Mapping[TallyKey, Tally]) -> list[Difference]:
    """Returns the differences between tallies and recount. A counter of 0 equals a missing one."""
    found = []
    for key in sorted({*kept, *counted}):
        mine, theirs = kept.get(key, {}), counted.get(key, {})
        if names := sorted(name for name in {*mine, *theirs} if mine.get(name, 0) != theirs.get(name, 0)):
            found.append(Difference(key, {n: mine.get(n, 0) for n in names}, {n: theirs.get(n, 0) for n in names}))
    return found


def verify(
    store: Store,
    pseudonyms: Pseudonyms,
    pause: Callable[[float], None],
    *,
    repair: bool = False,
    reevaluate: bool = False,
    resume: Cursor | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> Findings:
    """Verifies the tallies of every user, in any order, until `enough` returns True after a page.

    With `reevaluate` it marks every candidate as pending, so that each company is evaluated again. That is needed when
    Tallies and Reports, which holds the markers, were not restored to the same moment.

    Raises Unavailable when DynamoDB fails; the call may then be repeated.
    """
    findings, last = Findings(), ""
    for users, cursor in store.table_scan.users(resume):
        suspects = []
        for user_id in users:
            if user_id != last:
                findings.users += 1
                if reevaluate:
                    store.table_scan.mark_pending(
                        _at_companies(pseudonyms, user_id, store.tallies.person(user_id).companies)
                    )
                suspects += [user_id] if _compare(store, pseudonyms, user_id) else []
            last = user_id
        if suspects:
            pause(SETTLE_SECONDS)
        for user_id in suspects:
            before = _compare(store, pseudonyms, user_id)
            left = _repair(store, pseudonyms, user_id, before) if repair else before
            findings.differences += left
            findings.repaired += len(before) - len(left)
        findings.resume = cursor
        if enough():
            break
    return findings


def _compare(
    store: Store, pseudonyms: Pseudonyms, user_id: str, companies: frozenset[CandidateKey] = frozenset()
) -> list[Difference]:
    """Compares a user's tallies in all teams and at companies with a recount; reads each before the messages."""
    person = store.tallies.person(user_id)
    companies |= _at_companies(pseudonyms, user_id, person.companies)
    at_companies: dict[TallyKey, Tally] = {key: store.tallies.get(key) for key in companies}
    counted = recounted(store.messages.owned(user_id, store.messages.ids_of(user_id)))
    if unread := frozenset(key for key in counted.keys() - companies if isinstance(key, CandidateKey)):
        return _compare(store, pseudonyms, user_id, companies | unread)
    return compared({**person.tallies, **at_companies}, counted)


def _at_companies(pseudonyms: Pseudonyms, user_id: str, companies: Iterable[str]) -> frozenset[CandidateKey]:
    """Returns the keys of the tallies that a user has at companies as a candidate."""
    candidate = pseudonyms.candidate(user_id)
    return frozenset(CandidateKey(company, candidate) for company in companies)


def _repair(store: Store, pseudonyms: Pseudonyms, user_id: str, found: list[Difference]) -> list[Difference]:
    """Repairs differences; returns the remaining ones."""
    for _ in range(_ROUNDS):
        for difference in found:
            tombstone = pseudonyms.erased_person(user_id)
            store.table_scan.correct(difference.key, difference.kept, difference.counted, tombstone)
        found = _compare(store, pseudonyms, user_id)
        if not found:
            break
    return found
