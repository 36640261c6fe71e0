"""The Messages table: threads, and the one transaction in which a thread and its tallies change together.

**Every write to a message applies its change of contribution to the tallies in the same transaction, conditional on the
message's version.** So nothing is counted twice on redelivery, and nothing is lost in a crash. The same transaction
marks the candidate as changed (`shared.store.markers`).

| key | holds |
|---|---|
| message_id | a thread: triage, reports of outcomes, `version` |
| erased#H | the tombstone of an erased person's message: the `event_order` of its last triage |

The index by_user has a person's threads in the order of `thread_order`, team by team.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched

from shared.domain.messages import Message
from shared.domain.tallies import changes
from shared.store.message_items import message_item, message_of
from shared.store.parking import Parking
from shared.store.table import (
    ConditionFailed,
    Conflict,
    Erased,
    Item,
    Table,
    retry_on_conflict,
    transact,
    unless_erased,
)
from shared.store.tally_writes import keys_to_read, tally_writes

_AT_ONCE = 100

_EARLIER = "attribute_not_exists(message_id) OR event_order < :event_order"
"""Holds for a tombstone that does not exist, or is that of an earlier triage."""


@dataclass(frozen=True, slots=True)
class Guards:
    """What must not exist for a write to be made: the tombstones of a person, and of a message up to an event."""

    person: str = ""
    message: str = ""
    event_order: str = ""


class Messages:
    """Messages by id, with their tallies. Every method raises Unavailable when DynamoDB fails."""

    def __init__(
        self, table: Table, tallies: Table, markers: Table, accounts: Table, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table
        self._tallies = tallies
        self._markers = markers
        self._accounts = accounts
        self._pause = pause

    def get(self, message_id: str) -> Message | None:
        """Returns the message, or None."""
        item = self._table.get(message_id=message_id)
        return message_of(item) if item else None

    def get_many(self, message_ids: Sequence[str]) -> list[Message]:
        """Returns the messages with these ids that exist, in any order."""
        return list(map(message_of, self._table.get_many([{"message_id": i} for i in message_ids])))

    def is_erased(self, tombstone: str) -> bool:
        """Returns whether a message was erased, also if it has a new owner since."""
        return self._table.get(message_id=tombstone) is not None

    def company_names(self, after: str = "") -> Iterator[tuple[list[tuple[str, str, tuple[str, str]]], str]]:
        """Yields pages of all triaged messages, each with the id to go on after.

        A message comes as its id, its company as written, and the company key and spelling it counts under.
        """
        start = {"message_id": after} if after else None
        for items, last in self._table.scan("message_id, company, company_key, spelling", start):
            counted = [item for item in items if "company_key" in item]  # others are tombstones, or wait for a triage
            names = [(item["message_id"], item["company"], (item["company_key"], item["spelling"])) for item in counted]
            yield names, last["message_id"] if last else ""

    def change[After: Message | None](
        self,
        message_id: str,
        change: Callable[[Message | None], After],
        guards: Guards = Guards(),
        *,
        limit_topics: bool = False,
        with_tallies: Callable[[Message], Iterable[Item]] = lambda _: (),
    ) -> After:
        """Applies `change` to the message, as often as it takes when others write at the same time.

        `change` gets the message as it is (or None) and returns it as it should be: the same object for no write, None
        to delete it. `with_tallies` returns further actions of a transaction that changes tallies.

        Raises Erased if a guard exists, TooManyTopics with `limit_topics`, and Unavailable after too many collisions.
        """

        def attempt() -> After:
            before = self.get(message_id)
            after = change(before)
            if after is not before:
                self._write(before, after, guards, with_tallies, limit_topics=limit_topics)
            return after

        return retry_on_conflict(attempt, self._pause)

    def erase(
        self, message_id: str, tombstone: str, event_order: str, before: Callable[[], object] = lambda: None
    ) -> None:
        """Deletes the message as it was up to an event, and subtracts its contribution from the tallies. A
        message with a later triage belongs to somebody else and stays. May be repeated.

        Only the tombstone remains of the triage. It keeps the order of the event, so that later events still apply.
        `before` deletes what is about the message: when nothing more can be written about it, and while the message's
        owner still leads there, so that an interrupted erasure comes back to it.
        """
        with suppress(ConditionFailed):  # it is that of a later triage
            self._table.put({"message_id": tombstone, "event_order": event_order}, _EARLIER, event_order=event_order)
        before()
        self.change(message_id, lambda message: message if message and message.is_later_than(event_order) else None)

    def _write(
        self,
        before: Message | None,
        after: Message | None,
        guards: Guards,
        with_tallies: Callable[[Message], Iterable[Item]],
        *,
        limit_topics: bool,
    ) -> None:
        parking = Parking(before, after)
        keys = [*parking.keys_to_read(), *keys_to_read(changes(before, after))]
        found = self._tallies.get_many(keys) if keys else []
        after = parking.with_parked(after, found)
        after = after.logged(before, datetime.now(UTC)) if after else None
        checks = self._checks(guards, before)
        tallies = tally_writes(self._tallies, self._markers, changes(before, after), found, limit_topics=limit_topics)
        parked = parking.writes(self._tallies, found)
        others = [*tallies, *parked, *(with_tallies(after) if after and tallies else ())]
        try:
            transact(self._table.client, [*checks, self._message_write(before, after), *others])
        except ConditionFailed as error:
            if min(error.failed) < len(checks):
                raise Erased from None
            raise Conflict from None  # another writer was first: read its version and decide again

    def _checks(self, guards: Guards, before: Message | None) -> list[Item]:
        checks = [unless_erased(self._accounts, guards.person)] if guards.person else []
        if guards.message and before is None:
            checks.append(
                self._table.check_op({"message_id": guards.message}, _EARLIER, event_order=guards.event_order)
            )
        return checks

    def _message_write(self, before: Message | None, after: Message | None) -> Item:
        if before is None:
            assert after is not None  # noqa: S101 - change() returns early when there is nothing to delete
            return self._table.put_op(message_item(after, 1), "attribute_not_exists(message_id)")
        unchanged = "version = :read"
        if after is None:
            return self._table.delete_op({"message_id": before.message_id}, unchanged, read=before.version)
        return self._table.put_op(message_item(after, before.version + 1), unchanged, read=before.version)

    def ids_of(self, user_id: str) -> Iterator[str]:
        """Yields the ids of a person's messages in all teams, as the index knows them: it may lag behind by a second. A
        correction may have given one to another person since.
        """
        for item in self._table.query("user_id = :user", index="by_user", user=user_id):
            yield item["message_id"]

    def owned(self, user_id: str, message_ids: Iterable[str]) -> Iterator[Message]:
        """Yields those of these messages that are the person's, read as they are now."""
        for some in batched(message_ids, _AT_ONCE, strict=False):
            yield from (message for message in self.get_many(some) if message.owner == user_id)
