"""Connects a team's own identity provider to the console's sign-in. Invoked directly, with IAM, by an operator.

| action | takes | returns |
|---|---|---|
| add | team_id, provider (a name), saml or oidc (`Saml` and `Oidc` below) | 201 |
| list | | 200 with the providers and their teams |
| remove | provider | 204: new sign-ins through it are refused |

A provider belongs to one Enterprise team and opens that team alone. Adding it again replaces its settings. Every answer
is `{"statusCode", "body"}`; a refusal's body is a problem document, as of the public API.

Our table says which team a provider opens. So the registration is written before the user pool gets the provider, and
deleted before the user pool loses it. Every step may be repeated.
"""

import os
from typing import Annotated, Any, Literal, Self

from pydantic import StringConstraints, model_validator

from shared.domain.fields import Id, StrictModel
from shared.domain.identities import POOL
from shared.domain.plans import Plan
from shared.infra.settings import required
from shared.infra.telemetry import logger
from shared.infra.user_pool import BadProvider, UserPool
from shared.store import preload, store
from shared.store.accounts import Accounts
from shared.web.direct import direct
from shared.web.input import read
from shared.web.problems import BadRequest, Forbidden, NotFound, PlanNotEntitled
from shared.web.requests import RequestBody

preload("accounts")

type Text = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
type Https = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$", max_length=2048)]
type Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{3,32}$")]


class Saml(RequestBody):
    """Where the provider's metadata is, or the metadata itself."""

    metadata_url: Https | None = None
    metadata: Annotated[str, StringConstraints(min_length=1, max_length=100_000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.metadata_url is None) == (self.metadata is None):
            raise ValueError("give metadata_url or metadata")
        return self

    def details(self) -> dict[str, str]:
        """As Cognito takes them."""
        return {"MetadataURL": self.metadata_url} if self.metadata_url else {"MetadataFile": self.metadata or ""}


class Oidc(RequestBody):
    """The provider's issuer, and the client that it knows the user pool as. The secret goes to the pool alone."""

    issuer: Https
    client_id: Text
    client_secret: Text

    def details(self) -> dict[str, str]:
        """As Cognito takes them."""
        return {
            "oidc_issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "authorize_scopes": "openid",
            "attributes_request_method": "GET",
        }


class Add(RequestBody):
    """A provider for a team."""

    action: Literal["add"]
    team_id: Id
    provider: Name
    saml: Saml | None = None
    oidc: Oidc | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.saml is None) == (self.oidc is None):
            raise ValueError("give saml or oidc")
        return self


class List(RequestBody):
    """All providers."""

    action: Literal["list"]


class Remove(RequestBody):
    """The end of a provider."""

    action: Literal["remove"]
    provider: Name


class _AnyRequest(StrictModel):
    action: Literal["add", "list", "remove"]


_REQUESTS: dict[str, type[Add | List | Remove]] = {"add": Add, "list": List, "remove": Remove}
_RESERVED = {name.casefold() for name in (POOL, "Google", "Facebook", "LoginWithAmazon", "SignInWithApple")}


def manage(event: dict[str, Any], accounts: Accounts, pool: UserPool) -> tuple[int, Any]:
    """Carries out a request. Raises Problem and Unavailable."""
    request = read(_REQUESTS[read(_AnyRequest, event).action], event)
    match request:
        case Add():
            return _add(request, accounts, pool)
        case List():
            names = pool.providers()
            return 200, {"providers": [{"provider": name, "team_id": accounts.provider_team(name)} for name in names]}
        case Remove():
            accounts.delete_provider(request.provider)
            pool.remove(request.provider)
            logger.info("identity provider removed", provider=request.provider)
            return 204, None


def _add(request: Add, accounts: Accounts, pool: UserPool) -> tuple[int, Any]:
    team = accounts.team(request.team_id)
    if team is None:
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated has been applied.")
    if team.plan is not Plan.ENTERPRISE:
        raise PlanNotEntitled(f"Sign-in of its own needs the Enterprise plan; the team is on {team.plan.capitalize()}.")
    is_new = accounts.provider_team(request.provider) is None
    if request.provider.casefold() in _RESERVED or not accounts.put_provider(request.provider, team.team_id):
        raise Forbidden("This name is taken. Choose another one for the provider.")
    kind, given = ("SAML", request.saml) if request.saml else ("OIDC", request.oidc)
    try:
        pool.put(request.provider, kind, given.details() if given else {})
    except BadProvider as error:
        if is_new:
            accounts.delete_provider(request.provider)
        raise BadRequest(f"The user pool does not take this provider: {error}") from None
    logger.info("identity provider added", provider=request.provider, team_id=team.team_id)
    return 201, {"provider": request.provider, "team_id": team.team_id}


def _manage(event: dict[str, Any]) -> tuple[int, Any]:
    pool = UserPool(required(os.environ, "USER_POOL_ID"), required(os.environ, "CONSOLE_CLIENT_ID"))
    return manage(event, store().accounts, pool)


handler = direct(_manage)
