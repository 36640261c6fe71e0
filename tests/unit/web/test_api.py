"""What every endpoint shares: input rules, headers, problem documents (contract 1)."""

import base64
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel

from shared.domain.fields import ByValue
from shared.domain.outcomes import Outcome
from shared.domain.plans import ALL_PLANS, ENTERPRISE_ONLY, Scope
from shared.infra.errors import Unavailable
from shared.infra.telemetry import logger
from shared.web.endpoint import Resolver, endpoint
from shared.web.requests import RequestBody
from tests.translated import source


class Thing(RequestBody):
    """A body with one required and one optional field."""

    outcome: Annotated[Outcome, ByValue]
    notes: str = ""


class Answer(BaseModel):
    """An answer."""

    said: str


app = Resolver()


@app.post("/things")
def post_thing(body: Annotated[Thing, Body()]) -> Answer:
    return Answer(said=body.outcome)


@app.get("/things")
def get_thing(name: Annotated[str, Query(min_length=1)]) -> Answer:
    if name == "down":
        raise Unavailable(retry_after=7) from TimeoutError("of ada@example.com")
    if name == "bug":
        raise RuntimeError("the table Accounts of ada@example.com")
    if name == "odd":
        return {"nothing": "declared"}  # type: ignore[return-value]  # what a bug would do
    return Answer(said=f"Grüße, {name}")


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS, etag=True)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the function writes to its log."""
    stream, output = logger.registered_handler.stream, io.StringIO()  # type: ignore[attr-defined]  # a StreamHandler
    logger.registered_handler.setStream(output)  # type: ignore[attr-defined]  # likewise
    yield output
    logger.registered_handler.setStream(stream)  # type: ignore[attr-defined]  # likewise


def call(
    method: str, body: str | None = None, query: dict[str, list[str]] | None = None, **event: Any
) -> dict[str, Any]:
    """A request as API Gateway hands it on."""
    authorizer = {"team_id": "t", "user_id": "u", "plan": "pro", "scopes": "read", "key_id": "k"}
    request: dict[str, Any] = {
        "resource": "/things",
        "path": "/things",
        "httpMethod": method,
        "headers": {"Content-Type": "text/plain"},
        "multiValueHeaders": {"Content-Type": ["text/plain"]},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} if query else None,
        "multiValueQueryStringParameters": query,
        "requestContext": {"requestId": "req-1", "stage": "live", "path": "/live/things", "authorizer": authorizer},
        "body": body,
        "isBase64Encoded": False,
    }
    return handler(request | event, None)


def a_context(key_expires_at: str, seconds_after: int) -> dict[str, Any]:
    """The context of a request that came some seconds after the key expired."""
    authorizer = {"team_id": "t", "user_id": "u", "plan": "pro", "scopes": "read", "key_id": "k"}
    came = datetime.fromisoformat(key_expires_at) + timedelta(seconds=seconds_after)
    return {
        "requestId": "req-1",
        "requestTimeEpoch": int(came.timestamp() * 1000),
        "stage": "live",
        "path": "/live/things",
        "authorizer": authorizer | {"key_expires_at": key_expires_at},
    }


def problem(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(answer["body"])
    assert document["status"] == answer["statusCode"]
    assert document["request_id"] == "req-1"
    assert document["type"].endswith(f"/docs/guide.html#{document['code']}")
    return document


def faults(answer: dict[str, Any]) -> dict[str, str]:
    assert answer["statusCode"] == 400
    return {fault.get("pointer", fault.get("parameter", "")): fault["detail"] for fault in problem(answer)["errors"]}


def test_a_good_answer_carries_its_headers() -> None:
    answer = call("GET", query={"name": ["Ada"]})
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"said": "Grüße, Ada"}
    assert answer["headers"]["x-request-id"] == "req-1"
    assert answer["headers"]["RateLimit-Policy"] == '"pro";q=20;w=60'
    assert answer["headers"]["Cache-Control"] == "private, no-cache"


def test_a_post_is_answered_whole_whatever_the_caller_has() -> None:
    first = call("POST", body='{"outcome": "offered"}')
    conditional = {"multiValueHeaders": {"If-None-Match": [first["headers"]["ETag"]]}}
    again = call("POST", body='{"outcome": "offered"}', **conditional)
    assert (again["statusCode"], again["body"]) == (200, first["body"])


@pytest.mark.parametrize("seconds", [0, 59])
def test_a_key_that_has_expired_since_the_verdict_on_it_gets_the_401_of_the_gateway(seconds: int) -> None:
    answer = call("GET", query={"name": ["Ada"]}, requestContext=a_context("2026-03-13T12:00:00Z", seconds))
    gateway = source()["Resources"]["Api"]["Properties"]["GatewayResponses"]["UNAUTHORIZED"]
    document = gateway["ResponseTemplates"]["application/json"].replace("$context.requestId", "req-1")
    assert problem(answer) == json.loads(document)
    fixed = {name: value.strip("'") for name, value in gateway["ResponseParameters"]["Headers"].items()}
    assert answer["headers"] == fixed | {"x-request-id": "req-1"}


def test_a_key_works_until_it_expires() -> None:
    context = a_context("2026-03-13T12:00:00Z", -1)
    assert call("GET", query={"name": ["Ada"]}, requestContext=context)["statusCode"] == 200


def test_a_report_that_the_caller_has_is_not_sent_again() -> None:
    tag = call("GET", query={"name": ["Ada"]})["headers"]["ETag"]
    for conditions in ([tag], [f'"other", W/{tag}'], ["*"], [tag, '"other"'], ['"other"', tag]):
        answer = call("GET", query={"name": ["Ada"]}, multiValueHeaders={"if-none-match": conditions})
        assert (answer["statusCode"], answer["body"]) == (304, "")
        assert answer["headers"]["ETag"] == tag
        assert "Content-Type" not in answer["headers"]
    assert call("GET", query={"name": ["Eve"]}, multiValueHeaders={"if-none-match": [tag]})["statusCode"] == 200


@pytest.mark.parametrize(
    "body",
    [
        "  ",
        "{",
        "nul",
        '{"outcome": NaN}',
        '{"outcome":"offered","outcome":"ghosted"}',
        "[" * 100_000,
        "9" * 10_000,
        "\ufeff{}",
        "{" + ",".join(f'"f{n}": 1' for n in range(1_001)) + "}",
        '{"' + "n" * 201 + '": 1}',
    ],
)
def test_what_is_not_one_json_value_is_400_and_says_why(body: str) -> None:
    answer = call("POST", body)
    assert answer["statusCode"] == 400
    assert problem(answer)["code"] == "invalid_json"


@pytest.mark.parametrize("body", [None, ""])
def test_a_required_body_may_not_be_missing(body: str | None) -> None:
    assert faults(call("POST", body)) == {"#": "a JSON body is required"}


def test_an_answer_that_names_every_fault_fits_into_a_lambda_response() -> None:
    widest = "\u00ff" * 59  # two bytes, which a pointer spells with six
    answer = call("POST", json.dumps({f"{n:03}{widest}": 1 for n in range(1_000)}, ensure_ascii=False))
    assert len(faults(answer)) == 1_001
    assert len(json.dumps(answer)) < 6 * 1024 * 1024


def test_every_fault_of_a_body_is_named_at_once() -> None:
    found = faults(call("POST", '{"outcome": "hired", "notes": null, "a/b": 1}'))
    assert set(found) == {"#/outcome", "#/notes", "#/a~1b"}
    assert "'offered'" in found["#/outcome"]
    assert found["#/notes"] == "must be a string"


def test_a_body_arrives_as_its_bytes_and_is_read_as_utf_8() -> None:
    encoded = base64.b64encode('{"outcome": "offered", "notes": "né"}'.encode()).decode()
    assert call("POST", encoded, isBase64Encoded=True)["statusCode"] == 200


def test_a_body_that_is_not_utf_8_is_400_and_says_so() -> None:
    encoded = base64.b64encode('{"outcome": "offered", "notes": "né"}'.encode("latin-1")).decode()
    found = problem(call("POST", encoded, isBase64Encoded=True))
    assert (found["status"], found["code"]) == (400, "invalid_json")
    assert "UTF-8" in found["detail"]


def test_a_body_of_more_than_128_kb_is_refused_before_it_is_parsed() -> None:
    assert "131,072 bytes" in faults(call("POST", "[" * (128 * 1024 + 1)))["#"]
    assert problem(call("POST", "[" * 128 * 1024))["code"] == "invalid_json"


def test_a_job_description_of_the_longest_kind_fits_into_a_body() -> None:
    body = json.dumps({"job_description": "\U0001f600" * 10_000})
    assert len(body) == 12 * 10_000 + 23
    assert set(faults(call("POST", body))) == {"#/outcome", "#/job_description"}


def test_a_query_that_is_not_utf_8_names_its_parameter() -> None:
    assert "UTF-8" in faults(call("GET", query={"name": ["Nestl\ufffd"]}))["name"]


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("a/b", "#/a~1b"),
        ("m~n", "#/m~0n"),
        ("c%d", "#/c%25d"),
        ("e^f|g", "#/e%5Ef%7Cg"),
        ('k"l\\m', "#/k%22l%5Cm"),
        (" ", "#/%20"),
        ("", "#/"),
        ("é", "#/%C3%A9"),
        ("#", "#/%23"),
        ("a:b@c?d", "#/a:b@c?d"),
        ("\x01", "#/%01"),
    ],
)
def test_a_pointer_is_a_uri_fragment(field: str, pointer: str) -> None:
    found = faults(call("POST", json.dumps({"outcome": "offered", field: 1})))
    assert set(found) == {pointer}


def test_faults_of_parameters_and_body_are_named_together() -> None:
    assert set(faults(call("POST", "{}", query={"dry_run": ["1"]}))) == {"#/outcome", "dry_run"}


def test_parameters_are_required_known_and_given_once() -> None:
    assert faults(call("GET")) == {"name": "is required"}
    assert faults(call("GET", query={"name": ["a", "b"], "nom": ["c"]})) == {
        "name": "is given more than once; give it once",
        "nom": "is not a parameter of this endpoint; remove it",
    }


def test_a_body_is_read_as_json_whatever_its_content_type_says() -> None:
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png", ""):
        answer = call("POST", '{"outcome": "offered"}', headers={"CONTENT-TYPE": content_type})
        assert answer["statusCode"] == 200


def test_a_backend_that_fails_is_503_with_retry_after() -> None:
    answer = call("GET", query={"name": ["down"]})
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"] == "7"
    assert problem(answer)["code"] == "service_unavailable"


def test_a_failed_request_logs_where_and_for_which_request(log: io.StringIO) -> None:
    call("GET", query={"name": ["down"]})
    entry = json.loads(log.getvalue())
    assert (entry["request_id"], entry["key_id"], entry["team_id"], entry["status"]) == ("req-1", "k", "t", 503)
    assert entry["error"] == "TimeoutError"
    assert entry["frames"][-1].endswith(" get_thing")


@pytest.mark.parametrize("name", ["bug", "odd", "down"])
def test_a_failure_shows_nothing_internal_in_answer_or_log(name: str, log: io.StringIO) -> None:
    answer = call("GET", query={"name": [name]})
    assert answer["statusCode"] == (503 if name == "down" else 500)
    assert problem(answer)["code"] == ("service_unavailable" if name == "down" else "internal_error")
    assert "ada@example.com" not in answer["body"] + log.getvalue()
    assert "Error" not in answer["body"].replace("Server Error", "")


def test_plan_and_scope_come_before_anything_of_the_request_is_read() -> None:
    closed = endpoint(app, scope=Scope.WRITE, plans=ENTERPRISE_ONLY)
    event: dict[str, Any] = {
        "resource": "/things",
        "path": "/things",
        "httpMethod": "POST",
        "headers": None,
        "body": "{",
        "isBase64Encoded": False,
    }

    def code(plan: str, scopes: str) -> str:
        authorizer = {"team_id": "t", "user_id": "u", "plan": plan, "scopes": scopes, "key_id": "k"}
        context = {"requestId": "req-1", "stage": "live", "path": "/things", "authorizer": authorizer}
        return str(problem(closed(event | {"requestContext": context}, None))["code"])

    assert code("team", "read") == "plan_not_entitled"
    assert code("enterprise", "read") == "scope_missing"
    assert code("enterprise", "read write") == "invalid_json"


def test_a_request_that_does_not_fail_leaves_logging_to_the_gateway(log: io.StringIO) -> None:
    for name in ("Ada", ""):
        call("GET", query={"name": [name]})
    assert log.getvalue() == ""


@pytest.mark.parametrize("body", ["[]", '[{"outcome": "offered"}]', '"offered"', "1", "true", "null"])
def test_a_body_that_is_no_object_is_refused_even_if_its_first_element_would_do(body: str) -> None:
    assert problem(call("POST", body))["errors"] == [{"pointer": "#", "detail": "must be a JSON object"}]


def test_a_body_of_blanks_is_no_json() -> None:
    assert problem(call("POST", " "))["code"] == "invalid_json"


def test_a_parameter_without_a_name_is_refused_like_any_unknown_one() -> None:
    [fault] = problem(call("GET", query={"name": ["x"], "": ["y"]}))["errors"]
    assert fault["parameter"] == ""
