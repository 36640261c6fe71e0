"""POST /api/agent/career-health: makes the caller's report on a quarter again and ignores the cache."""

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from shared.domain.career_health import CareerHealth
from shared.domain.periods import Quarter
from shared.domain.plans import ALL_PLANS, Scope
from shared.services.reports import make_career_health
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint
from shared.web.requests import Period, RequestBody

preload("reports", "tallies")

app = Resolver()


class RegenerateCareerHealth(RequestBody):
    """`period` may be left out, and so may the whole body: then it is the current quarter."""

    period: Period = ""


_CURRENT = RegenerateCareerHealth()


@app.post("/api/agent/career-health")
def regenerate_career_health(
    body: Annotated[RegenerateCareerHealth, Body()] = _CURRENT,
) -> CareerHealth:
    """Force-regenerates a career health report, of the current period or a historical one."""
    now = datetime.now(UTC)
    quarter = Quarter.parse(body.period) if body.period else Quarter.containing(now)
    return make_career_health(store(), app.caller.team_id, app.caller.user_id, quarter, now)


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS, etag=True)
