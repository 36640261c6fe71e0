"""The gateway's order: route, integration, and its own responses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws.environments import (
    EXITED,
    REQUEST_TOO_LARGE,
    RESPONSE_TOO_LARGE,
    THROTTLED,
    TIMED_OUT,
    Failed,
    Returned,
)
from local.gateway.gateway import MAX_BODY
from local.gateway.proxy import Headers
from tests.unit.local.a_gateway import BEARER, AGateway


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE", "BREW", "get"])
def test_a_method_that_a_path_does_not_have_is_an_unknown_route(method: str) -> None:
    assert AGateway().gateway.handle(method, "/things", BEARER).status == 404


@pytest.mark.parametrize("path", ["/", "/thing", "//things", "/things//state", "/live/things", "/things/1", "/Things"])
def test_an_unknown_path_is_answered_before_anybody_is_asked_who_calls(path: str) -> None:
    a = AGateway()
    assert a.get(path, headers=[]).status == 404
    assert a.asked == []


def test_a_trailing_slash_is_the_same_resource_and_stays_in_the_path() -> None:
    a = AGateway()
    assert a.get("/things/").status == 200
    assert a.event()["resource"] == "/things"
    assert a.event()["path"] == "/things/"


def test_a_literal_segment_goes_before_a_parameter() -> None:
    a = AGateway()
    assert a.gateway.handle("PATCH", "/things/special/state", BEARER).body == b"special"
    assert a.gateway.handle("PATCH", "/things/other/state", BEARER).body == b"{}"


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "ok",
        [],
        {},
        {"statusCode": "abc"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"no": "string"}},
        {"statusCode": 200, "cookies": []},
        {"statusCode": 200, "headers": {"a": ["several"]}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "multiValueHeaders": {"a": "one"}},
    ],
)
def test_a_malformed_proxy_response_is_the_default_server_error(payload: object) -> None:
    a = AGateway()
    a.answers["Things"] = lambda _: Returned(payload)
    assert a.get().status == 503


@pytest.mark.parametrize("error_type", ["KeyError", TIMED_OUT, EXITED, THROTTLED, RESPONSE_TOO_LARGE])
def test_a_function_that_fails_or_is_throttled_is_the_default_server_error(error_type: str) -> None:
    a = AGateway()
    a.answers["Things"] = lambda _: Failed(error_type, "secret detail")
    answer = a.get()
    assert answer.status == 503
    assert b"secret" not in answer.body


def test_an_error_of_the_gateway_names_the_callers_limit_where_the_authorizer_ran() -> None:
    a = AGateway()
    a.answers["Things"] = lambda _: Failed(THROTTLED, "busy")
    assert a.get().header("RateLimit-Policy") == '"pro";q=20;w=60'
    a.gateway.flush()
    a.answers["Authorizer"] = lambda _: Returned("nonsense")
    assert a.get().status == 503
    assert a.get().header("RateLimit-Policy") is None


def test_what_is_larger_than_lambda_takes_is_refused_as_what_is_larger_than_api_gateway_takes() -> None:
    a = AGateway()
    a.answers["Things"] = lambda _: Failed(REQUEST_TOO_LARGE, "Request must be smaller")
    answer = a.get()
    assert (answer.status, answer.body) == (413, b'{"message":"Request Too Long"}')


@pytest.mark.parametrize(("headers", "kind"), [([], "MISSING_AUTHENTICATION_TOKEN"), (BEARER, "INVALID_SIGNATURE")])
def test_an_unknown_path_with_an_authorization_header_is_taken_for_a_signature(headers: Headers, kind: str) -> None:
    a = AGateway()
    assert a.get("/unknown", headers).status == 404
    [line] = map(json.loads, a.log)
    assert (line["status"], line["by"]) == ("404", kind)
    assert a.asked == []


def test_a_body_of_more_than_10_mb_is_refused_in_api_gateways_own_words() -> None:
    a = AGateway()
    assert a.gateway.handle("GET", "/things", BEARER, b" " * MAX_BODY).status == 200
    answer = a.gateway.handle("GET", "/things", BEARER, b" " * (MAX_BODY + 1))
    assert (answer.status, answer.body) == (413, b'{"message":"Request Too Long"}')
    assert answer.header("x-request-id")


def test_a_gateway_response_substitutes_the_context_in_body_and_headers() -> None:
    answer = AGateway().get(headers=[])
    document = json.loads(answer.body)
    assert document == {"code": "unauthorized", "request_id": answer.header("X-Request-Id")}
    assert answer.header("www-authenticate") == "Bearer"


def test_each_request_has_an_id_of_its_own() -> None:
    a = AGateway()
    assert a.get(headers=[]).header("x-request-id") != a.get(headers=[]).header("x-request-id")


def test_a_header_whose_variable_has_no_value_is_left_out() -> None:
    a = AGateway()
    a.answers["Authorizer"] = lambda _: Returned({**_without_context(), "usageIdentifierKey": "usage-abc"})
    while (answer := a.get()).status != 429:
        pass
    assert answer.header("Retry-After") == "3"
    assert answer.header("RateLimit-Policy") is None


def test_each_request_is_one_line_of_the_access_log_as_the_template_formats_it() -> None:
    a = AGateway()

    def slow(_: object) -> Returned:
        a.now += 0.25
        return Returned({"statusCode": 201, "body": "{}"})

    a.answers["Things"] = slow
    a.gateway.handle("PATCH", "/things/ada/state?as=ada", BEARER)
    unknown = a.get(headers=[]).header("x-request-id")
    first, second = map(json.loads, a.log)
    assert first == {
        "request_id": a.event()["requestContext"]["requestId"],
        "time": "12/Jan/1970:13:46:40 +0000",
        "key_id": "key_1",
        "resource": "/things/{id}/state",
        "status": "201",
        "by": "-",
        "latency_ms": "250",
        "function_ms": "250",
        "authorizer_ms": "0",
    }
    assert (second["request_id"], second["status"], second["by"]) == (unknown, "401", "UNAUTHORIZED")
    assert (second["key_id"], second["function_ms"]) == ("-", "-")


TOKEN = "!#$%&'*+-.^_`|~0Az"
"""Characters of an HTTP method (RFC 9110)."""


@given(
    method=st.text(TOKEN, min_size=1, max_size=8),
    target=st.text(st.characters(max_codepoint=255), max_size=20),
    agent=st.text(st.characters(max_codepoint=255), max_size=20),
)
def test_whatever_a_request_says_its_log_line_is_one_json_object(method: str, target: str, agent: str) -> None:
    for path in (f"/{target}", f"/things?name={target}", f"/things/{target}/state"):
        A_GATEWAY.log.clear()
        A_GATEWAY.gateway.handle(method, path, [*BEARER, ("User-Agent", agent)], target.encode())
        [line] = A_GATEWAY.log
        assert "\n" not in line
        assert json.loads(line).keys() >= {"request_id", "status"}


A_GATEWAY = AGateway()


def _without_context() -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {"principalId": "key_1", "policyDocument": {"Statement": [statement]}}
