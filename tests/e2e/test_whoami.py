"""GET /api/agent/whoami: what a key is."""

import pytest

from shared.domain.plans import Scope
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi


def a_member(api: RunningApi, plan: str) -> tuple[str, str]:
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="A team", plan=plan),
        an_event("MemberJoined", team_id=team, user_id=user),
    )
    return team, user


@pytest.mark.parametrize("plan", ["pro", "team", "enterprise"])
@pytest.mark.parametrize("scopes", [["read"], ["write"], ["read", "write"]], ids="+".join)
def test_any_key_of_any_plan_may_ask(api: RunningApi, plan: str, scopes: list[str]) -> None:
    team, user = a_member(api, plan)
    answer = api.call(api.make_key(team, user, *map(Scope, scopes)), "GET", "/api/agent/whoami")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document.pop("key_id").startswith("key_")
    assert document == {
        "team_id": team,
        "user_id": user,
        "plan": plan,
        "scopes": scopes,
        "key_name": "test",
        "expires_at": None,
    }


def test_without_a_key_it_says_nothing(api: RunningApi) -> None:
    assert api.http.get("/api/agent/whoami").status_code == 401


def test_a_parameter_is_refused(api: RunningApi) -> None:
    key = api.make_key(*a_member(api, "pro"))
    answer = api.call(key, "GET", "/api/agent/whoami?verbose=1")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "verbose")
