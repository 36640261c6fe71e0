"""Webhook endpoints in the console: who may see and change them, and what each action does (contract 14 and 16)."""

import time
from typing import Any

import pytest
from standardwebhooks import Webhook

from local.control_plane import ControlPlane
from local.stack import Stack
from shared.domain.webhooks.schedule import failure
from shared.store.webhooks import MAX_ENDPOINTS
from tests.builders import a_message_triaged, an_event, an_id
from tests.integration.test_console_keys import Person
from tests.integration.test_control_plane import make_key, publish
from tests.integration.test_sign_in import call
from tests.integration.test_webhooks import receiving

WEBHOOKS = "/console/api/webhooks"
URL = "https://hooks.example.com/intraview"
NOBODYS = "http://127.0.0.1:9/"
"""Loopback, where nothing listens."""


class Admin(Person):
    """An admin who looks after a team's webhooks."""

    def __init__(self, stack: Stack, control: ControlPlane, team: str = "", role: str = "admin") -> None:
        super().__init__(stack, control, team or an_id("team"), role)

    def act(self, action: str, status: int = 200, **request: Any) -> Any:
        return self.ask("POST", WEBHOOKS, status, action=action, **request)

    def create(self, url: str = URL, **request: Any) -> Any:
        return self.act("create", 201, url=url, **request)

    def get(self, endpoint: Any) -> Any:
        return self.act("get", endpoint_id=endpoint["endpoint_id"])

    def listed(self) -> list[Any]:
        endpoints: list[Any] = self.ask("GET", WEBHOOKS)["endpoints"]
        return endpoints

    def attempted(self, endpoint: Any, attempts: int = 1) -> Any:
        """The latest delivery once it has been attempted so often."""
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            deliveries = self.get(endpoint)["deliveries"]
            if deliveries and len(deliveries[0]["attempts"]) >= attempts:
                return deliveries[0]
            time.sleep(0.2)
        raise AssertionError(deliveries)


@pytest.fixture(scope="module")
def control(stack: Stack) -> ControlPlane:
    return ControlPlane(stack)


@pytest.fixture
def admin(stack: Stack, control: ControlPlane) -> Admin:
    return Admin(stack, control)


def test_a_member_reads_who_may_see_webhooks_and_changes_none(stack: Stack, control: ControlPlane) -> None:
    member = Admin(stack, control, role="member")
    said = "Only admins of the team see and change its webhooks. Ask one of them."
    assert member.ask("GET", WEBHOOKS, 403)["detail"] == said
    assert member.act("create", 403, url=URL)["detail"] == said
    assert member.act("nonsense", 403)["code"] == "forbidden"


def test_who_is_no_admin_any_more_is_refused_at_once(admin: Admin, control: ControlPlane) -> None:
    admin.create()
    later = "2026-05-01T00:00:00Z"
    publish(control, an_event("MemberJoined", time=later, team_id=admin.team, user_id=admin.user, role="member"))
    admin.ask("GET", WEBHOOKS, 403)


def test_an_api_key_opens_none_of_it(admin: Admin, stack: Stack, control: ControlPlane) -> None:
    key = make_key(control, admin.team, admin.user, "read", "write")["key"]
    assert call(stack, key, "GET", WEBHOOKS).status == 403
    assert call(stack, key, "POST", WEBHOOKS, action="create", url=URL).status == 403


def test_a_suspended_team_reaches_nothing(admin: Admin, stack: Stack) -> None:
    assert stack.invoke("ManageTeamsFunction", {"action": "suspend", "team_id": admin.team})["statusCode"] == 204
    stack.gateway.flush()
    admin.ask("GET", WEBHOOKS, 401)


def test_an_endpoint_is_made_for_the_team_of_the_session_and_its_secret_shown_once(admin: Admin) -> None:
    made = admin.create(events=["snapshot.ready"])
    assert (made["team_id"], made["url"], made["events"]) == (admin.team, URL, ["snapshot.ready"])
    assert (made["status"], made["old_secret_expires_at"]) == ("enabled", None)
    [listed] = admin.listed()
    assert listed == {name: value for name, value in made.items() if name != "secret"} | {"last_delivery": None}
    assert "secret" not in admin.get(made)


def test_another_team_s_endpoint_does_not_exist_for_any_action(
    admin: Admin, stack: Stack, control: ControlPlane
) -> None:
    made, stranger = admin.create(), Admin(stack, control)
    of_it = {"endpoint_id": made["endpoint_id"]}
    for action in ("get", "enable", "disable", "delete", "rotate", "test"):
        assert stranger.act(action, 404, **of_it)["code"] == "not_found"
    stranger.act("change", 404, url="https://evil.example.com/", **of_it)
    stranger.act("replay", 404, event_id="evt_1", **of_it)
    assert stranger.listed() == []
    assert admin.get(made)["url"] == URL


def test_an_endpoint_is_changed_disabled_enabled_and_deleted(admin: Admin) -> None:
    made = admin.create()
    of_it = {"endpoint_id": made["endpoint_id"]}
    changed = admin.act("change", url="https://other.example.com/", events=["outcome.recorded"], **of_it)
    assert (changed["url"], changed["events"]) == ("https://other.example.com/", ["outcome.recorded"])
    assert admin.act("change", events=[], **of_it)["url"] == "https://other.example.com/"
    assert admin.act("disable", **of_it)["status"] == "disabled"
    assert admin.act("enable", **of_it)["status"] == "enabled"
    assert admin.act("delete", 204, **of_it) is None
    admin.act("get", 404, **of_it)
    assert admin.listed() == []


def test_a_test_event_shows_its_payload_and_the_response_and_is_signed_by_both_secrets_after_a_rotation(
    admin: Admin,
) -> None:
    with receiving() as receiver:
        made = admin.create(f"http://127.0.0.1:{receiver.port}/hook")
        rotated = admin.act("rotate", 201, endpoint_id=made["endpoint_id"])
        assert rotated["secret"] != made["secret"]
        assert rotated["old_secret_expires_at"] > rotated["created_at"]
        event_id = admin.act("test", 202, endpoint_id=made["endpoint_id"])["event_id"]
        delivery = admin.attempted(made)
    [(headers, body)] = receiver.requests
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(body, headers)
    assert (delivery["event_id"], delivery["type"], delivery["state"]) == (event_id, "webhook.test", "delivered")
    assert delivery["payload"] == body
    [attempt] = delivery["attempts"]
    assert (attempt["status"], attempt["body"], attempt["failure"]) == (200, "hi", None)
    [listed] = admin.listed()
    assert listed["last_delivery"] == delivery


def test_a_failure_is_told_in_words_and_a_replay_mends_it(admin: Admin, control: ControlPlane) -> None:
    made = admin.create(NOBODYS, events=["message.received"])
    of_it = {"endpoint_id": made["endpoint_id"]}
    publish(control, a_message_triaged(team_id=admin.team, user_id=admin.user))
    delivery = admin.attempted(made)
    assert (delivery["state"], delivery["attempts"][0]["failure"]) == ("pending", "The connection was refused.")
    assert delivery["next_attempt_at"]
    with receiving(500) as receiver:
        admin.act("change", url=f"http://127.0.0.1:{receiver.port}/", **of_it)
        tried = len(admin.get(made)["deliveries"][0]["attempts"])
        assert admin.act("replay", 202, event_id=delivery["event_id"], **of_it) == {"event_id": delivery["event_id"]}
        latest = admin.attempted(made, tried + 1)["attempts"][-1]
        assert (latest["status"], latest["body"], latest["failure"]) == (500, "hi", "The server answered 500.")
    with receiving() as receiver:
        admin.act("change", url=f"http://127.0.0.1:{receiver.port}/", **of_it)
        admin.act("replay", 202, event_id=delivery["event_id"], **of_it)
        assert admin.attempted(made, tried + 2)["state"] == "delivered"
    admin.act("replay", 404, event_id="evt_unknown", **of_it)


def test_the_newest_delivery_comes_first_and_is_the_last_of_its_endpoint(admin: Admin) -> None:
    made = admin.create(NOBODYS)
    sent = [admin.act("test", 202, endpoint_id=made["endpoint_id"])["event_id"] for _ in range(3)]
    assert [each["event_id"] for each in admin.get(made)["deliveries"]] == sent[::-1]
    [listed] = admin.listed()
    assert listed["last_delivery"]["event_id"] == sent[-1]


def test_a_team_has_a_limited_number_of_endpoints(admin: Admin) -> None:
    for _ in range(MAX_ENDPOINTS):
        admin.create()
    assert f"at most {MAX_ENDPOINTS}" in admin.act("create", 400, url=URL)["detail"]


def faults(problem: Any) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in problem["errors"]}


def test_every_fault_of_a_request_is_named(admin: Admin) -> None:
    found = faults(admin.act("create", 400, url="ftp://example.com/", events=["coffee.made"], team_id="team_x"))
    assert found["#/url"] == "must begin with https://"
    assert found["#/events/0"].startswith("must be one of 'message.received', 'outcome.recorded'")
    assert found["#/team_id"] == "is not a field of this request; remove it"
    assert faults(admin.act("replay", 400, endpoint_id=7)) == {
        "#/endpoint_id": "must be a string",
        "#/event_id": "is required",
    }


def test_an_action_is_required_and_one_of_those_there_are(admin: Admin) -> None:
    known = "must be one of 'create', 'get', 'change', 'enable', 'disable', 'delete', 'rotate', 'test' or 'replay'"
    assert faults(admin.act("list", 400)) == {"#/action": known}
    assert faults(admin.ask("POST", WEBHOOKS, 400, url=URL)) == {"#/action": "is required"}
    assert admin.ask("POST", WEBHOOKS, 400)["code"] == "invalid_request"


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://localhost/",
        "https://user@example.com/",
        "https://example.com:8443/",
        "http://example.com/",
        "http://10.0.0.1/",
        "javascript:alert(1)",
    ],
)
def test_a_url_into_a_private_network_is_refused_when_made_and_when_changed(admin: Admin, url: str) -> None:
    made = admin.create()
    assert faults(admin.act("create", 400, url=url)).keys() == {"#/url"}
    assert faults(admin.act("change", 400, endpoint_id=made["endpoint_id"], url=url)).keys() == {"#/url"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (204, None),
        (302, "The server answered 302, a redirect. Redirects are not followed."),
        (410, "The server answered 410: it wants no more events, so the endpoint was disabled."),
        (429, "The server answered 429."),
    ],
)
def test_a_response_that_is_no_success_is_explained(status: int, words: str | None) -> None:
    assert failure(status) == words
