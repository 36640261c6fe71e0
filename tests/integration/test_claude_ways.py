"""The ways to Claude: with a key from Secrets Manager, through Amazon Bedrock, and to the stand-in."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.session import get_session
from moto import mock_aws

from local.stand_in import start_stand_in
from shared.claude.client import Claude, KeyUnusable, key_from_secrets_manager
from shared.claude.replies import Call
from shared.services.job_summary import summarize
from tests.integration.claude_calls import GOOD, NONCE, SETTINGS, Asking, Keys, asked
from tests.integration.messages_api import Received, Step, error, message
from tests.unit.domain.job_fit_builders import a_claim, a_profile, an_answer


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
