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

from datetime import UTC, datetime
from typing import Any, Literal

from shared.domain.fields import Id, StrictModel
from shared.store import preload
from shared.web import integrations
from shared.web.direct import direct
from shared.web.input import read
from shared.web.requests import RequestBody

preload("accounts", "applications", "connections", "messages")


class OfTeam(RequestBody):
    """A request that names its team."""

    team_id: Id


class List(OfTeam):
    """What a team has."""

    action: Literal["list", "waiting"]


class Create(OfTeam, integrations.Create):
    """A new connection of a team."""


class OfConnection(OfTeam, integrations.OfConnection):
    """An action that needs nothing but the connection."""


class SetSecret(OfTeam, integrations.SetSecret):
    """Another secret for a connection."""


class Events(OfTeam, integrations.Events):
    """The newest events of a connection."""


class LinkByHand(OfTeam, integrations.LinkByHand):
    """A person links an application to a thread."""


type Request = List | Create | OfConnection | SetSecret | Events | LinkByHand

_REQUESTS: dict[str, type[Request]] = {
    "create": Create,
    "list": List,
    "set_secret": SetSecret,
    "delete": OfConnection,
    "test": OfConnection,
    "events": Events,
    "waiting": List,
    "link": LinkByHand,
}


class _AnyRequest(StrictModel):
    action: Literal["create", "list", "set_secret", "delete", "test", "events", "waiting", "link"]


def _manage(event: dict[str, Any], now: datetime) -> tuple[int, Any]:
    request = read(_REQUESTS[read(_AnyRequest, event).action], event)
    match request:
        case List(action="list"):
            return 200, integrations.listed(request.team_id, now)
        case List():
            return 200, integrations.waiting(request.team_id, now)
        case _:
            return integrations.act(request.team_id, request, now)


handler = direct(lambda event: _manage(event, datetime.now(UTC)))
