"""The wheel as users get it: built, installed into a fresh environment, used against the API."""

import json
import os
import venv
from pathlib import Path
from typing import Any

import pytest

from local.commands import run
from shared.domain.plans import Scope
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.clients


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment in which nothing but the wheel and its dependencies is installed."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    run([python, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT / "clients" / "python"], check=True)
    [wheel] = folder.glob("intraview-*.whl")
    run([python, "-m", "pip", "install", "--quiet", f"{wheel}[mcp]"], check=True)
    return python.parent


def test_the_installed_command_talks_to_the_api(fresh: Path, api: RunningApi) -> None:
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="A team", plan="pro"),
        an_event("MemberJoined", team_id=team, user_id=user),
    )
    environment = {
        "PATH": os.environ["PATH"],
        "INTRAVIEW_BASE_URL": str(api.http.base_url),
        "INTRAVIEW_API_KEY": api.make_key(team, user, Scope.READ),
    }

    def iv(*arguments: str) -> Any:
        return run([fresh / "iv", *arguments], env=environment, capture_output=True, text=True, cwd="/")

    who = iv("whoami", "--json")
    assert (who.returncode, json.loads(who.stdout)["team_id"]) == (0, team)
    assert "Career health" in iv("health").stdout
    refused = iv("team")
    assert refused.returncode == 1
    assert "Enterprise" in refused.stderr
    missing = iv("outcome", "msg_none", "offered")
    assert (missing.returncode, "scope_missing" in missing.stderr) == (1, True)
