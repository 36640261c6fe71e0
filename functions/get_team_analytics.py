"""GET /api/team/agent/analytics: the latest scheduled snapshot of the caller's team, or that of a `period`;
one made now if there is none.
"""

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from shared.domain.periods import Quarter
from shared.domain.plans import ENTERPRISE_ONLY, Scope
from shared.domain.team_analytics import TeamAnalytics
from shared.services.reports import team_snapshot
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint
from shared.web.requests import Period

preload("accounts", "snapshots", "tallies")

app = Resolver()


@app.get("/api/team/agent/analytics")
def get_team_analytics(period: Annotated[Period | None, Query()] = None) -> TeamAnalytics:
    """A team-level analytics snapshot (Enterprise only)."""
    team_id, now = app.caller.team_id, datetime.now(UTC)
    quarter = Quarter.parse(period) if period else None
    return team_snapshot(store(), team_id, quarter, now)


handler = endpoint(app, scope=Scope.READ, plans=ENTERPRISE_ONLY, etag=True)
