"""Makes, lists, changes and tests webhook endpoints. Invoked directly, with IAM, by the web app or an operator.

| action | takes | returns |
|---|---|---|
| create | team_id, url, events (all) | 201 with the secret |
| list | team_id | 200 with the team's endpoints, each with its last delivery |
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

from datetime import UTC, datetime
from typing import Any, Literal

from shared.domain.fields import Id, StrictModel
from shared.domain.webhooks.targets import parse_target
from shared.store import preload
from shared.web import webhooks
from shared.web.direct import direct
from shared.web.input import read
from shared.web.requests import RequestBody
from shared.web.webhooks import Parse

preload("accounts", "webhooks")


class OfTeam(RequestBody):
    """A request that names its team."""

    team_id: Id


class List(OfTeam):
    """All endpoints of a team."""

    action: Literal["list"]


class Create(OfTeam, webhooks.Create):
    """A new endpoint of a team."""


class OfEndpoint(OfTeam, webhooks.OfEndpoint):
    """An action that needs nothing but the endpoint."""


class Change(OfTeam, webhooks.Change):
    """Another URL, or other types."""


class Replay(OfTeam, webhooks.Replay):
    """One more attempt of a delivery."""


type Request = Create | List | OfEndpoint | Change | Replay

_REQUESTS: dict[str, type[Request]] = {"create": Create, "list": List, "change": Change, "replay": Replay}


class _AnyRequest(StrictModel):
    action: Literal["create", "list", "get", "change", "enable", "disable", "delete", "rotate", "test", "replay"]


def manage(event: dict[str, Any], now: datetime, parse: Parse = parse_target) -> tuple[int, Any]:
    """Carries out a request. `parse` checks a URL. Raises Problem and Unavailable."""
    action = read(_AnyRequest, event).action
    request = read(_REQUESTS.get(action, OfEndpoint), event, parse)
    if isinstance(request, List):
        return 200, webhooks.listed(request.team_id, now)
    return webhooks.act(request.team_id, request, now)


handler = direct(lambda event: manage(event, datetime.now(UTC)))
