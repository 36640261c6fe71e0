"""The ApiKeys table: key records by the SHA-256 of the key, listed by entries in Accounts: for a team (`team#T /
key#K`), and for the member who made it (`user#U / api_key#K`), who may not be known as a member yet, or any more.

The key itself is never here. A key and its entries are written and deleted in one transaction. One that has expired or
was revoked stays, to say who could get in and when, until its member is erased.
"""

from datetime import UTC, datetime
from functools import partial

from shared.domain.keys import KeyRecord
from shared.domain.plans import Scope
from shared.store.table import ConditionFailed, Erased, Item, Table, despite_others, transact, unless_erased


class ApiKeys:
    """Key records. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table, accounts: Table) -> None:
        self._table = table
        self._accounts = accounts

    def get(self, key_hash: str) -> KeyRecord | None:
        """The record of the key with this hash."""
        item = self._table.get(key_hash=key_hash)
        return _record(item) if item else None

    def find(self, team_id: str, key_id: str) -> KeyRecord | None:
        """A team's key by its id."""
        entry = self._accounts.get(pk=f"team#{team_id}", sk=f"key#{key_id}")
        return self.get(entry["key_hash"]) if entry else None

    def of_team(self, team_id: str) -> list[KeyRecord]:
        """All of a team's keys, the oldest first, revoked ones too."""
        entries = self._accounts.query("pk = :pk AND begins_with(sk, :key)", pk=f"team#{team_id}", key="key#")
        items = self._table.get_many([{"key_hash": entry["key_hash"]} for entry in entries])
        return sorted(map(_record, items), key=lambda record: (record.created_at, record.key_id))

    def of_user(self, user_id: str) -> list[KeyRecord]:
        """All keys that a user made, in any team."""
        entries = self._accounts.query("pk = :pk AND begins_with(sk, :key)", pk=f"user#{user_id}", key="api_key#")
        return list(map(_record, self._table.get_many([{"key_hash": entry["key_hash"]} for entry in entries])))

    def add(self, record: KeyRecord, tombstone: str) -> None:
        """Stores a new key. Raises Erased if its member has been erased."""
        entries = [{**place, "key_hash": record.key_hash} for place in _entries(record)]
        writes = [
            unless_erased(self._accounts, tombstone),
            *map(self._accounts.putting, entries),
            self._table.putting(_item(record)),
        ]
        try:
            despite_others(lambda: transact(self._table.client, writes))
        except ConditionFailed:
            raise Erased from None

    def end(self, record: KeyRecord, when: datetime, attribute: str) -> None:
        """Sets `revoked_at` or `expires_at`. A revocation is never undone or put off."""
        condition = "attribute_exists(key_hash) AND attribute_not_exists(revoked_at)"
        try:
            self._table.update(
                {"key_hash": record.key_hash},
                f"SET {attribute} = :when",
                condition,
                when=when.astimezone(UTC).isoformat(),
            )
        except ConditionFailed:
            return  # revoked or erased before

    def note_use(self, record: KeyRecord, day: str) -> None:
        """Notes the day a key was last used; a key deleted meanwhile stays deleted."""
        try:
            self._table.update(
                {"key_hash": record.key_hash}, "SET last_used_on = :day", "attribute_exists(key_hash)", day=day
            )
        except ConditionFailed:
            return

    def forget(self, user_id: str) -> None:
        """Deletes all keys that a user made. May be repeated."""
        for record in self.of_user(user_id):
            entries = [self._accounts.deleting(place) for place in _entries(record)]
            key = self._table.deleting({"key_hash": record.key_hash})
            despite_others(partial(transact, self._table.client, [key, *entries]))


def _entries(record: KeyRecord) -> list[dict[str, str]]:
    return [
        {"pk": f"team#{record.team_id}", "sk": f"key#{record.key_id}"},
        {"pk": f"user#{record.user_id}", "sk": f"api_key#{record.key_id}"},
    ]


def _item(record: KeyRecord) -> Item:
    item: Item = {
        "key_hash": record.key_hash,
        "key_id": record.key_id,
        "team_id": record.team_id,
        "user_id": record.user_id,
        "key_name": record.name,
        "scopes": sorted(record.scopes),
        "created_at": record.created_at.isoformat(),
    }
    return item | ({"expires_at": record.expires_at.isoformat()} if record.expires_at else {})


def _record(item: Item) -> KeyRecord:
    return KeyRecord(
        key_hash=item["key_hash"],
        key_id=item["key_id"],
        team_id=item["team_id"],
        user_id=item["user_id"],
        name=item["key_name"],
        scopes=frozenset(map(Scope, item["scopes"])),
        created_at=datetime.fromisoformat(item["created_at"]),
        expires_at=_moment(item, "expires_at"),
        revoked_at=_moment(item, "revoked_at"),
        last_used_on=item.get("last_used_on"),
    )


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None
