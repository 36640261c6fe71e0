"""A queue with its consumers, as SQS and Lambda run them: what is not acknowledged is delivered again."""

import contextlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any

from local.aws.environments import Returned
from local.aws.services import client
from local.deployment import ACCOUNT_ID, REGION
from local.stack import Stack

INGEST = "IngestEventsFunction"
AGAIN_AFTER = 1
"""Seconds until what failed is delivered again; on AWS the visibility timeout has to pass."""

AT_MOST = 400
"""Messages in the queue: moto walks over all of them at each call."""


class RedeliveringQueue:
    """The queue of a function on moto, with its redrive to the dead-letter queue, and `workers` that poll it."""

    def __init__(self, stack: Stack, function: str, workers: int = 16) -> None:
        self._stack = stack
        self._function = function
        self._workers = workers
        self._fed = threading.Event()
        queue = stack.template.queues[stack.template.subscription_of(function).queue]
        assert queue.dead_letters
        self._url, self._name = queue.url, queue.name
        self.dead_letters = stack.template.queues[queue.dead_letters]
        self.sqs = client("sqs", stack.services.url, stack.credentials)
        redrive = {
            "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{self.dead_letters.name}",
            "maxReceiveCount": queue.max_receives,
        }
        attributes = {"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "60"}
        self.sqs.set_queue_attributes(QueueUrl=self._url, Attributes=attributes)

    def take_in(self, events: list[dict[str, Any]]) -> None:
        """Puts events in, as the rule of the bus would, and delivers until nothing is left in the queue."""
        self.deliver_while(lambda: self._feed(events))

    def deliver_while(self, feed: Callable[[], object]) -> None:
        """Delivers while `feed` runs, and then until nothing is left in the queue."""
        self._fed.clear()

        def feed_all() -> None:
            try:
                feed()
            finally:
                self._fed.set()

        with ThreadPoolExecutor(self._workers + 1) as pool:
            for done in [pool.submit(feed_all), *(pool.submit(self._poll) for _ in range(self._workers))]:
                done.result()

    def _feed(self, events: list[dict[str, Any]]) -> None:
        for batch in batched(events, 10, strict=False):
            while self._left() > AT_MOST:
                threading.Event().wait(0.05)
            entries = [{"Id": str(n), "MessageBody": json.dumps(event)} for n, event in enumerate(batch)]
            self.sqs.send_message_batch(QueueUrl=self._url, Entries=entries)

    def _poll(self) -> None:
        while True:
            answer = self.sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["All"])
            if messages := answer.get("Messages"):
                self._deliver(messages)
            elif self._fed.is_set() and not self._left():
                return
            else:
                threading.Event().wait(0.2)

    def _deliver(self, messages: list[dict[str, Any]]) -> None:
        event = {"Records": [self._record(message) for message in messages]}
        answer = self._stack.environments.invoke(self._function, event)
        failed = {message["MessageId"] for message in messages}  # unless somebody says what was done
        if isinstance(answer, Returned):
            failed = {failure["itemIdentifier"] for failure in answer.payload["batchItemFailures"]}
        for message in messages:
            handle = {"QueueUrl": self._url, "ReceiptHandle": message["ReceiptHandle"]}
            with contextlib.suppress(self.sqs.exceptions.ReceiptHandleIsInvalid):  # it took longer than SQS waits
                if message["MessageId"] in failed:
                    self.sqs.change_message_visibility(**handle, VisibilityTimeout=AGAIN_AFTER)
                else:
                    self.sqs.delete_message(**handle)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{self._name}",
            "awsRegion": REGION,
        }

    def _left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    def redrive(self) -> int:
        """Delivers what is in the dead-letter queue again until nothing comes back. Returns how many it was."""
        count = 0
        while dead := self.dead():
            count += len(dead)
            self.take_in(dead)
        return count

    def dead(self) -> list[dict[str, Any]]:
        """Takes the events out of the dead-letter queue."""
        return [json.loads(message["Body"]) for message in self._stack.services.drain(self.dead_letters.name)]
