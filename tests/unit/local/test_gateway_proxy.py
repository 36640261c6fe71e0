"""Lambda proxy integration: the event a function gets, and the response its answer becomes."""

import base64
from typing import Any

import pytest

from local.aws.environments import Returned
from local.gateway.proxy import Response
from tests.unit.local.a_gateway import BEARER, AGateway


def answered(payload: dict[str, Any]) -> Response:
    a = AGateway()
    a.answers["Things"] = lambda _: Returned(payload)
    return a.get()


def test_the_event_has_every_field_of_a_rest_apis_proxy_event() -> None:
    a = AGateway()
    a.get()
    event = a.event()
    assert " ".join(sorted(event)) == (
        "body headers httpMethod isBase64Encoded multiValueHeaders multiValueQueryStringParameters path pathParameters"
        " queryStringParameters requestContext resource stageVariables"
    )
    context = event["requestContext"]
    assert (context["stage"], context["resourcePath"], context["httpMethod"]) == ("live", "/things", "GET")
    assert context["identity"]["apiKey"] == "usage-abc"
    assert context["identity"]["apiKeyId"] == "id-abc"
    assert context["requestTimeEpoch"] == 1_000_000_000
    assert context["requestTime"] == "12/Jan/1970:13:46:40 +0000"


def test_what_is_empty_is_none() -> None:
    a = AGateway()
    a.get("/things?")
    event = a.event()
    assert event["queryStringParameters"] is event["multiValueQueryStringParameters"] is event["pathParameters"] is None
    assert event["body"] is None
    assert event["isBase64Encoded"] is False


def test_a_repeated_parameter_has_all_its_values_and_its_last_one() -> None:
    a = AGateway()
    a.get("/things?a=1&b=x%20y&a=2&c&d=%C3%A9+1")
    assert a.event()["queryStringParameters"] == {"a": "2", "b": "x y", "c": "", "d": "é 1"}
    assert a.event()["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["x y"], "c": [""], "d": ["é 1"]}


def test_headers_are_one_whatever_the_case_of_their_name() -> None:
    a = AGateway()
    a.get(headers=[*BEARER, ("X-Thing", "1"), ("x-thing", "2")])
    assert a.event()["headers"]["X-Thing"] == "2"
    assert a.event()["multiValueHeaders"]["X-Thing"] == ["1", "2"]


def test_a_path_stays_encoded_and_its_parameter_is_decoded() -> None:
    a = AGateway()
    a.gateway.handle("PATCH", "/things/a%20b%2Fc/state", BEARER)
    assert a.event()["path"] == "/things/a%20b%2Fc/state"
    assert a.event()["pathParameters"] == {"id": "a b/c"}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain; charset=latin-1", ""])
def test_a_body_is_its_bytes_in_base64_whatever_its_type(content_type: str) -> None:
    a, body = AGateway(), "né\n".encode() + b"\xff"
    a.gateway.handle("PATCH", "/things/1/state", [*BEARER, ("Content-Type", content_type)], body)
    assert base64.b64decode(a.event()["body"]) == body
    assert a.event()["isBase64Encoded"] is True


def test_bytes_of_a_path_or_query_that_are_not_utf_8_are_replaced() -> None:
    a = AGateway()
    a.gateway.handle("PATCH", "/things/Nestl%E9/state?as=%ff", BEARER)
    assert a.event()["path"] == "/things/Nestl%E9/state"
    assert a.event()["pathParameters"] == {"id": "Nestl\ufffd"}
    assert a.event()["multiValueQueryStringParameters"] == {"as": ["\ufffd"]}


def test_a_response_keeps_status_headers_and_body() -> None:
    answer = answered({"statusCode": 201, "headers": {"ETag": '"1"', "X-N": 3}, "body": "é", "isBase64Encoded": False})
    assert answer.status == 201
    assert answer.body == "é".encode()
    assert (answer.header("etag"), answer.header("x-n")) == ('"1"', "3")


def test_a_body_that_a_function_encoded_is_decoded_and_any_other_is_passed_on_as_it_is() -> None:
    encoded = base64.b64encode(b"\x89PNG\xff").decode()
    assert answered({"statusCode": 200, "body": encoded, "isBase64Encoded": True}).body == b"\x89PNG\xff"
    assert answered({"statusCode": 200, "body": encoded, "isBase64Encoded": False}).body == encoded.encode()
    assert answered({"statusCode": 200, "body": encoded}).body == encoded.encode()


def test_a_response_without_a_content_type_is_json() -> None:
    assert answered({"statusCode": 200}).header("Content-Type") == "application/json"
    assert (
        answered({"statusCode": 200, "headers": {"content-type": "text/plain"}}).header("Content-Type") == "text/plain"
    )


def test_several_values_of_a_header_win_over_one() -> None:
    answer = answered({"statusCode": 200, "headers": {"a": "0"}, "multiValueHeaders": {"A": ["1", "2"]}})
    assert [value for name, value in answer.headers if name.lower() == "a"] == ["1", "2"]


def test_headers_that_api_gateway_keeps_for_itself_are_renamed() -> None:
    answer = answered({"statusCode": 200, "headers": {"WWW-Authenticate": "Basic", "Content-Length": 7}})
    assert answer.header("WWW-Authenticate") is None
    assert answer.header("x-amzn-remapped-www-authenticate") == "Basic"
    assert answer.header("Content-Length") is None
