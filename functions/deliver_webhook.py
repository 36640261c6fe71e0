"""SQS consumer: one attempt of each webhook delivery, to an address that a customer chose (contract 14).

It sits in no VPC, reads endpoints and deliveries and nothing of people, and reaches global addresses alone. A failed
attempt is recorded with the time of the next one; the queue itself never repeats an attempt.
"""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from shared.domain.webhooks.targets import is_global, parse_target
from shared.infra.aws import aws_call, client
from shared.infra.deployment_secrets import webhook_secret
from shared.infra.errors import Unavailable
from shared.infra.outbound import Outbound
from shared.infra.settings import required
from shared.infra.telemetry import count
from shared.services.webhooks import Deliverer
from shared.store import preload, store
from shared.store.webhooks import Task

preload("accounts", "webhooks")

LONGEST_DELAY = 900
"""Seconds that SQS can hold a message back. The schedule queues what is due later."""


@cache
def deliverer() -> Deliverer:
    """The deliverer of this process."""
    return Deliverer(store(), Outbound(is_global), parse_target, webhook_secret)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Makes the attempt of each record, and queues the next one where it is due soon.

    Returns the records that a failing backend stopped.
    """
    return deliver(event, deliverer())


def deliver(event: dict[str, Any], deliverer: Deliverer) -> dict[str, Any]:
    """`handler` with a deliverer."""
    tasks: dict[str, Task] = {}
    for record in event["Records"]:
        task = json.loads(record["body"])
        if attempt_time := task.pop("attempt_time", None):  # of the local stack, whose clock can run ahead
            deliverer.deliver(Task(**task), datetime.fromisoformat(attempt_time))
        else:
            tasks[record["messageId"]] = Task(**task)
    outcomes = deliverer.deliver_all(list(tasks.values())) if tasks else []
    failed = []
    for (message_id, task), outcome in zip(tasks.items(), outcomes, strict=True):
        if isinstance(outcome, Unavailable):
            count("AttemptDelayed")
            failed.append({"itemIdentifier": message_id})
        elif outcome:
            _queue_again(task, outcome)
    return {"batchItemFailures": failed}


def _queue_again(task: Task, due_at: datetime) -> None:
    """Queues an attempt that is due within the time for which SQS can hold a message back."""
    delay = max(0, int((due_at - datetime.now(UTC)).total_seconds()) + 1)
    if delay <= LONGEST_DELAY:
        queue, body = required(os.environ, "DELIVERIES_QUEUE_URL"), json.dumps(asdict(task))
        aws_call(client("sqs").send_message, QueueUrl=queue, MessageBody=body, DelaySeconds=delay)
