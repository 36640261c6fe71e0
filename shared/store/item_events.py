"""The webhook events in an item of Messages or Reports: those of one write, and all that its log holds (contract 14).

Both are made of the log (shared/store/event_logs.py), so an event that is published again is the event that the stream
gave, to the byte.
"""

from datetime import UTC, datetime

from shared.domain.webhooks.events import WebhookEvent, logged_events, snapshot_ready
from shared.store.message_items import message_of
from shared.store.table import Item

type Written = tuple[datetime, WebhookEvent]
"""An event, and when the write was made that it tells of."""


def new_events(before: Item | None, after: Item | None) -> list[WebhookEvent]:
    """Returns the events of one write of an item of Messages or Reports: those that its log gained."""
    known = {event for _, event in events_in(before)} if before else set()
    return [event for _, event in events_in(after) if event not in known] if after else []


def events_in(item: Item) -> list[Written]:
    """Returns the events in the log of an item of Messages or Reports, each with the time at which it was written."""
    if "message_id" in item:
        return logged_events(message_of(item)) if "version" in item else []  # else a tombstone
    team_id = item["subject"].removeprefix("team#")
    return [
        (
            datetime.fromtimestamp(each["at"], UTC),
            snapshot_ready(team_id, item["period"], datetime.fromisoformat(each["snapshot_time"])),
        )
        for each in item.get("log", [])
    ]
