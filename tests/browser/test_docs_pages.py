"""Runs the tests of docs.test.mjs in Debian's Chromium against the running API."""

import os
from pathlib import Path

import pytest

from local.commands import run
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi

FOLDER = Path(__file__).parent
pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]


def test_the_pages_under_docs_in_a_browser(api: RunningApi) -> None:
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="A team", plan="enterprise"),
        an_event("MemberJoined", team_id=team, user_id=user),
    )
    url = str(api.http.base_url).rstrip("/")
    environment = {**os.environ, "BASE_URL": url, "API_KEY": api.make_key(team, user)}
    done = run(
        ["node", "--test", "docs.test.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=870
    )
    assert done.returncode == 0, done.stdout + done.stderr
