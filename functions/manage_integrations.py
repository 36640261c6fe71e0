"""Manages connections to applicant tracking systems. Invoked directly, with IAM, by the web app or an operator; never
through the public API.

| action | takes | returns |
|---|---|---|
| create | team_id, provider, secret (optional) | 201 with the connection; the provider is given its `path` |
| list | team_id | 200 with the team's connections and the state of each |
| set_secret | team_id, connection_id, secret, overlap_hours (24) | 204; the secret before verifies for the overlap |
| delete | team_id, connection_id | 204; what was verified stays |
| test | team_id, connection_id | 200 with whether a ping signed with the secret verifies |
| events | team_id, connection_id, limit (100) | 200 with the newest events, and what became of each |
| waiting | team_id | 200 with the applications whose events wait for a link |
| link | team_id, provider, application_id, message_id | 204; the application is this thread from now on |

Every result is `{"statusCode", "body"}`; the body of a refusal is a problem document, as in the public API.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shared.domain.ats.links import ApplicationKey, Link
from shared.domain.ats.signatures import Provider
from shared.domain.fields import ByValue, Id, StrictModel
from shared.domain.periods import sortable
from shared.domain.plans import Plan
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import logger
from shared.infra.vault import seal, unseal
from shared.services.integration_threads import AnotherTeams, link_thread
from shared.services.integrations import change_secret, check, describe, events, waiting_applications
from shared.store import Erased, preload, store
from shared.store.connections import Connection
from shared.store.table import ConditionFailed
from shared.web.direct import direct
from shared.web.input import read
from shared.web.problems import BadRequest, NotFound, PlanNotEntitled
from shared.web.requests import RequestBody

preload("accounts", "applications", "connections", "messages")

type Secret = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class OfTeam(RequestBody):
    """A request about a team."""

    action: Literal["list", "waiting"]
    team_id: Id


class Create(RequestBody):
    """A new connection."""

    action: Literal["create"]
    team_id: Id
    provider: Annotated[Provider, ByValue]
    secret: Secret | None = None


class OfConnection(RequestBody):
    """A request about a connection."""

    action: Literal["delete", "test"]
    team_id: Id
    connection_id: Id


class SetSecret(RequestBody):
    """Another secret for a connection; the one before goes on verifying for a while."""

    action: Literal["set_secret"]
    team_id: Id
    connection_id: Id
    secret: Secret
    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24


class Events(RequestBody):
    """The newest events of a connection."""

    action: Literal["events"]
    team_id: Id
    connection_id: Id
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class LinkByHand(RequestBody):
    """A person links an application to a thread."""

    action: Literal["link"]
    team_id: Id
    provider: Annotated[Provider, ByValue]
    application_id: Id
    message_id: Id


type Request = OfTeam | Create | OfConnection | SetSecret | Events | LinkByHand

_REQUESTS: dict[str, type[Request]] = {
    "create": Create,
    "list": OfTeam,
    "set_secret": SetSecret,
    "delete": OfConnection,
    "test": OfConnection,
    "events": Events,
    "waiting": OfTeam,
    "link": LinkByHand,
}


class _AnyRequest(StrictModel):
    action: Literal["create", "list", "set_secret", "delete", "test", "events", "waiting", "link"]


def _read(event: object) -> Request:
    return read(_REQUESTS[read(_AnyRequest, event).action], event)


def _act(request: Request, now: datetime) -> tuple[int, dict[str, Any] | None]:
    match request:
        case Create():
            return 201, describe(_create(request, now), now)
        case OfTeam(action="list"):
            found = store().connections.of_team(request.team_id)
            return 200, {"connections": [describe(connection, now) for connection in found]}
        case OfTeam():
            return 200, {"applications": waiting_applications(store(), request.team_id, now)}
        case LinkByHand():
            _link(request, now)
            return 204, None
    connection = _find(request.team_id, request.connection_id)
    match request:
        case SetSecret():
            _set_secret(connection, request, now)
            return 204, None
        case Events():
            return 200, {"events": events(store(), connection, now, request.limit)}
        case OfConnection(action="test"):
            return 200, {"verifies": check(connection, unseal, now), "state": describe(connection, now)["state"]}
        case OfConnection():
            store().connections.delete(connection)
            logger.info("connection deleted", team_id=request.team_id)
            return 204, None


def _create(request: Create, now: datetime) -> Connection:
    team = store().accounts.team(request.team_id)
    if team is None:
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated event has been applied.")
    if team.plan is not Plan.ENTERPRISE:
        raise PlanNotEntitled(f"Integrations need the Enterprise plan; the team is on {team.plan.capitalize()}.")
    connection_id = secrets.token_hex(16)
    secret = seal(connection_id, request.secret) if request.secret else None
    connection = Connection(connection_id, request.team_id, request.provider, now, secret)
    store().connections.add(connection)
    logger.info("connection created", team_id=request.team_id)
    return connection


def _set_secret(connection: Connection, request: SetSecret, now: datetime) -> None:
    until = now + timedelta(hours=request.overlap_hours)
    try:
        change_secret(store(), seal, unseal, connection, request.secret, until)
    except ConditionFailed:
        raise BadRequest("Somebody else has just changed this secret. List the connections and try again.") from None


def _link(request: LinkByHand, now: datetime) -> None:
    missing = NotFound("This team has no thread with this id.")
    message = store().messages.get(request.message_id)
    if message is None or message.triage is None:
        raise missing
    application = ApplicationKey(request.team_id, request.provider, request.application_id)
    event_order = f"{sortable(now)} by-hand-{secrets.token_hex(8)}"
    try:
        link_thread(store(), pseudonyms(), Link(application, request.message_id, event_order), now)
    except (AnotherTeams, Erased):
        raise missing from None


def _find(team_id: str, connection_id: str) -> Connection:
    connection = store().connections.get(connection_id)
    if connection is None or connection.team_id != team_id:
        raise NotFound("This team has no connection with this id. List the team's connections to see them.")
    return connection


handler = direct(lambda event: _act(_read(event), datetime.now(UTC)))
