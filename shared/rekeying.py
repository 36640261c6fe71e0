"""Re-keying: after a change of the normaliser, every message is counted under the name that the new version gives.

Two releases that hold the same people are more than each of them: a caller subtracts. So from the first message that
changes company to the last, no company is released; what was released before stays served, and stays one set of
releases that never overlap. When all messages have moved, the companies between which they moved are settled, and only
then are releases made again:

- One released company became one company, under another name or with others that never were released: its release and
  ledger go with it, and the gate goes on from there. Whoever joined counts as added.
- Anything else (two released companies became one, one became several): the old releases are gone, and each company
  starts from a ledger of its candidates as they are now, without figures. The next release needs ten who differ from
  that. So no two releases, old or new, lie fewer than ten candidates apart, alone or added up.
- None of them was ever released: nobody knows a figure of theirs, and the tenth candidate makes the first release.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from shared.companies import normalize_company
from shared.company_signals import Release
from shared.messages import Message
from shared.releases import survey_of
from shared.store import Store
from shared.store.reports import Rekeying

type Normalize = Callable[[str], str]


def rekey(
    store: Store, now: datetime, time_is_left: Callable[[], bool], normalize: Normalize = normalize_company
) -> tuple[Rekeying, bool]:
    """Walks over all messages and moves those that count under another name now. Answers how far it has come, and
    whether it is done; if not, it is to be called again. May be repeated, and interrupted anywhere.
    """
    progress = store.reports.rekeying() or Rekeying()
    store.reports.put_rekeying(progress)
    noted: set[tuple[str, str]] = set()
    for names, last in store.messages.company_names(progress.walked_to):
        stale = [(message_id, old, new) for message_id, name, old in names if (new := normalize(name)) != old]
        for message_id, old, new in stale:
            if (old, new) not in noted:
                store.reports.note_move(old, new)
                noted.add((old, new))
            store.messages.change(message_id, _rekeyed(normalize))
        progress = Rekeying(last or progress.walked_to, progress.seen + len(names), progress.moved + len(stale))
        store.reports.put_rekeying(progress)
        if last and not time_is_left():
            return progress, False
    moves = store.reports.moves()
    for companies in joined(moves):
        _settle(store, companies, now)
        for old, new in moves:
            if old in companies:
                store.reports.forget_move(old, new)
        if not time_is_left():
            return progress, False
    store.reports.end_rekeying()
    return progress, True


def _rekeyed(normalize: Normalize) -> Callable[[Message | None], Message | None]:
    return lambda message: message and message.rekeyed(normalize)


def joined(moves: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The companies between which messages moved, in groups that no move connects."""
    groups: dict[str, set[str]] = {}
    for old, new in moves:
        together = groups.get(old, {old}) | groups.get(new, {new})
        groups |= dict.fromkeys(together, together)
    return list({id(group): group for group in groups.values()}.values())


def _settle(store: Store, companies: set[str], now: datetime) -> None:
    """Gives each company of a group the release that its candidates, as they are now, may go on from.

    Those that live come first: a crash before the old releases are gone finds them again.
    """
    releases = {company: release for company in companies if (release := store.reports.release(company)[0])}
    surveys = {company: survey_of(store, company) for company in sorted(companies)}
    living = [company for company in surveys if surveys[company].ledger]
    if len(releases) == len(living) == 1:
        [(former, release)] = releases.items()
        store.reports.settle_release(living[0], release, store.reports.ledger(former, release))
    else:
        for company in living:
            ledger = surveys[company].ledger
            store.reports.settle_release(company, Release(None, len(ledger), now) if releases else None, ledger)
    for company in companies.difference(living):
        store.reports.settle_release(company, None, {})
