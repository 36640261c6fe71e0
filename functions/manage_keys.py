"""Makes, lists, rotates and revokes API keys. Invoked directly, with IAM, by the web app or an operator; never
through the public API.

| action | takes | answers |
|---|---|---|
| create | team_id, user_id, name, scopes (`["read"]`), expires_at (optional) | 201 with, this once, the key |
| list | team_id | 200 with every key of the team but never a key itself |
| rotate | team_id, key_id, overlap_hours (24), expires_at (optional) | 201 with, this once, the key's successor |
| revoke | team_id, key_id | 204: the key ends now |

A successor has the member, name, scopes and `expires_at` of the key it replaces, unless the request gives another
`expires_at`: a rotation alone makes no key live longer. The old key ends after the overlap, or at its own `expires_at`
if that is sooner; `old_key_expires_at` says when. That end is its `expires_at` from then on, and so what it hands on
if it is rotated once more.

Every answer is `{"statusCode", "body"}`; a refusal's body is a problem document, as of the public API. A key is made
with the team's API Gateway key in place, so that its first call already counts on the right plan.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from shared.domain.events import Id, Moment
from shared.domain.keys import KeyRecord, hash_key, make_key
from shared.domain.periods import timestamp
from shared.domain.plans import Scope
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import logger
from shared.services.usage_plans import usage_plans
from shared.store import Erased, store
from shared.web.direct import direct
from shared.web.input import read
from shared.web.problems import BadRequest, NotFound
from shared.web.requests import RequestBody


class Create(RequestBody):
    """A new key for a member of a team."""

    action: Literal["create"]
    team_id: Id
    user_id: Id
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = "API key"
    scopes: Annotated[list[Scope], Field(min_length=1)] = Field(default_factory=lambda: [Scope.READ])
    expires_at: Moment | None = None


class List(RequestBody):
    """All keys of a team."""

    action: Literal["list"]
    team_id: Id


class Revoke(RequestBody):
    """The end of a key, now."""

    action: Literal["revoke"]
    team_id: Id
    key_id: Id


class Rotate(RequestBody):
    """A successor for a key, which goes on working for a while."""

    action: Literal["rotate"]
    team_id: Id
    key_id: Id
    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24
    expires_at: Moment | None = None


type Request = Create | List | Revoke | Rotate

_REQUESTS: dict[str, type[Request]] = {"create": Create, "list": List, "rotate": Rotate, "revoke": Revoke}


class _AnyRequest(BaseModel):
    action: Literal["create", "list", "rotate", "revoke"]


def _read(event: object) -> Request:
    action = read(_AnyRequest, event).action
    return read(_REQUESTS[action], event)


def _act(request: Request, now: datetime) -> tuple[int, dict[str, Any] | None]:
    match request:
        case Create():
            scopes = frozenset(request.scopes)
            return 201, _issue(request.team_id, request.user_id, request.name, scopes, request.expires_at, now)
        case List():
            return 200, {"keys": [_public(record) for record in store().api_keys.of_team(request.team_id)]}
        case Revoke():
            store().api_keys.end(_find(request.team_id, request.key_id), now, "revoked_at")
            logger.info("key revoked", key_id=request.key_id, team_id=request.team_id)
            return 204, None
        case Rotate():
            old = _find(request.team_id, request.key_id)
            if old.revoked_at or (old.expires_at and old.expires_at <= now):
                raise BadRequest("This key has ended, so it cannot be rotated. Create a new key.")
            expires_at = request.expires_at or old.expires_at
            made = _issue(old.team_id, old.user_id, old.name, old.scopes, expires_at, now)
            overlap_ends = now + timedelta(hours=request.overlap_hours)
            ends = min(overlap_ends, old.expires_at or overlap_ends)
            store().api_keys.end(old, ends, "expires_at")
            return 201, made | {"replaces": old.key_id, "old_key_expires_at": timestamp(ends)}


def _issue(
    team_id: str, user_id: str, name: str, scopes: frozenset[Scope], expires_at: datetime | None, now: datetime
) -> dict[str, Any]:
    """Makes a key and answers it. This is the only time that the key itself is to be had."""
    if usage_plans(store().accounts).place(team_id, make_key=True) is None:
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated event has been applied.")
    key = make_key(secrets.choice)
    record = KeyRecord(
        key_hash=hash_key(key),
        key_id=f"key_{secrets.token_hex(10)}",
        team_id=team_id,
        user_id=user_id,
        name=name,
        scopes=scopes,
        created_at=now,
        expires_at=expires_at,
    )
    try:
        store().api_keys.add(record, pseudonyms().erased_person(user_id))
    except Erased:
        raise NotFound("There is no user with this id any more.") from None
    logger.info("key created", key_id=record.key_id, team_id=team_id)
    return {**_public(record), "key": key}


def _find(team_id: str, key_id: str) -> KeyRecord:
    record = store().api_keys.find(team_id, key_id)
    if record is None:
        raise NotFound("This team has no key with this id. List the team's keys to see them.")
    return record


def _public(record: KeyRecord) -> dict[str, Any]:
    """What may be shown of a key."""
    return {
        "key_id": record.key_id,
        "team_id": record.team_id,
        "user_id": record.user_id,
        "name": record.name,
        "scopes": sorted(record.scopes),
        "created_at": timestamp(record.created_at),
        "expires_at": timestamp(record.expires_at) if record.expires_at else None,
        "revoked_at": timestamp(record.revoked_at) if record.revoked_at else None,
        "last_used_on": record.last_used_on,
    }


handler = direct(lambda event: _act(_read(event), datetime.now(UTC)))
