"""How often a caller may call: usage plans and their token buckets, exact to the request."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.aws.environments import Returned
from local.deployment import UsagePlan
from local.gateway.gateway import PlanKey
from local.gateway.token_bucket import TokenBuckets
from tests.unit.local.a_gateway import AGateway, an_authorization


def test_an_idle_key_may_send_its_burst_at_once_and_not_one_more() -> None:
    a = AGateway()
    assert [a.get().status for _ in range(21)] == [200] * 20 + [429]


def test_a_throttled_request_says_when_to_come_back_and_reaches_no_function() -> None:
    a = AGateway()
    answers = [a.get() for _ in range(21)]
    assert answers[-1].header("Retry-After") == "3"
    assert answers[-1].header("RateLimit-Policy") == '"pro";q=20;w=60'
    assert a.times_asked("Things") == 20


def test_after_what_retry_after_says_one_request_passes() -> None:
    a = AGateway()
    for _ in range(21):
        a.get()
    a.now += 3
    assert [a.get().status, a.get().status] == [200, 429]


def test_at_ten_times_the_rate_exactly_the_burst_and_the_rate_pass() -> None:
    a = AGateway()
    passed = 0
    for _ in range(10 * 20):  # ten times 20 a minute, for a minute
        passed += a.get().status == 200
        a.now += 0.3
    assert passed == 20 + 19  # a token each 3 s; the twentieth is whole only when the minute is over
    assert a.get().status == 200


@given(st.lists(st.floats(0, 30), max_size=200), st.sampled_from([(20 / 60, 20), (100 / 60, 100), (1000 / 60, 1000)]))
def test_no_plan_ever_passes_more_than_burst_plus_rate_times_time(
    pauses: list[float], limits: tuple[float, int]
) -> None:
    plan = UsagePlan("plan", *limits)
    buckets, now, passed = TokenBuckets(), 0.0, 0
    for pause in pauses:
        now += pause
        passed += buckets.take(plan, "key", now)
        assert passed <= plan.burst + plan.rate * now + 0.001


def test_two_tokens_of_one_team_draw_on_one_bucket_and_another_team_has_its_own() -> None:
    a = AGateway()
    a.plan_keys["usage-other"] = PlanKey("id-other", a.plans["Plan"])
    a.answers["Authorizer"] = lambda event: Returned(
        an_authorization(usageIdentifierKey="usage-other" if "other" in event["authorizationToken"] else "usage-abc")
    )
    one, two, other = ([("Authorization", f"Bearer {token}")] for token in ("one", "two", "other"))
    assert [a.get(headers=headers).status for headers in [one, two] * 10] == [200] * 20
    assert a.get(headers=one).status == a.get(headers=two).status == 429
    assert a.get(headers=other).status == 200


def test_all_routes_draw_on_one_bucket() -> None:
    a = AGateway()
    for _ in range(20):
        a.get()
    assert a.gateway.handle("PATCH", "/things/1/state", [("Authorization", "Bearer abc")]).status == 429


def test_a_refused_caller_draws_on_nothing() -> None:
    a = AGateway()
    for _ in range(50):
        a.get(headers=[])
        a.get("/unknown")
    assert [a.get().status for _ in range(21)] == [200] * 20 + [429]


def _returning(payload: Any) -> Callable[[Any], Returned]:
    return lambda _event: Returned(payload)


def test_a_key_in_no_usage_plan_is_an_invalid_key() -> None:
    a = AGateway()
    for key in (None, "usage-unknown"):
        a.gateway.flush()
        a.answers["Authorizer"] = _returning(an_authorization(usageIdentifierKey=key))
        assert a.get().status == 403
    assert a.times_asked("Things") == 0


def test_a_key_that_moves_to_another_plan_has_that_plans_bucket_after_a_flush() -> None:
    a = AGateway()
    for _ in range(20):
        a.get()
    a.plan_keys["usage-abc"] = PlanKey("id-abc", a.plans["BigPlan"])
    assert a.get().status == 429
    a.gateway.flush()
    assert [a.get().status for _ in range(101)] == [200] * 100 + [429]


def test_a_flush_fills_no_bucket() -> None:
    a = AGateway()
    for _ in range(20):
        a.get()
    a.gateway.flush()
    assert a.get().status == 429
