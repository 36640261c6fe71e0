"""API Gateway's keys and usage plans as AWS documents them: stricter than moto, and it can be made to fail."""

from collections.abc import Callable
from itertools import count
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from shared.domain.plans import Plan

PLAN_IDS = {plan: f"usage plan {plan}" for plan in Plan}


class FakeApiGateway:
    """One stage: values are unique, and a key may be in one plan.

    `clock` gives seconds; with a `rate` only so many keys are created in each second. Each name in `lose` is a call
    that is done but whose answer never arrives.
    """

    def __init__(self, rate: int = 0, clock: Callable[[], float] = lambda: 0.0) -> None:
        self.keys: dict[str, dict[str, Any]] = {}
        self.plan_of: dict[str, str] = {}
        self.calls: list[str] = []
        self.lose: list[str] = []
        self._numbers = count(1)
        self._rate, self._clock = rate, clock
        self._created: dict[int, int] = {}

    def create_api_key(self, *, name: str, value: str, enabled: bool) -> dict[str, Any]:
        self.calls.append("create_api_key")
        second = int(self._clock())
        if self._rate and self._created.get(second, 0) >= self._rate:
            raise refusal("TooManyRequestsException", 429)
        self._created[second] = self._created.get(second, 0) + 1
        assert 20 <= len(value) <= 128
        if any(key["value"] == value for key in self.keys.values()):
            raise refusal("ConflictException", 409)
        key: dict[str, Any] = {"id": f"id{next(self._numbers)}", "name": name, "value": value, "enabled": enabled}
        self.keys[key["id"]] = key
        return self._answered("create_api_key", dict(key))

    def get_api_keys(
        self,
        *,
        limit: int,
        includeValues: bool,  # noqa: N803 - as AWS says
        nameQuery: str = "",  # noqa: N803
        position: str = "0",
    ) -> dict[str, Any]:
        self.calls.append("get_api_keys")
        assert includeValues
        found = [dict(key) for key in self.keys.values() if key["name"].startswith(nameQuery)]
        return _page(found, limit, position)

    def update_api_key(self, *, apiKey: str, patchOperations: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append("update_api_key")
        [operation] = patchOperations
        assert operation == {"op": "replace", "path": "/enabled", "value": "true"}
        self.keys[apiKey]["enabled"] = True
        return self._answered("update_api_key", dict(self.keys[apiKey]))

    def create_usage_plan_key(self, *, usagePlanId: str, keyId: str, keyType: str) -> None:  # noqa: N803
        self.calls.append("create_usage_plan_key")
        assert keyType == "API_KEY"
        if keyId not in self.keys:
            raise refusal("NotFoundException", 404)
        if keyId in self.plan_of:
            raise refusal("ConflictException", 409)
        self.plan_of[keyId] = usagePlanId
        self._answered("create_usage_plan_key", {})

    def get_usage_plan_key(self, *, usagePlanId: str, keyId: str) -> None:  # noqa: N803
        self.calls.append("get_usage_plan_key")
        if self.plan_of.get(keyId) != usagePlanId:
            raise refusal("NotFoundException", 404)

    def get_usage_plan_keys(self, *, usagePlanId: str, limit: int, position: str = "0") -> dict[str, Any]:  # noqa: N803
        self.calls.append("get_usage_plan_keys")
        found = [self.keys[key_id] for key_id, plan_id in self.plan_of.items() if plan_id == usagePlanId]
        return _page([{"id": key["id"], "value": key["value"]} for key in found], limit, position)

    def delete_usage_plan_key(self, *, usagePlanId: str, keyId: str) -> None:  # noqa: N803
        self.calls.append("delete_usage_plan_key")
        if self.plan_of.get(keyId) != usagePlanId:
            raise refusal("NotFoundException", 404)
        del self.plan_of[keyId]

    def delete_by_hand(self, value: str) -> None:
        """What a person does in the console."""
        [key_id] = [key["id"] for key in self.keys.values() if key["value"] == value]
        del self.keys[key_id]
        self.plan_of.pop(key_id, None)

    def admits(self, value: str) -> str | None:
        """The plan on which the gateway counts a call with this usage key; None is INVALID_API_KEY."""
        found = [key for key in self.keys.values() if key["value"] == value and key["enabled"]]
        return self.plan_of.get(found[0]["id"]) if found else None

    def _answered(self, call: str, answer: dict[str, Any]) -> dict[str, Any]:
        if call in self.lose:
            self.lose.remove(call)
            raise ReadTimeoutError(endpoint_url="https://apigateway")
        return answer


def _page(items: list[dict[str, Any]], limit: int, position: str) -> dict[str, Any]:
    start = int(position)
    page: dict[str, Any] = {"items": items[start : start + limit]}
    return page | ({"position": str(start + limit)} if start + limit < len(items) else {})


def refusal(code: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "any")
