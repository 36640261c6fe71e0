"""The Integrations table, first family: a team's connections to applicant tracking systems, and what they received.

| pk | sk | holds |
|---|---|---|
| team#T | connection#C | a connection of the team |
| connection#C | connection | team, provider, encrypted secrets, what came last |
| connection#C | event#TIME#K | one event as a person sees it; kept 30 days |
| connection#C | seen#D | the hash of a body without a time of its own, so that its redelivery is known; kept 30 days |

`shared.store.applications` has the second family. What has outlived its `ttl` counts as gone: DynamoDB may take days.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.ats.signatures import Provider
from shared.domain.periods import sortable
from shared.store.table import ConditionFailed, Item, Table, transact

KEPT_FOR = timedelta(days=30)
"""How long events are listed, and how long facts wait for a link."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection. Secrets are encrypted; the old one verifies until `old_until`."""

    connection_id: str
    team_id: str
    provider: Provider
    created_at: datetime
    secret: bytes | None = None
    old_secret: bytes | None = None
    old_until: datetime | None = None
    last_event: str = ""
    last_event_at: datetime | None = None
    refused: int = 0
    refused_at: datetime | None = None
    unreadable_at: datetime | None = None

    def live_secrets(self, now: datetime) -> list[bytes]:
        """Returns the encrypted secrets that verify now, the newest first."""
        old = [self.old_secret] if self.old_secret and self.old_until and now < self.old_until else []
        return ([self.secret] if self.secret else []) + old


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """One event as listed. `kind` and `application_id` are empty where the body has none; `key` is that of its fact."""

    key: str
    received_at: datetime
    kind: str = ""
    application_id: str = ""


class Connections:
    """Connections and their events. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, connection: Connection) -> None:
        """Writes a new connection."""
        item: Item = {
            **_key(connection.connection_id),
            "team_id": connection.team_id,
            "provider": connection.provider.value,
            "created_at": sortable(connection.created_at),
        }
        item |= {"secret": connection.secret} if connection.secret else {}
        listed = {"pk": f"team#{connection.team_id}", "sk": f"connection#{connection.connection_id}"}
        transact(self._table.client, [self._table.put_op(item), self._table.put_op(listed)])

    def get(self, connection_id: str) -> Connection | None:
        """Returns the connection, or None."""
        item = self._table.get(**_key(connection_id))
        return _connection(connection_id, item) if item else None

    def of_team(self, team_id: str) -> list[Connection]:
        """Returns the team's connections, the oldest first."""
        listed = self._table.query("pk = :pk AND begins_with(sk, :sk)", pk=f"team#{team_id}", sk="connection#")
        keys = [_key(item["sk"].removeprefix("connection#")) for item in listed]
        found = [_connection(item["pk"].removeprefix("connection#"), item) for item in self._table.get_many(keys)]
        return sorted(found, key=lambda connection: (connection.created_at, connection.connection_id))

    def set_secret(self, connection: Connection, secret: bytes, old_until: datetime) -> None:
        """Replaces the secret; the one before verifies until `old_until`. Raises ConditionFailed if it has changed."""
        key, values = _key(connection.connection_id), {"secret": secret}
        if connection.secret is None:
            self._table.update_once(
                key, "SET secret = :secret", "attribute_exists(pk) AND attribute_not_exists(secret)", **values
            )
            return
        self._table.update_once(
            key,
            "SET secret = :secret, old_secret = :old, old_until = :until",
            "secret = :old",
            old=connection.secret,
            until=sortable(old_until),
            **values,
        )

    def delete(self, connection: Connection) -> None:
        """Deletes a connection with its events. Facts stay: they belong to the threads. May be repeated."""
        for item in self._table.query("pk = :pk", pk=_key(connection.connection_id)["pk"]):
            self._table.delete(pk=item["pk"], sk=item["sk"])
        self._table.delete(pk=f"team#{connection.team_id}", sk=f"connection#{connection.connection_id}")

    def note_event(self, connection_id: str, kind: str, received_at: datetime) -> None:
        """Notes what came last; `kind` is empty for a body that could not be read."""
        at, later = sortable(received_at), "attribute_exists(pk) AND (attribute_not_exists({0}) OR {0} < :at)"
        with suppress(ConditionFailed):
            if kind:
                condition = later.format("last_event_at")
                change = "SET last_event_at = :at, last_event = :kind"
                self._table.update(_key(connection_id), change, condition, at=at, kind=kind)
            else:
                condition = later.format("unreadable_at")
                self._table.update(_key(connection_id), "SET unreadable_at = :at", condition, at=at)

    def note_refusal(self, connection_id: str, now: datetime) -> None:
        """Counts a request whose signature was missing or wrong."""
        with suppress(ConditionFailed):
            change = "SET refused_at = :at ADD refused :one"
            self._table.update(_key(connection_id), change, "attribute_exists(pk)", at=sortable(now), one=1)

    def add_event(self, connection_id: str, event: ReceivedEvent) -> None:
        """Lists an event that is about no application, once."""
        seen = seen_item(connection_id, event.key, event.received_at)
        writes = [
            self._table.put_op(seen, "attribute_not_exists(pk)"),
            self._table.put_op(event_item(connection_id, event)),
        ]
        with suppress(ConditionFailed):
            transact(self._table.client, writes)

    def events(self, connection_id: str, now: datetime, most: int) -> Iterator[ReceivedEvent]:
        """Yields the newest events of the last 30 days, the newest first."""
        pk, since = f"connection#{connection_id}", f"event#{sortable(now - KEPT_FOR)}"
        listed = self._table.query(
            "pk = :pk AND sk BETWEEN :since AND :until", newest=most, pk=pk, since=since, until="event$"
        )
        for item in listed:
            _, received_at, key = item["sk"].split("#")
            at = datetime.fromisoformat(received_at)
            yield ReceivedEvent(key, at, item.get("kind", ""), item.get("application_id", ""))


def event_item(connection_id: str, event: ReceivedEvent) -> Item:
    """Returns the item that lists an event."""
    named = {"kind": event.kind, "application_id": event.application_id}
    return {
        "pk": f"connection#{connection_id}",
        "sk": f"event#{sortable(event.received_at)}#{event.key}",
        **{name: text for name, text in named.items() if text},
        "ttl": ends(event.received_at),
    }


def seen_item(connection_id: str, digest: str, received_at: datetime) -> Item:
    """Returns the item by which the redelivery of a body is known."""
    return {"pk": f"connection#{connection_id}", "sk": f"seen#{digest}", "ttl": ends(received_at)}


def ends(received_at: datetime) -> int:
    """Returns when something that came then is gone."""
    return int((received_at + KEPT_FOR).timestamp())


def _key(connection_id: str) -> dict[str, str]:
    return {"pk": f"connection#{connection_id}", "sk": "connection"}


def _connection(connection_id: str, item: Item) -> Connection:
    def time(name: str) -> datetime | None:
        return datetime.fromisoformat(item[name]) if name in item else None

    return Connection(
        connection_id=connection_id,
        team_id=item["team_id"],
        provider=Provider(item["provider"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        secret=item.get("secret"),
        old_secret=item.get("old_secret"),
        old_until=time("old_until"),
        last_event=item.get("last_event", ""),
        last_event_at=time("last_event_at"),
        refused=item.get("refused", 0),
        refused_at=time("refused_at"),
        unreadable_at=time("unreadable_at"),
    )
