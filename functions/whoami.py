"""GET /api/agent/whoami: the key at hand, as the authorizer found it. It reads no table."""

from pydantic import BaseModel

from shared.domain.plans import ALL_PLANS, Plan, Scope
from shared.web.endpoint import Resolver, endpoint

app = Resolver()


class WhoAmI(BaseModel):
    """Whose key this is and what it may do; `expires_at` is null for a key without an end."""

    team_id: str
    user_id: str
    plan: Plan
    scopes: list[Scope]
    key_id: str
    key_name: str
    expires_at: str | None


@app.get("/api/agent/whoami")
def whoami() -> WhoAmI:
    """Team, member, plan, scopes and expiry of the key."""
    caller = app.caller
    return WhoAmI(
        team_id=caller.team_id,
        user_id=caller.user_id,
        plan=caller.plan,
        scopes=sorted(caller.scopes),
        key_id=caller.key_id,
        key_name=caller.key_name,
        expires_at=caller.key_expires_at,
    )


handler = endpoint(app, scope=None, plans=ALL_PLANS)
