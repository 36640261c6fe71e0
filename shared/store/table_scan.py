"""Scans of whole tables that find all users, for verification only. No request scans a table.

The first scan finds users with messages, through the index by_user, which returns a user's messages together. The
second finds users with tallies and no messages, because a faulty tally may have no message.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from shared.domain.tallies import CandidateKey, TallyKey
from shared.store.markers import marker_of
from shared.store.table import (
    ConditionFailed,
    Conflict,
    Item,
    Table,
    retry_on_conflict,
    transact,
    unless_erased,
)
from shared.store.tally_items import names_in, tally_item_key, user_subject

type Cursor = dict[str, Any]
"""Where a scan continues, as JSON: the table, and the last key read."""

_PAGE = 200
"""Items a page. A scan stops between pages only; a page of users is verified within seconds."""


class TableScan:
    """Users in the Messages and Tallies tables. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, messages: Table, tallies: Table, markers: Table, accounts: Table) -> None:
        self._messages = messages
        self._tallies = tallies
        self._markers = markers
        self._accounts = accounts

    def users(self, cursor: Cursor | None) -> Iterator[tuple[list[str], Cursor | None]]:
        """Yields pages of users, each with the cursor after it. A user on two pages is returned twice."""
        table, start = (cursor["table"], cursor.get("after")) if cursor else ("messages", None)
        following: Cursor | None
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

    def mark_pending(self, tallies: Iterable[CandidateKey]) -> None:
        """Writes markers for the candidates of these tallies, except for those erased meanwhile."""
        for key in tallies:
            write, primary = os.urandom(6).hex(), tally_item_key(key)
            tally = self._tallies.increment_op(
                primary, {}, assign={"write": write}, expected={"subject": primary["subject"]}
            )
            with suppress(ConditionFailed):
                marker = self._markers.put_op(marker_of(key, write))
                retry_on_conflict(partial(transact, self._tallies.client, [tally, marker]))

    def correct(self, key: TallyKey, kept: Mapping[str, int], counted: Mapping[str, int], tombstone: str) -> bool:
        """Sets counters of a tally to `counted`, if they still equal `kept`. Returns whether they did.

        Writes no counters if `tombstone` shows that the user has been erased.
        """
        write = os.urandom(6).hex()
        writes: list[Item] = [unless_erased(self._accounts, tombstone)] if any(counted.values()) else []
        correction = self._tallies.increment_op(
            tally_item_key(key),
            {},
            remove=[name for name, count in counted.items() if not count],
            assign={**{name: count for name, count in counted.items() if count}, "write": write, **names_in(key)},
            expected={name: count or None for name, count in kept.items()},
        )
        writes.append(correction)
        if isinstance(key, CandidateKey):
            writes.append(self._markers.put_op(marker_of(key, write)))
        try:
            transact(self._tallies.client, writes)
        except (ConditionFailed, Conflict):
            return False
        return True
