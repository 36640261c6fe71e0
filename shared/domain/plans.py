"""Plans and scopes: who may call what, and how often (reference, contract 2 and 3).

The limits themselves are enforced by the usage plans of template.yaml; a test holds the two to each other.
"""

from enum import StrEnum


class Plan(StrEnum):
    """A team's plan."""

    PRO = "pro"
    TEAM = "team"
    ENTERPRISE = "enterprise"


class Scope(StrEnum):
    """What a key may do: `read` everything its plan includes, or also `write` outcomes."""

    READ = "read"
    WRITE = "write"


REQUESTS_A_MINUTE = {Plan.PRO: 20, Plan.TEAM: 100, Plan.ENTERPRISE: 1000}

ALL_PLANS = frozenset(Plan)
ENTERPRISE_ONLY = frozenset({Plan.ENTERPRISE})


def rate_limit_policy(plan: Plan) -> str:
    """The value of the `RateLimit-Policy` header: `"pro";q=20;w=60` (contract 1)."""
    return f'"{plan}";q={REQUESTS_A_MINUTE[plan]};w=60'
