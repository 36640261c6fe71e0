"""What carries webhooks on the local stack: the streams, the queue and the clock of AWS (contract 14)."""

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.environments import Failed, Returned
from local.aws.streams import Stream

if TYPE_CHECKING:
    from local.stack import Stack

HANDLERS = {
    "ConsoleWebhooksFunction": "local.webhook_functions.console_handler",
    "DeliverWebhookFunction": "local.webhook_functions.deliver_handler",
    "ManageWebhooksFunction": "local.webhook_functions.manage_handler",
}
"""What the local stack runs in place of the deployed handlers."""

DELIVER = "DeliverWebhookFunction"
ATTEMPTS_AT_ONCE = 24
"""More than the ten that one endpoint may have, so that a hanging endpoint delays no other."""
_PUBLISH = "PublishEventsFunction"
_QUEUE_DUE = "QueueDueWebhooksFunction"
_MINUTE = 60
"""Seconds between two runs of the schedule of _QUEUE_DUE."""
_BATCH = 100
"""Records that _PUBLISH is given at once."""
_STREAMED = ("MessagesTable", "ReportsTable")
_INTERVAL = 0.4
"""Seconds between two looks at the streams and the queue."""


class _Records(Protocol):
    def records(self) -> Iterable[dict[str, Any]]: ...


class StreamTrigger:
    """Gives a function the records of a stream in order. What it failed at, and all that follows, it is given again."""

    def __init__(self, stream: _Records, invoke: Callable[[dict[str, Any]], Returned | Failed]) -> None:
        self._stream = stream
        self._invoke = invoke
        self._waiting: list[dict[str, Any]] = []

    def carry(self) -> None:
        """Invokes the function until it has taken every record, or failed."""
        self._waiting += self._stream.records()
        while self._waiting:
            batch = self._waiting[:_BATCH]
            answer = self._invoke({"Records": batch})
            if not isinstance(answer, Returned):
                return
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
            failed = [numbers.index(each["itemIdentifier"]) for each in answer.payload["batchItemFailures"]]
            taken = min(failed, default=len(batch))
            del self._waiting[:taken]
            if failed:
                return


class WebhookPump:
    """Carries changes to endpoints in the background, so that a first attempt leaves within two seconds."""

    def __init__(self, stack: "Stack") -> None:
        self._stack = stack
        self._queue = stack.template.subscription_of(DELIVER).queue
        self._triggers = [
            StreamTrigger(
                Stream(stack.streams, stack.stream_arn(table)), lambda event: stack.environments.invoke(_PUBLISH, event)
            )
            for table in _STREAMED
        ]
        self._due_at = time.monotonic() + _MINUTE
        self._stopping = threading.Event()
        self._executor = ThreadPoolExecutor(ATTEMPTS_AT_ONCE, thread_name_prefix="webhooks")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it. Attempts under way are cut off."""
        self._stopping.set()
        self._thread.join(timeout=2)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.wait(_INTERVAL):
            try:
                self.carry()
            except (BotoCoreError, ClientError):
                if not self._stopping.is_set():  # at the end the services go first
                    traceback.print_exc()

    def carry(self) -> None:
        """Publishes what changed, queues what is due once a minute, and starts the attempts that are queued.

        An attempt whose function failed is due again soon, so the schedule finds it.
        """
        for trigger in self._triggers:
            trigger.carry()
        if time.monotonic() >= self._due_at:
            self._due_at = time.monotonic() + _MINUTE
            self.queue_due()
        for message in self._stack.services.drain(self._queue):
            self._executor.submit(self._attempt, message["Body"])

    def _attempt(self, body: str) -> bool:
        event = {"Records": [{"messageId": "local", "body": body}]}
        return isinstance(self._stack.environments.invoke(DELIVER, event), Returned)

    def queue_due(self) -> None:
        """Queues the deliveries that are due, as the schedule does."""
        self._stack.environments.invoke(_QUEUE_DUE, {})

    def run_until(self, time: datetime) -> int:
        """Makes every attempt that is due by `time`, the later ones scheduled from the earlier; returns how many."""
        made = 0
        while due := self._due(time):
            made += len(due)
            list(self._executor.map(self._attempt, due))
        return made

    def _due(self, time: datetime) -> list[str]:
        """The tasks of the deliveries due by then, each as of the moment at which it is due."""
        tasks = []
        for item in self._stack.scan("WebhooksTable", "pk, sk, team_id, due_at"):
            if "due_at" in item and datetime.fromisoformat(item["due_at"]) <= time:
                endpoint_id, event_id = item["pk"].removeprefix("endpoint#"), item["sk"].removeprefix("event#")
                task = {"team_id": item["team_id"], "endpoint_id": endpoint_id, "event_id": event_id}
                tasks.append(json.dumps({**task, "attempt_time": item["due_at"]}))
        return tasks
