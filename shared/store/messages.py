"""The Messages table: threads, and the one transaction in which a thread and its tallies change together.

**Every write to a message applies its change of contribution to the tallies in the same transaction, conditional on the
message's version.** That is the law the whole product rests on (architecture): no double count on redelivery, none lost
on a crash. The same transaction notes the candidate as changed (`shared.store.changed`).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import batched

from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.outcomes import History, Outcome, OutcomeReport, Standing
from shared.domain.periods import Quarter
from shared.domain.tallies import changes
from shared.store.changed import additions
from shared.store.table import ConditionFailed, Conflict, Erased, Item, Table, despite_others, transact, unless_erased

_AT_ONCE = 100

_EARLIER = "attribute_not_exists(message_id) OR stamp < :stamp"
"""What holds of a tombstone that is not there, or is that of an earlier triage."""


class Messages:
    """Messages by id, with their tallies. Every method raises Unavailable when DynamoDB fails."""

    def __init__(
        self, table: Table, tallies: Table, changed: Table, accounts: Table, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table
        self._tallies = tallies
        self._changed = changed
        self._accounts = accounts
        self._pause = pause

    def get(self, message_id: str) -> Message | None:
        """The message, or None."""
        item = self._table.get(message_id=message_id)
        return _message(item) if item else None

    def get_many(self, message_ids: Sequence[str]) -> list[Message]:
        """The messages with these ids that exist, in any order."""
        return list(map(_message, self._table.get_many([{"message_id": i} for i in message_ids])))

    def company_names(self, after: str = "") -> Iterator[tuple[list[tuple[str, str, str]], str]]:
        """Every triaged message's id, company and company key, page by page, each with the id from which to go on."""
        start = {"message_id": after} if after else None
        for items, last in self._table.scan("message_id, company, company_key", start):
            counted = [item for item in items if "company_key" in item]  # others are tombstones, or wait for a triage
            names = [(item["message_id"], item["company"], item["company_key"]) for item in counted]
            yield names, last["message_id"] if last else ""

    def change[After: Message | None](
        self,
        message_id: str,
        change: Callable[[Message | None], After],
        *,
        unless_erased_person: str = "",
        unless_erased_message: str = "",
        as_of: str = "",
    ) -> After:
        """Applies `change` to the message, as often as it takes when others write at the same time.

        `change` gets the message as it is (or None) and returns it as it should be: the same object for no write, None
        to delete it. The tombstones make an erasure final, whatever is in flight: that of the person, and that of the
        message, which keeps it from being made again as of the same stamp or an earlier one. Raises Erased if one
        exists, and Unavailable after too many collisions.
        """

        def attempt() -> After:
            before = self.get(message_id)
            after = change(before)
            if after is not before:
                guards = []
                if unless_erased_person:
                    guards.append(unless_erased(self._accounts, unless_erased_person))
                if unless_erased_message and before is None:
                    guards.append(self._table.checking({"message_id": unless_erased_message}, _EARLIER, stamp=as_of))
                self._write(before, after, guards)
            return after

        return despite_others(attempt, self._pause)

    def erase(self, message_id: str, tombstone: str, stamp: str) -> None:
        """Deletes what the message was up to this stamp, and takes its contribution out of the tallies; a later triage
        has given it to somebody else. May be repeated.

        The tombstone is all that is left of the triage: it keeps the stamp, so that what comes later still is later.
        """
        with suppress(ConditionFailed):  # it is that of a later triage
            self._table.put({"message_id": tombstone, "stamp": stamp}, _EARLIER, stamp=stamp)
        self.change(message_id, lambda message: message if message and message.is_later_than(stamp) else None)

    def _write(self, before: Message | None, after: Message | None, guards: list[Item]) -> None:
        tallies = additions(self._tallies, self._changed, changes(before, after))
        writes = [*guards, self._message_write(before, after), *tallies]
        try:
            transact(self._table.client, writes)
        except ConditionFailed as error:
            if min(error.failed) < len(guards):
                raise Erased from None
            raise Conflict from None  # another writer was first: read its version and decide again

    def _message_write(self, before: Message | None, after: Message | None) -> Item:
        if before is None:
            assert after is not None  # noqa: S101 - change() returns early when there is nothing to delete
            return self._table.putting(message_item(after, 1), "attribute_not_exists(message_id)")
        unchanged = "version = :read"
        if after is None:
            return self._table.deleting({"message_id": before.message_id}, unchanged, read=before.version)
        return self._table.putting(message_item(after, before.version + 1), unchanged, read=before.version)

    def ids_of(self, user_id: str) -> Iterator[str]:
        """The ids of a user's messages, as the index knows them: it may lag behind by a second. A correction may have
        given one to another user since.
        """
        for item in self._table.query("user_id = :user", index="by_user", user=user_id):
            yield item["message_id"]

    def owned(self, user_id: str, message_ids: Iterable[str]) -> Iterator[Message]:
        """Those of these messages that are the user's, read as they are now."""
        for some in batched(message_ids, _AT_ONCE, strict=False):
            yield from (message for message in self.get_many(some) if message.belongs_to(user_id))

    def latest_spelling(self, user_id: str, quarter: Quarter, company_key: str) -> tuple[str, str] | None:
        """How a company was spelled when it last wrote to a user in a quarter, preceded by when that was, as sortable
        text.
        """
        start = f"{quarter}#{company_key}#"  # a time follows, and every time is below "~"
        found = self._table.query(  # DynamoDB Local has to look for the end of a begins_with
            "user_id = :user AND thread_order BETWEEN :start AND :end",
            index="by_user",
            newest=1,
            user=user_id,
            start=start,
            end=f"{start}~",
        )
        return next(((item["thread_order"], item["company"]) for item in found), None)


def message_item(message: Message, version: int) -> Item:
    """The message as the table holds it."""
    item: Item = {"message_id": message.message_id, "version": version}
    if triage := message.triage:
        item |= {
            "user_id": triage.user_id,
            "team_id": triage.team_id,
            "candidate": message.candidate,
            "received_at": _text(triage.received_at),
            "company": triage.company,
            "company_key": triage.company_key,
            "fit": triage.fit.value,
            "topics": list(triage.topics),
            "action": triage.action.value,
            "stamp": triage.stamp,
            "thread_order": _thread_order(triage),
        }
    history = message.history
    if history.reports:
        item["outcomes"] = [
            {
                "at": _text(r.at),
                "verified": r.verified,
                "outcome": r.outcome.value,
                "source": r.source,
                "notes": r.notes,
            }
            for r in history.reports
        ]
    if history.settled_until and history.settled.outcome and history.settled.recorded_at:
        item["settled"] = {
            "outcome": history.settled.outcome.value,
            "stage": history.settled.stage.value if history.settled.stage else None,
            "verified": history.settled.verified,
            "recorded_at": _text(history.settled.recorded_at),
            "until": _text(history.settled_until),
        }
    return item


def _thread_order(triage: Triage) -> str:
    """What `latest_spelling` looks for: quarter and company, then the order in which the company was seen."""
    said_at = triage.stamp.split(" ")[0]
    return f"{triage.quarter}#{triage.company_key}#{_text(triage.received_at)}#{said_at}"


def _message(item: Item) -> Message:
    triage = None
    if "user_id" in item:
        triage = Triage(
            user_id=item["user_id"],
            team_id=item["team_id"],
            received_at=datetime.fromisoformat(item["received_at"]),
            company=item["company"],
            company_key=item["company_key"],
            fit=Fit(item["fit"]),
            topics=tuple(item["topics"]),
            action=Action(item["action"]),
            stamp=item["stamp"],
        )
    return Message(item["message_id"], triage, item.get("candidate", ""), _history(item), item["version"])


def _history(item: Item) -> History:
    reports = tuple(
        OutcomeReport(datetime.fromisoformat(r["at"]), r["verified"], Outcome(r["outcome"]), r["source"], r["notes"])
        for r in item.get("outcomes", [])
    )
    settled = item.get("settled")
    if not settled:
        return History(reports)
    standing = Standing(
        Outcome(settled["outcome"]),
        Outcome(settled["stage"]) if settled["stage"] else None,
        settled["verified"],
        datetime.fromisoformat(settled["recorded_at"]),
    )
    return History(reports, standing, datetime.fromisoformat(settled["until"]))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
