"""GET and POST /console/api/integrations: the connections of the session's team to its applicant tracking systems, for
its admins (contract 15 and 16). The team needs the Enterprise plan.

POST takes `{"action": …}` as `manage_integrations` does, without `team_id`. "list" is the GET; what waits for a link
is among the events of a connection. The role is read at each request, so a change counts at once. To an admin,
another team's connection does not exist.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.domain.plans import ENTERPRISE_ONLY
from shared.store import preload
from shared.web.endpoint import Resolver, endpoint
from shared.web.input import read_json
from shared.web.integrations import act, listed, request_of
from shared.web.roles import require_admin

preload("accounts", "applications", "connections", "messages")

_ADMINS_ONLY = "Only admins of the team see and change its integrations. Ask one of them."

app = Resolver()


@app.get("/console/api/integrations")
def list_connections() -> dict[str, Any]:
    """The team's connections and the state of each."""
    caller = app.caller
    require_admin(caller, _ADMINS_ONLY)
    return listed(caller.team_id, datetime.now(UTC))


@app.post("/console/api/integrations")
def change_connections() -> Response[Any]:
    """One action on one connection, or a link."""
    caller = app.caller
    require_admin(caller, _ADMINS_ONLY)
    request = request_of(read_json(app.current_event.body or ""))
    status, document = act(caller.team_id, request, datetime.now(UTC))
    return Response(status) if document is None else Response(status, "application/json", document)


handler = endpoint(app, scope=None, plans=ENTERPRISE_ONLY, console=True)
