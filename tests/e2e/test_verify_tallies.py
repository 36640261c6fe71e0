"""`make verify-tallies` against the running stack."""

import subprocess
import sys

import httpx

from local.stack import Stack
from shared.domain.tallies import QuarterKey
from shared.store import Store
from tests.builders import a_message_triaged, an_id
from tests.e2e.conftest import RunningApi


def verify_tallies(url: httpx.URL, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.jobs", "verify-tallies"],
        env={"PORT": str(url.port), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_tally_that_went_wrong_is_named_and_then_mended(api: RunningApi, stack: Stack) -> None:
    user = an_id("user")
    api.publish(a_message_triaged(user_id=user))
    store = Store(stack.template.functions["IngestEventsFunction"].environment, stack.dynamodb)
    store.table_scan.correct(QuarterKey("team_1", user, "2026-Q1"), {"inbound": 1}, {"inbound": 9}, "erased#nobody")

    found = verify_tallies(api.http.base_url)
    assert found.returncode == 1, found.stderr
    assert f"team_1 {user} 2026-Q1: stored {{'inbound': 9}}, counted {{'inbound': 1}}" in found.stdout
    unasked = api.http.post("/_local/jobs/verify-tallies", json={"repair": False}).json()["body"]
    assert (unasked["repaired"], unasked["different"]) == (0, 1)
    mended = verify_tallies(api.http.base_url, REPAIR="1")
    assert (mended.returncode, mended.stderr) == (0, "")
    assert verify_tallies(api.http.base_url).stdout.endswith("0 tallies repaired, 0 tallies differ\n")
