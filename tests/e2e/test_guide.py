"""The examples of the guide and of the client's README, as an integrator pastes them."""

import os
import re
import sys
from pathlib import Path

import pytest

from local.commands import run
from shared.domain.plans import Scope
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["docs/guide.md", "clients/python/README.md"]
EXAMPLES = [
    pytest.param(language, text, id=f"{document}-{number}")
    for document in DOCUMENTS
    for number, (language, text) in enumerate(
        re.findall(r"```(sh|python)\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)
    )
]


@pytest.fixture(scope="module")
def environment(api: RunningApi) -> dict[str, str]:
    """The variables that the guide asks for, with the key of a member who has a thread."""
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="A team", plan="enterprise"),
        an_event("MemberJoined", team_id=team, user_id=user),
        a_message_triaged(message_id=an_id("msg"), team_id=team, user_id=user),
    )
    key = api.make_key(team, user, Scope.READ, Scope.WRITE)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {
        **os.environ,
        "INTRAVIEW_BASE_URL": str(api.http.base_url).rstrip("/"),
        "INTRAVIEW_API_KEY": key,
        "PATH": path,
    }


def test_there_are_examples_in_both_languages() -> None:
    assert {parameter.values[0] for parameter in EXAMPLES} == {"sh", "python"}


@pytest.mark.parametrize(("language", "example"), EXAMPLES)
def test_an_example_runs(language: str, example: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-c", example] if language == "python" else ["bash", "-euo", "pipefail", "-c", example]
    done = run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "problem" not in done.stdout
