"""GET /api/agent/career-health: the caller's report on the current quarter, from the cache while that is fresh."""

from datetime import UTC, datetime

from shared.domain.career_health import CareerHealth
from shared.domain.periods import Quarter
from shared.domain.plans import ALL_PLANS, Scope
from shared.services.reports import cached_career_health, make_career_health
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint

preload("reports", "tallies")

app = Resolver()


@app.get("/api/agent/career-health")
def get_career_health() -> CareerHealth:
    """The current-period career health report of the authenticated user."""
    caller, now = app.caller, datetime.now(UTC)
    member = caller.team_id, caller.user_id
    quarter = Quarter.containing(now)
    return cached_career_health(store(), *member, quarter, now) or make_career_health(store(), *member, quarter, now)


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS, etag=True)
