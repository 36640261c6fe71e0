"""Makes, lists, changes and tests webhook endpoints. Invoked directly, with IAM, by the web app or an operator.

| action | takes | returns |
|---|---|---|
| create | team_id, url, events (all) | 201 with the secret |
| list | team_id | 200 with the team's endpoints |
| get | team_id, endpoint_id | 200 with the endpoint and its latest deliveries |
| change | team_id, endpoint_id, url and events, each optional | 200 |
| enable | team_id, endpoint_id | 200: deliveries go on, with a clean health |
| disable | team_id, endpoint_id | 200 |
| delete | team_id, endpoint_id | 204 |
| rotate | team_id, endpoint_id | 201 with the new secret; both sign for 24 hours |
| test | team_id, endpoint_id | 202: an event `webhook.test` is sent |
| replay | team_id, endpoint_id, event_id | 202: the event is sent once more, with its id |

A secret is returned when it is made and never again. A refusal's body is a problem document.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo

from functions.publish_events import queue_deliveries
from shared.domain.fields import ByValue, Id, StrictModel
from shared.domain.periods import timestamp
from shared.domain.webhooks.events import EventType, webhook_test
from shared.domain.webhooks.schedule import Health
from shared.domain.webhooks.signing import secret_of
from shared.domain.webhooks.targets import MAX_URL_LENGTH, Target, parse_target
from shared.infra.deployment_secrets import webhook_secret
from shared.services.webhooks import Task
from shared.store import preload, store
from shared.store.webhooks import Delivery, Endpoint
from shared.web.direct import direct
from shared.web.input import read
from shared.web.problems import NotFound
from shared.web.requests import RequestBody

preload("accounts", "webhooks")

DELIVERIES_SHOWN = 50


type Parse = Callable[[str], Target]


def _target(url: str, info: ValidationInfo) -> str:
    cast("Parse", info.context)(url)  # the local stack's also takes loopback
    return url


type Url = Annotated[str, StringConstraints(max_length=MAX_URL_LENGTH), AfterValidator(_target)]
type Types = Annotated[list[Annotated[EventType, ByValue]], Field(max_length=len(EventType))]


class Create(RequestBody):
    """A new endpoint of a team."""

    action: Literal["create"]
    team_id: Id
    url: Url
    events: Types = Field(default_factory=list)


class List(RequestBody):
    """All endpoints of a team."""

    action: Literal["list"]
    team_id: Id


class OfEndpoint(RequestBody):
    """An action that needs nothing but the endpoint."""

    action: Literal["get", "enable", "disable", "delete", "rotate", "test"]
    team_id: Id
    endpoint_id: Id


class Change(RequestBody):
    """Another URL, or other types."""

    action: Literal["change"]
    team_id: Id
    endpoint_id: Id
    url: Url | None = None
    events: Types | None = None


class Replay(RequestBody):
    """One more attempt of a delivery."""

    action: Literal["replay"]
    team_id: Id
    endpoint_id: Id
    event_id: Id


type Request = Create | List | OfEndpoint | Change | Replay

_REQUESTS: dict[str, type[Request]] = {"create": Create, "list": List, "change": Change, "replay": Replay}
_ACTIONS = Literal["create", "list", "get", "change", "enable", "disable", "delete", "rotate", "test", "replay"]


class _AnyRequest(StrictModel):
    action: _ACTIONS


def manage(event: dict[str, Any], now: datetime, parse: Parse = parse_target) -> tuple[int, Any]:
    """Carries out a request. `parse` checks a URL. Raises Problem and Unavailable."""
    action = read(_AnyRequest, event).action
    request = read(_REQUESTS.get(action, OfEndpoint), event, parse)
    match request:
        case Create():
            return _create(request, now)
        case List(team_id=team_id):
            return 200, {"endpoints": [public(endpoint) for endpoint in store().webhooks.endpoints(team_id)]}
        case Change():
            endpoint = _find(request.team_id, request.endpoint_id)
            events = endpoint.events if request.events is None else tuple(request.events)
            return 200, public(_put(endpoint, url=request.url or endpoint.url, events=events))
        case Replay():
            endpoint = _find(request.team_id, request.endpoint_id)
            if store().webhooks.delivery(endpoint.endpoint_id, request.event_id) is None:
                raise NotFound("This endpoint has no event with this id. Events are kept for 30 days.")
            queue_deliveries([Task(request.team_id, endpoint.endpoint_id, request.event_id, replay=True)])
            return 202, None
        case OfEndpoint():
            return _act(action, _find(request.team_id, request.endpoint_id), now)


def _create(request: Create, now: datetime) -> tuple[int, Any]:
    if store().accounts.team(request.team_id) is None:
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated event has been applied.")
    endpoint_id = f"whe_{secrets.token_hex(16)}"
    endpoint = Endpoint(endpoint_id, request.team_id, request.url, now, tuple(request.events))
    store().webhooks.put_endpoint(endpoint)
    return 201, public(endpoint) | {"secret": _secret(endpoint)}


def _act(action: str, endpoint: Endpoint, now: datetime) -> tuple[int, Any]:
    match action:
        case "get":
            deliveries = store().webhooks.deliveries(endpoint.endpoint_id, DELIVERIES_SHOWN)
            return 200, public(endpoint) | {"deliveries": list(map(_public_delivery, deliveries))}
        case "enable":
            return 200, public(_put(endpoint, health=Health()))
        case "disable":
            return 200, public(_put(endpoint, health=Health(endpoint.health.failing_since, disabled=True)))
        case "delete":
            store().webhooks.delete_endpoint(endpoint.team_id, endpoint.endpoint_id)
            return 204, None
        case "rotate":
            rotated = _put(endpoint, secret_version=endpoint.secret_version + 1, rotated_at=now)
            return 201, public(rotated) | {"secret": _secret(rotated)}
        case _:
            event = webhook_test(endpoint.team_id, secrets.token_hex(8), now)
            store().webhooks.add_delivery(endpoint, event, now, "")
            queue_deliveries([Task(endpoint.team_id, endpoint.endpoint_id, event.event_id)])
            return 202, {"event_id": event.event_id}


def _find(team_id: str, endpoint_id: str) -> Endpoint:
    endpoint = store().webhooks.endpoint(team_id, endpoint_id)
    if endpoint is None:
        raise NotFound("This team has no webhook endpoint with this id. List the team's endpoints to see them.")
    return endpoint


def _put(endpoint: Endpoint, **changes: Any) -> Endpoint:
    changed = replace(endpoint, **changes)
    store().webhooks.put_endpoint(changed)
    return changed


def _secret(endpoint: Endpoint) -> str:
    return secret_of(webhook_secret(), endpoint.endpoint_id, endpoint.secret_version)


def public(endpoint: Endpoint) -> dict[str, Any]:
    """What may be shown of an endpoint."""
    return {
        "endpoint_id": endpoint.endpoint_id,
        "team_id": endpoint.team_id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "status": "disabled" if endpoint.health.disabled else "enabled",
        "failing_since": timestamp(endpoint.health.failing_since) if endpoint.health.failing_since else None,
        "created_at": timestamp(endpoint.created_at),
    }


def _public_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "event_id": delivery.event.event_id,
        "type": delivery.event.type,
        "state": delivery.state,
        "next_attempt_at": timestamp(delivery.due_at) if delivery.due_at else None,
        "attempts": list(delivery.attempts),
    }


handler = direct(lambda event: manage(event, datetime.now(UTC)))
