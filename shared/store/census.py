"""Everybody there is: a walk over whole tables, for verification alone. No request ever scans a table.

First all users who have messages, by the index by_user, whose scan gives a user's messages one after the other; then
all who have tallies and no messages, since a tally may be left without.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from shared.domain.tallies import Tally, TallyKey, user_subject
from shared.store.changed import additions
from shared.store.table import (
    ConditionFailed,
    Conflict,
    Table,
    despite_others,
    to_dynamodb,
    transact,
    unless_erased,
)

type Place = dict[str, Any]
"""Where a walk goes on, as JSON: which of the two tables, and the key after which."""

_PAGE = 200
"""Items a page: a page of users is verified within seconds, and a walk stops between pages only."""


class Census:
    """Users of the Messages and Tallies tables. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, messages: Table, tallies: Table, changed: Table, accounts: Table) -> None:
        self._messages = messages
        self._tallies = tallies
        self._changed = changed
        self._accounts = accounts

    def users(self, place: Place | None) -> Iterator[tuple[list[str], Place | None]]:
        """Users, page by page, each page with the place to go on after it; one on two pages comes twice."""
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

    def tally(self, key: TallyKey) -> Tally:
        """One tally, empty if there is none."""
        item = self._tallies.get(subject=key.subject, window=key.window) or {}
        return {name: count for name, count in item.items() if isinstance(count, int)}

    def note(self, tallies: Iterable[TallyKey]) -> None:
        """Notes the candidates whose tallies these are as changed, but for those who have been erased meanwhile."""
        for key in tallies:
            tally, note = additions(self._tallies, self._changed, {key: {"inbound": 0}})
            tally["Update"]["ConditionExpression"] = "attribute_exists(subject)"
            with suppress(ConditionFailed):
                despite_others(partial(transact, self._tallies.client, [tally, note]))

    def correct(self, key: TallyKey, kept: Mapping[str, int], counted: Mapping[str, int], tombstone: str) -> bool:
        """Makes counters of a tally what was counted, if they still are what was kept; says whether they were. Of a
        person who has been erased, whose tombstone would be this, it makes none anew.
        """
        more = {name: counted[name] - count for name, count in kept.items()}
        correction, *note = additions(self._tallies, self._changed, {key: more})
        unchanged = [
            f"#{i} = :kept{i}" if count else f"(attribute_not_exists(#{i}) OR #{i} = :kept{i})"
            for i, count in enumerate(kept.values())
        ]
        values = {f":kept{i}": count for i, count in enumerate(kept.values())}
        correction["Update"]["ConditionExpression"] = " AND ".join(unchanged)
        correction["Update"]["ExpressionAttributeValues"] |= to_dynamodb(values)
        guards = [unless_erased(self._accounts, tombstone)] if any(counted.values()) else []
        try:
            transact(self._tallies.client, [*guards, correction, *note])
        except (ConditionFailed, Conflict):
            return False
        return True
