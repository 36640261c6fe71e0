"""What only the wire can show: HTTP as callers and their tools speak it."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from local.openapi.document import DOCUMENT
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi


def test_the_control_plane_says_that_it_is_ready(api: RunningApi) -> None:
    answer = api.http.get("/_local/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_every_gateway_answer_over_the_wire_is_a_problem_with_an_id(api: RunningApi) -> None:
    for method, path, status in [
        ("GET", "/api/agent/career-health", 401),
        ("PUT", "/api/agent/career-health", 404),
        ("OPTIONS", "/api/agent/career-health", 404),
        ("GET", "/", 404),
        ("GET", "/favicon.ico", 404),
    ]:
        answer = api.http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        assert answer.json()["status"] == status


def is_a_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    document = answer.json()
    assert (document["status"], document["code"]) == (status, code)
    assert document["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/_local/health", "", 200),
        ("GET", "/openapi.json", "", 200),
        ("POST", "/_local/events", "[]", 200),
        ("POST", "/_local/events", "{", 400),
        ("POST", "/_local/keys", "[]", 400),
        ("POST", "/_local/keys", "{}", 400),
        ("DELETE", "/_local/keys/none", "", 404),
        ("POST", "/_local/jobs/none", "{}", 404),
        ("POST", "/_local/jobs/team-snapshots", "{}", 400),
    ],
)
def test_the_control_planes_answers_have_a_request_id_and_its_refusals_are_problems(
    api: RunningApi, method: str, path: str, body: str, status: int
) -> None:
    answer = api.http.request(method, path, content=body)
    assert answer.headers["x-request-id"]
    if status >= 400:
        is_a_problem(answer, status, answer.json()["code"])
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/openapi.json"), ("GET", "/_local/events"), ("PUT", "/_local/keys/x"), ("DELETE", "/_local/health")],
)
def test_a_method_that_the_control_plane_does_not_have_is_an_unknown_address(
    api: RunningApi, method: str, path: str
) -> None:
    is_a_problem(api.http.request(method, path), 404, "not_found")


def a_team(api: RunningApi) -> str:
    team = an_id("team")
    api.publish(an_event("TeamUpdated", team_id=team, name="A team", plan="pro"))
    return team


def test_a_revocation_without_content_has_a_request_id_too(api: RunningApi) -> None:
    team, user = a_team(api), an_id("user")
    api.publish(an_event("MemberJoined", team_id=team, user_id=user))
    made = api.http.post("/_local/keys", json={"team_id": team, "user_id": user}).json()
    answer = api.http.delete(f"/_local/keys/{made['key_id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["x-request-id"]


def test_the_document_of_the_api_is_served(api: RunningApi) -> None:
    for path in ["/openapi.json", "/docs/openapi.json"]:
        document = api.http.get(path).json()
        assert document.pop("servers") == [{"url": str(api.http.base_url).rstrip("/")}]
        assert document.items() <= json.loads(DOCUMENT.read_text()).items()


@pytest.mark.parametrize("raw", [b"\0\r\n\r\n", b"GET /\xe9 HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
def test_what_is_no_http_is_a_bad_request_like_any_other(api: RunningApi, raw: bytes) -> None:
    with socket.create_connection((api.http.base_url.host, api.http.base_url.port or 80), timeout=10) as connection:
        connection.sendall(raw)
        response = http.client.HTTPResponse(connection)
        response.begin()
        answer = httpx.Response(response.status, headers=response.getheaders(), content=response.read())
    is_a_problem(answer, 400, "invalid_request")
    assert "HTTP" in answer.json()["detail"]


def test_a_401_says_how_to_authenticate(api: RunningApi) -> None:
    assert api.http.get("/api/agent/career-health").headers["www-authenticate"] == "Bearer"


def test_a_head_request_is_answered_without_a_body(api: RunningApi) -> None:
    answer = api.http.head("/api/agent/career-health")
    assert (answer.status_code, answer.content) == (404, b"")


def test_an_upload_of_more_than_10_mb_is_refused_after_it_was_read(api: RunningApi) -> None:
    answer = api.http.post("/api/agent/job-summary", content=b"x" * (11 * 1024 * 1024))
    assert answer.status_code == 413


def test_a_request_line_reaches_the_gateway_as_it_was_sent(api: RunningApi) -> None:
    address = urlsplit(str(api.http.base_url))
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    for target in ["//api/agent/career-health", "/api/agent/../agent/career-health", "/%61pi/agent/career-health"]:
        connection.request("GET", target)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == (401 if target.startswith("/%61") else 404)
    connection.close()
