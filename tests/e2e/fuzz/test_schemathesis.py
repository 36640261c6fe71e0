"""Schemathesis drives the API from its document, with all of its checks, as every plan and every set of scopes."""

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.commands import run
from local.openapi.document import DOCUMENT
from shared.domain.plans import Plan, Scope
from tests.e2e.conftest import RunningApi
from tests.e2e.fuzz.callers import make_callers

pytestmark = pytest.mark.slow

REQUESTS = 20_000
SCOPES = ((Scope.READ,), (Scope.WRITE,), (Scope.READ, Scope.WRITE))
RUNS = [(plan, scopes) for plan in Plan for scopes in SCOPES]
EACH = REQUESTS // len(RUNS) + 1
AT_ONCE = 2
EXAMPLES = 215
"""Per operation and phase; comes to a tenth more than EACH requests in all, since runs differ by a twentieth."""


@pytest.mark.timeout(900)
def test_every_answer_to_generated_requests_is_as_documented(api: RunningApi, tmp_path: Path) -> None:
    started = time.monotonic()
    callers = {}
    for plan, scopes in RUNS:
        callers[plan, scopes] = tmp_path / f"{plan}-{'-'.join(scopes)}.json"
        callers[plan, scopes].write_text(json.dumps(make_callers(api, plan, scopes, 2 * EACH)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(lambda run: fuzz(str(api.http.base_url), callers[run]), RUNS))
    for (plan, scopes), counts in zip(RUNS, statuses, strict=True):
        print(f"\n{plan} {'+'.join(scopes)}: {counts.total()} requests, {dict(sorted(counts.items()))}", end="")  # noqa: T201 - figures
    total = sum(counts.total() - counts["429"] for counts in statuses)
    print(f"\nfrom the schema: {total} requests within the limits, {time.monotonic() - started:.0f} s")  # noqa: T201 - figures
    assert total >= REQUESTS


def fuzz(url: str, callers: Path) -> Counter[str]:
    """A run of Schemathesis without a finding; answers how often each status came."""
    here, counts = Path(__file__).parent, callers.with_suffix(".counts")
    done = run(
        [
            *(Path(sys.executable).parent / "schemathesis", "--config-file", here / "schemathesis.toml"),
            *("run", DOCUMENT, "--url", url, "--max-examples", str(EXAMPLES)),
            *("--workers", "4", "--continue-on-failure", "--no-color"),
            *(["--generation-deterministic"] if os.environ.get("CI") else []),  # a change is judged by what it changed
        ],
        cwd=callers.parent,
        env={
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            "PYTHONPATH": str(here.parents[2]),
            "SCHEMATHESIS_HOOKS": "tests.e2e.fuzz.hooks",
            "FUZZ_CALLERS": str(callers),
            "FUZZ_COUNTS": str(counts),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return Counter(json.loads(counts.read_text()))
