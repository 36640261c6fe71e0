"""Reads the address and model of Claude from the environment."""

import pytest
from pydantic import ValidationError

from shared.claude.client import ClaudeSettings
from shared.infra.settings import MissingSetting

ENVIRON = {
    "CLAUDE_PROVIDER": "anthropic",
    "CLAUDE_MODEL": "claude-haiku-5-5",
    "CLAUDE_EFFORT": "low",
    "CLAUDE_MAX_TOKENS": "4096",
    "CLAUDE_KEY_SECRET_ID": "the secret's id",
}


def test_the_environment_is_read_whole() -> None:
    assert ClaudeSettings.from_env(ENVIRON) == ClaudeSettings(
        provider="anthropic",
        model="claude-haiku-5-5",
        effort="low",
        max_tokens=4096,
        key_secret_id="the secret's id",
    )


@pytest.mark.parametrize("name", ENVIRON)
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(MissingSetting, match=name):
        ClaudeSettings.from_env({key: value for key, value in ENVIRON.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("CLAUDE_PROVIDER", "openai", "provider"),
        ("CLAUDE_EFFORT", "extreme", "effort"),
        ("CLAUDE_MAX_TOKENS", "many", "max_tokens"),
        ("CLAUDE_MAX_TOKENS", "0", "max_tokens"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(name: str, value: str, field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        ClaudeSettings.from_env({**ENVIRON, name: value})


def test_bedrock_needs_no_key() -> None:
    environ = {**ENVIRON, "CLAUDE_PROVIDER": "bedrock"}
    environ.pop("CLAUDE_KEY_SECRET_ID")
    assert ClaudeSettings.from_env(environ).key_secret_id == ""
