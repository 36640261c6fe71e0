"""API Gateway keys: one for each team and plan, on which all API keys of the team draw (contract 3).

Its value follows from team and plan (`usage_key`), and a key is never moved from one plan to another: so nothing has to
be remembered, and two workers that make it at once make the same. `ensure` looks at what API Gateway holds and makes
what is missing; it may be repeated, by anybody, at any time.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.keys import Team, usage_key
from shared.domain.plans import Plan
from shared.infra.aws import AwsError, aws_call, client
from shared.infra.deployment_settings import deployment_settings
from shared.infra.errors import Unavailable
from shared.infra.settings import required

_PAGE = 500
"""Keys that API Gateway lists in one call, at most."""


@dataclass(frozen=True)
class Holdings:
    """What API Gateway holds: whether each key is enabled, by its value; and the values of the keys in each plan."""

    enabled: Mapping[str, bool]
    in_plan: Mapping[Plan, frozenset[str]]


class UsagePlans:
    """The usage plans of this deployment.

    Every method raises Unavailable when API Gateway fails, and its subclass Throttled when it takes no more calls.
    """

    def __init__(self, apigateway: Any, api_id: str, plan_ids: Mapping[Plan, str]) -> None:
        self._apigateway = apigateway
        self._api_id = api_id
        self._plan_ids = plan_ids

    def ensure(self, team: Team) -> None:
        """Sees to it that the key of the team's plan exists, is enabled and is in the plan. Two calls if it is so."""
        plan, value = team.plan, usage_key(self._api_id, team.team_id, team.plan)
        # Without the API's id at its end the name of one team would be the start of another's.
        name = f"{team.team_id} {plan} {self._api_id}"
        key = self._find(name, value)
        if key is None:
            self._put_into_plan(self._create(name, value), plan)
            return
        if not key["enabled"]:
            enable = [{"op": "replace", "path": "/enabled", "value": "true"}]
            aws_call(self._apigateway.update_api_key, apiKey=key["id"], patchOperations=enable)
        if not self._is_in_plan(key["id"], plan):
            self._put_into_plan(key["id"], plan)

    def holdings(self) -> Holdings:
        """Everything at once, for all teams: a page of keys a call."""
        in_plan = {
            plan: frozenset(key["value"] for key in self._pages(self._apigateway.get_usage_plan_keys, usagePlanId=id_))
            for plan, id_ in self._plan_ids.items()
        }
        keys = self._pages(self._apigateway.get_api_keys, includeValues=True)
        return Holdings({key["value"]: key["enabled"] for key in keys}, in_plan)

    def problem(self, team: Team, holdings: Holdings) -> str | None:
        """What is wrong with the key of a team's plan: missing, disabled or not_in_plan; None if nothing is."""
        value = usage_key(self._api_id, team.team_id, team.plan)
        if value not in holdings.enabled:
            return "missing"
        if value not in holdings.in_plan[team.plan]:
            return "not_in_plan"
        return None if holdings.enabled[value] else "disabled"

    def _find(self, name: str, value: str) -> Any:
        """The key of this value among those whose names begin so; by an empty name among all."""
        filtered = {"nameQuery": name} if name else {}
        keys = self._pages(self._apigateway.get_api_keys, includeValues=True, **filtered)
        return next((key for key in keys if key["value"] == value), None)

    def _create(self, name: str, value: str) -> str:
        try:
            made = aws_call(self._apigateway.create_api_key, name=name, value=value, enabled=True)
        except AwsError as error:
            if error.code != "ConflictException":
                raise
            # It exists: another worker made it, our own call did and its answer was lost, or somebody renamed it.
            made = self._find(name, value) or self._find("", value)
            if made is None:
                raise Unavailable from None
        return str(made["id"])

    def _is_in_plan(self, key_id: str, plan: Plan) -> bool:
        try:
            aws_call(self._apigateway.get_usage_plan_key, usagePlanId=self._plan_ids[plan], keyId=key_id)
        except AwsError as error:
            if error.code != "NotFoundException":
                raise
            return False
        return True

    def _put_into_plan(self, key_id: str, plan: Plan) -> None:
        """API Gateway refused: the key is in the plan already, or an operator put it into another plan by hand."""
        if self._added(key_id, plan) or self._is_in_plan(key_id, plan):
            return
        for other in self._plan_ids.keys() - {plan}:
            self._take_out(key_id, other)
        if not self._added(key_id, plan):
            raise Unavailable

    def _take_out(self, key_id: str, plan: Plan) -> None:
        try:
            aws_call(self._apigateway.delete_usage_plan_key, usagePlanId=self._plan_ids[plan], keyId=key_id)
        except AwsError as error:
            if error.code != "NotFoundException":
                raise

    def _added(self, key_id: str, plan: Plan) -> bool:
        try:
            aws_call(
                self._apigateway.create_usage_plan_key,
                usagePlanId=self._plan_ids[plan],
                keyId=key_id,
                keyType="API_KEY",
            )
        except AwsError as error:
            if error.code not in ("ConflictException", "NotFoundException"):
                raise
            return False
        return True

    def _pages(self, method: Any, **parameters: Any) -> Iterator[Any]:
        position: dict[str, str] = {}
        while True:
            answer = aws_call(method, limit=_PAGE, **parameters, **position)
            yield from answer.get("items", [])
            if "position" not in answer:
                return
            position = {"position": answer["position"]}


def usage_plans() -> UsagePlans:
    """The usage plans that the environment names. A function behind the API cannot name them there, and reads the
    deployment's settings. Raises Unavailable.
    """
    if "DEPLOYMENT_PARAMETER" in os.environ:
        settings = deployment_settings()
        api_id, plan_ids = settings["api_id"], {plan: settings["usage_plans"][plan] for plan in Plan}
    else:
        api_id = required(os.environ, "API_ID")
        plan_ids = {plan: required(os.environ, f"USAGE_PLAN_{plan.name}") for plan in Plan}
    return UsagePlans(client("apigateway"), api_id, plan_ids)
