"""Keys, teams and the operator's repair of usage plans on the local control plane (contract 2, 3 and 12)."""

import json

import pytest

from local.control_plane import ControlPlane
from local.stack import Stack
from tests.builders import an_event, an_id
from tests.integration.test_control_plane import a_team, call, make_key, publish


@pytest.fixture(scope="module")
def control(stack: Stack) -> ControlPlane:
    return ControlPlane(stack)


def test_a_key_is_rotated_on_the_control_plane(stack: Stack, control: ControlPlane) -> None:
    team, [user] = a_team(control)
    old = make_key(control, team, user)
    answer = control.answer(lambda: control.rotate_key(old["key_id"], b'{"overlap_hours": 0}'))
    assert (answer.status, set(answer.document)) == (201, {"key_id", "key", "old_key_expires_at"})
    assert [call(stack, key["key"]).status for key in (old, answer.document)] == [401, 200]
    again = control.answer(lambda: control.rotate_key(old["key_id"], b""))
    assert (again.status, again.document["code"]) == (400, "already_rotated")
    assert control.answer(lambda: control.rotate_key("key_of_nobody", b"{}")).status == 404
    successor = answer.document["key_id"]
    for body in (
        b"[]",
        b'{"overlap_hours": "24"}',
        b'{"overlap_hours": true}',
        b'{"overlap_hours": 24.0}',
        b'{"x": 1}',
    ):
        assert control.answer(lambda body=body: control.rotate_key(successor, body)).status == 400  # type: ignore[misc]  # bound for this round


@pytest.mark.parametrize("expires_at", ["20991005", "4092854400", 4092854400, "2020-01-01T00:00:00Z", "2099-01-01"])
def test_a_key_that_would_be_born_dead_or_whose_end_is_no_time_is_not_made(
    control: ControlPlane, expires_at: object
) -> None:
    team, [user] = a_team(control)
    request = {"team_id": team, "user_id": user, "scopes": ["read"], "name": "x", "expires_at": expires_at}
    answer = control.answer(lambda: control.create_key(json.dumps(request).encode()))
    assert (answer.status, answer.document["errors"][0]["pointer"]) == (400, "#/expires_at")


def test_a_key_is_made_for_a_member_only(control: ControlPlane) -> None:
    team, [user] = a_team(control)
    for team_id, user_id in ((team, an_id("user")), (an_id("team"), user), (a_team(control)[0], user)):
        request = {"team_id": team_id, "user_id": user_id, "scopes": ["read"], "name": "x"}
        answer = control.answer(lambda request=request: control.create_key(json.dumps(request).encode()))  # type: ignore[misc]  # likewise
        assert (answer.status, answer.document["code"]) == (404, "not_found")


def test_a_suspended_team_is_refused_until_it_is_resumed(stack: Stack, control: ControlPlane) -> None:
    team, [user] = a_team(control)
    key = make_key(control, team, user)["key"]
    assert control.answer(lambda: control.suspend_team(team)).status == 204
    assert call(stack, key).status == 401
    publish(control, an_event("TeamUpdated", time="2026-03-02T00:00:00Z", team_id=team, name="T", plan="team"))
    assert call(stack, key).status == 401
    assert control.answer(lambda: control.resume_team(team)).status == 204
    assert call(stack, key).status == 200


def test_keys_of_a_suspended_team_can_be_made_rotated_and_revoked_and_work_once_it_is_resumed(
    stack: Stack, control: ControlPlane
) -> None:
    team, [user] = a_team(control)
    leaked = make_key(control, team, user)
    assert control.answer(lambda: control.suspend_team(team)).status == 204
    made = make_key(control, team, user)
    rotated = control.answer(lambda: control.rotate_key(leaked["key_id"], b'{"overlap_hours": 0}'))
    revoked = make_key(control, team, user)
    assert control.answer(lambda: control.revoke_key(revoked["key_id"])).status == 204
    keys = [leaked["key"], made["key"], rotated.document["key"], revoked["key"]]
    assert [call(stack, key).status for key in keys] == [401, 401, 401, 401]
    assert control.answer(lambda: control.resume_team(team)).status == 204
    assert [call(stack, key).status for key in keys] == [401, 200, 200, 401]


def test_only_a_known_team_is_suspended_and_resumed(control: ControlPlane) -> None:
    for act in (control.suspend_team, control.resume_team):
        assert control.answer(lambda act=act: act(an_id("team"))).status == 404  # type: ignore[misc]  # likewise


def test_api_gateway_s_keys_are_verified_and_repaired_as_an_operator_does_it(
    stack: Stack, control: ControlPlane
) -> None:
    team, [user] = a_team(control)
    key = make_key(control, team, user)["key"]
    for kept in stack.services._api_gateway.get_api_keys(nameQuery=f"{team} ")["items"]:
        stack.services._api_gateway.delete_api_key(apiKey=kept["id"])
    stack.gateway.flush()
    assert call(stack, key).status == 503
    dry = control.answer(lambda: control.run_job("verify-usage-plans", b"{}")).document["body"]
    assert {"team_id": team, "plan": "pro", "problem": "missing"} in dry["differences"]
    assert call(stack, key).status == 503
    assert control.answer(lambda: control.run_job("verify-usage-plans", b'{"repair": true}')).document["body"]["done"]
    assert call(stack, key).status == 200
    refused = control.answer(lambda: control.run_job("verify-usage-plans", b'{"repair": "true"}')).document
    assert refused["statusCode"] == 400
