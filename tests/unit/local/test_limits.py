"""Each plan's limit, exact to the request at ten times its rate: the template's plans, with time set by hand."""

import math

import pytest

from local.aws.environments import Failed, Returned
from local.gateway.gateway import Gateway, PlanKey
from local.template import read_template
from shared.domain.plans import REQUESTS_A_MINUTE, Plan
from tests.unit.local.a_gateway import an_authorization

BEARER = [("Authorization", "Bearer iv_live_" + "x" * 38)]
BURSTS = 3
"""Requests sent, in bursts of the plan: after the first the bucket refills, and both must be exact."""


@pytest.mark.parametrize("plan", Plan)
def test_at_ten_times_its_rate_a_plan_lets_through_its_burst_and_its_rate_and_not_one_more(plan: Plan) -> None:
    template, limit = read_template(), REQUESTS_A_MINUTE[plan]
    usage_plan = template.usage_plans[f"{plan.capitalize()}UsagePlan"]
    now = 1_000_000.0

    def invoke(function: str, _event: object, _patience: float) -> Returned | Failed:
        if function == template.api.authorizer.function:
            return Returned(an_authorization(policyDocument={"Statement": [_ALLOW]}))
        return Returned({"statusCode": 200, "body": "{}"})

    gateway = Gateway(template.api, invoke, lambda: {"usage-abc": PlanKey("id", usage_plan)}, clock=lambda: now)
    sent, passed = BURSTS * limit, 0
    for n in range(sent):
        now = 1_000_000.0 + n * 60 / (10 * limit)
        answer = gateway.handle("GET", "/api/agent/career-health", BEARER)
        assert answer.status in (200, 429)
        passed += answer.status == 200
        # A full bucket at the start, and since then one token for each interval that has passed.
        assert passed <= limit + math.floor(n / 10 + 1e-6)
    assert passed == limit + math.floor((sent - 1) / 10 + 1e-6)


_ALLOW = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
