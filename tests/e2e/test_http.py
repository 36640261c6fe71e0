"""What only the wire can show: HTTP as callers and their tools speak it."""

import http.client
from urllib.parse import urlsplit

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
