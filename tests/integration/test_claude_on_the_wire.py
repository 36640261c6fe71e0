"""Claude through the real SDK, against a server that does what providers do on good and on bad days (contract 9)."""

import gc
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.session import get_session
from moto import mock_aws

from local.stand_in import start_stand_in
from shared.claude import Claude, ClaudeSettings, KeyUnusable, key_from_secrets_manager
from shared.claude_replies import Call, Outcome
from shared.job_summary import JobSummary, summarize
from shared.problems import Unavailable
from tests.integration.messages_api import DRIP, DROP, HANG, MessagesApi, Received, Step, error, message
from tests.unit.job_fit_builders import JOB, a_claim, a_profile, an_answer

SETTINGS = ClaudeSettings(
    provider="anthropic", model="claude-haiku-5-5", effort="low", max_tokens=4096, key_secret_id="the secret's id"
)
GOOD = message(an_answer(a_claim()))
NONCE = "c0ffee"


class Keys:
    """A secret that holds one key, and another one once it is read past the cache."""

    def __init__(self, *keys: str) -> None:
        self._keys = list(keys)
        self.refreshed = 0

    def __call__(self, *, refresh: bool) -> str:
        if refresh:
            self.refreshed += 1
            self._keys = self._keys[1:] or self._keys
        if not self._keys:
            raise KeyUnusable
        return self._keys[0]


class Asking:
    """One request of ours: what it was answered, and everything it did on the way."""

    def __init__(self, url: str, *, seconds: float = 27.0, keys: Keys | None = None, **settings: Any) -> None:
        self.calls: list[Call] = []
        self.pauses: list[float] = []
        self.summary: JobSummary | None = None
        self.problem: Unavailable | None = None
        self.claude = Claude(
            SETTINGS.model_copy(update=settings),
            None if settings.get("provider") == "bedrock" else keys or Keys("the key"),
            self.calls.append,
            base_url=url,
            sleep=self.pauses.append,
        )
        try:
            self.summary = self.again(seconds)
        except Unavailable as problem:
            self.problem = problem

    def again(self, seconds: float = 27.0) -> JobSummary:
        """Asks as this function's next request would. Raises Unavailable."""
        return summarize(a_profile(), JOB, self.claude, nonce=NONCE, deadline=time.monotonic() + seconds)

    @property
    def outcomes(self) -> list[str]:
        return [str(call.outcome) for call in self.calls]


def asked(*steps: Step, **options: Any) -> tuple[Asking, list[Received]]:
    with MessagesApi(*steps) as api:
        return Asking(api.url, **options), api.requests


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
    assert (call.outcome, call.model) == (Outcome.ANSWERED, "claude-haiku-5-5")
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


def test_asking_again_opens_a_new_connection_and_keeps_nothing_of_the_last() -> None:
    def tls_contexts() -> int:
        return sum(isinstance(each, ssl.SSLContext) for each in gc.get_objects())

    gc.collect()
    gc.disable()  # as good as off in a function, which looks for garbage late
    try:
        with MessagesApi(GOOD) as api:
            asking = Asking(api.url)
            before = tls_contexts()
            for _ in range(3):
                asking.again()
            assert tls_contexts() == before
        assert len({request.port for request in api.requests}) == 4
    finally:
        gc.enable()


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
    assert asking.problem.headers == {"Retry-After": str(told)}
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


@pytest.mark.parametrize("status", [400, 402, 403, 404, 413])
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


@pytest.fixture
def secrets_manager(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Secrets Manager without secrets."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield get_session().create_client("secretsmanager", region_name="us-east-1")


def test_the_key_comes_from_the_secret_and_stays_cached_until_it_is_refused(secrets_manager: Any) -> None:
    secrets_manager.create_secret(Name="claude-key", SecretString=" first \n")
    read_key = key_from_secrets_manager("claude-key", secrets_manager)
    assert read_key(refresh=False) == "first"
    secrets_manager.put_secret_value(SecretId="claude-key", SecretString="second")
    assert read_key(refresh=False) == "first"
    assert read_key(refresh=True) == "second"
    assert read_key(refresh=False) == "second"


@pytest.mark.parametrize("secret", [None, " ", "schlüssel", "two\nlines"])
def test_a_secret_that_is_missing_or_no_key_is_unusable(secrets_manager: Any, secret: str | None) -> None:
    if secret is not None:
        secrets_manager.create_secret(Name="claude-key", SecretString=secret)
    with pytest.raises(KeyUnusable):
        key_from_secrets_manager("claude-key", secrets_manager)(refresh=False)


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Asking, list[Received]]]:
    """Asks through Amazon Bedrock, as a function with an IAM role does."""
    for name, value in {
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "the session's token",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)

    def ask(*steps: Step) -> tuple[Asking, list[Received]]:
        return asked(*steps, provider="bedrock", model="eu.anthropic.claude-haiku-5-5")

    return ask


def test_bedrock_is_asked_with_the_roles_signature_and_without_a_key(
    bedrock: Callable[..., tuple[Asking, list[Received]]],
) -> None:
    asking, (request,) = bedrock(GOOD)
    assert asking.summary is not None
    assert request.path == "/model/eu.anthropic.claude-haiku-5-5/invoke"
    assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    assert "/eu-central-1/bedrock/aws4_request" in request.headers["authorization"]
    assert set(request.body) == {"anthropic_version", "max_tokens", "system", "messages", "output_config"}
    assert request.body["output_config"] == {"effort": "low"}


@pytest.mark.parametrize(
    ("step", "outcomes"),
    [
        (error(429), ["rate_limited"] * 2),
        (error(424), ["failed"] * 2),
        (error(503), ["failed"] * 2),
        (error(403), ["misconfigured"]),
        (message("no"), ["off_schema"]),
        (message("", stop_reason="refusal"), ["refused"] * 2),
    ],
    ids=["throttled", "model error", "unavailable", "access denied", "off schema", "refusal"],
)
def test_bedrocks_bad_days_are_503_too(
    bedrock: Callable[..., tuple[Asking, list[Received]]], step: Step, outcomes: list[str]
) -> None:
    asking, _ = bedrock(step)
    assert asking.problem is not None
    assert asking.outcomes == outcomes


def test_bedrock_may_fence_its_answer(bedrock: Callable[..., tuple[Asking, list[Received]]]) -> None:
    asking, _ = bedrock(message(f"```json\n{an_answer(a_claim()).model_dump_json()}\n```"))
    assert asking.summary is not None


def test_the_stand_in_answers_the_real_sdk_and_says_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Call] = []
    stand_in = start_stand_in()
    try:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", stand_in.url)
        claude = Claude(SETTINGS, Keys("stand-in"), calls.append)
        job = "You own week-one activation. You are fluent in SQL. You have run a bakery."
        summary = summarize(a_profile(), job, claude, nonce=NONCE, deadline=time.monotonic() + 27)
    finally:
        stand_in.stop()
    assert summary.model == calls[0].model == "stand-in"
    assert [item.source.id for item in summary.grounded.evidence] == ["story_1", "skill:SQL"]
    assert summary.grounded.job_fit.gaps == ["No bakery experience mentioned"]
