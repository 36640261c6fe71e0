"""Consumer of the streams of Messages and Reports: queues a delivery for each webhook endpoint that takes an event.

A failing backend returns the record to the stream, which delivers it and all that follow it again, for up to 24 hours.
The ids of events are derived from what happened, so a repeated record makes no second delivery (contract 14).
"""

from datetime import UTC, datetime
from typing import Any

from shared.domain.webhooks.events import WebhookEvent
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.services.webhooks import publish, queue_deliveries
from shared.store import preload, store
from shared.store.item_events import new_events
from shared.store.table import from_dynamodb

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
    images = (change.get(name) for name in ("OldImage", "NewImage"))
    return new_events(*(from_dynamodb(image) if image else None for image in images))
