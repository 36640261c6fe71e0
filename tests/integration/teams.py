"""Teams, members and their keys, straight into the store."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.domain.keys import KeyRecord, hash_key, key_id_of, make_key
from shared.domain.memberships import Role
from shared.domain.plans import Plan, Scope
from shared.store import Store
from tests.builders import NOW, an_id
from tests.integration.conftest import PSEUDONYMS

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def a_member(store: Store, team_id: str = "", user_id: str = "", plan: Plan = Plan.PRO) -> tuple[str, str]:
    """A team and one who joined it long ago, by their ids."""
    team_id, user_id = team_id or an_id("team"), user_id or an_id("user")
    store.accounts.put_team(team_id, "Acme", plan, "2026-01-01")
    joins(store, team_id, user_id, LONG_AGO)
    return team_id, user_id


def joins(store: Store, team_id: str, user_id: str, time: datetime, role: Role = Role.MEMBER) -> None:
    """A MemberJoined of that time."""
    tombstone, event_order = PSEUDONYMS.erased_person(user_id), f"{time.isoformat(timespec='microseconds')} joined"
    store.accounts.put_membership(team_id, user_id, tombstone, role, time, event_order)


def leaves(store: Store, team_id: str, user_id: str, time: datetime) -> None:
    """A MemberLeft of that time."""
    tombstone, event_order = PSEUDONYMS.erased_person(user_id), f"{time.isoformat(timespec='microseconds')} left"
    store.accounts.put_membership(team_id, user_id, tombstone, None, time, event_order)


def a_key(store: Store, team_id: str, user_id: str, plan: Plan = Plan.PRO, **record: Any) -> tuple[str, KeyRecord]:
    """A key of a member, stored as `manage_keys` stores it."""
    key = make_key(secrets.choice)
    made = KeyRecord(key_id_of(key), hash_key(key), team_id, user_id, "CI", frozenset(Scope), NOW)
    made = replace(made, **record)
    store.api_keys.add(made, plan, PSEUDONYMS.erased_person(user_id))
    return key, made
