"""Connections to applicant tracking systems as operators and the console manage them (contract 15)."""

import secrets
from datetime import datetime, timedelta
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
from shared.store import Erased, store
from shared.store.connections import Connection
from shared.store.table import ConditionFailed
from shared.web.input import read
from shared.web.problems import BadRequest, NotFound, PlanNotEntitled
from shared.web.requests import RequestBody

type Secret = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
type Body = dict[str, Any] | None

MAX_CONNECTIONS = 20
"""Connections of a team: each page of the console reads all of them."""


class Create(RequestBody):
    """A new connection."""

    action: Literal["create"]
    provider: Annotated[Provider, ByValue]
    secret: Secret | None = None


class OfConnection(RequestBody):
    """An action that needs nothing but the connection."""

    action: Literal["delete", "test"]
    connection_id: Id


class SetSecret(RequestBody):
    """Another secret for a connection; the one before goes on verifying for a while."""

    action: Literal["set_secret"]
    connection_id: Id
    secret: Secret
    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24


class Events(RequestBody):
    """The newest events of a connection."""

    action: Literal["events"]
    connection_id: Id
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class LinkByHand(RequestBody):
    """A person links an application to a thread."""

    action: Literal["link"]
    provider: Annotated[Provider, ByValue]
    application_id: Id
    message_id: Id


type Request = Create | OfConnection | SetSecret | Events | LinkByHand

REQUESTS: dict[str, type[Request]] = {
    "create": Create,
    "set_secret": SetSecret,
    "delete": OfConnection,
    "test": OfConnection,
    "events": Events,
    "link": LinkByHand,
}


class _AnyRequest(StrictModel):
    action: Literal["create", "set_secret", "delete", "test", "events", "link"]


def request_of(given: object) -> Request:
    """Reads a request. Raises BadRequest."""
    return read(REQUESTS[read(_AnyRequest, given).action], given)


def listed(team_id: str, now: datetime) -> dict[str, Any]:
    """Returns a team's connections and the state of each."""
    return {"connections": [describe(connection, now) for connection in store().connections.of_team(team_id)]}


def waiting(team_id: str, now: datetime) -> dict[str, Any]:
    """Returns a team's applications whose events wait for a link."""
    return {"applications": waiting_applications(store(), team_id, now)}


def act(team_id: str, request: Request, now: datetime) -> tuple[int, Body]:
    """Carries out a request of a team. Returns a status and a body. Raises Problem and Unavailable."""
    match request:
        case Create():
            return 201, describe(_create(team_id, request, now), now)
        case LinkByHand():
            _link(team_id, request, now)
            return 204, None
    connection = _find(team_id, request.connection_id)
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
            logger.info("connection deleted", team_id=team_id)
            return 204, None


def _create(team_id: str, request: Create, now: datetime) -> Connection:
    team = store().accounts.team(team_id)
    if team is None:
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated event has been applied.")
    if team.plan is not Plan.ENTERPRISE:
        raise PlanNotEntitled(f"Integrations need the Enterprise plan; the team is on {team.plan.capitalize()}.")
    if len(store().connections.of_team(team_id)) >= MAX_CONNECTIONS:
        raise BadRequest(f"A team has at most {MAX_CONNECTIONS} connections. Delete one that is not needed.")
    connection_id = secrets.token_hex(16)
    secret = seal(connection_id, request.secret) if request.secret else None
    connection = Connection(connection_id, team_id, request.provider, now, secret)
    store().connections.add(connection)
    logger.info("connection created", team_id=team_id)
    return connection


def _set_secret(connection: Connection, request: SetSecret, now: datetime) -> None:
    until = now + timedelta(hours=request.overlap_hours)
    try:
        change_secret(store(), seal, unseal, connection, request.secret, until)
    except ConditionFailed:
        raise BadRequest("Somebody else has just changed this secret. List the connections and try again.") from None


def _link(team_id: str, request: LinkByHand, now: datetime) -> None:
    missing = NotFound("This team has no thread with this id.")
    message = store().messages.get(request.message_id)
    if message is None or message.triage is None:
        raise missing
    application = ApplicationKey(team_id, request.provider, request.application_id)
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
