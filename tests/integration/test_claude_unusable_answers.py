"""Answers of Claude that cannot be used, refusals, and what only an operator can mend: which of them are tried again,
and what callers are told.
"""

import json

import pytest

from tests.integration.claude_calls import GOOD, Keys, asked
from tests.integration.messages_api import Step, error, message
from tests.unit.domain.job_fit_builders import an_answer


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (message(an_answer().model_dump_json()[:50], stop_reason="max_tokens"), "cut"),
        (message("", stop_reason="model_context_window_exceeded"), "cut"),
        (message("I would rather talk about the weather."), "off_schema"),
        (message('{"overall_fit": "perfect_fit"}'), "off_schema"),
        (message(an_answer().model_dump_json()[:50]), "off_schema"),
        (message("", content=[]), "off_schema"),
        (Step(body=b"<html>a proxy's page</html>", headers={"content-type": "text/html"}), "off_schema"),
        (Step(body=b"{}"), "off_schema"),
        (Step(body=b'{"half": '), "off_schema"),
    ],
    ids=["cut", "window", "prose", "off schema", "half an object", "empty", "html", "no message", "broken json"],
)
def test_an_answer_that_cannot_be_used_is_503_and_not_bought_again(step: Step, outcome: str) -> None:
    asking, requests = asked(step)
    assert asking.problem is not None
    assert (asking.outcomes, len(requests)) == ([outcome], 1)


def test_what_an_unusable_answer_cost_is_recorded() -> None:
    asking, _ = asked(message("no"))
    assert asking.calls[0].output_tokens == 34


def test_a_refusal_counts_when_it_comes_twice() -> None:
    asking, requests = asked(message("", stop_reason="refusal"))
    assert asking.problem is not None
    assert "declined" in asking.problem.detail
    assert (asking.outcomes, asking.pauses, len(requests)) == (["refused"] * 2, [0], 2)


def test_an_answer_after_one_refusal_is_an_answer() -> None:
    asking, _ = asked(message("", stop_reason="refusal"), GOOD)
    assert asking.summary is not None
    assert asking.outcomes == ["refused", "answered"]


@pytest.mark.parametrize("status", [400, 402, 403, 404])
def test_what_only_an_operator_can_mend_is_503_and_one_alarming_call(status: int) -> None:
    asking, requests = asked(error(status))
    assert asking.problem is not None
    assert asking.problem.retry_after == 60
    assert (asking.outcomes, len(requests)) == (["misconfigured"], 1)


def test_a_wrong_key_is_read_again_once_and_alarms() -> None:
    keys = Keys("wrong")
    asking, requests = asked(error(401, "authentication_error"), keys=keys)
    assert asking.problem is not None
    assert (asking.outcomes, len(requests), keys.refreshed) == (["misconfigured"], 1, 1)


def test_a_key_that_was_rotated_is_picked_up_within_the_request() -> None:
    asking, requests = asked(error(401, "authentication_error"), GOOD, keys=Keys("old", "new"))
    assert asking.summary is not None
    assert asking.outcomes == ["key_replaced", "answered"]
    assert [request.headers["authorization"] for request in requests] == ["Bearer old", "Bearer new"]


def test_without_a_key_nothing_is_sent_and_it_alarms() -> None:
    asking, requests = asked(GOOD, keys=Keys())
    assert asking.problem is not None
    assert (asking.outcomes, len(requests)) == (["misconfigured"], 0)


def test_no_problem_tells_the_caller_what_is_behind_it() -> None:
    for step in (error(529), error(401), message("no"), message("", stop_reason="refusal")):
        asking, _ = asked(step)
        assert asking.problem is not None
        assert not {"claude", "anthropic", "key", "model"} & set(asking.problem.detail.casefold().split())


@pytest.mark.parametrize(
    "step",
    [
        error(400, "invalid_request_error", told="prompt is too long: 208310 tokens > 200000 maximum"),
        error(400, "invalid_request_error", told="input length and `max_tokens` exceed context limit: 198000 + 4096"),
        error(413, "request_too_large", told="Request exceeds the maximum size"),
        error(200, "invalid_request_error", told="prompt is too long: 208310 tokens > 200000 maximum"),
        Step(400, b'{"message": "Input is too long for requested model."}'),
    ],
    ids=["prompt", "context", "413", "in a 200", "Bedrock"],
)
def test_a_prompt_that_is_too_long_is_the_callers_to_shorten_and_no_operators_mistake(step: Step) -> None:
    asking, requests = asked(step)
    assert asking.too_long is not None
    assert "Shorten" in asking.too_long.detail
    assert (asking.outcomes, len(requests)) == (["too_long"], 1)


def test_too_many_output_tokens_are_an_operators_mistake() -> None:
    asking, _ = asked(error(400, "invalid_request_error", told="max_tokens: 99999 > 64000, which is the maximum"))
    assert asking.outcomes == ["misconfigured"]


@pytest.mark.parametrize(
    "changes",
    [
        {"usage": None},
        {"usage": {}},
        {"usage": {"input_tokens": None, "output_tokens": "many"}},
        {"usage": "none"},
        {"stop_reason": "something_new"},
        {"stop_reason": None},
        {"stop_reason": "max_tokens"},
        {"model": None},
        {"id": None, "type": None, "role": None},
        {"content": [{"type": "new", "text": None}, {"type": "text", "text": an_answer().model_dump_json()}]},
    ],
)
def test_an_answer_that_was_paid_for_needs_its_content_alone(changes: dict[str, object]) -> None:
    document = json.loads(message(an_answer()).body)
    asking, _ = asked(Step(body=json.dumps({**document, **changes}).encode()))
    assert asking.summary is not None
    assert asking.outcomes == ["answered"]


def test_an_answer_needs_no_field_beside_its_content() -> None:
    content = json.loads(message(an_answer()).body)["content"]
    asking, _ = asked(Step(body=json.dumps({"content": content}).encode()))
    assert asking.summary is not None
    assert asking.summary.model == "claude-haiku-5-5"


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [
        ("overloaded_error", ["overloaded", "answered"]),
        ("rate_limit_error", ["rate_limited", "answered"]),
        ("api_error", ["failed", "answered"]),
        ("an_error_of_tomorrow", ["failed", "answered"]),
        ("permission_error", ["misconfigured"]),
    ],
)
def test_an_error_in_a_200_is_that_error(kind: str, outcomes: list[str]) -> None:
    asking, _ = asked(error(200, kind), GOOD)
    assert asking.outcomes == outcomes


def test_a_refused_key_in_a_200_is_read_again() -> None:
    asking, _ = asked(error(200, "authentication_error"), GOOD, keys=Keys("old", "new"))
    assert asking.outcomes == ["key_replaced", "answered"]
