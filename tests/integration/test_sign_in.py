"""Sign-in to the console: from a provider's code to a session, and what attackers put in between (contract 16)."""

import base64
import hashlib
import json
import secrets
from typing import Any

import httpx
import pytest

from local.control_plane import ControlPlane
from local.gateway.proxy import Response
from local.stack import Stack
from tests.builders import an_event, an_id
from tests.integration.test_control_plane import make_key, publish

CALLBACK = "https://local.execute-api.us-east-1.amazonaws.com/live/console/"
NONCE = "a nonce of this browser"


@pytest.fixture(scope="module")
def control(stack: Stack) -> ControlPlane:
    return ControlPlane(stack)


class Browser:
    """What a browser does to sign in, at the local provider."""

    def __init__(self, stack: Stack, provider: str = "Cognito", subject: str = "") -> None:
        self.stack = stack
        self.provider, self.subject = provider, subject or an_id("subject")
        self.verifier = secrets.token_urlsafe(48)

    @property
    def names(self) -> dict[str, str]:
        return {"provider": self.provider, "subject": self.subject}

    def code(self, **changes: str) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "nonce": NONCE,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "redirect_uri": callback(self.stack),
        }
        return self.stack.identity_provider.code(self.provider, self.subject, asked | changes)

    def sign_in(self, **changes: Any) -> Response:
        body = {"code": self.code(), "code_verifier": self.verifier, "nonce": NONCE} | changes
        return self.stack.gateway.handle("POST", "/console/api/session", [], json.dumps(body).encode())

    def session(self, **changes: Any) -> dict[str, Any]:
        answer = self.sign_in(**changes)
        assert answer.status == 201, answer.body
        document: dict[str, Any] = json.loads(answer.body)
        return document


def callback(stack: Stack) -> str:
    """The address to which the server expects the provider to have sent the browser."""
    return f"{base_url(stack)}/console/"


def base_url(stack: Stack) -> str:
    document = json.loads(stack.gateway.handle("GET", "/docs/openapi.json").body)
    return str(document["servers"][0]["url"])


def call(stack: Stack, key: str, method: str, path: str, **body: Any) -> Response:
    payload = json.dumps(body).encode() if body else b""
    return stack.gateway.handle(method, path, [("Authorization", f"Bearer {key}")], payload)


def a_person(control: ControlPlane, browser: Browser, *plans: str, role: str = "member") -> tuple[str, list[str]]:
    """Somebody who signs in with a browser's identity, in a new team on each plan."""
    user, teams = an_id("user"), [an_id("team") for _ in plans]
    for team, plan in zip(teams, plans, strict=True):
        join(control, team, user, plan, role=role, sign_in=browser.names)
    return user, teams


def join(control: ControlPlane, team: str, user: str, plan: str = "pro", **detail: Any) -> None:
    publish(
        control,
        an_event("TeamUpdated", team_id=team, name=f"Team {team}", plan=plan),
        an_event("MemberJoined", team_id=team, user_id=user, **detail),
    )


def test_a_person_who_signs_in_gets_a_session_in_their_team(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, [team] = a_person(control, browser, "enterprise", role="admin")
    session = browser.session()
    assert (session["user_id"], session["role"]) == (user, "admin")
    assert session["team"] == {"id": team, "name": f"Team {team}", "plan": "enterprise"}
    assert session["teams"] == [session["team"]]
    report = call(stack, session["key"], "GET", "/api/agent/career-health")
    assert report.status == 200


def test_a_session_says_who_is_signed_in_with_the_role_of_now(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, [team] = a_person(control, browser, "pro", role="admin")
    key = browser.session()["key"]
    assert json.loads(call(stack, key, "GET", "/console/api/session").body)["role"] == "admin"
    publish(control, an_event("MemberJoined", time="2026-05-01T00:00:00Z", team_id=team, user_id=user, role="member"))
    assert json.loads(call(stack, key, "GET", "/console/api/session").body)["role"] == "member"


def test_signing_out_ends_the_key(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    a_person(control, browser, "pro")
    key = browser.session()["key"]
    assert call(stack, key, "DELETE", "/console/api/session").status == 204
    stack.gateway.flush()
    assert call(stack, key, "GET", "/console/api/session").status == 401


def test_the_key_of_a_session_is_not_listed_and_cannot_be_rotated_or_revoked(
    stack: Stack, control: ControlPlane
) -> None:
    browser = Browser(stack)
    _, [team] = a_person(control, browser, "pro")
    session = browser.session()
    key_id = json.loads(call(stack, session["key"], "GET", "/api/agent/whoami").body)["key_id"]
    assert stack.invoke("ManageKeysFunction", {"action": "list", "team_id": team})["body"]["keys"] == []
    for action in ("rotate", "revoke"):
        answer = stack.invoke("ManageKeysFunction", {"action": action, "team_id": team, "key_id": key_id})
        assert answer["statusCode"] == 404


def test_an_api_key_is_refused_where_only_sessions_are_taken(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, [team] = a_person(control, browser, "pro")
    key = make_key(control, team, user, "read", "write")["key"]
    assert call(stack, key, "GET", "/console/api/session").status == 403


def test_one_may_go_to_another_team_of_ones_own_and_the_first_session_ends(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    _, teams = a_person(control, browser, "pro", "team")
    first = browser.session(team_id=teams[0])
    assert sorted(team["id"] for team in first["teams"]) == sorted(teams)
    answer = call(stack, first["key"], "POST", "/console/api/session/team", team_id=teams[1])
    second = json.loads(answer.body)
    assert (answer.status, second["team"]["id"], second["expires_at"]) == (201, teams[1], first["expires_at"])
    stack.gateway.flush()
    assert call(stack, first["key"], "GET", "/console/api/session").status == 401
    assert call(stack, second["key"], "GET", "/console/api/session").status == 200


def test_nobody_goes_to_a_team_that_is_not_theirs(stack: Stack, control: ControlPlane) -> None:
    browser, other = Browser(stack), Browser(stack)
    a_person(control, browser, "pro")
    _, [team] = a_person(control, other, "pro")
    assert browser.sign_in(team_id=team).status == 403
    key = browser.session()["key"]
    assert call(stack, key, "POST", "/console/api/session/team", team_id=team).status == 403


def test_who_left_is_out(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, [team] = a_person(control, browser, "pro")
    key = browser.session()["key"]
    publish(control, an_event("MemberLeft", time="2026-05-01T00:00:00Z", team_id=team, user_id=user))
    assert call(stack, key, "GET", "/console/api/session").status == 401
    assert browser.sign_in().status == 403


def test_an_erased_person_is_out_and_leaves_no_trace(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, _ = a_person(control, browser, "pro")
    browser.session()
    publish(control, an_event("CandidateErased", user_id=user))
    assert browser.sign_in().status == 403
    for table in ("AccountsTable", "ApiKeysTable"):
        items = stack.dynamodb.scan(TableName=table)["Items"]
        assert user not in json.dumps(items, default=str)


def test_a_suspended_team_is_not_opened(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    _, [team] = a_person(control, browser, "pro")
    assert control.suspend_team(team).status == 204
    assert browser.sign_in().status == 403


def test_an_identity_that_two_people_claim_opens_nothing(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    a_person(control, browser, "pro")
    a_person(control, browser, "pro")
    assert browser.sign_in().status == 403


def test_the_latest_identity_of_a_member_is_the_one_that_counts(stack: Stack, control: ControlPlane) -> None:
    old, new = Browser(stack), Browser(stack)
    user, [team] = a_person(control, old, "pro")
    later = an_event("MemberJoined", time="2026-05-01T00:00:00Z", team_id=team, user_id=user, sign_in=new.names)
    publish(control, later)
    assert (old.sign_in().status, new.sign_in().status) == (403, 201)


def test_rejoining_without_an_identity_keeps_the_earlier_one(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, [team] = a_person(control, browser, "pro")
    publish(
        control,
        an_event("MemberLeft", time="2026-05-01T00:00:00Z", team_id=team, user_id=user),
        an_event("MemberJoined", time="2026-05-02T00:00:00Z", team_id=team, user_id=user),
    )
    assert browser.sign_in().status == 201


def test_a_provider_opens_nothing_until_it_is_registered_and_then_its_own_team_only(
    stack: Stack, control: ControlPlane
) -> None:
    provider = f"P{an_id('')}"
    browser = Browser(stack, provider)
    _, teams = a_person(control, browser, "enterprise", "enterprise")
    assert browser.sign_in().status == 403
    request = {
        "action": "add",
        "team_id": teams[0],
        "provider": provider,
        "oidc": {"issuer": "https://login.example", "client_id": "c", "client_secret": "s"},
    }
    assert stack.invoke("ManageSignInFunction", request)["statusCode"] == 201
    session = browser.session()
    assert [team["id"] for team in session["teams"]] == [teams[0]]
    assert browser.sign_in(team_id=teams[1]).status == 403
    later = "2026-05-01T00:00:00Z"
    publish(control, an_event("TeamUpdated", time=later, team_id=teams[0], name="A team", plan="team"))
    assert browser.sign_in().status == 403, "a sign-in of its own needs the Enterprise plan"


def at_a_provider_of_its_own(stack: Stack, control: ControlPlane) -> tuple[str, str, str, str]:
    """A session through a provider that is registered for its team: provider, team, user and key."""
    provider = f"P{an_id('')}"
    browser = Browser(stack, provider)
    user, [team] = a_person(control, browser, "enterprise")
    oidc = {"issuer": "https://login.example", "client_id": "c", "client_secret": "s"}
    request = {"action": "add", "team_id": team, "provider": provider, "oidc": oidc}
    assert stack.invoke("ManageSignInFunction", request)["statusCode"] == 201
    key = browser.session()["key"]
    assert call(stack, key, "GET", "/console/api/session").status == 200
    return provider, team, user, key


def test_sessions_of_a_provider_end_when_it_is_removed(stack: Stack, control: ControlPlane) -> None:
    provider, _, _, key = at_a_provider_of_its_own(stack, control)
    assert stack.invoke("ManageSignInFunction", {"action": "remove", "provider": provider})["statusCode"] == 204
    assert call(stack, key, "GET", "/api/agent/career-health").status == 401


def test_sessions_of_a_provider_end_when_the_team_leaves_enterprise(stack: Stack, control: ControlPlane) -> None:
    _, team, _, key = at_a_provider_of_its_own(stack, control)
    later = "2026-05-01T00:00:00Z"
    publish(control, an_event("TeamUpdated", time=later, team_id=team, name="A team", plan="team"))
    stack.gateway.flush()
    assert call(stack, key, "GET", "/api/agent/career-health").status == 401


def test_a_session_ends_when_its_member_signs_in_with_another_identity(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    user, [team] = a_person(control, browser, "pro")
    key = browser.session()["key"]
    named = {"provider": "Cognito", "subject": an_id("subject")}
    later = "2026-05-01T00:00:00Z"
    publish(control, an_event("MemberJoined", time=later, team_id=team, user_id=user, sign_in=named))
    stack.gateway.flush()
    assert call(stack, key, "GET", "/api/agent/career-health").status == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "never given"},
        {"code_verifier": "v" * 43},
        {"nonce": "the nonce of another browser"},
    ],
    ids=["code", "verifier", "nonce"],
)
def test_what_does_not_belong_together_is_refused(stack: Stack, control: ControlPlane, changes: dict[str, str]) -> None:
    browser = Browser(stack)
    a_person(control, browser, "pro")
    answer = browser.sign_in(**changes)
    assert (answer.status, json.loads(answer.body)["code"]) == (401, "unauthorized")


def test_a_code_works_once(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    a_person(control, browser, "pro")
    code = browser.code()
    assert [browser.sign_in(code=code).status for _ in range(2)] == [201, 401]


def test_a_code_for_another_address_is_refused(stack: Stack, control: ControlPlane) -> None:
    browser = Browser(stack)
    a_person(control, browser, "pro")
    assert browser.sign_in(code=browser.code(redirect_uri="https://evil.example/console/")).status == 401


def test_a_bad_request_names_every_fault(stack: Stack) -> None:
    answer = stack.gateway.handle("POST", "/console/api/session", [], b'{"code": "", "nonce": "short", "x": 1}')
    document = json.loads(answer.body)
    assert (answer.status, document["code"]) == (400, "invalid_request")
    assert {error["pointer"] for error in document["errors"]} == {"#/code", "#/code_verifier", "#/nonce", "#/x"}


def test_the_page_of_the_local_provider_says_what_it_is_and_sends_nobody_elsewhere(stack: Stack) -> None:
    asked = {
        "client_id": "local-console",
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1:8000/console/",
        "code_challenge_method": "S256",
        "code_challenge": "x" * 43,
        "nonce": NONCE,
        "state": "s",
    }
    url = f"{stack.identity_provider.url}/authorize"
    page = httpx.get(url, params=asked, trust_env=False)
    assert "stands in for your company" in page.text
    for elsewhere in ("https://evil.example/console/", "http://127.0.0.1.evil.example/console/", "//evil.example"):
        assert httpx.get(url, params=asked | {"redirect_uri": elsewhere}, trust_env=False).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    posted = httpx.post(url, data=asked | {"person": "Cognito user_maya"}, headers=foreign, trust_env=False)
    assert posted.status_code == 403
    chosen = httpx.post(url, data=asked | {"person": "Cognito user_maya"}, trust_env=False)
    assert chosen.status_code == 303
    assert chosen.headers["location"].startswith("http://127.0.0.1:8000/console/?code=")
