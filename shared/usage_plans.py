"""API Gateway keys and usage plans: each team has one key, in the usage plan of its plan, and all its API keys draw on
it (contract 3).

The value of that key is no credential. API Gateway takes it from the authorizer only (`ApiKeySourceType: AUTHORIZER`).
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from shared.aws import Refused, call, client
from shared.keys import Team
from shared.plans import Plan
from shared.problems import Unavailable
from shared.settings import required
from shared.store.accounts import Accounts

_ROUNDS = 5
"""How often a team is placed again when its plan changes meanwhile."""


class UsagePlans:
    """The usage plans of this deployment. Every method raises Unavailable when API Gateway or DynamoDB fails."""

    def __init__(self, apigateway: Any, plan_ids: Mapping[Plan, str], accounts: Accounts) -> None:
        self._apigateway = apigateway
        self._plan_ids = plan_ids
        self._accounts = accounts

    def place(self, team_id: str, *, make_key: bool = False) -> Team | None:
        """Puts the team's key into the usage plan of the team's plan, and answers the team as it is then; None for an
        unknown team.

        Without a key nothing happens, unless `make_key` asks for one. May be repeated, and finishes what a crash left
        undone.
        """
        for _ in range(_ROUNDS):
            team = self._accounts.team(team_id)
            if team is None:
                return None
            if not team.usage_key_id:
                if not make_key:
                    return team
                self._make_key(team_id)
            elif team.usage_plan != team.plan:
                self._move(team)
                self._accounts.set_usage_plan(team_id, team.plan)
            else:
                return team
        raise Unavailable

    def _make_key(self, team_id: str) -> None:
        made = call(
            self._apigateway.create_api_key, name=team_id, enabled=True, description="All API keys of this team"
        )
        if not self._accounts.give_usage_key(team_id, made["id"], made["value"]):
            call(self._apigateway.delete_api_key, apiKey=made["id"])  # another request gave the team its key first

    def _move(self, team: Team) -> None:
        """Out of every other usage plan, into the right one: a key may be in one plan of a stage only."""
        for plan, plan_id in self._plan_ids.items():
            if plan is not team.plan:
                self._ignoring(
                    "NotFoundException", "delete_usage_plan_key", usagePlanId=plan_id, keyId=team.usage_key_id
                )
        self._ignoring(
            "ConflictException",
            "create_usage_plan_key",
            usagePlanId=self._plan_ids[team.plan],
            keyId=team.usage_key_id,
            keyType="API_KEY",
        )

    def _ignoring(self, code: str, method: str, **parameters: str) -> None:
        try:
            call(getattr(self._apigateway, method), **parameters)
        except Refused as refused:
            if refused.code != code:
                raise


@cache
def usage_plans(accounts: Accounts) -> UsagePlans:
    """The usage plans that the environment names."""
    plan_ids = {plan: required(os.environ, f"USAGE_PLAN_{plan.name}") for plan in Plan}
    return UsagePlans(client("apigateway"), plan_ids, accounts)
