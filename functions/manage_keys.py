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

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.domain.fields import ByValue, Id, Moment, StrictModel, Visible
from shared.domain.keys import KeyRecord
from shared.domain.periods import timestamp
from shared.domain.plans import Scope
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import logger
from shared.services import keys
from shared.services.keys import KeyMaker, NewKey
from shared.services.usage_plans import usage_plans
from shared.store import Erased, preload, store
from shared.store.api_keys import NotAMember
from shared.web.direct import direct
from shared.web.input import read
from shared.web.problems import AlreadyRotated, BadRequest, NotFound, Problem, Revoked
from shared.web.requests import RequestBody

preload("accounts", "api_keys")


def _future(moment: datetime) -> datetime:
    if moment <= datetime.now(UTC):
        raise ValueError("must be in the future")
    return moment


type End = Annotated[Moment, AfterValidator(_future)]
type Scopes = Annotated[list[Annotated[Scope, ByValue]], Field(min_length=1)]


class Create(RequestBody):
    """A new key for a member of a team."""

    action: Literal["create"]
    team_id: Id
    user_id: Id
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Visible] = "API key"
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
    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24
    expires_at: End | None = None


type Request = Create | List | Revoke | Rotate

_REQUESTS: dict[str, type[Request]] = {"create": Create, "list": List, "rotate": Rotate, "revoke": Revoke}


class _AnyRequest(StrictModel):
    action: Literal["create", "list", "rotate", "revoke"]


def _manage(event: dict[str, Any]) -> tuple[int, Any]:
    request = read(_REQUESTS[read(_AnyRequest, event).action], event)
    try:
        return _act(request, KeyMaker(store(), pseudonyms(), usage_plans().ensure))
    except tuple(_PROBLEMS) as error:
        raise _PROBLEMS[type(error)] from None


_PROBLEMS: dict[type[Exception], Problem] = {
    keys.UnknownTeam: NotFound("There is no team with this id. A team exists once its TeamUpdated has been applied."),
    keys.UnknownKey: NotFound("This team has no key with this id. List the team's keys to see them."),
    NotAMember: NotFound("This user is not a member of the team. Keys are made for its members only."),
    Erased: NotFound("There is no user with this id any more."),
    keys.AlreadyRotated: AlreadyRotated("This key has a successor. Rotate that one, or create a new key."),
    keys.Revoked: Revoked("This key has been revoked, so it cannot be rotated. Create a new key."),
    keys.Ended: BadRequest("This key has ended, so it cannot be rotated. Create a new key."),
}

handler = direct(_manage)


def _act(request: Request, maker: KeyMaker) -> tuple[int, Any]:
    match request:
        case Create():
            made = maker.create(
                request.team_id, request.user_id, request.name, frozenset(request.scopes), request.expires_at
            )
            return 201, _shown_once(made)
        case List():
            return 200, {"keys": [_public(record) for record in maker.store.api_keys.of_team(request.team_id)]}
        case Revoke():
            maker.revoke(request.team_id, request.key_id)
            logger.info("key revoked", key_id=request.key_id, team_id=request.team_id)
            return 204, None
        case Rotate():
            overlap = timedelta(hours=request.overlap_hours)
            made, ends = maker.rotate(request.team_id, request.key_id, overlap, request.expires_at)
            return 201, _shown_once(made) | {"replaces": request.key_id, "old_key_expires_at": timestamp(ends)}


def _shown_once(made: NewKey) -> dict[str, Any]:
    logger.info("key created", key_id=made.record.key_id, team_id=made.record.team_id)
    return {**_public(made.record), "key": made.key}


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
        "replaced_by": record.rotated_to,
        "last_used_on": record.last_used_on,
    }
