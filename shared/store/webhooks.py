"""The Webhooks table: customers' endpoints and the deliveries to them (contract 14).

| pk | sk | holds |
|---|---|---|
| team#T | endpoint#E | an endpoint: URL, types, status, health, secret versions; never a secret |
| team#T | count | how many endpoints the team has |
| deleted endpoints | E | endpoint E is deleted; its deliveries follow |
| endpoint#E | event#V | a delivery: body, state, attempts; kept 30 days |
| endpoint#E | slot#N | a place for one delivery under way; free when `until` is past |
| about#M | E#V | that event V to endpoint E is about thread M |

A delivery that waits has `due` and `due_at` and is in the index by_due, `due` being one of a few shards. An erasure
finds the deliveries about a thread under about#M, which is written in one transaction with them. The index by_time has
the keys of an endpoint's deliveries by `created_at`.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from shared.domain.event_log import KEPT_FOR
from shared.domain.periods import sortable
from shared.domain.webhooks.events import WebhookEvent
from shared.domain.webhooks.schedule import Health
from shared.store.table import (
    ConditionFailed,
    Conflict,
    Erased,
    Item,
    Table,
    get_from_tables,
    retry_on_conflict,
    transact,
)

if TYPE_CHECKING:
    from shared.domain.keys import Team

ATTEMPTS_KEPT = 20
SLOTS = 10
"""Deliveries to one endpoint that may be under way at once, so that a hanging endpoint delays no other."""
MAX_ENDPOINTS = 20
"""Endpoints of a team: each event is sent to every one of them."""
SHARDS = tuple(f"due#{n}" for n in range(8))
"""Partitions of the index by_due: one takes 1,000 writes a second."""
_COUNT = "ADD endpoints :one"
_DELETED = "deleted endpoints"


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


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the queue. A `replay` makes one attempt in every state of the delivery and its endpoint."""

    team_id: str
    endpoint_id: str
    event_id: str
    replay: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Endpoints, deliveries and teams as they were read, by their keys."""

    endpoints: Mapping[tuple[str, str], Endpoint]
    deliveries: Mapping[tuple[str, str], Delivery]
    teams: Mapping[str, "Team"]

    def of(self, task: Task) -> tuple[Endpoint | None, Delivery | None, "Team | None"]:
        """Returns what the attempt of a task depends on."""
        endpoint = self.endpoints.get((task.team_id, task.endpoint_id))
        delivery = self.deliveries.get((task.endpoint_id, task.event_id))
        return endpoint, delivery, self.teams.get(task.team_id)


class Claim(Enum):
    """What came of a claim: the place is taken, it was not free, or another function has the delivery."""

    TAKEN = auto()
    FULL = auto()
    LATE = auto()


class TooManyEndpoints(Exception):
    """The team has as many endpoints as it may."""


class Webhooks:
    """Endpoints and deliveries. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table, messages: Table, accounts: Table) -> None:
        self._table = table
        self._messages = messages
        self._accounts = accounts

    def add_endpoint(self, endpoint: Endpoint) -> None:
        """Writes a new endpoint, and counts it. Raises TooManyEndpoints if the team has as many as it may."""
        add = self._table.put_op(_endpoint_item(endpoint), "attribute_not_exists(pk)")
        not_full = "attribute_not_exists(endpoints) OR endpoints < :most"
        count = self._table.update_op(_count_key(endpoint.team_id), _COUNT, not_full, one=1, most=MAX_ENDPOINTS)
        try:
            retry_on_conflict(lambda: transact(self._table.client, [add, count]))
        except ConditionFailed:
            raise TooManyEndpoints from None

    def change_endpoint(self, before: Endpoint, after: Endpoint) -> None:
        """Writes what differs between two states of an endpoint.

        Raises Conflict if another writer changed the same since, or the endpoint is gone.
        """
        was, item = _endpoint_item(before), _endpoint_item(after)
        changed = [name for name in item if item[name] != was[name]]
        if not changed:
            return
        condition = " AND ".join(f"#{name} = :was_{name}" for name in changed)
        values = {name: item[name] for name in changed} | {f"was_{name}": was[name] for name in changed}
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
        key = _endpoint_key(after.team_id, after.endpoint_id)
        try:
            self._table.update_once(key, expression, condition, **values)
        except ConditionFailed:
            raise Conflict from None

    def endpoint(self, team_id: str, endpoint_id: str) -> Endpoint | None:
        """Returns an endpoint of a team, or None."""
        item = self._table.get(**_endpoint_key(team_id, endpoint_id))
        return _endpoint(item) if item else None

    def for_attempts(self, tasks: Iterable[Task]) -> Found:
        """Returns all that the attempts of some tasks depend on, by one call."""
        from shared.store.accounts import team_key, team_of  # of the functions that use webhooks, only one needs it

        wanted: dict[Table, list[dict[str, str]]] = {self._table: [], self._accounts: []}
        for task in dict.fromkeys(replace(task, replay=False) for task in tasks):
            wanted[self._table].append(_endpoint_key(task.team_id, task.endpoint_id))
            wanted[self._table].append(_delivery_key(task.endpoint_id, task.event_id))
            wanted[self._accounts].append(team_key(task.team_id))
        found = get_from_tables({table: _different(keys) for table, keys in wanted.items()})
        endpoints = [_endpoint(item) for item in found[self._table] if item["pk"].startswith("team#")]
        deliveries = [_delivery(item) for item in found[self._table] if item["pk"].startswith("endpoint#")]
        return Found(
            {(endpoint.team_id, endpoint.endpoint_id): endpoint for endpoint in endpoints},
            {(delivery.endpoint_id, delivery.event.event_id): delivery for delivery in deliveries},
            {team.team_id: team for team in map(team_of, found[self._accounts])},
        )

    def endpoints(self, team_id: str) -> list[Endpoint]:
        """Returns a team's endpoints."""
        found = self._table.query("pk = :pk AND begins_with(sk, :sk)", pk=f"team#{team_id}", sk="endpoint#")
        return list(map(_endpoint, found))

    def delete_endpoint(self, team_id: str, endpoint_id: str) -> None:
        """Deletes an endpoint; `delete_deliveries` deletes what it leaves. May be repeated."""
        deleted = {"pk": _DELETED, "sk": endpoint_id}
        writes = [
            self._table.delete_op(_endpoint_key(team_id, endpoint_id), "attribute_exists(pk)"),
            self._table.update_op(_count_key(team_id), _COUNT, "", one=-1),
            self._table.put_op(deleted),
        ]
        with suppress(ConditionFailed):  # deleted before
            retry_on_conflict(lambda: transact(self._table.client, writes))

    def deleted_endpoints(self) -> list[str]:
        """Returns deleted endpoints that may still have deliveries."""
        return [item["sk"] for item in self._table.query("pk = :pk", pk=_DELETED)]

    def delete_deliveries(self, endpoint_id: str, at_most: int) -> int:
        """Deletes up to so many deliveries of a deleted endpoint, and returns how many. May be repeated."""
        keys = self._table.query_keys("pk = :pk", at_most=at_most, pk=f"endpoint#{endpoint_id}")
        self._table.delete_many(keys)
        if len(keys) < at_most:
            self._table.delete(pk=_DELETED, sk=endpoint_id)
        return len(keys)

    def change_health(self, endpoint: Endpoint, change: Callable[[Health], Health]) -> Health:
        """Changes the health of an endpoint as it is now, and returns it. A deleted endpoint stays deleted."""
        before = endpoint.health
        key = _endpoint_key(endpoint.team_id, endpoint.endpoint_id)
        while (after := change(before)) is not before:
            values = {"health": _health_item(after), "was": _health_item(before)}
            try:
                self._table.update(key, "SET health = :health", "health = :was", **values)
            except ConditionFailed:
                now = self.endpoint(endpoint.team_id, endpoint.endpoint_id)
                if now is None:
                    return after
                before = now.health
            else:
                return after
        return before

    def add_delivery(self, endpoint: Endpoint, event: WebhookEvent, now: datetime, tombstone: str) -> bool:
        """Keeps a delivery that is due at once, unless it is there. Returns whether it still waits.

        `tombstone` is the key of the message's tombstone, empty for an event of the team. Raises Erased if it exists.
        """
        delivery = Delivery(endpoint.endpoint_id, event, now, due_at=now)
        writes = [self._table.put_op(delivery_item(delivery), "attribute_not_exists(pk)")]
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

    def keep(self, before: Delivery, after: Delivery, slot: int | None = None) -> None:
        """Replaces a delivery after an attempt, and gives its place back.

        A delivery that another attempt changed, or an erasure deleted, stays as it is.
        """
        write = self._table.put_op(
            delivery_item(after),
            "#state = :state AND attempts = :attempts",
            state=before.state,
            attempts=_attempts_text(before),
        )
        writes = [write] if slot is None else [write, self._table.delete_op(_slot_key(before.endpoint_id, slot))]
        try:
            retry_on_conflict(lambda: transact(self._table.client, writes))
        except ConditionFailed:
            if slot is not None:
                self.free_slot(before.endpoint_id, slot)

    def due(self, shard: str, now: datetime) -> Iterator[tuple[str, str]]:
        """Yields endpoint and event of the deliveries of a shard that are due, the longest due first."""
        condition = "due = :due AND due_at <= :now"
        for item in self._table.query(condition, index="by_due", due=shard, now=sortable(now)):
            yield item["pk"].removeprefix("endpoint#"), item["sk"].removeprefix("event#")

    def postpone(self, delivery: Delivery, until: datetime) -> None:
        """Makes a delivery due later, unless another function was first."""
        with suppress(ConditionFailed):
            retry_on_conflict(lambda: transact(self._table.client, [self._postponement(delivery, until)]))

    def _postponement(self, delivery: Delivery, until: datetime) -> Item:
        assert delivery.due_at is not None  # noqa: S101 - callers have checked that it is due
        item = delivery_item(replace(delivery, due_at=until))
        return self._table.put_op(item, "due_at = :read", read=sortable(delivery.due_at))

    def claim(self, delivery: Delivery, slot: int, now: datetime, until: datetime, *, replay: bool = False) -> Claim:
        """Takes one of the endpoint's places, and makes the delivery due at `until`, for one attempt.

        So no other function makes the same attempt, and if the function dies the delivery is due again. A replay
        leaves the delivery as it is.
        """
        item: Item = {**_slot_key(delivery.endpoint_id, slot), "until": sortable(until)}
        item["ttl"] = int((until + KEPT_FOR).timestamp())
        writes = [self._table.put_op(item, "attribute_not_exists(pk) OR #until < :now", now=sortable(now))]
        if not replay:
            writes.append(self._postponement(delivery, until))
        try:
            retry_on_conflict(lambda: transact(self._table.client, writes))
        except ConditionFailed as error:
            return Claim.LATE if 1 in error.failed else Claim.FULL
        return Claim.TAKEN

    def free_slots(self, endpoint_id: str, now: datetime) -> list[int]:
        """Returns the places of an endpoint that are free."""
        items = self._table.query("pk = :pk AND begins_with(sk, :slot)", pk=f"endpoint#{endpoint_id}", slot="slot#")
        taken = {item["sk"] for item in items if item["until"] >= sortable(now)}
        return [slot for slot in range(SLOTS) if f"slot#{slot}" not in taken]

    def free_slot(self, endpoint_id: str, slot: int) -> None:
        """Gives a place back."""
        self._table.delete(**_slot_key(endpoint_id, slot))

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


def _different(keys: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return list({tuple(key.values()): key for key in keys}.values())


def _slot_key(endpoint_id: str, slot: int) -> dict[str, str]:
    return {"pk": f"endpoint#{endpoint_id}", "sk": f"slot#{slot}"}


def _delivery_key(endpoint_id: str, event_id: str) -> dict[str, str]:
    return {"pk": f"endpoint#{endpoint_id}", "sk": f"event#{event_id}"}


def _count_key(team_id: str) -> dict[str, str]:
    return {"pk": f"team#{team_id}", "sk": "count"}


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


def delivery_item(delivery: Delivery) -> Item:
    """Returns a delivery as the table holds it."""
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
