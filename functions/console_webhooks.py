"""GET and POST /console/api/webhooks: the endpoints of the session's team, for its admins (contract 14 and 16).

POST takes `{"action": …}` as `manage_webhooks` does, without `team_id`, and "list" is the GET. The role is read at each
request, so a change counts at once. To an admin, another team's endpoint does not exist.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.domain.plans import ALL_PLANS
from shared.domain.webhooks.targets import parse_target
from shared.store import preload
from shared.web.endpoint import Handler, Resolver, endpoint
from shared.web.input import read_json
from shared.web.roles import require_admin
from shared.web.webhooks import Parse, act, listed, request_of

preload("accounts", "webhooks")

_ADMINS_ONLY = "Only admins of the team see and change its webhooks. Ask one of them."


def handler_with(parse: Parse) -> Handler:
    """Returns the Lambda handler. `parse` checks a URL."""
    app = Resolver()

    @app.get("/console/api/webhooks")
    def list_endpoints() -> dict[str, Any]:
        """The team's endpoints, each with its last delivery."""
        caller = app.caller
        require_admin(caller, _ADMINS_ONLY)
        return listed(caller.team_id, datetime.now(UTC))

    @app.post("/console/api/webhooks")
    def change_endpoints() -> Response[Any]:
        """One action on one endpoint."""
        caller = app.caller
        require_admin(caller, _ADMINS_ONLY)
        request = request_of(read_json(app.current_event.body or ""), parse)
        status, document = act(caller.team_id, request, datetime.now(UTC))
        return Response(status) if document is None else Response(status, "application/json", document)

    return endpoint(app, scope=None, plans=ALL_PLANS, console=True)


handler = handler_with(parse_target)
