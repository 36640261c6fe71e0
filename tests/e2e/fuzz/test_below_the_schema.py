"""A second fuzzer, below the schema: raw bytes on a socket, which no client library would send.

Whatever comes in, the answer is a complete HTTP response with a documented status, no 500 among them, and with a body
as documented; and afterwards the API still answers.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.plans import Plan, Scope
from tests.e2e.conftest import RunningApi
from tests.e2e.fuzz.callers import make_callers
from tests.e2e.fuzz.malformed import (
    BODIES,
    BROKEN_ESCAPES,
    HEADERS,
    NOT_UTF_8,
    QUERIES,
    SEGMENTS,
    malformed_request,
    request,
)
from tests.e2e.fuzz.raw_http import Answer, exchange

pytestmark = pytest.mark.slow

HEALTH, SUMMARY = "/api/agent/career-health", "/api/agent/job-summary"
SIGNALS, ANALYTICS = "/api/agent/company-signals", "/api/team/agent/analytics"
THREADS = "/api/agent/messages"
OUTCOME = "/api/agent/messages/{}/outcome"
WITH_BODY = (("POST", HEALTH), ("POST", SUMMARY), ("PATCH", OUTCOME.format("m")))
DOCUMENTED = {200, 304, 400, 401, 403, 404, 413, 429, 503}
RANDOM_REQUESTS = 3_000


@pytest.fixture(scope="module")
def keys(api: RunningApi) -> list[str]:
    return list(make_callers(api, Plan.ENTERPRISE, (Scope.READ, Scope.WRITE), 10_000))


@pytest.fixture(scope="module")
def send(api: RunningApi) -> Callable[[bytes], Answer]:
    def answered(raw: bytes) -> Answer:
        answer = exchange((api.http.base_url.host, api.http.base_url.port or 80), raw)
        assert answer, raw[:200]
        return answer

    return answered


def is_documented(answer: Answer) -> None:
    assert answer.status in DOCUMENTED, answer
    if answer.status in (304, 413):
        return
    assert answer.headers["x-request-id"]
    document = json.loads(answer.body)
    if answer.status == 200:
        assert answer.headers["content-type"] == "application/json"
        return
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "request_id"} <= document.keys()
    assert document["status"] == answer.status


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_gets_a_documented_answer(keys: list[str], send: Callable[[bytes], Answer], name: str) -> None:
    for method, path in WITH_BODY:
        for content_type in (
            "application/json",
            "text/plain",
            "application/xml; charset=utf-16",
            "",
            "multipart/form-data",
        ):
            answer = send(request(method, path, keys[0], BODIES[name], {"Content-Type": content_type}))
            is_documented(answer)
            assert answer.status in ({400} if name in NOT_UTF_8 else {200, 400, 404, 413}), name


@pytest.mark.parametrize("name", QUERIES)
def test_a_malformed_query_gets_a_documented_answer(
    keys: list[str], send: Callable[[bytes], Answer], name: str
) -> None:
    for path in (HEALTH, SIGNALS, ANALYTICS, THREADS):
        answer = send(request("GET", f"{path}?{QUERIES[name]}", keys[0]))
        is_documented(answer)
        assert answer.status == 400 or name not in NOT_UTF_8, name


@pytest.mark.parametrize("name", SEGMENTS)
def test_a_malformed_path_gets_a_documented_answer(keys: list[str], send: Callable[[bytes], Answer], name: str) -> None:
    body = b'{"outcome":"offered"}'
    answer = send(request("PATCH", OUTCOME.format(SEGMENTS[name]), keys[0], body))
    is_documented(answer)
    assert answer.status in ({400} if name in {*NOT_UTF_8, *BROKEN_ESCAPES} else {400, 404})
    is_documented(send(request("GET", f"/{SEGMENTS[name]}", keys[0])))


@pytest.mark.parametrize("name", HEADERS)
def test_malformed_headers_get_a_documented_answer(keys: list[str], send: Callable[[bytes], Answer], name: str) -> None:
    key = keys[0]
    raw = HEADERS[name].replace(b"KEY", key.encode())
    is_documented(send(b"POST /api/agent/career-health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + raw))


def test_a_smuggled_request_is_never_answered_as_a_request(keys: list[str], send: Callable[[bytes], Answer]) -> None:
    inner = request("GET", HEALTH, keys[0])
    for framing in (
        b"Content-Length: 0\r\nContent-Length: 999\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ):
        answer = send(b"POST /api/agent/career-health HTTP/1.1\r\nHost: localhost\r\n" + framing + inner)
        assert answer.status in {400, 401}
        assert b"inbound_volume" not in answer.raw


def test_random_bytes_and_mutated_requests_get_a_documented_answer(api: RunningApi, keys: list[str]) -> None:
    dice, url, started = random.Random(5), api.http.base_url, time.monotonic()
    requests = [malformed_request(dice, keys[n % len(keys)]) for n in range(RANDOM_REQUESTS)]

    def status(raw: bytes) -> int | None:
        answer = exchange((url.host, url.port or 80), raw, patience=1)
        if answer is None:
            return None  # the server still waits for the end of a request
        is_documented(answer)
        return answer.status

    with ThreadPoolExecutor(8) as pool:
        counted = Counter(pool.map(status, requests))
    print(f"\nbelow the schema: {RANDOM_REQUESTS} requests, {dict(counted)}, {time.monotonic() - started:.0f} s")  # noqa: T201 - figures
    assert api.http.get("/_local/health").status_code == 200
