"""API keys in the console: what members and admins may do with whose keys (contract 16)."""

import json
from typing import Any

import pytest

from local.control_plane import ControlPlane
from local.stack import Stack
from tests.builders import an_event, an_id
from tests.integration.test_control_plane import make_key, publish
from tests.integration.test_sign_in import Browser, call, join

KEYS = "/console/api/keys"


class Person:
    """Somebody signed in."""

    def __init__(self, stack: Stack, control: ControlPlane, team: str, role: str) -> None:
        self.stack, self.team, self.user = stack, team, an_id("user")
        browser = Browser(stack)
        join(control, team, self.user, "enterprise", role=role, sign_in=browser.names)
        self.session: str = browser.session()["key"]

    def ask(self, method: str, path: str = KEYS, status: int = 200, **body: Any) -> Any:
        answer = call(self.stack, self.session, method, path, **body)
        assert answer.status == status, answer.body
        return json.loads(answer.body) if answer.body else None

    def names(self) -> set[str]:
        return {key["name"] for key in self.ask("GET")["keys"]}

    def make(self, name: str, *scopes: str) -> dict[str, Any]:
        made: dict[str, Any] = self.ask("POST", status=201, name=name, scopes=scopes or ["read"])
        return made


@pytest.fixture(scope="module")
def control(stack: Stack) -> ControlPlane:
    return ControlPlane(stack)


@pytest.fixture
def team() -> str:
    return an_id("team")


def test_a_member_makes_keys_that_read_and_sees_their_own_only(stack: Stack, control: ControlPlane, team: str) -> None:
    member, other = Person(stack, control, team, "member"), Person(stack, control, team, "member")
    made = member.make("mine")
    other.make("theirs")
    assert call(stack, made["key"], "GET", "/api/agent/career-health").status == 200
    assert member.names() == {"mine"}
    assert member.ask("POST", status=403, name="w", scopes=["read", "write"])["code"] == "forbidden"
    assert member.names() == {"mine"}


def test_a_key_is_shown_once(stack: Stack, control: ControlPlane, team: str) -> None:
    member = Person(stack, control, team, "member")
    made = member.make("mine")
    assert made["key"] not in json.dumps(member.ask("GET"))


def test_a_member_ends_and_rotates_their_own_keys_and_no_others(stack: Stack, control: ControlPlane, team: str) -> None:
    member, other = Person(stack, control, team, "member"), Person(stack, control, team, "member")
    theirs = other.make("theirs")["key_id"]
    member.ask("DELETE", f"{KEYS}/{theirs}", status=404)
    member.ask("POST", f"{KEYS}/{theirs}/rotate", status=404, overlap_hours=1)
    mine = member.make("mine")
    new = member.ask("POST", f"{KEYS}/{mine['key_id']}/rotate", status=201, overlap_hours=0)
    assert new["replaces"] == mine["key_id"]
    member.ask("DELETE", f"{KEYS}/{new['key_id']}", status=204)
    assert other.names() == {"theirs"}


def test_an_admin_sees_and_ends_everybodys_keys_but_gets_to_see_none_of_them(
    stack: Stack, control: ControlPlane, team: str
) -> None:
    admin, member = Person(stack, control, team, "admin"), Person(stack, control, team, "member")
    theirs = member.make("theirs")
    admin.make("writes", "read", "write")
    assert admin.names() == {"theirs", "writes"}
    admin.ask("POST", f"{KEYS}/{theirs['key_id']}/rotate", status=403, overlap_hours=1)
    admin.ask("DELETE", f"{KEYS}/{theirs['key_id']}", status=204)
    stack.gateway.flush()
    assert call(stack, theirs["key"], "GET", "/api/agent/career-health").status == 401


def test_an_admin_of_one_team_reaches_nothing_of_another(stack: Stack, control: ControlPlane, team: str) -> None:
    admin, stranger = Person(stack, control, an_id("team"), "admin"), Person(stack, control, team, "member")
    key = stranger.make("theirs")["key_id"]
    assert admin.names() == set()
    admin.ask("DELETE", f"{KEYS}/{key}", status=404)


def test_who_is_no_admin_any_more_has_a_members_rights_at_once(stack: Stack, control: ControlPlane, team: str) -> None:
    admin = Person(stack, control, team, "admin")
    key = admin.make("writes", "read", "write")["key_id"]
    later = "2026-05-01T00:00:00Z"
    publish(control, an_event("MemberJoined", time=later, team_id=team, user_id=admin.user, role="member"))
    admin.ask("POST", status=403, name="w", scopes=["write"])
    admin.ask("POST", f"{KEYS}/{key}/rotate", status=403, overlap_hours=1)


def test_an_api_key_opens_none_of_it(stack: Stack, control: ControlPlane, team: str) -> None:
    member = Person(stack, control, team, "member")
    key = make_key(control, team, member.user, "read", "write")["key"]
    assert call(stack, key, "GET", KEYS).status == 403


def test_every_fault_of_a_request_is_named(stack: Stack, control: ControlPlane, team: str) -> None:
    member = Person(stack, control, team, "member")
    problem = member.ask("POST", status=400, name=" ", scopes=[], expires_at="yesterday", team_id="team_x")
    pointers = {error["pointer"] for error in problem["errors"]}
    assert pointers == {"#/name", "#/scopes", "#/expires_at", "#/team_id"}
