"""Consumer of the streams of Messages and Reports: queues a delivery for each webhook endpoint that takes an event.

A failing backend returns the record to the stream, which delivers it and all that follow it again, for up to 24 hours.
The ids of events are derived from what happened, so a repeated record makes no second delivery (contract 14).
"""

from datetime import UTC, datetime
from typing import Any

from shared.domain.messages import Message
from shared.domain.webhooks.events import WebhookEvent, message_events, snapshot_ready
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.services.webhooks import publish, queue_deliveries
from shared.store import preload, store
from shared.store.message_items import message_of
from shared.store.table import Item, from_dynamodb

preload("webhooks")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Returns the first record that failed: the stream goes on from there."""
    for record in event["Records"]:
        try:
            queue_deliveries(
                task
                for each in events_of(record["dynamodb"])
                for task in publish(store(), pseudonyms(), each, datetime.now(UTC))
            )
        except Unavailable:
            count("PublishingDelayed")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def events_of(change: dict[str, Any]) -> list[WebhookEvent]:
    """Returns the events of one change of an item of Messages or Reports."""
    before, after = _image(change.get("OldImage")), _image(change.get("NewImage"))
    if after is None:
        return []
    if "message_id" in after:
        return message_events(_message(before), _message(after))
    subject = after["subject"]
    if not subject.startswith("team#") or subject.count("#") != 1 or "body" not in after:
        return []
    if before and before["snapshot_time"] == after["snapshot_time"]:
        return []  # made again after an erasure
    return [
        snapshot_ready(subject.removeprefix("team#"), after["period"], datetime.fromisoformat(after["snapshot_time"]))
    ]


def _image(image: dict[str, Any] | None) -> Item | None:
    return from_dynamodb(image) if image else None


def _message(item: Item | None) -> Message | None:
    """The thread of an item; a tombstone is none."""
    return message_of(item) if item and "version" in item else None
