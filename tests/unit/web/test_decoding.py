"""How the bytes of a request become text: strictly, and once."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.decoding import MAX_BODY, body_bytes, body_text, path_errors, query_errors
from shared.web.problems import BadRequest


def sent(body: bytes) -> dict[str, Any]:
    """The event of a body, as API Gateway makes it."""
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def at(path: str) -> dict[str, Any]:
    return {"resource": "/api/agent/messages/{id}/outcome", "path": path}


@given(st.text(max_size=200))
def test_a_body_in_utf_8_is_read_as_it_was_sent(text: str) -> None:
    try:
        body = text.encode()
    except UnicodeEncodeError:
        return
    assert body_text(sent(body)) == text


@given(st.binary(max_size=200))
def test_a_body_is_either_read_exactly_or_refused(body: bytes) -> None:
    try:
        read = body_text(sent(body)).encode()
    except BadRequest:
        read = None
    assert read in (body, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"notes": "Nestlé"}'.encode("latin-1"), id="latin-1"),
        pytest.param('{"notes": "Nestlé"}'.encode("utf-16"), id="UTF-16"),
        pytest.param('{"notes": "Nestlé'.encode()[:-1], id="cut within a character"),
        pytest.param(b'{"notes": "\xc0\xaf"}', id="over-long"),
        pytest.param(b'{"notes": "\xed\xa0\x80"}', id="a surrogate"),
        pytest.param(b'{"notes": "\xf4\x90\x80\x80"}', id="beyond Unicode"),
    ],
)
def test_a_body_that_is_not_utf_8_is_refused_and_the_place_is_named(body: bytes) -> None:
    with pytest.raises(BadRequest, match=r"not valid UTF-8, at byte \d+"):
        body_text(sent(body))


@pytest.mark.parametrize("encoded", ["abc", "a b=", "é===", "YQ==YQ=="])
def test_a_body_that_is_not_base64_as_claimed_is_refused(encoded: str) -> None:
    with pytest.raises(BadRequest):
        body_text({"body": encoded, "isBase64Encoded": True})


def test_no_body_is_an_empty_one() -> None:
    assert body_text({"body": None, "isBase64Encoded": False}) == ""


def test_a_body_that_is_text_is_taken_as_it_is_unless_it_has_no_encoding() -> None:
    assert body_text({"body": "né", "isBase64Encoded": False}) == "né"
    with pytest.raises(BadRequest):
        body_text({"body": "\ud800", "isBase64Encoded": False})


@pytest.mark.parametrize("base64_encoded", [True, False])
def test_a_body_is_refused_by_its_length_in_bytes(base64_encoded: bool) -> None:
    def event(size: int) -> dict[str, Any]:
        return sent(b"x" * size) if base64_encoded else {"body": "x" * size, "isBase64Encoded": False}

    for size in range(MAX_BODY - 3, MAX_BODY + 1):
        assert len(body_bytes(event(size))) == size
    for size in (MAX_BODY + 1, MAX_BODY + 2, MAX_BODY + 3, 3 * MAX_BODY):
        with pytest.raises(BadRequest, match="128 KB"):
            body_bytes(event(size))
    assert len(body_bytes(event(MAX_BODY + 1), MAX_BODY + 1)) == MAX_BODY + 1


@pytest.mark.parametrize("path", ["msg_1", "a%20b", "%F0%9F%98%80", "a%2Fb", "%25", "%7e", "%C3%A9"])
def test_a_path_that_is_percent_encoded_utf_8_has_no_fault(path: str) -> None:
    assert path_errors(at(f"/api/agent/messages/{path}/outcome")) == []


@pytest.mark.parametrize("path", ["%E9", "%ff", "%ED%A0%80", "%C3", "%EF%BF%BD", "%", "%2", "%zz", "a%%20", "%u00e9"])
@pytest.mark.parametrize("base", ["", "/v1", "/live"])
def test_a_path_that_is_not_names_its_parameter(base: str, path: str) -> None:
    for end in ("", "/"):
        [fault] = path_errors(at(f"{base}/api/agent/messages/{path}/outcome{end}"))
        assert fault["parameter"] == "id"


def test_a_query_that_lost_bytes_names_each_parameter() -> None:
    query = {"company": ["Nestl\ufffd"], "period": ["2026-Q1"], "x\ufffd": ["1"], "both": ["a", "\ufffd"]}
    assert [fault["parameter"] for fault in query_errors(query)] == ["company", "x\ufffd", "both"]
    assert query_errors(None) == []
