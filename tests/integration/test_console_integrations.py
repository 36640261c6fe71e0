"""Integrations in the console: who may see and change them, and what each action does (contract 15 and 16)."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from local.control_plane import ControlPlane
from local.stack import Stack
from shared.web.integrations import MAX_CONNECTIONS
from tests.builders import a_message_triaged, an_event, an_id
from tests.integration.test_console_keys import Person
from tests.integration.test_control_plane import make_key, publish
from tests.integration.test_sign_in import call

INTEGRATIONS = "/console/api/integrations"
SECRET = "the secret of the hook"


class Admin(Person):
    """An admin who looks after a team's integrations."""

    def __init__(
        self, stack: Stack, control: ControlPlane, role: str = "admin", plan: str = "enterprise", team: str = ""
    ) -> None:
        super().__init__(stack, control, team or an_id("team"), role)
        if plan != "enterprise":
            later = "2026-05-01T00:00:00Z"
            publish(control, an_event("TeamUpdated", time=later, team_id=self.team, name="Acme", plan=plan))
            stack.gateway.flush()
        self.stack, self.control = stack, control

    def act(self, action: str, status: int = 200, **request: Any) -> Any:
        return self.ask("POST", INTEGRATIONS, status, action=action, **request)

    def create(self, provider: str = "greenhouse", **request: Any) -> Any:
        return self.act("create", 201, provider=provider, **request)

    def listed(self) -> list[Any]:
        connections: list[Any] = self.ask("GET", INTEGRATIONS)["connections"]
        return connections

    def events(self, connection: Any) -> list[Any]:
        events: list[Any] = self.act("events", connection_id=connection["connection_id"])["events"]
        return events

    def receive(self, connection: Any, secret: str, application: str = "42") -> int:
        """Posts a signed hire as Greenhouse does."""
        hire = {"application": {"id": application, "offer": {"resolved_at": "2026-03-12T15:45:00.000Z"}}}
        body = json.dumps({"action": "hire_candidate", "payload": hire}).encode()
        signature = "sha256 " + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = [("Signature", signature), ("Greenhouse-Event-ID", an_id("event"))]
        status = self.stack.gateway.handle("POST", connection["path"], headers, body).status
        self.control.apply_facts()
        return status


@pytest.fixture(scope="module")
def control(stack: Stack) -> ControlPlane:
    return ControlPlane(stack)


@pytest.fixture
def admin(stack: Stack, control: ControlPlane) -> Admin:
    return Admin(stack, control)


def test_a_member_reads_who_may_see_integrations_and_changes_none(stack: Stack, control: ControlPlane) -> None:
    member = Admin(stack, control, role="member")
    said = "Only admins of the team see and change its integrations. Ask one of them."
    assert member.ask("GET", INTEGRATIONS, 403)["detail"] == said
    assert member.act("create", 403, provider="greenhouse")["detail"] == said
    assert member.act("nonsense", 403)["code"] == "forbidden"


def test_who_is_no_admin_any_more_is_refused_at_once(admin: Admin, control: ControlPlane) -> None:
    admin.create()
    later = "2026-05-01T00:00:00Z"
    publish(control, an_event("MemberJoined", time=later, team_id=admin.team, user_id=admin.user, role="member"))
    admin.ask("GET", INTEGRATIONS, 403)


def test_integrations_need_the_enterprise_plan(stack: Stack, control: ControlPlane) -> None:
    admin = Admin(stack, control, plan="pro")
    assert admin.ask("GET", INTEGRATIONS, 403)["code"] == "plan_not_entitled"
    assert admin.act("create", 403, provider="ashby")["code"] == "plan_not_entitled"


def test_an_api_key_opens_none_of_it(admin: Admin, stack: Stack, control: ControlPlane) -> None:
    key = make_key(control, admin.team, admin.user, "read", "write")["key"]
    assert call(stack, key, "GET", INTEGRATIONS).status == 403
    assert call(stack, key, "POST", INTEGRATIONS, action="create", provider="ashby").status == 403


def test_a_connection_waits_for_its_secret_then_for_its_first_event_and_then_receives(admin: Admin) -> None:
    made = admin.create()
    assert (made["team_id"], made["provider"], made["state"]) == (admin.team, "greenhouse", "waiting for its secret")
    assert made["path"] == f"/integrations/greenhouse/{made['connection_id']}"
    assert admin.receive(made, "any") == 200
    assert admin.events(made) == []
    assert admin.act("set_secret", 204, connection_id=made["connection_id"], secret=SECRET) is None
    assert [each["state"] for each in admin.listed()] == ["waiting for its first event"]
    assert admin.receive(made, "another") == 401
    assert admin.listed()[0]["state"] == "signatures do not match the secret"
    assert admin.receive(made, SECRET) == 200
    assert admin.listed()[0]["state"] == "receiving"


def test_a_secret_is_never_returned(admin: Admin) -> None:
    made = admin.create(secret=SECRET)
    shown = [made, *admin.listed(), admin.act("test", connection_id=made["connection_id"])]
    assert SECRET not in json.dumps(shown)
    assert shown[-1] == {"verifies": True, "state": "waiting for its first event"}


def test_an_event_waits_until_a_person_links_its_application(admin: Admin, control: ControlPlane) -> None:
    made, thread = admin.create(secret=SECRET), an_id("msg")
    publish(control, a_message_triaged(message_id=thread, user_id=admin.user, team_id=admin.team))
    admin.receive(made, SECRET, application="77")
    [waiting] = admin.events(made)
    assert (waiting["state"], waiting["outcome"], waiting["application_id"]) == ("waiting", "accepted", "77")
    assert admin.act("link", 204, provider="greenhouse", application_id="77", message_id=thread) is None
    assert [each["state"] for each in admin.events(made)] == ["applied"]
    assert admin.ask("GET", f"/api/agent/messages/{thread}")["verified"] is True


def test_another_teams_connection_and_thread_do_not_exist(admin: Admin, stack: Stack, control: ControlPlane) -> None:
    made, thread, stranger = admin.create(secret=SECRET), an_id("msg"), Admin(stack, control)
    publish(control, a_message_triaged(message_id=thread, user_id=admin.user, team_id=admin.team))
    of_it = {"connection_id": made["connection_id"]}
    for action in ("test", "delete", "events"):
        assert stranger.act(action, 404, **of_it)["code"] == "not_found"
    stranger.act("set_secret", 404, secret="mine", **of_it)
    stranger.act("link", 404, provider="greenhouse", application_id="1", message_id=thread)
    assert stranger.listed() == []
    assert admin.act("test", **of_it)["verifies"] is True


def test_a_deleted_connection_takes_nothing_any_more(admin: Admin) -> None:
    made = admin.create(secret=SECRET)
    assert admin.act("delete", 204, connection_id=made["connection_id"]) is None
    assert admin.listed() == []
    assert admin.receive(made, SECRET) == 401


def test_a_team_has_a_limited_number_of_connections(admin: Admin) -> None:
    for _ in range(MAX_CONNECTIONS):
        admin.create()
    assert f"at most {MAX_CONNECTIONS} connections" in admin.act("create", 400, provider="ashby")["detail"]


def test_every_fault_of_a_request_is_named(admin: Admin) -> None:
    faults = admin.act("create", 400, provider="lever", secret="", other=1)["errors"]
    assert {fault["pointer"] for fault in faults} == {"#/provider", "#/secret", "#/other"}
    assert admin.act("waiting", 400)["errors"][0]["pointer"] == "#/action"
    assert admin.act("set_secret", 400)["errors"]
