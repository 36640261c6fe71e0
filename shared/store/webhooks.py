"""The Webhooks table: customers' endpoints and the deliveries to them (contract 14).

| pk | sk | holds |
|---|---|---|
| team#T | endpoint#E | an endpoint: URL, types, status, health, secret versions; never a secret |
| endpoint#E | event#V | a delivery: body, state, attempts; kept 30 days |
| endpoint#E | slot#N | a place for one delivery under way; free when `until` is past |
| about#M | E#V | that event V to endpoint E is about thread M |

A delivery that waits has `due` and `due_at` and is in the index by_due, `due` being one of a few shards. An erasure
finds the deliveries about a thread under about#M, which is written in one transaction with them. The index by_time has
the keys of an endpoint's deliveries by `created_at`.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.domain.event_log import KEPT_FOR
from shared.domain.periods import sortable
from shared.domain.webhooks.events import WebhookEvent
from shared.domain.webhooks.schedule import Health
from shared.store.table import ConditionFailed, Erased, Item, Table, retry_on_conflict, transact

ATTEMPTS_KEPT = 20
SLOTS = 10
"""Deliveries to one endpoint that may be under way at once, so that a hanging endpoint delays no other."""
SHARDS = tuple(f"due#{n}" for n in range(8))
"""Partitions of the index by_due: one takes 1,000 writes a second."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint. `events` are the types it takes, all when empty. `rotated_at` is when version `secret_version`
    replaced the one before.
    """

    endpoint_id: str
    team_id: str
    url: str
    created_at: datetime
    events: tuple[str, ...] = ()
    health: Health = field(default_factory=Health)
    secret_version: int = 1
    rotated_at: datetime | None = None

    def takes(self, event_type: str) -> bool:
        """Whether events of this type are delivered to it."""
        return not self.health.disabled and (not self.events or event_type in self.events)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint. `attempts` are `{"at", "status", "ms", "body"}`, the oldest first."""

    endpoint_id: str
    event: WebhookEvent
    created_at: datetime
    state: str = "pending"
    attempts: tuple[dict[str, Any], ...] = ()
    failed: int = 0
    due_at: datetime | None = None


class Webhooks:
    """Endpoints and deliveries. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table, messages: Table) -> None:
        self._table = table
        self._messages = messages

    def put_endpoint(self, endpoint: Endpoint) -> None:
        """Writes an endpoint."""
        self._table.put(_endpoint_item(endpoint))

    def endpoint(self, team_id: str, endpoint_id: str) -> Endpoint | None:
        """Returns an endpoint of a team, or None."""
        item = self._table.get(**_endpoint_key(team_id, endpoint_id))
        return _endpoint(item) if item else None

    def endpoints(self, team_id: str) -> list[Endpoint]:
        """Returns a team's endpoints."""
        found = self._table.query("pk = :pk AND begins_with(sk, :sk)", pk=f"team#{team_id}", sk="endpoint#")
        return list(map(_endpoint, found))

    def delete_endpoint(self, team_id: str, endpoint_id: str) -> None:
        """Deletes an endpoint with its deliveries. May be repeated."""
        self._table.delete(**_endpoint_key(team_id, endpoint_id))
        for item in self._table.query("pk = :pk", pk=f"endpoint#{endpoint_id}"):
            self._table.delete(pk=item["pk"], sk=item["sk"])

    def set_health(self, endpoint: Endpoint, health: Health) -> None:
        """Records the health after an attempt, unless the endpoint is gone."""
        key = _endpoint_key(endpoint.team_id, endpoint.endpoint_id)
        try:
            self._table.update(key, "SET health = :health", "attribute_exists(pk)", health=_health_item(health))
        except ConditionFailed:
            return  # deleted while its delivery was under way

    def add_delivery(self, endpoint: Endpoint, event: WebhookEvent, now: datetime, tombstone: str) -> bool:
        """Keeps a delivery that is due at once, unless it is there. Returns whether it still waits.

        `tombstone` is the key of the message's tombstone, empty for an event of the team. Raises Erased if it exists.
        """
        delivery = Delivery(endpoint.endpoint_id, event, now, due_at=now)
        writes = [self._table.put_op(_delivery_item(delivery), "attribute_not_exists(pk)")]
        if tombstone:
            writes.append(self._messages.check_op({"message_id": tombstone}, "attribute_not_exists(message_id)"))
            about = {"pk": f"about#{event.message_id}", "sk": f"{endpoint.endpoint_id}#{event.event_id}"}
            writes.append(self._table.put_op({**about, "ttl": int((now + KEPT_FOR).timestamp())}))
        try:
            retry_on_conflict(lambda: transact(self._table.client, writes))
        except ConditionFailed as error:
            if 1 in error.failed:
                raise Erased from None
            there = self.delivery(endpoint.endpoint_id, event.event_id)
            return there is not None and there.state == "pending"
        return True

    def delivery(self, endpoint_id: str, event_id: str) -> Delivery | None:
        """Returns a delivery, or None."""
        item = self._table.get(pk=f"endpoint#{endpoint_id}", sk=f"event#{event_id}")
        return _delivery(item) if item else None

    def deliveries(self, endpoint_id: str, at_most: int) -> list[Delivery]:
        """Returns the latest deliveries to an endpoint, the newest first."""
        found = map(_delivery, self._table.get_many(self._latest(endpoint_id, at_most)))
        return sorted(found, key=lambda delivery: delivery.created_at, reverse=True)

    def last_deliveries(self, endpoint_ids: Iterable[str]) -> dict[str, Delivery]:
        """Returns the latest delivery to each endpoint that has one, by the endpoint's id."""
        keys = [key for endpoint_id in endpoint_ids for key in self._latest(endpoint_id, 1)]
        found = map(_delivery, self._table.get_many(keys))
        return {delivery.endpoint_id: delivery for delivery in found}

    def _latest(self, endpoint_id: str, at_most: int) -> list[dict[str, str]]:
        items = self._table.query("pk = :pk", index="by_time", newest=at_most, pk=f"endpoint#{endpoint_id}")
        return [{"pk": item["pk"], "sk": item["sk"]} for item in items]

    def delete_delivery(self, delivery: Delivery) -> None:
        """Deletes a delivery. May be repeated."""
        self._table.delete(pk=f"endpoint#{delivery.endpoint_id}", sk=f"event#{delivery.event.event_id}")

    def keep(self, before: Delivery, after: Delivery) -> None:
        """Replaces a delivery after an attempt. A delivery that another attempt changed, or an erasure deleted, stays
        as it is.
        """
        item, tried = _delivery_item(after), _attempts_text(before)
        try:
            self._table.put(item, "#state = :state AND attempts = :attempts", state=before.state, attempts=tried)
        except ConditionFailed:
            return

    def due(self, shard: str, now: datetime) -> Iterator[tuple[str, str]]:
        """Yields endpoint and event of the deliveries of a shard that are due, the longest due first."""
        condition = "due = :due AND due_at <= :now"
        for item in self._table.query(condition, index="by_due", due=shard, now=sortable(now)):
            yield item["pk"].removeprefix("endpoint#"), item["sk"].removeprefix("event#")

    def postpone(self, delivery: Delivery, until: datetime) -> bool:
        """Makes a delivery due later. Returns False when another function was first.

        A function postpones a delivery before its attempt: no other one makes the same attempt, and if the function
        dies the delivery is due again.
        """
        assert delivery.due_at is not None  # noqa: S101 - callers have checked that it is due
        item = _delivery_item(replace(delivery, due_at=until))
        try:
            self._table.put_once(item, "due_at = :read", read=sortable(delivery.due_at))
        except ConditionFailed:
            return False
        return True

    def take_slot(self, endpoint_id: str, slot: int, now: datetime, until: datetime) -> bool:
        """Takes one of an endpoint's places, unless another delivery holds it."""
        item: Item = {"pk": f"endpoint#{endpoint_id}", "sk": f"slot#{slot}", "until": sortable(until)}
        item["ttl"] = int((until + KEPT_FOR).timestamp())
        try:
            self._table.put_once(item, "attribute_not_exists(pk) OR #until < :now", now=sortable(now))
        except ConditionFailed:
            return False
        return True

    def free_slot(self, endpoint_id: str, slot: int) -> None:
        """Gives a place back."""
        self._table.delete(pk=f"endpoint#{endpoint_id}", sk=f"slot#{slot}")

    def about(self, message_id: str) -> Iterator[Delivery]:
        """Yields the deliveries about a thread."""
        for item in self._table.query("pk = :pk", pk=f"about#{message_id}"):
            if delivery := self.delivery(*item["sk"].split("#")):
                yield delivery

    def delete_about(self, message_id: str) -> None:
        """Deletes the deliveries about an erased thread, whose tombstone refuses new ones. May be repeated."""
        for item in self._table.query("pk = :pk", pk=f"about#{message_id}"):
            endpoint_id, event_id = item["sk"].split("#")
            self._table.delete(pk=f"endpoint#{endpoint_id}", sk=f"event#{event_id}")
            self._table.delete(pk=item["pk"], sk=item["sk"])


def _endpoint_key(team_id: str, endpoint_id: str) -> dict[str, str]:
    return {"pk": f"team#{team_id}", "sk": f"endpoint#{endpoint_id}"}


def _health_item(health: Health) -> Item:
    since = sortable(health.failing_since) if health.failing_since else None
    return {"failing_since": since, "disabled": health.disabled}


def _endpoint_item(endpoint: Endpoint) -> Item:
    return {
        **_endpoint_key(endpoint.team_id, endpoint.endpoint_id),
        "url": endpoint.url,
        "created_at": sortable(endpoint.created_at),
        "events": list(endpoint.events),
        "health": _health_item(endpoint.health),
        "secret_version": endpoint.secret_version,
        "rotated_at": sortable(endpoint.rotated_at) if endpoint.rotated_at else None,
    }


def _endpoint(item: Item) -> Endpoint:
    health = item["health"]
    return Endpoint(
        endpoint_id=item["sk"].removeprefix("endpoint#"),
        team_id=item["pk"].removeprefix("team#"),
        url=item["url"],
        created_at=datetime.fromisoformat(item["created_at"]),
        events=tuple(item["events"]),
        health=Health(_time(health["failing_since"]), health["disabled"]),
        secret_version=item["secret_version"],
        rotated_at=_time(item["rotated_at"]),
    )


def _delivery_item(delivery: Delivery) -> Item:
    event = delivery.event
    item: Item = {
        "pk": f"endpoint#{delivery.endpoint_id}",
        "sk": f"event#{event.event_id}",
        "team_id": event.team_id,
        "type": event.type,
        "body": event.body,
        "created_at": sortable(delivery.created_at),
        "state": delivery.state,
        "attempts": _attempts_text(delivery),
        "failed": delivery.failed,
        "ttl": int((delivery.created_at + KEPT_FOR).timestamp()),
    }
    if event.message_id:
        item["message_id"] = event.message_id
    if delivery.due_at:
        item |= {"due": SHARDS[zlib.crc32(event.event_id.encode()) % len(SHARDS)], "due_at": sortable(delivery.due_at)}
    return item


def _attempts_text(delivery: Delivery) -> str:
    return json.dumps(delivery.attempts[-ATTEMPTS_KEPT:], ensure_ascii=False)


def _delivery(item: Item) -> Delivery:
    event = WebhookEvent(
        item["sk"].removeprefix("event#"), item["type"], item["team_id"], item["body"], item.get("message_id", "")
    )
    return Delivery(
        endpoint_id=item["pk"].removeprefix("endpoint#"),
        event=event,
        created_at=datetime.fromisoformat(item["created_at"]),
        state=item["state"],
        attempts=tuple(json.loads(item["attempts"])),
        failed=item["failed"],
        due_at=_time(item.get("due_at")),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
