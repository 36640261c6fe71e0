"""Waiting and trying again, within the timeout."""

from __future__ import annotations

import pytest

from intraview import DailyBudgetSpent, InternalError, RateLimited, SummariesBusy, Unavailable
from intraview._retries import retry_after_seconds, wait_before_retry

from .fakes import CAREER_HEALTH, JOB_FIT, a_client, a_problem, an_answer, ok


def test_a_429_is_tried_again_after_the_time_it_names() -> None:
    client, transport, time = a_client(a_problem(429, "rate_limited", retry_after="3"), ok(CAREER_HEALTH))
    assert client.career_health().period == "2026-Q1"
    assert time.slept == [3.0]
    assert transport.timeouts == [60.0, 57.0]


def test_a_503_is_tried_again_whatever_the_method() -> None:
    client, _, time = a_client(a_problem(503, "service_unavailable", retry_after="5"), ok(JOB_FIT))
    client.job_summary("a job")
    assert time.slept == [5.0]


def test_a_wait_that_does_not_fit_into_the_timeout_is_not_begun() -> None:
    client, transport, time = a_client(a_problem(429, "rate_limited", retry_after="30"), timeout=30)
    with pytest.raises(RateLimited) as caught:
        client.career_health()
    assert (time.slept, len(transport.sent), caught.value.retry_after) == ([], 1, 30.0)


def test_retries_end_with_the_timeout() -> None:
    answers = [a_problem(429, "rate_limited", retry_after="3") for _ in range(10)]
    client, transport, time = a_client(*answers, timeout=10)
    with pytest.raises(RateLimited):
        client.career_health()
    assert time.slept == [3.0, 3.0, 3.0]
    assert len(transport.sent) == 4


def test_a_call_may_have_a_timeout_of_its_own() -> None:
    client, _, time = a_client(a_problem(503, "service_unavailable", retry_after="5"), timeout=60)
    with pytest.raises(Unavailable):
        client.career_health(timeout=1)
    assert time.slept == []


def test_without_a_named_time_the_waits_double() -> None:
    client, _, time = a_client(an_answer(503), an_answer(503), an_answer(503), ok(CAREER_HEALTH))
    client.career_health()
    assert time.slept == [0.5, 1.0, 2.0]


def test_a_named_time_of_zero_does_not_make_a_busy_loop() -> None:
    client, _, time = a_client(a_problem(429, "rate_limited", retry_after="0"), ok(CAREER_HEALTH))
    client.career_health()
    assert time.slept == [0.5]


@pytest.mark.parametrize(("code", "cls"), [("summaries_busy", SummariesBusy), ("daily_budget_spent", DailyBudgetSpent)])
def test_the_kinds_of_429_are_classes(code: str, cls: type[RateLimited]) -> None:
    client, _, _ = a_client(a_problem(429, code, retry_after="86400"))
    with pytest.raises(cls):
        client.job_summary("a job")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_other_problems_are_not_tried_again(status: int) -> None:
    client, transport, _ = a_client(a_problem(status, "whatever", retry_after="1"))
    with pytest.raises(Exception, match="whatever"):
        client.career_health()
    assert len(transport.sent) == 1


def test_a_500_without_a_document_is_still_an_internal_error() -> None:
    client, _, _ = a_client(an_answer(500))
    with pytest.raises(InternalError, match="500"):
        client.career_health()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        (" 120 ", 120.0),
        ("-1", None),
        ("soon", None),
        ("³", None),
        ("Thu, 01 Jan 1970 00:16:50 GMT", 10.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, now=1000.0) == seconds


def test_jitter_never_shortens_a_named_time() -> None:
    assert wait_before_retry(3.0, 0, jitter=0.0) == 3.0
    assert wait_before_retry(3.0, 0, jitter=1.0) == pytest.approx(3.3)
