"""Suspends and resumes teams. Invoked directly, with IAM, by an operator; never through the public API.

| action | takes | returns |
|---|---|---|
| suspend | team_id | 204: the team's keys are refused (401), within a minute on AWS |
| resume | team_id | 204: they work again |

Events of a suspended team still apply, and none of them lifts the suspension. Every answer is `{"statusCode", "body"}`;
a refusal's body is a problem document, as of the public API.
"""

from typing import Any, Literal

from shared.domain.fields import Id
from shared.infra.telemetry import logger
from shared.store import preload, store
from shared.web.direct import direct
from shared.web.input import read
from shared.web.problems import NotFound
from shared.web.requests import RequestBody

preload("accounts")


class ManageTeam(RequestBody):
    """What to do with which team."""

    action: Literal["suspend", "resume"]
    team_id: Id


def _manage(event: dict[str, Any]) -> tuple[int, Any]:
    request = read(ManageTeam, event)
    if not store().accounts.set_suspended(request.team_id, suspended=request.action == "suspend"):
        raise NotFound("There is no team with this id. A team exists once its TeamUpdated has been applied.")
    logger.info(f"team: {request.action}", team_id=request.team_id)
    return 204, None


handler = direct(_manage)
