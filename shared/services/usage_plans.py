"""API Gateway keys and usage plans: each team has one key, in the usage plan of its plan, and all its API keys draw on
it (contract 3).

The value of that key is no credential. API Gateway takes it from the authorizer only (`ApiKeySourceType: AUTHORIZER`).

A key is moved by one worker at a time, which claims it first. From the claim on nobody takes the key to be in any plan,
until whoever moved it has noted where it is. A worker that fails or dies on the way leaves its claim behind. It passes
to the next one when it is older than any worker lives: until then a late call of the former owner could still move the
key, unseen.
"""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from shared.domain.keys import Team
from shared.domain.plans import Plan
from shared.infra.aws import Refused, call, client
from shared.infra.errors import Unavailable
from shared.infra.settings import required
from shared.store.accounts import Accounts

CLAIM_LASTS = timedelta(minutes=2)
"""Longer than any function that places teams may run, and shorter than the queue waits before it delivers again."""

_ROUNDS, _WAIT = 10, 0.3
"""How often a team is looked at again, when its plan changes or another worker moves its key, and after how many
seconds. A move takes three calls.
"""


class UsagePlans:
    """The usage plans of this deployment. Every method raises Unavailable when API Gateway or DynamoDB fails."""

    def __init__(
        self,
        apigateway: Any,
        plan_ids: Mapping[Plan, str],
        accounts: Accounts,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apigateway = apigateway
        self._plan_ids = plan_ids
        self._accounts = accounts
        self._clock = clock
        self._pause = pause

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
            elif team.usage_plan == team.plan:
                return team
            elif not self._claim_and_move(team_id):
                self._pause(_WAIT)
        raise Unavailable

    def _make_key(self, team_id: str) -> None:
        made = call(
            self._apigateway.create_api_key, name=team_id, enabled=True, description="All API keys of this team"
        )
        if not self._accounts.give_usage_key(team_id, made["id"], made["value"]):
            call(self._apigateway.delete_api_key, apiKey=made["id"])  # another request gave the team its key first

    def _claim_and_move(self, team_id: str) -> bool:
        """Moves the team's key into the usage plan of the team's plan; says False when another worker moves it."""
        now = self._clock()
        claim = f"{_text(now)} {secrets.token_hex(8)}"
        team = self._accounts.claim_usage_key(team_id, claim, over=_text(now - CLAIM_LASTS))
        if team is None:
            return False
        self._move(team)
        self._accounts.note_usage_plan(team_id, claim, team.plan)
        return True

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


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@cache
def usage_plans(accounts: Accounts) -> UsagePlans:
    """The usage plans that the environment names."""
    plan_ids = {plan: required(os.environ, f"USAGE_PLAN_{plan.name}") for plan in Plan}
    return UsagePlans(client("apigateway"), plan_ids, accounts)
