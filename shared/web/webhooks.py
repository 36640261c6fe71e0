"""Webhook endpoints as operators and the console manage them: requests, actions, and what is shown (contract 14)."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo

from shared.domain.fields import ByValue, Id, StrictModel
from shared.domain.periods import timestamp
from shared.domain.webhooks.events import EventType, webhook_test
from shared.domain.webhooks.schedule import Health, failure
from shared.domain.webhooks.signing import ROTATION_OVERLAP, secret_of
from shared.domain.webhooks.targets import MAX_URL_LENGTH, Target
from shared.infra.deployment_secrets import webhook_secret
from shared.services.webhooks import queue_deliveries
from shared.store import store
from shared.store.table import retry_on_conflict
from shared.store.webhooks import MAX_ENDPOINTS, Delivery, Endpoint, Task, TooManyEndpoints
from shared.web.input import read
from shared.web.problems import BadRequest, NotFound
from shared.web.requests import RequestBody

DELIVERIES_SHOWN = 50
_DELETED_AT_ONCE = 100
"""Deliveries that go with their endpoint. The schedule deletes the others."""

type Parse = Callable[[str], Target]
"""Checks a URL. That of the local stack also takes loopback."""


def _target(url: str, info: ValidationInfo) -> str:
    cast("Parse", info.context)(url)
    return url


type Url = Annotated[str, StringConstraints(max_length=MAX_URL_LENGTH), AfterValidator(_target)]
type Types = Annotated[list[Annotated[EventType, ByValue]], Field(max_length=len(EventType))]


class Create(RequestBody):
    """A new endpoint."""

    action: Literal["create"]
    url: Url
    events: Types = Field(default_factory=list)


class OfEndpoint(RequestBody):
    """An action that needs nothing but the endpoint."""

    action: Literal["get", "enable", "disable", "delete", "rotate", "test"]
    endpoint_id: Id


class Change(RequestBody):
    """Another URL, or other types."""

    action: Literal["change"]
    endpoint_id: Id
    url: Url | None = None
    events: Types | None = None


class Replay(RequestBody):
    """One more attempt of a delivery."""

    action: Literal["replay"]
    endpoint_id: Id
    event_id: Id


type Request = Create | OfEndpoint | Change | Replay

_REQUESTS: dict[str, type[Request]] = {"create": Create, "change": Change, "replay": Replay}


class _AnyRequest(StrictModel):
    action: Literal["create", "get", "change", "enable", "disable", "delete", "rotate", "test", "replay"]


def request_of(given: object, parse: Parse) -> Request:
    """Reads a request. Raises BadRequest."""
    action = read(_AnyRequest, given).action
    return read(_REQUESTS.get(action, OfEndpoint), given, parse)


def listed(team_id: str, now: datetime) -> dict[str, Any]:
    """Returns a team's endpoints, each with its last delivery."""
    endpoints = store().webhooks.endpoints(team_id)
    last = store().webhooks.last_deliveries([endpoint.endpoint_id for endpoint in endpoints])
    found = [(endpoint, last.get(endpoint.endpoint_id)) for endpoint in endpoints]
    return {
        "endpoints": [
            {**_shown(endpoint, now), "last_delivery": _shown_delivery(delivery) if delivery else None}
            for endpoint, delivery in found
        ]
    }


def act(team_id: str, request: Request, now: datetime) -> tuple[int, Any]:
    """Carries out a request of a team. Returns a status and a body. Raises Problem and Unavailable."""
    if isinstance(request, Create):
        return _create(team_id, request, now)
    return retry_on_conflict(lambda: _act_on_endpoint(team_id, request, now))


def _act_on_endpoint(team_id: str, request: OfEndpoint | Change | Replay, now: datetime) -> tuple[int, Any]:
    """Raises Conflict if another writer changed the endpoint meanwhile: it is to be read again."""
    endpoint = store().webhooks.endpoint(team_id, request.endpoint_id)
    if endpoint is None:
        raise NotFound("This team has no webhook endpoint with this id. List the team's endpoints to see them.")
    match request:
        case Change():
            events = endpoint.events if request.events is None else tuple(request.events)
            return 200, _shown(_changed(endpoint, url=request.url or endpoint.url, events=events), now)
        case Replay():
            return _replay(endpoint, request.event_id)
        case OfEndpoint():
            return _of_endpoint(request.action, endpoint, now)


def _create(team_id: str, request: Create, now: datetime) -> tuple[int, Any]:
    if store().accounts.team(team_id) is None:
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated event has been applied.")
    endpoint_id = f"whe_{secrets.token_hex(16)}"
    endpoint = Endpoint(endpoint_id, team_id, request.url, now, tuple(request.events))
    try:
        store().webhooks.add_endpoint(endpoint)
    except TooManyEndpoints:
        reason = f"A team has at most {MAX_ENDPOINTS} webhook endpoints. Delete one that is not needed."
        raise BadRequest(reason) from None
    return 201, {**_shown(endpoint, now), "secret": _secret(endpoint)}


def _of_endpoint(action: str, endpoint: Endpoint, now: datetime) -> tuple[int, Any]:
    match action:
        case "get":
            deliveries = store().webhooks.deliveries(endpoint.endpoint_id, DELIVERIES_SHOWN)
            return 200, {**_shown(endpoint, now), "deliveries": list(map(_shown_delivery, deliveries))}
        case "enable":
            return 200, _shown(_changed(endpoint, health=Health()), now)
        case "disable":
            return 200, _shown(_changed(endpoint, health=Health(endpoint.health.failing_since, disabled=True)), now)
        case "delete":
            store().webhooks.delete_endpoint(endpoint.team_id, endpoint.endpoint_id)
            store().webhooks.delete_deliveries(endpoint.endpoint_id, _DELETED_AT_ONCE)
            return 204, None
        case "rotate":
            rotated = _changed(endpoint, secret_version=endpoint.secret_version + 1, rotated_at=now)
            return 201, {**_shown(rotated, now), "secret": _secret(rotated)}
        case _:
            event = webhook_test(endpoint.team_id, secrets.token_hex(8), now)
            store().webhooks.add_delivery(endpoint, event, now, "")
            queue_deliveries([Task(endpoint.team_id, endpoint.endpoint_id, event.event_id)])
            return 202, {"event_id": event.event_id}


def _replay(endpoint: Endpoint, event_id: str) -> tuple[int, Any]:
    if store().webhooks.delivery(endpoint.endpoint_id, event_id) is None:
        raise NotFound("This endpoint has no event with this id. Events are kept for 30 days.")
    queue_deliveries([Task(endpoint.team_id, endpoint.endpoint_id, event_id, replay=True)])
    return 202, {"event_id": event_id}


def _changed(endpoint: Endpoint, **changes: Any) -> Endpoint:
    changed = replace(endpoint, **changes)
    store().webhooks.change_endpoint(endpoint, changed)
    return changed


def _secret(endpoint: Endpoint) -> str:
    return secret_of(webhook_secret(), endpoint.endpoint_id, endpoint.secret_version)


def _shown(endpoint: Endpoint, now: datetime) -> dict[str, Any]:
    """What may be shown of an endpoint."""
    old_ends = endpoint.rotated_at + ROTATION_OVERLAP if endpoint.rotated_at else now
    return {
        "endpoint_id": endpoint.endpoint_id,
        "team_id": endpoint.team_id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "status": "disabled" if endpoint.health.disabled else "enabled",
        "failing_since": timestamp(endpoint.health.failing_since) if endpoint.health.failing_since else None,
        "created_at": timestamp(endpoint.created_at),
        "old_secret_expires_at": timestamp(old_ends) if old_ends > now else None,
    }


def _shown_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "event_id": delivery.event.event_id,
        "type": delivery.event.type,
        "state": delivery.state,
        "created_at": timestamp(delivery.created_at),
        "next_attempt_at": timestamp(delivery.due_at) if delivery.due_at else None,
        "payload": delivery.event.body,
        "attempts": list(map(_shown_attempt, delivery.attempts)),
    }


def _shown_attempt(attempt: dict[str, Any]) -> dict[str, Any]:
    """An attempt with its failure in words. Without a response these words are stored as its body."""
    if attempt["status"] is None:
        return {**attempt, "body": "", "failure": attempt["body"]}
    return {**attempt, "failure": failure(attempt["status"])}
