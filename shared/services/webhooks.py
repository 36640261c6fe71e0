"""Webhooks: from a change in the tables to a customer's endpoint (contract 14).

1. `publish` keeps a delivery for each endpoint of the team that takes the event, and queues it. It may be repeated.
2. `Deliverer.deliver` makes one attempt, records it, and says when the next one is due.
3. `due_deliveries` finds what is due: the schedule queues it each minute. It also finds a delivery whose queue entry
   was lost, so nothing depends on the queue's memory.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from shared.domain.periods import timestamp
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.webhooks.events import WebhookEvent
from shared.domain.webhooks.schedule import is_success, next_attempt
from shared.domain.webhooks.signing import ROTATION_OVERLAP, secret_of, signed_headers
from shared.domain.webhooks.targets import BadTarget, Target
from shared.infra.aws import aws_call, client
from shared.infra.errors import Unavailable
from shared.infra.outbound import NotDelivered, Outbound
from shared.infra.settings import required
from shared.infra.telemetry import count
from shared.store import Erased, Store
from shared.store.webhooks import SHARDS, SLOTS, Claim, Delivery, Endpoint, Found, Task

UNDER_WAY_AT_MOST = timedelta(seconds=60)
"""After this a place is free again, although the function that took it died: longer than a function may run."""
FULL_WAIT = timedelta(seconds=20)
"""How long a delivery waits when its endpoint has no free place."""
_BATCH = 10
"""Messages that SQS takes in one call."""
SUSPENDED_WAIT = timedelta(minutes=15)
"""How long the deliveries of a suspended team wait before they are looked at again."""


def publish(store: Store, pseudonyms: Pseudonyms, event: WebhookEvent, now: datetime) -> list[Task]:
    """Keeps the deliveries of an event and returns those to queue. A team without endpoints costs one read."""
    tombstone = pseudonyms.erased_message(event.message_id) if event.message_id else ""
    tasks = []
    for endpoint in store.webhooks.endpoints(event.team_id):
        if not endpoint.takes(event.type):
            continue
        try:
            waits = store.webhooks.add_delivery(endpoint, event, now, tombstone)
        except Erased:
            return []
        if waits:
            tasks.append(Task(event.team_id, endpoint.endpoint_id, event.event_id))
    return tasks


def queue_deliveries(tasks: Iterable[Task]) -> None:
    """Queues deliveries. Raises Unavailable; what was kept but not queued is found by the schedule."""
    for some in batched(tasks, _BATCH, strict=False):
        entries = [{"Id": str(i), "MessageBody": json.dumps(asdict(task))} for i, task in enumerate(some)]
        queue = required(os.environ, "DELIVERIES_QUEUE_URL")
        if aws_call(client("sqs").send_message_batch, QueueUrl=queue, Entries=entries).get("Failed"):
            raise Unavailable


def due_deliveries(store: Store, now: datetime) -> Iterable[Task]:
    """Yields the deliveries that are due."""
    for shard in SHARDS:
        for endpoint_id, event_id in store.webhooks.due(shard, now):
            if delivery := store.webhooks.delivery(endpoint_id, event_id):
                yield Task(delivery.event.team_id, endpoint_id, event_id)


def delete_leftovers(store: Store, at_most: int) -> int:
    """Deletes up to so many deliveries of endpoints that are deleted, and returns how many."""
    left = at_most
    for endpoint_id in store.webhooks.deleted_endpoints():
        left -= store.webhooks.delete_deliveries(endpoint_id, left)
        if left <= 0:
            break
    return at_most - left


def live_secrets(deployment_secret: str, endpoint: Endpoint, now: datetime) -> list[str]:
    """Returns the secrets that sign: the current one, and for a day after a rotation the one before."""
    versions = [endpoint.secret_version]
    if endpoint.rotated_at and now < endpoint.rotated_at + ROTATION_OVERLAP:
        versions.append(endpoint.secret_version - 1)
    return [secret_of(deployment_secret, endpoint.endpoint_id, version) for version in versions]


class Deliverer:
    """Makes attempts. `parse` reads an endpoint's URL; the local stack's also takes loopback over http."""

    def __init__(
        self,
        store: Store,
        sender: Outbound,
        parse: Callable[[str], Target],
        deployment_secret: Callable[[], str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._sender = sender
        self._parse = parse
        self._deployment_secret = deployment_secret
        self._clock = clock

    def deliver(self, task: Task, attempt_time: datetime | None = None) -> datetime | None:
        """Makes the attempt of a task, if it is due. Returns when the delivery is due again. Raises Unavailable.

        `attempt_time` is the time by which the schedule reckons, in place of the clock.
        """
        now = attempt_time or self._clock()
        return self._deliver(task, self._store.webhooks.for_attempts([task]), now)

    def deliver_all(self, tasks: Sequence[Task]) -> list[datetime | Unavailable | None]:
        """Makes the attempts of several tasks at once, each in a thread of its own: one that hangs delays no other.

        Returns for each what `deliver` returns or raises.
        """
        now, found = self._clock(), self._store.webhooks.for_attempts(tasks)

        def outcome(task: Task) -> datetime | Unavailable | None:
            try:
                return self._deliver(task, found, now)
            except Unavailable as error:
                return error

        with ThreadPoolExecutor(len(tasks)) as executor:
            return list(executor.map(outcome, tasks))

    def _deliver(self, task: Task, found: Found, now: datetime) -> datetime | None:
        webhooks = self._store.webhooks
        endpoint, delivery, team = found.of(task)
        if delivery is None:
            return None  # deleted, or erased
        if endpoint is None:
            webhooks.delete_delivery(delivery)  # it was added while its endpoint was deleted, or is left of many
            return None
        if not task.replay:
            if delivery.due_at is None or delivery.due_at > now:
                return None  # another queue entry made this attempt
            if endpoint.health.disabled:
                webhooks.keep(delivery, replace(delivery, state="failed", due_at=None))
                return None
            if team is None or team.suspended:
                webhooks.postpone(delivery, now + SUSPENDED_WAIT)
                return now + SUSPENDED_WAIT
        claim, slot = self._claim(delivery, now, replay=task.replay)
        if claim is Claim.LATE:
            return None  # another function was first
        if claim is Claim.FULL:
            if not task.replay:
                webhooks.postpone(delivery, now + FULL_WAIT)
            return now + FULL_WAIT
        try:
            attempt, status = self._attempt(endpoint, delivery, now)
        except BaseException:
            webhooks.free_slot(task.endpoint_id, slot)
            raise
        if task.replay:
            after = self._after_replay(delivery, attempt, status)
        else:
            after = self._after_attempt(endpoint, delivery, attempt, status, now)
        webhooks.keep(delivery, after, slot)
        return None if task.replay else after.due_at

    def _claim(self, delivery: Delivery, now: datetime, *, replay: bool) -> tuple[Claim, int]:
        """Claims a place of the endpoint for an attempt, at random, so that attempts seldom collide."""
        webhooks, slot = self._store.webhooks, secrets.randbelow(SLOTS)
        for _ in range(SLOTS):
            claim = webhooks.claim(delivery, slot, now, now + UNDER_WAY_AT_MOST, replay=replay)
            if claim is not Claim.FULL:
                return claim, slot
            free = webhooks.free_slots(delivery.endpoint_id, now)
            if not free:
                break
            slot = secrets.choice(free)
        return Claim.FULL, 0

    def _attempt(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> tuple[dict[str, Any], int | None]:
        event, began = delivery.event, self._clock()
        secrets_live = live_secrets(self._deployment_secret(), endpoint, began)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "intraview-webhooks/1",
            **signed_headers(secrets_live, event.event_id, event.body, began),
        }
        try:
            response = self._sender.post(self._parse(endpoint.url), headers, event.body.encode())
            status, body = response.status, response.body.decode("utf-8", "replace")
        except NotDelivered as error:
            status, body = None, str(error)
        except BadTarget as error:
            status, body = None, f"The endpoint's URL {error}."
        milliseconds = int((self._clock() - began) / timedelta(milliseconds=1))
        count("WebhookAttempt", outcome="delivered" if is_success(status) else "failed")
        return {"at": timestamp(now), "status": status, "ms": milliseconds, "body": body}, status

    def _after_attempt(
        self, endpoint: Endpoint, delivery: Delivery, attempt: dict[str, Any], status: int | None, now: datetime
    ) -> Delivery:
        """Returns the delivery after an attempt of the schedule, and changes the endpoint's health."""
        health = self._store.webhooks.change_health(endpoint, lambda health: health.after(status, now))
        if health.disabled and not endpoint.health.disabled:
            count("WebhookEndpointDisabled")
        attempts = (*delivery.attempts, attempt)
        if is_success(status):
            return replace(delivery, state="delivered", attempts=attempts, due_at=None)
        failed = delivery.failed + 1
        due_at = None if health.disabled else next_attempt(failed, now)
        state = "pending" if due_at else "failed"
        return replace(delivery, state=state, attempts=attempts, failed=failed, due_at=due_at)

    def _after_replay(self, delivery: Delivery, attempt: dict[str, Any], status: int | None) -> Delivery:
        """Returns the delivery after a replay, which changes no health. It ends the schedule only by succeeding."""
        after = replace(delivery, attempts=(*delivery.attempts, attempt))
        return replace(after, state="delivered", due_at=None) if is_success(status) else after
