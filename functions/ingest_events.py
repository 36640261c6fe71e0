"""SQS consumer: applies the agent platform's events (contract 11).

A bad event goes to the dead-letter queue with its reason. When a backend fails, SQS delivers the event again; after
five deliveries it moves the event to the dead-letter queue. When a backend throttles, the event goes back to the end
of the queue as often as needed, without using up deliveries. Late events about an erased person are dropped.
"""

import json
import os
import random
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from shared.domain import events
from shared.infra.aws import aws_call, client
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.errors import Throttled
from shared.infra.settings import required
from shared.infra.telemetry import count
from shared.services.ingestion import apply
from shared.services.usage_plans import usage_plans
from shared.store import Erased, preload, store

preload("accounts", "applications", "connections", "messages", "renormalizations", "webhooks")

_FIRST_SENT = "first_sent"
"""The message attribute that keeps the time of receipt of an event that went back to the end of the queue."""

_DELAY_SECONDS = (30, 120)
"""Between two attempts of an event for which a backend has no capacity."""

processor = BatchProcessor(event_type=EventType.SQS)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Returns the records that SQS is to deliver again."""
    return process_partial_response(event=event, record_handler=_receive, processor=processor, context=context)


def _receive(record: SQSRecord) -> None:
    try:
        event = events.read_event(_json(record.body), _received(record))
        apply(event, store(), pseudonyms(), usage_plans().ensure, datetime.now(UTC))
    except events.BadEvent as bad:
        _send_to_dead_letters(record, str(bad))
    except Erased:
        count("EventOfErasedPersonDropped")
    except Throttled:
        _send_to_end_of_queue(record)


def _received(record: SQSRecord) -> datetime:
    """When SQS first received the event."""
    first_sent = record.raw_event["messageAttributes"].get(_FIRST_SENT)
    milliseconds = first_sent["stringValue"] if first_sent else record.attributes.sent_timestamp
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise events.BadEvent("not JSON") from None


def _send_to_end_of_queue(record: SQSRecord) -> None:
    """Sends the event before SQS deletes it. A crash in between duplicates the event, which changes nothing."""
    count("EventDelayed")
    first_sent = str(int(_received(record).timestamp() * 1000))
    aws_call(
        client("sqs").send_message,
        QueueUrl=required(os.environ, "INGEST_QUEUE_URL"),
        MessageBody=record.body,
        DelaySeconds=random.randint(*_DELAY_SECONDS),  # noqa: S311 - spreads events, protects nothing
        MessageAttributes={_FIRST_SENT: {"DataType": "String", "StringValue": first_sent}},
    )


def _send_to_dead_letters(record: SQSRecord, reason: str) -> None:
    count("BadEvent")
    attributes = {"reason": reason[:1_000], "message_id": record.message_id}
    aws_call(
        client("sqs").send_message,
        QueueUrl=required(os.environ, "EVENTS_DLQ_URL"),
        MessageBody=record.body,
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
    )
