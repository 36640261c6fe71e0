"""Claude through the real SDK, against a server that does what providers do, good days and slow ones (contract 9)."""

import socket
import ssl
import threading
from typing import Any

import pytest

from shared.claude.replies import CallOutcome
from tests.integration.claude_calls import GOOD, NONCE, Asking, asked
from tests.integration.messages_api import DRIP, DROP, HANG, MessagesApi, Step, error


def test_an_answer_comes_back_checked_with_the_model_that_gave_it() -> None:
    asking, _ = asked(GOOD)
    assert asking.summary is not None
    assert asking.summary.model == "claude-haiku-5-5"
    assert asking.summary.grounded.job_fit.matched_areas == [
        "Growth funnel ownership — CARL story shows activation optimization"
    ]


def test_a_call_is_recorded_with_its_cost_and_without_a_word() -> None:
    asking, _ = asked(GOOD)
    (call,) = asking.calls
    assert (call.outcome, call.model) == (CallOutcome.ANSWERED, "claude-haiku-5-5")
    assert (call.input_tokens, call.output_tokens, call.cache_read_tokens, call.cache_write_tokens) == (12, 34, 560, 7)
    assert call.seconds > 0


def test_the_request_is_two_cached_blocks_and_one_user_turn_held_to_the_schema() -> None:
    _, (request,) = asked(GOOD)
    assert (request.path, request.headers["authorization"]) == ("/v1/messages", "Bearer the key")
    assert set(request.body) == {"model", "max_tokens", "system", "messages", "output_config"}
    assert (request.body["model"], request.body["max_tokens"]) == ("claude-haiku-5-5", 4096)
    assert [block["cache_control"] for block in request.body["system"]] == [{"type": "ephemeral"}] * 2
    (turn,) = request.body["messages"]
    assert turn["role"] == "user"
    assert NONCE in turn["content"]
    assert request.body["output_config"]["effort"] == "low"
    assert request.body["output_config"]["format"]["type"] == "json_schema"


def test_asking_again_opens_a_new_connection_and_makes_no_new_tls_context(monkeypatch: pytest.MonkeyPatch) -> None:
    makers: list[int] = []
    make = ssl.create_default_context

    def counted(*args: Any, **options: Any) -> ssl.SSLContext:
        makers.append(threading.get_ident())
        return make(*args, **options)

    monkeypatch.setattr(ssl, "create_default_context", counted)
    with MessagesApi(GOOD) as api:
        asking = Asking(api.url)
        for _ in range(3):
            asking.again()
    assert makers.count(threading.get_ident()) == 1  # the client's own
    assert len({request.port for request in api.requests}) == 4


def test_the_cached_prefix_is_the_same_bytes_for_the_next_job() -> None:
    with MessagesApi(GOOD) as api:
        Asking(api.url)
        Asking(api.url)
    first, second = api.requests
    assert first.body["system"] == second.body["system"]
    assert first.body["output_config"] == second.body["output_config"]


def test_effort_can_be_left_to_a_model_that_has_none() -> None:
    _, (request,) = asked(GOOD, effort="default")
    assert set(request.body["output_config"]) == {"format"}


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (error(529, "overloaded_error"), "overloaded"),
        (error(429, "rate_limit_error"), "rate_limited"),
        (error(500), "failed"),
        (error(502), "failed"),
        (error(503), "failed"),
        (error(504, "timeout_error"), "failed"),
        (DROP, "unreachable"),
    ],
    ids=["529", "429", "500", "502", "503", "504", "dropped"],
)
def test_a_passing_failure_is_tried_once_more_and_then_503(step: Step, outcome: str) -> None:
    asking, requests = asked(step)
    assert asking.problem is not None
    assert asking.problem.retry_after == 5
    assert (asking.outcomes, asking.pauses, len(requests)) == ([outcome] * 2, [0.5], 2)


@pytest.mark.parametrize(
    "step", [error(529), error(429, retry_after="2"), error(500), DROP], ids=["529", "429", "500", "dropped"]
)
def test_the_second_call_mends_a_passing_failure(step: Step) -> None:
    asking, requests = asked(step, GOOD)
    assert asking.summary is not None
    assert len(requests) == 2


def test_the_providers_retry_after_is_slept_if_there_is_time() -> None:
    asking, _ = asked(error(429, retry_after="7"), GOOD)
    assert asking.pauses == [7]


@pytest.mark.parametrize(("retry_after", "told"), [("60", 60), ("24.5", 25), ("86400", 300)])
def test_a_retry_after_beyond_the_deadline_is_not_slept_but_passed_on(retry_after: str, told: int) -> None:
    asking, requests = asked(error(429, retry_after=retry_after))
    assert asking.problem is not None
    assert asking.problem.retry_after == told
    assert (asking.pauses, len(requests)) == ([], 1)


@pytest.mark.parametrize("retry_after", ["soon", "nan", "inf", "-3", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_retry_after_that_is_no_number_of_seconds_does_no_harm(retry_after: str) -> None:
    asking, _ = asked(error(529, retry_after=retry_after), GOOD)
    assert asking.summary is not None
    assert asking.pauses in ([0.5], [0.0])


def test_a_provider_that_says_not_to_retry_is_obeyed() -> None:
    asking, requests = asked(error(500, x_should_retry="false"))
    assert (asking.outcomes, len(requests)) == (["failed"], 1)


def test_there_is_no_second_call_without_time_for_its_answer() -> None:
    asking, requests = asked(error(529), seconds=3.4)
    assert asking.problem is not None
    assert len(requests) == 1


def test_there_is_no_call_at_all_after_the_deadline() -> None:
    asking, requests = asked(GOOD, seconds=-1)
    assert (asking.outcomes, len(requests)) == (["timed_out"], 0)


@pytest.mark.parametrize("step", [HANG, DRIP], ids=["no reply", "a reply byte by byte"])
def test_a_slow_provider_is_given_up_at_the_deadline_and_not_charged_twice(step: Step) -> None:
    asking, requests = asked(step, seconds=0.6)
    assert asking.problem is not None
    assert asking.outcomes == ["timed_out"]
    assert len(requests) <= 1


def test_a_provider_that_cannot_be_reached_is_503() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        asking = Asking(f"http://127.0.0.1:{nobody.getsockname()[1]}")
    assert asking.problem is not None
    assert asking.outcomes == ["unreachable"] * 2
