"""GET /api/agent/messages and GET /api/agent/messages/{id}, over HTTP (contract 13)."""

import pytest

from shared.domain.plans import Plan, Scope
from shared.services.threads import ThreadList
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi
from tests.e2e.test_contract import a_caller, a_team, problem

THREADS = "/api/agent/messages"


def test_a_thread_is_listed_and_read_with_its_history(api: RunningApi) -> None:
    team, user, key = a_caller(api, Plan.PRO, Scope.READ, Scope.WRITE)
    message = an_id("msg")
    api.publish(
        a_message_triaged(
            user_id=user,
            team_id=team,
            message_id=message,
            company="  STRIPE, Inc. ",
            topics=["Remote-Policy", "remote policy"],
            received_at="2026-02-10T09:30:00.25Z",
        )
    )
    expected = {
        "id": message,
        "company": "STRIPE, Inc.",
        "fit": "strong_fit",
        "topics": ["remote_policy"],
        "action": "auto_replied",
        "received_at": "2026-02-10T09:30:00Z",
        "outcome": None,
        "outcome_recorded_at": None,
        "verified": False,
    }
    assert api.call(key, "GET", THREADS).json() == {"messages": [expected], "next_cursor": None}
    verified_outcome = {"outcome": "interviewed", "verified_at": "2026-02-20T00:00:00Z", "source": "greenhouse"}
    api.publish(an_event("OutcomeVerified", message_id=message, **verified_outcome))
    body = {"outcome": "interviewed", "notes": "on site"}
    recorded = api.call(key, "PATCH", f"{THREADS}/{message}/outcome", json=body).json()
    assert recorded["outcome_recorded_at"] == "2026-02-20T00:00:00Z"
    expected |= {"outcome": "interviewed", "outcome_recorded_at": "2026-02-20T00:00:00Z", "verified": True}
    assert api.call(key, "GET", THREADS, params={"outcome": "interviewed"}).json()["messages"] == [expected]
    assert api.call(key, "GET", THREADS, params={"outcome": "none"}).json()["messages"] == []
    answer = api.call(key, "GET", f"{THREADS}/{message}")
    assert answer.headers["cache-control"] == "no-store"
    thread = answer.json()
    history = thread.pop("history")
    assert thread == expected
    assert [(r["outcome"], r["verified"], r["source"], r["notes"]) for r in history] == [
        ("interviewed", True, "greenhouse", ""),
        ("interviewed", False, "self", "on site"),
    ]
    assert history[0]["recorded_at"] == "2026-02-20T00:00:00Z"


def test_a_thread_of_another_team_or_person_cannot_be_read(api: RunningApi) -> None:
    owner, mate = an_id("user"), an_id("user")
    team, other = a_team(api, Plan.TEAM, owner, mate), a_team(api, Plan.TEAM, owner)
    message = an_id("msg")
    api.publish(a_message_triaged(user_id=owner, team_id=team, message_id=message))
    assert api.call(api.make_key(team, owner), "GET", f"{THREADS}/{message}").status_code == 200
    problem(api.call(api.make_key(team, mate), "GET", f"{THREADS}/{message}"), 403, "not_thread_owner")
    elsewhere = api.make_key(other, owner)
    problem(api.call(elsewhere, "GET", f"{THREADS}/{message}"), 404, "not_found")
    problem(api.call(elsewhere, "GET", f"{THREADS}/none"), 404, "not_found")
    assert api.call(elsewhere, "GET", THREADS).json() == {"messages": [], "next_cursor": None}


def test_pages_lead_to_one_another_and_a_cursor_is_its_callers(api: RunningApi) -> None:
    team, user, key = a_caller(api)
    messages = [an_id("msg") for _ in range(3)]
    for day, message in enumerate(messages, 1):
        received = f"2026-02-0{day}T00:00:00Z"
        api.publish(a_message_triaged(user_id=user, team_id=team, message_id=message, received_at=received))
    first = api.call(key, "GET", THREADS, params={"limit": 2, "period": "2026-Q1"}).json()
    rest = {"limit": 1, "period": "2026-Q1", "cursor": first["next_cursor"]}
    second = api.call(key, "GET", THREADS, params=rest).json()
    assert [thread["id"] for thread in first["messages"] + second["messages"]] == messages[::-1]
    assert second["next_cursor"] is None
    _, _, stranger = a_caller(api)
    for caller, params in ((stranger, rest), (key, rest | {"period": "2025-Q4"}), (key, rest | {"outcome": "none"})):
        refused = problem(api.call(caller, "GET", THREADS, params=params), 400, "invalid_request")
        assert [fault["parameter"] for fault in refused["errors"]] == ["cursor"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "ten"),
        ("outcome", "hired"),
        ("period", "2026-Q5"),
        ("period", "9998-Q1"),
        ("cursor", "x"),
        ("cursor", ""),
        ("page", "2"),
    ],
)
def test_a_bad_parameter_is_named(api: RunningApi, parameter: str, value: str) -> None:
    _, _, key = a_caller(api)
    refused = problem(api.call(key, "GET", THREADS, params={parameter: value}), 400, "invalid_request")
    assert [fault["parameter"] for fault in refused["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"limit": "0", "cursor": "x"}, {"limit", "cursor"}),
        ({"limit": "ten", "cursor": "OF OTHERS"}, {"limit", "cursor"}),
        ({"period": "2026-Q5", "cursor": "x"}, {"period", "cursor"}),
        ({"outcome": "hired", "cursor": "x", "page": "2"}, {"outcome", "cursor", "page"}),
        (
            {"period": "9998-Q1", "outcome": "hired", "limit": "101", "cursor": "\u00e9"},
            {"period", "outcome", "limit", "cursor"},
        ),
        ({"outcome": "hired", "cursor": "OF OTHERS"}, {"outcome"}),
    ],
)
def test_every_bad_parameter_is_named_at_once(api: RunningApi, parameters: dict[str, str], named: set[str]) -> None:
    _, _, key = a_caller(api)
    others = ThreadList("team_other", "user_other").cursor("000#msg_1")
    asked = {name: value.replace("OF OTHERS", others) for name, value in parameters.items()}
    refused = problem(api.call(key, "GET", THREADS, params=asked), 400, "invalid_request")
    assert {fault["parameter"] for fault in refused["errors"]} == named
    assert len(refused["errors"]) == len(named)


def test_threads_need_the_scope_read(api: RunningApi) -> None:
    _, _, key = a_caller(api, Plan.PRO, Scope.WRITE)
    for path in (THREADS, f"{THREADS}/msg_1"):
        problem(api.call(key, "GET", path), 403, "scope_missing")
