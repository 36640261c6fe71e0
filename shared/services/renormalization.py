"""Renormalization: after a change of the normaliser, counts every message under the name that the new version gives.

Two releases that contain the same people reveal more than either: a caller can subtract. So no company is released
between the first moved message and the last. Earlier releases stay served, and do not overlap each other. After all
messages have moved, the releases of the companies concerned are replaced; then companies are released again:

- One released company became one company, under another name or merged with others that were never released: it keeps
  its release and roster, and the gate continues from there. Candidates who joined count as added. If the name changed,
  this applies only if everybody in the roster still is a candidate: otherwise an erasure could not find the others,
  because nothing leads from the old name to the new one.
- Any other case (two released companies became one, or one became several): the old releases are deleted. Each company
  starts from a roster of its current candidates, without figures. The next release needs ten who differ from that
  roster. So it differs from the old releases, and from their sums, by ten candidates less those who changed back.
- None of the companies was ever released: no figures of theirs are known, and the tenth candidate makes the first
  release.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.companies.identity import counted_as
from shared.domain.messages import Message
from shared.domain.signals.company_signals import Release, Roster
from shared.services.releases import aggregate_company
from shared.store import Store
from shared.store.renormalizations import Renormalization
from shared.store.table import retry_on_conflict

type Names = Callable[[str], tuple[str, str]]
"""Returns a company's key, empty for a name that is no company, and its spelling as shown."""


def renormalize(
    store: Store, now: datetime, time_is_left: Callable[[], bool], names: Names = counted_as
) -> tuple[Renormalization, bool]:
    """Scans all messages and moves those whose company has another name now.

    Returns the progress, and whether it is complete; if not, the caller must call again. Safe to repeat, and to
    interrupt at any point.
    """
    progress = store.renormalizations.in_progress() or Renormalization()
    store.renormalizations.save(progress)
    recorded: set[tuple[str, str]] = set()
    for page, last in store.messages.company_names(progress.scanned_to):
        outdated = [(message_id, kept, current) for message_id, name, kept in page if (current := names(name)) != kept]
        for message_id, (old, _), (new, _) in outdated:
            if old != new and (old, new) not in recorded:
                store.renormalizations.add_move(old, new)
                recorded.add((old, new))
            store.messages.change(message_id, _renamed(names))
        progress = Renormalization(
            last or progress.scanned_to, progress.seen + len(page), progress.moved + len(outdated)
        )
        store.renormalizations.save(progress)
        if last and not time_is_left():
            return progress, False
    moves = store.renormalizations.moves()
    for companies in connected_companies(moves):
        retry_on_conflict(partial(_replace_releases, store, companies - {""}, now))
        for old, new in moves:
            if old in companies:
                store.renormalizations.delete_move(old, new)
        if not time_is_left():
            return progress, False
    store.renormalizations.finish()
    return progress, True


def _renamed(names: Names) -> Callable[[Message | None], Message | None]:
    return lambda message: message and message.renamed(names)


def connected_companies(moves: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Groups the companies of moves, so that no move connects two groups."""
    groups: dict[str, set[str]] = {}
    for old, new in moves:
        together = groups.get(old, {old}) | groups.get(new, {new})
        groups |= dict.fromkeys(together, together)
    return list({id(group): group for group in groups.values()}.values())


def _replace_releases(store: Store, companies: set[str], now: datetime) -> None:
    """Gives each company of a group the release that its current candidates may continue from.

    Bumping the versions comes first, so that a concurrent erasure or release is detected. Companies with candidates
    come before those without: after a crash in between, the old releases are still found.
    Raises Conflict if a candidate was erased meanwhile.
    """
    states = {company: store.releases.bump_version(company) for company in sorted(companies)}
    releases = {company: state.release for company, state in states.items() if state.release}
    living = {company: roster for company in sorted(companies) if (roster := aggregate_company(store, company).roster)}
    if kept := _release_to_keep(store, releases, living):
        [company] = living
        store.releases.replace_release(company, kept, states[company].version)
    elif releases:
        for company, roster in living.items():
            store.releases.replace_release(company, Release(None, len(roster), now, roster), states[company].version)
    for company in companies.difference(living):
        store.releases.delete_release(company, states[company].version)


def _release_to_keep(store: Store, releases: Mapping[str, Release], living: Mapping[str, Roster]) -> Release | None:
    """Returns the release, with its roster, if one released company became one company that may keep it."""
    if not len(releases) == len(living) == 1:
        return None
    [(former, release)], [(company, candidates)] = releases.items(), living.items()
    roster = store.releases.roster(former, release)
    keeps = former == company or roster.keys() <= candidates.keys()
    return replace(release, roster=roster) if keeps else None
