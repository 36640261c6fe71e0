"""All people there are: a walk over whole tables, for verification alone. No request ever scans a table.

First all people who have messages, by the index by_user, whose scan gives a person's messages one after the other; then
all who have tallies and no messages, since a tally may be left without.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from shared.domain.tallies import CandidateKey, TallyKey
from shared.store.changed import marker_of
from shared.store.table import (
    ConditionFailed,
    Conflict,
    Item,
    Table,
    despite_others,
    transact,
    unless_erased,
)
from shared.store.tally_items import names_in, tally_item_key, user_subject

type Place = dict[str, Any]
"""Where a walk goes on, as JSON: which of the two tables, and the key after which."""

_PAGE = 200
"""Items a page: a page of users is verified within seconds, and a walk stops between pages only."""


class Census:
    """People of the Messages and Tallies tables. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, messages: Table, tallies: Table, changed: Table, accounts: Table) -> None:
        self._messages = messages
        self._tallies = tallies
        self._changed = changed
        self._accounts = accounts

    def users(self, place: Place | None) -> Iterator[tuple[list[str], Place | None]]:
        """Yields users, page by page, each page with the place to go on after it; one on two pages comes twice."""
        table, start = (place["table"], place.get("after")) if place else ("messages", None)
        following: Place | None
        if table == "messages":
            for items, after in self._messages.scan("user_id", start, index="by_user", page=_PAGE):
                following = {"table": "messages", "after": after} if after else {"table": "tallies"}
                yield list(dict.fromkeys(item["user_id"] for item in items)), following
            start = None
        for items, after in self._tallies.scan("subject", start, page=_PAGE):
            subjects = dict.fromkeys(item["subject"] for item in items)
            prefix = user_subject("")
            users = [subject.removeprefix(prefix) for subject in subjects if subject.startswith(prefix)]
            following = {"table": "tallies", "after": after} if after else None
            yield [user_id for user_id in users if not self._has_messages(user_id)], following

    def _has_messages(self, user_id: str) -> bool:
        return next(self._messages.query("user_id = :user", index="by_user", at_most=1, user=user_id), None) is not None

    def mark_changed(self, tallies: Iterable[CandidateKey]) -> None:
        """Marks the candidates whose tallies these are as changed, but for those who have been erased meanwhile."""
        for key in tallies:
            write, primary = os.urandom(6).hex(), tally_item_key(key)
            tally = self._tallies.counting(
                primary, {}, assign={"write": write}, expected={"subject": primary["subject"]}
            )
            with suppress(ConditionFailed):
                marker = self._changed.putting(marker_of(key, write))
                despite_others(partial(transact, self._tallies.client, [tally, marker]))

    def correct(self, key: TallyKey, kept: Mapping[str, int], counted: Mapping[str, int], tombstone: str) -> bool:
        """Makes counters of a tally what was counted, if they still are what was kept. Returns whether they were.

        It makes none of a person who has been erased, whose tombstone would be this.
        """
        write = os.urandom(6).hex()
        writes: list[Item] = [unless_erased(self._accounts, tombstone)] if any(counted.values()) else []
        correction = self._tallies.counting(
            tally_item_key(key),
            {},
            remove=[name for name, count in counted.items() if not count],
            assign={**{name: count for name, count in counted.items() if count}, "write": write, **names_in(key)},
            expected={name: count or None for name, count in kept.items()},
        )
        writes.append(correction)
        if isinstance(key, CandidateKey):
            writes.append(self._changed.putting(marker_of(key, write)))
        try:
            transact(self._tallies.client, writes)
        except (ConditionFailed, Conflict):
            return False
        return True
