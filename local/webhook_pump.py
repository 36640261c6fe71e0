"""What carries webhooks on the local stack: the streams, the queue and the clock of AWS (contract 14)."""

import json
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.environments import Returned
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
_STREAMED = ("MessagesTable", "ReportsTable")
_INTERVAL = 0.4
"""Seconds between two looks at the streams and the queue."""


class WebhookPump:
    """Carries changes to endpoints in the background, so that a first attempt leaves within two seconds."""

    def __init__(self, stack: "Stack") -> None:
        self._stack = stack
        self._queue = stack.template.subscription_of(DELIVER).queue
        self._streams = [Stream(stack.streams, stack.stream_arn(table)) for table in _STREAMED]
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
        """Publishes what changed and starts the attempts that are queued."""
        for stream in self._streams:
            records = list(stream.records())
            if records:
                self._stack.environments.invoke(_PUBLISH, {"Records": records})
        for message in self._stack.services.drain(self._queue):
            self._executor.submit(self._attempt, message["Body"])

    def _attempt(self, body: str) -> bool:
        event = {"Records": [{"messageId": "local", "body": body}]}
        return isinstance(self._stack.environments.invoke(DELIVER, event), Returned)

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
