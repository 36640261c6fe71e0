"""Making, rotating and revoking API keys (contract 2)."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from shared.domain.keys import KeyRecord, Team, hash_key, key_id_of, make_key
from shared.domain.plans import Plan, Scope
from shared.domain.pseudonyms import Pseudonyms
from shared.infra.errors import Unavailable
from shared.store import Store
from shared.store.api_keys import KeyChanged, NotAMember, PlanChanged

_ROUNDS = 5
"""Tries to make a key while its team's plan changes."""

_LONGEST_WAIT = timedelta(seconds=2)


class UnknownTeam(Exception):
    """There is no such team."""


class UnknownKey(Exception):
    """The team has no such key."""


class AlreadyRotated(Exception):
    """The key has a successor."""


class Revoked(Exception):
    """The key was revoked."""


class Ended(Exception):
    """The key expired, or its member left since it was made."""


@dataclass(frozen=True)
class NewKey:
    """A key with its record. The key is known only here: it is stored nowhere."""

    key: str
    record: KeyRecord


@dataclass(frozen=True)
class KeyMaker:
    """What making a key takes. `ensure_usage_key` provides the API Gateway key of a team's plan."""

    store: Store
    pseudonyms: Pseudonyms
    ensure_usage_key: Callable[[Team], object]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    pause: Callable[[float], object] = time.sleep

    def create(
        self, team_id: str, user_id: str, name: str, scopes: frozenset[Scope], expires_at: datetime | None
    ) -> NewKey:
        """Makes a key. Raises UnknownTeam, NotAMember, Erased, and Unavailable when a backend fails."""
        now = self._member_since(team_id, user_id)
        return self._add(_new(team_id, user_id, name, scopes, now, expires_at))

    def start_session(self, team_id: str, user_id: str, session: str, expires_at: datetime) -> NewKey:
        """Makes the key of a console session (`KeyRecord.session`). Raises as `create` does."""
        now = self._member_since(team_id, user_id)
        made = _new(team_id, user_id, "Console session", frozenset(Scope), now, expires_at)
        return self._add(replace(made, record=replace(made.record, session=session)))

    def _add(self, made: NewKey) -> NewKey:
        tombstone = self.pseudonyms.erased_person(made.record.user_id)
        self._write(made.record.team_id, lambda plan: self.store.api_keys.add(made.record, plan, tombstone))
        return made

    def rotate(
        self, team_id: str, key_id: str, overlap: timedelta, expires_at: datetime | None
    ) -> tuple[NewKey, datetime]:
        """Makes a key's successor, and ends the key after the overlap, or at its own end if that is sooner; returns
        that end too. The successor has the key's `expires_at` unless another is given.

        Raises UnknownKey, AlreadyRotated, Revoked, Ended, NotAMember, Erased, and Unavailable when a backend fails.
        """
        old = self.find(team_id, key_id)
        now = self._member_since(team_id, old.user_id)
        _check_rotatable(old, now)
        made = _new(team_id, old.user_id, old.name, old.scopes, now, expires_at or old.expires_at)
        ends = min(now + overlap, old.expires_at or now + overlap)
        tombstone = self.pseudonyms.erased_person(old.user_id)
        try:
            self._write(team_id, lambda plan: self.store.api_keys.rotate(old, ends, made.record, plan, tombstone))
        except KeyChanged:
            old = self.find(team_id, key_id)
            if old.rotated_to != made.record.key_id:  # else our own write did it and its answer was lost
                _check_rotatable(old, now)
                raise Unavailable from None
        except NotAMember:
            if self.store.accounts.membership(team_id, old.user_id).joined:
                raise Ended from None
            raise
        return made, ends

    def revoke(self, team_id: str, key_id: str) -> None:
        """Ends a key now. Raises UnknownKey, and Unavailable when a backend fails."""
        self.store.api_keys.revoke(self.find(team_id, key_id), self.clock())

    def end_session(self, team_id: str, key_id: str) -> None:
        """Ends the key of a console session now. May be repeated."""
        record = self.store.api_keys.get(key_id)
        if record and record.team_id == team_id and record.session:
            self.store.api_keys.revoke(record, self.clock())

    def find(self, team_id: str, key_id: str) -> KeyRecord:
        """A team's API key by its id. Raises UnknownKey, also for the key of a console session."""
        record = self.store.api_keys.get(key_id)
        if record is None or record.team_id != team_id or record.session:
            raise UnknownKey
        return record

    def _member_since(self, team_id: str, user_id: str) -> datetime:
        """Returns the time at which a key of this member can be made: now, or once the second of a leave is over, which
        would end the key. Raises NotAMember.
        """
        membership = self.store.accounts.membership(team_id, user_id)
        if not membership.joined:
            raise NotAMember
        now = self.clock()
        if membership.allows_key(now):
            return now
        wait = datetime.fromisoformat(membership.left_at) + timedelta(seconds=1) - now
        if wait > _LONGEST_WAIT:
            raise Unavailable(retry_after=int(wait.total_seconds()) + 1)
        self.pause(wait.total_seconds())
        return now + wait

    def _write(self, team_id: str, write: Callable[[Plan], None]) -> None:
        """Writes with the team's plan, for which the usage key is there."""
        for _ in range(_ROUNDS):
            team = self._team(team_id)
            self.ensure_usage_key(team)
            try:
                return write(team.plan)
            except PlanChanged:
                continue
        raise Unavailable

    def _team(self, team_id: str) -> Team:
        team = self.store.accounts.team(team_id)
        if team is None:
            raise UnknownTeam
        return team


def _new(
    team_id: str, user_id: str, name: str, scopes: frozenset[Scope], now: datetime, expires_at: datetime | None
) -> NewKey:
    key = make_key(secrets.choice)
    record = KeyRecord(key_id_of(key), hash_key(key), team_id, user_id, name, scopes, now, expires_at)
    return NewKey(key, record)


def _check_rotatable(key: KeyRecord, now: datetime) -> None:
    if key.revoked_at:
        raise Revoked
    if key.rotated_to:
        raise AlreadyRotated
    if key.expires_at and key.expires_at <= now:
        raise Ended
