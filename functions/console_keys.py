"""GET, POST /console/api/keys, DELETE /console/api/keys/{key_id} and POST /console/api/keys/{key_id}/rotate.

Contract 16. Members see, make (with the scope read) and end their own keys; admins those of everybody, and make keys
with the scope write for themselves. The role is read at each request, so a change counts at once. To a member, another
member's key does not exist.
"""

from datetime import timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from shared.domain.keys import KeyRecord
from shared.domain.plans import ALL_PLANS, Scope
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import logger
from shared.services.keys import KeyMaker, UnknownKey
from shared.services.usage_plans import usage_plans
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint
from shared.web.keys import (
    End,
    Name,
    OverlapHours,
    Scopes,
    key_document,
    key_problems,
    shown_once,
    successor,
)
from shared.web.problems import Forbidden
from shared.web.requests import RequestBody, path_id
from shared.web.roles import is_admin, require_admin

preload("accounts", "api_keys")

app = Resolver()

_WRITE_NEEDS_ADMIN = "Only an admin of the team makes keys with the scope write. Make one with the scope read."


class NewKeyRequest(RequestBody):
    """A new key for oneself."""

    name: Name
    scopes: Scopes
    expires_at: End | None = None


class Rotation(RequestBody):
    """When the key that is replaced ends, and its successor."""

    overlap_hours: OverlapHours = 24
    expires_at: End | None = None


@app.get("/console/api/keys")
def list_keys() -> dict[str, Any]:
    """One's own keys, and for an admin those of the whole team; the newest first."""
    caller = app.caller
    admin = is_admin(caller)
    records = store().api_keys.of_team(caller.team_id)
    return {"keys": [key_document(each) for each in reversed(records) if admin or each.user_id == caller.user_id]}


@app.post("/console/api/keys")
def create_key(body: Annotated[NewKeyRequest, Body()]) -> Response[Any]:
    """A new key, shown this once."""
    if Scope.WRITE in body.scopes:
        require_admin(app.caller, _WRITE_NEEDS_ADMIN)
    maker = _maker()
    caller = app.caller
    with key_problems():
        made = maker.create(caller.team_id, caller.user_id, body.name, frozenset(body.scopes), body.expires_at)
    return Response(201, "application/json", shown_once(made))


@app.post("/console/api/keys/<key_id>/rotate")
def rotate_key(key_id: str, body: Annotated[Rotation, Body()]) -> Response[Any]:
    """A key's successor, shown this once."""
    maker = _maker()
    with key_problems():
        old = _find(maker, key_id)
        if old.user_id != app.caller.user_id:  # the response contains the new key
            raise Forbidden("Only the member whose key it is rotates it. You may revoke it.")
        if Scope.WRITE in old.scopes:
            require_admin(app.caller, _WRITE_NEEDS_ADMIN)
        overlap = timedelta(hours=body.overlap_hours)
        made, ends = maker.rotate(old.team_id, old.key_id, overlap, body.expires_at)
    return Response(201, "application/json", successor(made, old.key_id, ends))


@app.delete("/console/api/keys/<key_id>")
def revoke_key(key_id: str) -> Response[Any]:
    """Ends a key now."""
    maker = _maker()
    with key_problems():
        old = _find(maker, key_id)
        maker.revoke(old.team_id, old.key_id)
    logger.info("key revoked", key_id=old.key_id, team_id=old.team_id)
    return Response(204)


def _find(maker: KeyMaker, segment: str) -> KeyRecord:
    """A key that the caller may see."""
    caller, key_id = app.caller, path_id(segment)
    if key_id is None:
        raise UnknownKey
    record = maker.find(caller.team_id, key_id)
    if record.user_id != caller.user_id and not is_admin(caller):
        raise UnknownKey
    return record


def _maker() -> KeyMaker:
    return KeyMaker(store(), pseudonyms(), usage_plans().ensure)


handler = endpoint(app, scope=None, plans=ALL_PLANS, console=True)
