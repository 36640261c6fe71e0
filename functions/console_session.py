"""GET, DELETE /console/api/session and POST /console/api/session/team: the session at hand, its end, and another team's
(contract 16). They take the keys of console sessions only.
"""

from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from shared.domain.fields import Id
from shared.domain.plans import ALL_PLANS
from shared.infra.deployment_secrets import pseudonyms
from shared.services.keys import KeyMaker
from shared.services.sign_in import NobodysIdentity, NotYourTeam, current_session, start_session
from shared.services.usage_plans import usage_plans
from shared.store import Erased, preload, store
from shared.store.api_keys import NotAMember
from shared.web.endpoint import Caller, Resolver, endpoint
from shared.web.problems import Forbidden, InternalError
from shared.web.requests import RequestBody

preload("accounts", "api_keys")

app = Resolver()


class OtherTeam(RequestBody):
    """The team to go to."""

    team_id: Id


_REFUSED = Forbidden("Your account does not open this team any more. Sign in again.")


@app.get("/console/api/session")
def session() -> dict[str, Any]:
    """Who is signed in, in which team and role, and the teams there are."""
    caller = app.caller
    try:
        return current_session(store(), caller.session, caller.team_id, _end_of(caller)).document()
    except (NobodysIdentity, NotYourTeam):
        raise _REFUSED from None


@app.post("/console/api/session/team")
def change_team(body: Annotated[OtherTeam, Body()]) -> Response[Any]:
    """A session of another team of the same person, with the same end. The session at hand ends."""
    caller = app.caller
    maker = KeyMaker(store(), pseudonyms(), usage_plans().ensure)
    try:
        opened, made = start_session(maker, caller.session, body.team_id, _end_of(caller))
    except (NobodysIdentity, NotYourTeam, NotAMember, Erased):
        raise _REFUSED from None
    maker.end_session(caller.team_id, caller.key_id)
    return Response(201, "application/json", {"key": made.key, **opened.document()})


@app.delete("/console/api/session")
def sign_out() -> Response[Any]:
    """Ends the session."""
    caller = app.caller
    KeyMaker(store(), pseudonyms(), usage_plans().ensure).end_session(caller.team_id, caller.key_id)
    return Response(204)


def _end_of(caller: Caller) -> datetime:
    if caller.key_expires_at is None:
        raise InternalError  # a session always has an end
    return datetime.fromisoformat(caller.key_expires_at)


handler = endpoint(app, scope=None, plans=ALL_PLANS, console=True)
