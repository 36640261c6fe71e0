"""A person's threads, read from the Messages table: one by its id, or page by page through the index by_user."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.messages import Action, Fit, Message
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter
from shared.store.message_items import message_of, newest_first
from shared.store.table import Item, Table

_LAST = "~"
"""Sorts after every character of an id."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What the index holds of a thread. `position` is its place in the order of its team's threads."""

    message_id: str
    position: str
    company: str
    fit: Fit
    topics: list[str]
    action: Action
    received_at: datetime
    outcome: Outcome | None
    outcome_recorded_at: datetime | None
    verified: bool


class Threads:
    """Threads of people in their teams. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, message_id: str) -> Message | None:
        """Returns the message, or None."""
        item = self._table.get(message_id=message_id)
        return message_of(item) if item else None

    def page(self, team_id: str, user_id: str, quarter: Quarter | None, after: str, number: int) -> list[Thread]:
        """Returns up to so many of a person's threads in a team, the newest first, then by id, in one query.

        `after` is the position of the thread before them, empty for the first page.
        """
        start, end = "", _LAST
        if quarter:
            start = newest_first(
                quarter.next.start
            )  # of the first moment that is too late; a thread's adds "#" and an id
            start, end = f"{start}#{_LAST}", f"{newest_first(quarter.start)}#{_LAST}"
        found = self._table.query(
            "user_id = :user AND thread_order BETWEEN :start AND :end",
            index="by_user",
            at_most=number + bool(after),
            user=user_id,
            start=f"{team_id}#{after or start}",
            end=f"{team_id}#{end}",
        )
        threads = [_thread(item, team_id) for item in found]
        return [thread for thread in threads if thread.position != after][:number]


def _thread(item: Item, team_id: str) -> Thread:
    recorded_at = item.get("outcome_recorded_at")
    return Thread(
        message_id=item["message_id"],
        position=item["thread_order"].removeprefix(f"{team_id}#"),
        company=item["spelling"],
        fit=Fit(item["fit"]),
        topics=item["topics"],
        action=Action(item["action"]),
        received_at=datetime.fromisoformat(item["received_at"]),
        outcome=Outcome(item["outcome"]) if "outcome" in item else None,
        outcome_recorded_at=datetime.fromisoformat(recorded_at) if recorded_at else None,
        verified=item.get("verified", False),
    )
