"""Runs charts.test.mjs, and the console's tests in Chromium against the running API, with people of their own."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from local.commands import run
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi

FOLDER = Path(__file__).parent
ATTACK = "<img src=x onerror=globalThis.hacked=1>"
pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]


def test_the_charts_by_their_figures() -> None:
    done = run(["node", "--test", "charts.test.mjs"], cwd=FOLDER, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def a_person(api: RunningApi, team: str, plan: str, role: str, name: str) -> tuple[str, str]:
    """A member who may sign in: the user's id, and the subject of their identity."""
    user, subject = an_id("user"), an_id("subject")
    joined: dict[str, Any] = {
        "team_id": team,
        "user_id": user,
        "role": role,
        "sign_in": {"provider": "Cognito", "subject": subject},
    }
    profile: dict[str, Any] = {"headline": ATTACK, "summary": f"{ATTACK} led growth", "skills": ["SQL"], "stories": []}
    api.publish(
        an_event("TeamUpdated", team_id=team, name=name, plan=plan),
        an_event("MemberJoined", **joined),
        an_event("ProfileUpdated", user_id=user, **profile),
    )
    return user, subject


def a_person_in_two_teams(api: RunningApi) -> str:
    """An admin of an Enterprise team who is a member of a Pro team too: the subject of their identity."""
    user, subject = a_person(api, an_id("team"), "enterprise", "admin", "First team")
    pro = an_id("team")
    identity: dict[str, Any] = {"provider": "Cognito", "subject": subject}
    api.publish(
        an_event("TeamUpdated", team_id=pro, name="Second team", plan="pro"),
        an_event("MemberJoined", team_id=pro, user_id=user, role="member", sign_in=identity),
    )
    return subject


@pytest.mark.parametrize("tests", ["console.test.mjs", "webhooks.test.mjs", "integrations.test.mjs"])
def test_the_console_in_a_browser(api: RunningApi, tests: str) -> None:
    team = an_id("team")
    admin, admin_subject = a_person(api, team, "enterprise", "admin", f"Team {ATTACK}")
    _, member_subject = a_person(api, an_id("team"), "pro", "member", "A candidate")
    attacked = an_id("msg")
    threads: list[dict[str, Any]] = [{"company": company} for company in ("Stripe", "Zalando SE", "Ramp", "Figma")]
    attack: dict[str, Any] = {"message_id": attacked, "company": ATTACK, "topics": [ATTACK, "compensation"]}
    about = {"user_id": admin, "team_id": team, "received_at": "2026-10-05T08:00:00Z"}
    api.publish(*(a_message_triaged(**about, **thread) for thread in [*threads, attack]))
    people = {"admin": admin_subject, "pro": member_subject, "attack": ATTACK, "attacked": attacked}
    people["both"] = a_person_in_two_teams(api)
    environment = {**os.environ, "BASE_URL": str(api.http.base_url).rstrip("/"), "PEOPLE": json.dumps(people)}
    done = run(["node", "--test", tests], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=870)
    assert done.returncode == 0, done.stdout + done.stderr
