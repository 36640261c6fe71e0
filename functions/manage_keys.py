"""Makes, lists, rotates and revokes API keys. Invoked directly, with IAM, by the web app or an operator; never
through the public API.

| action | takes | returns |
|---|---|---|
| create | team_id, user_id, name, scopes (`["read"]`), expires_at (optional) | 201 with the key, this once |
| list | team_id | 200 with every key of the team but never a key itself |
| rotate | team_id, key_id, overlap_hours (24), expires_at (optional) | 201 with the key's successor, this once |
| revoke | team_id, key_id | 204: the key ends now |

A successor has the member, name, scopes and `expires_at` of the key it replaces, unless the request gives another
`expires_at`: a rotation alone makes no key live longer. The old key ends after the overlap, or at its own `expires_at`
if that is sooner; `old_key_expires_at` says when. A key is rotated once. Revoking a rotated key leaves its successor.

Every answer is `{"statusCode", "body"}`; a refusal's body is a problem document, as of the public API. A key is made
with the team's API Gateway key in place, so that its first call already counts on the right plan.
"""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from shared.domain.fields import Id, StrictModel
from shared.domain.plans import Scope
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import logger
from shared.services.keys import KeyMaker
from shared.services.usage_plans import usage_plans
from shared.store import preload, store
from shared.web.direct import direct
from shared.web.input import read
from shared.web.keys import End, Name, OverlapHours, Scopes, key_document, key_problems, shown_once, successor
from shared.web.requests import RequestBody

preload("accounts", "api_keys")


class Create(RequestBody):
    """A new key for a member of a team."""

    action: Literal["create"]
    team_id: Id
    user_id: Id
    name: Name = "API key"
    scopes: Scopes = Field(default_factory=lambda: [Scope.READ])
    expires_at: End | None = None


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
    overlap_hours: OverlapHours = 24
    expires_at: End | None = None


type Request = Create | List | Revoke | Rotate

_REQUESTS: dict[str, type[Request]] = {"create": Create, "list": List, "rotate": Rotate, "revoke": Revoke}


class _AnyRequest(StrictModel):
    action: Literal["create", "list", "rotate", "revoke"]


def _manage(event: dict[str, Any]) -> tuple[int, Any]:
    request = read(_REQUESTS[read(_AnyRequest, event).action], event)
    with key_problems():
        return _act(request, KeyMaker(store(), pseudonyms(), usage_plans().ensure))


handler = direct(_manage)


def _act(request: Request, maker: KeyMaker) -> tuple[int, Any]:
    match request:
        case Create():
            made = maker.create(
                request.team_id, request.user_id, request.name, frozenset(request.scopes), request.expires_at
            )
            return 201, shown_once(made)
        case List():
            return 200, {"keys": [key_document(record) for record in maker.store.api_keys.of_team(request.team_id)]}
        case Revoke():
            maker.revoke(request.team_id, request.key_id)
            logger.info("key revoked", key_id=request.key_id, team_id=request.team_id)
            return 204, None
        case Rotate():
            overlap = timedelta(hours=request.overlap_hours)
            made, ends = maker.rotate(request.team_id, request.key_id, overlap, request.expires_at)
            return 201, successor(made, request.key_id, ends)
