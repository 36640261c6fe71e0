"""Verification: recounts tallies from messages, reports where they differ, and mends them if asked to.

A tally equals the sum over its messages by construction, so this is a check, not a need. It is what an operator runs
after tables were restored to different moments, or after a bug.

Writers need not stop. A tally is read before the messages it is compared with, and mended only if its counters still
are what was read then: whoever changed one of these messages in between has changed the tally too. A difference is
believed only when it is there again after a pause, since the index that finds a user's messages may lag behind them;
and what was mended is looked at once more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import CandidateKey, Tally, TallyKey, recounted
from shared.store import Store
from shared.store.census import Place

SETTLE_SECONDS = 3.0
"""How long the index may lag; DynamoDB's usually does for well under a second."""

_ROUNDS = 5


@dataclass(frozen=True)
class Difference:
    """A tally that is not the sum over its messages: the counters that differ, as they are kept and as counted.

    Its key may name a person, so it is for the operator who asked and never for a log.
    """

    key: TallyKey
    kept: Mapping[str, int]
    counted: Mapping[str, int]


@dataclass
class Findings:
    """What a verification found. `differences` are those that are still there; `resume` is where to go on, None at the
    end.
    """

    users: int = 0
    repaired: int = 0
    differences: list[Difference] = field(default_factory=list)
    resume: Place | None = None


def compared(kept: Mapping[TallyKey, Tally], counted: Mapping[TallyKey, Tally]) -> list[Difference]:
    """Where tallies and recount differ, counter by counter. A counter of 0 is as good as none."""
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
    look_again: bool = False,
    resume: Place | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> Findings:
    """Verifies the tallies of every user, in no order, until `enough` says to stop after a page.

    With `look_again` it notes every candidate as changed, so that each company is looked at again: which it needs when
    Tallies and Reports, where that is noted, were not restored to one moment.

    Raises Unavailable when DynamoDB fails; the same call may then be made again.
    """
    findings, last = Findings(), ""
    for users, place in store.census.users(resume):
        suspects = []
        for user_id in users:
            if user_id != last:
                findings.users += 1
                if look_again:
                    store.census.mark_changed(
                        _at_companies(pseudonyms, user_id, store.tallies.person(user_id).companies)
                    )
                suspects += [user_id] if _look(store, pseudonyms, user_id) else []
            last = user_id
        if suspects:
            pause(SETTLE_SECONDS)
        for user_id in suspects:
            before = _look(store, pseudonyms, user_id)
            left = _repaired(store, pseudonyms, user_id, before) if repair else before
            findings.differences += left
            findings.repaired += len(before) - len(left)
        findings.resume = place
        if enough():
            break
    return findings


def _look(
    store: Store, pseudonyms: Pseudonyms, user_id: str, companies: frozenset[CandidateKey] = frozenset()
) -> list[Difference]:
    """Compares a user's tallies in all teams, those at companies included; each is read before the messages are."""
    person = store.tallies.person(user_id)
    companies |= _at_companies(pseudonyms, user_id, person.companies)
    at_companies: dict[TallyKey, Tally] = {key: store.tallies.get(key) for key in companies}
    counted = recounted(store.messages.owned(user_id, store.messages.ids_of(user_id)))
    if unread := frozenset(key for key in counted.keys() - companies if isinstance(key, CandidateKey)):
        return _look(store, pseudonyms, user_id, companies | unread)
    return compared({**person.tallies, **at_companies}, counted)


def _at_companies(pseudonyms: Pseudonyms, user_id: str, companies: Iterable[str]) -> frozenset[CandidateKey]:
    """Returns the keys of the tallies that a user has at companies as a candidate."""
    candidate = pseudonyms.candidate(user_id)
    return frozenset(CandidateKey(company, candidate) for company in companies)


def _repaired(store: Store, pseudonyms: Pseudonyms, user_id: str, found: list[Difference]) -> list[Difference]:
    """Mends differences, and gives those that stay."""
    for _ in range(_ROUNDS):
        for difference in found:
            tombstone = pseudonyms.erased_person(user_id)
            store.census.correct(difference.key, difference.kept, difference.counted, tombstone)
        found = _look(store, pseudonyms, user_id)
        if not found:
            break
    return found
