"""SQS consumer: one attempt of one webhook delivery, to an address that a customer chose (contract 14).

It sits in no VPC, reads endpoints and deliveries and nothing of people, and reaches global addresses alone. A failed
attempt is recorded with the time of the next one; the queue itself never repeats an attempt.
"""

import json
import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from shared.domain.webhooks.targets import is_global, parse_target
from shared.infra.aws import aws_call, client
from shared.infra.deployment_secrets import webhook_secret
from shared.infra.outbound import Outbound
from shared.infra.settings import required
from shared.services.webhooks import Deliverer, Task
from shared.store import preload, store

preload("accounts", "webhooks")

LONGEST_DELAY = 900
"""Seconds that SQS can hold a message back. The schedule queues what is due later."""


@cache
def deliverer() -> Deliverer:
    """The deliverer of this process."""
    return Deliverer(store(), Outbound(is_global), parse_target, webhook_secret)


def handler(event: dict[str, Any], _context: object) -> None:
    """Makes the attempt of each record, and queues the next one where it is due soon. Raises Unavailable."""
    deliver(event, deliverer())


def deliver(event: dict[str, Any], deliverer: Deliverer) -> None:
    """`handler` with a deliverer."""
    for record in event["Records"]:
        task = json.loads(record["body"])
        attempt_time = datetime.fromisoformat(task.pop("attempt_time")) if "attempt_time" in task else None
        due_at = deliverer.deliver(Task(**task), attempt_time)
        if due_at and attempt_time is None:
            delay = max(0, int((due_at - datetime.now(UTC)).total_seconds()) + 1)
            if delay <= LONGEST_DELAY:
                queue = required(os.environ, "DELIVERIES_QUEUE_URL")
                aws_call(client("sqs").send_message, QueueUrl=queue, MessageBody=record["body"], DelaySeconds=delay)
