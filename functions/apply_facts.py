"""SQS consumer: applies what applicant tracking systems said of applications to the threads that these are.

A failing backend leaves a task in the queue, which delivers it again; after five times SQS moves it to the dead-letter
queue.
"""

import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from shared.infra.telemetry import count
from shared.services.integration_threads import apply_task
from shared.store import preload, store

preload("accounts", "applications", "connections", "messages")

processor = BatchProcessor(event_type=EventType.SQS)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Returns the tasks to deliver again."""
    return process_partial_response(event=event, record_handler=_apply, processor=processor, context=context)


def _apply(record: SQSRecord) -> None:
    if not apply_task(store(), json.loads(record.body), datetime.now(UTC)):
        count("IntegrationEventDropped")
