"""Re-keying: after a change of the normaliser, every message is counted under the name that the new version gives.

Two releases that hold the same people are more than each of them: a caller subtracts. So from the first message that
changes company to the last, no company is released; what was released before stays served, and stays one set of
releases that never overlap. When all messages have moved, the companies between which they moved are settled, and only
then are releases made again:

- One released company became one company, under another name or with others that never were released: its release and
  ledger go with it, and the gate goes on from there. Whoever joined counts as added. Under another name only if all of
  the ledger still are candidates: nothing of theirs would lead an erasure from the old name to the new one.
- Anything else (two released companies became one, one became several): the old releases are gone, and each company
  starts from a ledger of its candidates as they are now, without figures. The next release needs ten who differ from
  that. So it lies ten candidates from the old releases, alone or added up, but for whoever changed back.
- None of them was ever released: nobody knows a figure of theirs, and the tenth candidate makes the first release.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.companies.identity import counted_as
from shared.domain.messages import Message
from shared.domain.signals.company_signals import Ledger, Release
from shared.services.releases import survey_of
from shared.store import Store
from shared.store.rekeyings import Rekeying
from shared.store.table import despite_others

type Names = Callable[[str], tuple[str, str]]
"""Gives a company's key, empty for a name that is no company, and its spelling as shown."""


def rekey(
    store: Store, now: datetime, time_is_left: Callable[[], bool], names: Names = counted_as
) -> tuple[Rekeying, bool]:
    """Walks over all messages and moves those that count under another name now. Answers how far it has come, and
    whether it is done; if not, it is to be called again. May be repeated, and interrupted anywhere.
    """
    progress = store.rekeyings.under_way() or Rekeying()
    store.rekeyings.keep(progress)
    noted: set[tuple[str, str]] = set()
    for page, last in store.messages.company_names(progress.walked_to):
        stale = [(message_id, kept, current) for message_id, name, kept in page if (current := names(name)) != kept]
        for message_id, (old, _), (new, _) in stale:
            if old != new and (old, new) not in noted:
                store.rekeyings.note_move(old, new)
                noted.add((old, new))
            store.messages.change(message_id, _renamed(names))
        progress = Rekeying(last or progress.walked_to, progress.seen + len(page), progress.moved + len(stale))
        store.rekeyings.keep(progress)
        if last and not time_is_left():
            return progress, False
    moves = store.rekeyings.moves()
    for companies in joined(moves):
        despite_others(partial(_settle, store, companies - {""}, now))
        for old, new in moves:
            if old in companies:
                store.rekeyings.forget_move(old, new)
        if not time_is_left():
            return progress, False
    store.rekeyings.end()
    return progress, True


def _renamed(names: Names) -> Callable[[Message | None], Message | None]:
    return lambda message: message and message.renamed(names)


def joined(moves: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The companies between which messages moved, in groups that no move connects."""
    groups: dict[str, set[str]] = {}
    for old, new in moves:
        together = groups.get(old, {old}) | groups.get(new, {new})
        groups |= dict.fromkeys(together, together)
    return list({id(group): group for group in groups.values()}.values())


def _settle(store: Store, companies: set[str], now: datetime) -> None:
    """Gives each company of a group the release that its candidates, as they are now, may go on from.

    Taking the companies over comes first, so that neither an erasure nor a slow reader's release changes unnoticed what
    this rests on. Those that live come before the others: a crash before the old releases are gone finds them again.
    Raises Conflict when a candidate has been erased meanwhile.
    """
    gates = {company: store.releases.take_over(company) for company in sorted(companies)}
    releases = {company: gate.release for company, gate in gates.items() if gate.release}
    living = {company: ledger for company in sorted(companies) if (ledger := survey_of(store, company).ledger)}
    if carried := _carried(store, releases, living):
        [company] = living
        store.releases.settle_release(company, carried, gates[company].number)
    elif releases:
        for company, ledger in living.items():
            store.releases.settle_release(company, Release(None, len(ledger), now, ledger), gates[company].number)
    for company in companies.difference(living):
        store.releases.drop_release(company, gates[company].number)


def _carried(store: Store, releases: Mapping[str, Release], living: Mapping[str, Ledger]) -> Release | None:
    """The one release, with its ledger, that goes along with the one company there is now; None if it is not so."""
    if not len(releases) == len(living) == 1:
        return None
    [(former, release)], [(company, candidates)] = releases.items(), living.items()
    ledger = store.releases.ledger(former, release)
    goes_along = former == company or ledger.keys() <= candidates.keys()
    return replace(release, ledger=ledger) if goes_along else None
