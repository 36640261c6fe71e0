"""The ApiKeys table: one item a key, by its id (`key_id`), which follows from the key itself (`key_id_of`).

| index | finds |
|---|---|
| by_team | the ids of a team's keys |
| by_user | the ids of the keys that a user made, in any team |

The item alone decides what a key may do. The indexes follow from the items, so a restored table is complete in itself;
but they lag a little. A marker in Accounts (`user#U / api_key#K`) therefore names each key of a user once more, for
erasure, which must not miss a key that was made a moment before. Nothing depends on a marker being there.

A key that expired or was revoked stays until its member is erased: it says who could get in and when. The key of a
console session has a `ttl`, and so has its marker: DynamoDB deletes both within days of its end.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from shared.domain.keys import KeyRecord
from shared.domain.periods import timestamp
from shared.domain.plans import Plan, Scope
from shared.store.table import ConditionFailed, Erased, Item, Table, retry_on_conflict, transact, unless_erased


class NotAMember(Exception):
    """The user is no member of the team, or left it since the key was made."""


class PlanChanged(Exception):
    """The team has another plan than the caller knows."""


class KeyChanged(Exception):
    """The key was rotated, was revoked, ended or is gone: read it again."""


class ApiKeys:
    """Key records. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table, accounts: Table) -> None:
        self._table = table
        self._accounts = accounts

    def get(self, key_id: str) -> KeyRecord | None:
        """The record of the key with this id."""
        item = self._table.get(key_id=key_id)
        return _record(item) if item else None

    def of_team(self, team_id: str) -> list[KeyRecord]:
        """All of a team's API keys, the oldest first, revoked ones too. A new key may take a moment to appear."""
        found = self._table.query("team_id = :team_id", index="by_team", team_id=team_id)
        records = self._get_many({item["key_id"] for item in found})
        listed = [record for record in records if not record.session]
        return sorted(listed, key=lambda record: (record.created_at, record.key_id))

    def of_user(self, user_id: str) -> list[KeyRecord]:
        """All keys that a user made, in any team, the newest included."""
        found = {item["key_id"] for item in self._table.query("user_id = :user", index="by_user", user=user_id)}
        return self._get_many(found | set(self._marked(user_id)))

    def teams(self) -> set[str]:
        """The teams that have a key, ended ones too."""
        return {item["team_id"] for page, _ in self._table.scan("team_id") for item in page}

    def add(self, record: KeyRecord, plan: Plan, tombstone: str) -> None:
        """Stores a new key of a team on this plan. Raises Erased, NotAMember or PlanChanged."""
        self._write(self._creation(record, plan, tombstone, record.created_at))

    def rotate(self, old: KeyRecord, ends: datetime, successor: KeyRecord, plan: Plan, tombstone: str) -> None:
        """Stores a key's successor and ends the key, both or neither.

        Raises Erased, NotAMember, PlanChanged or KeyChanged.
        """
        end = self._table.update_op(
            {"key_id": old.key_id},
            "SET expires_at = :ends, rotated_to = :successor",
            "attribute_exists(key_id) AND attribute_not_exists(revoked_at) AND attribute_not_exists(rotated_to)"
            " AND (attribute_not_exists(expires_at) OR expires_at > :now)",
            ends=_text(ends),
            successor=successor.key_id,
            now=_text(successor.created_at),
        )
        self._write([*self._creation(successor, plan, tombstone, old.created_at), end])

    def _creation(self, record: KeyRecord, plan: Plan, tombstone: str, not_left_since: datetime) -> list[Item]:
        """The actions that store a key, with everything they depend on: see `_write`."""
        team = f"team#{record.team_id}"
        return [
            unless_erased(self._accounts, tombstone),
            self._accounts.check_op(
                {"pk": team, "sk": f"member#{record.user_id}"},
                "joined = :joined AND left_at < :since",
                joined=True,
                since=timestamp(not_left_since),
            ),
            self._accounts.update_op(
                {"pk": team, "sk": "team"}, "SET metered = :metered", "#plan = :plan", metered=True, plan=plan.value
            ),
            self._table.put_op(_item(record)),
            self._accounts.put_op(_marker(record)),
        ]

    def _write(self, actions: list[Item]) -> None:
        try:
            retry_on_conflict(lambda: transact(self._table.client, actions))
        except ConditionFailed as error:
            raise {0: Erased, 1: NotAMember, 2: PlanChanged}.get(min(error.failed), KeyChanged) from None

    def revoke(self, record: KeyRecord, now: datetime) -> None:
        """Ends a key for good. A later revocation changes nothing, and one of a deleted key does nothing."""
        try:
            self._table.update(
                {"key_id": record.key_id},
                "SET revoked_at = if_not_exists(revoked_at, :now)",
                "attribute_exists(key_id)",
                now=_text(now),
            )
        except ConditionFailed:
            return

    def note_use(self, record: KeyRecord, day: str) -> None:
        """Notes the day a key was last used; a key deleted meanwhile stays deleted."""
        try:
            self._table.update(
                {"key_id": record.key_id}, "SET last_used_on = :day", "attribute_exists(key_id)", day=day
            )
        except ConditionFailed:
            return

    def delete_for_user(self, user_id: str) -> None:
        """Deletes all keys that a user made, with their markers. May be repeated."""
        for record in self.of_user(user_id):
            marker = {name: _marker(record)[name] for name in ("pk", "sk")}
            deletions = [self._table.delete_op({"key_id": record.key_id}), self._accounts.delete_op(marker)]
            retry_on_conflict(partial(transact, self._table.client, deletions))
        for key_id in self._marked(user_id):
            self._accounts.delete(pk=f"user#{user_id}", sk=f"api_key#{key_id}")

    def _marked(self, user_id: str) -> Iterator[str]:
        markers = self._accounts.query("pk = :pk AND begins_with(sk, :key)", pk=f"user#{user_id}", key="api_key#")
        return (marker["sk"].removeprefix("api_key#") for marker in markers)

    def _get_many(self, key_ids: set[str]) -> list[KeyRecord]:
        return list(map(_record, self._table.get_many([{"key_id": key_id} for key_id in sorted(key_ids)])))


def _marker(record: KeyRecord) -> Item:
    return {"pk": f"user#{record.user_id}", "sk": f"api_key#{record.key_id}"} | _ttl(record)


def _ttl(record: KeyRecord) -> Item:
    return {"ttl": int(record.expires_at.timestamp())} if record.session and record.expires_at else {}


def _text(moment: datetime) -> str:
    """Sorts as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _item(record: KeyRecord) -> Item:
    item: Item = {
        "key_id": record.key_id,
        "key_hash": record.key_hash,
        "team_id": record.team_id,
        "user_id": record.user_id,
        "key_name": record.name,
        "scopes": sorted(record.scopes),
        "created_at": _text(record.created_at),
    }
    if record.expires_at:
        item["expires_at"] = _text(record.expires_at)
    if record.session:
        item["session"] = record.session
    return item | _ttl(record)


def _record(item: Item) -> KeyRecord:
    return KeyRecord(
        key_id=item["key_id"],
        key_hash=item["key_hash"],
        team_id=item["team_id"],
        user_id=item["user_id"],
        name=item["key_name"],
        scopes=frozenset(map(Scope, item["scopes"])),
        created_at=datetime.fromisoformat(item["created_at"]),
        expires_at=_moment(item, "expires_at"),
        revoked_at=_moment(item, "revoked_at"),
        rotated_to=item.get("rotated_to"),
        last_used_on=item.get("last_used_on"),
        session=item.get("session", ""),
    )


def _moment(item: Item, name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None
