"""The writes that change tallies, as actions of the transaction that changes their message.

Most changes only add, and need no read. A change reads its tally first if it takes something away, so that a counter
that falls to zero leaves, or if it touches topics, so that a tally has no more of them than it may. Where the decision
rests on what was read, the write is conditional on nobody having written since.
"""

import os
from collections.abc import Iterable, Mapping

from shared.domain.tallies import (
    MAX_COMPANY_TOPICS,
    MAX_QUARTER_TOPICS,
    TOPIC,
    CandidateKey,
    CompanyKey,
    QuarterKey,
    TallyKey,
    TooManyTopics,
    topics_in,
)
from shared.store.markers import marker_of
from shared.store.table import Item, Table
from shared.store.tally_items import counters_of, met_item, names_in, tally_item_key

type Changes = Mapping[TallyKey, Mapping[str, int]]

_MARGIN = 50
"""How close to a limit of topics writers of one tally must go one after the other."""


def keys_to_read(changes: Changes) -> list[dict[str, str]]:
    """Returns the primary keys of the tallies that must be read before these changes are written."""
    return [tally_item_key(key) for key, counters in changes.items() if _is_read_first(counters)]


def _is_read_first(counters: Mapping[str, int]) -> bool:
    return any(count < 0 or name.startswith(TOPIC) for name, count in counters.items())


def tally_writes(
    tallies: Table, markers: Table, changes: Changes, found: Iterable[Item], *, limit_topics: bool = False
) -> list[Item]:
    """Returns the actions of `transact` for these changes, given the items of `keys_to_read`.

    Each change of a candidate's tally also marks the candidate as changed since the company's release.

    Raises TooManyTopics, with `limit_topics`, if a tally would exceed its limit.
    """
    write = os.urandom(6).hex()
    items = {(item["subject"], item["sort_key"]): item for item in found}
    actions: list[Item] = []
    for key, counters in changes.items():
        primary = tally_item_key(key)
        if _is_read_first(counters):
            item = items.get((primary["subject"], primary["sort_key"]), {})
            actions += _after_reading(tallies, key, counters, item, write, limit_topics=limit_topics)
        else:
            actions.append(tallies.increment_op(primary, counters, assign={"write": write, **names_in(key)}))
        if isinstance(key, CandidateKey):
            actions.append(markers.put_op(marker_of(key, write)))
    return actions


def _after_reading(
    table: Table, key: TallyKey, changed: Mapping[str, int], item: Item, write: str, *, limit_topics: bool
) -> list[Item]:
    before = counters_of(item)
    after = {name: before.get(name, 0) + changed.get(name, 0) for name in {**before, **changed}}
    emptied = [name for name in changed if not after[name]]
    after = {name: count for name, count in after.items() if count}
    limit = MAX_COMPANY_TOPICS if isinstance(key, CandidateKey) else MAX_QUARTER_TOPICS
    topics = topics_in(after)
    if limit_topics and topics > limit and topics > topics_in(before):
        where = "at one company" if isinstance(key, CandidateKey) else "in the quarter"
        raise TooManyTopics(f"would be more than {limit} different topics {where}")
    primary = tally_item_key(key)
    if not after and not isinstance(key, CandidateKey) and item:
        met = [table.put_op(met_item(key))] if isinstance(key, CompanyKey) else []
        return [table.delete_op(primary, "#write = :seen", seen=item["write"]), *met]
    expected = {"write": item.get("write")} if emptied or topics > limit - _MARGIN else {}
    added = {name: count for name, count in changed.items() if name not in emptied}
    return [
        table.increment_op(primary, added, remove=emptied, assign={"write": write, **names_in(key)}, expected=expected)
    ]


def whole_tallies[Key: (QuarterKey | CompanyKey | CandidateKey)](
    tallies: Mapping[Key, Mapping[str, int]],
) -> tuple[list[Item], list[Item]]:
    """Returns tallies and markers as the tables hold them once a single write has made them all."""
    write = os.urandom(6).hex()
    items = [{**tally_item_key(key), **names_in(key), **counters, "write": write} for key, counters in tallies.items()]
    return items, [marker_of(key, write) for key in tallies if isinstance(key, CandidateKey)]
