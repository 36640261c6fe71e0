"""Whether time tells an unknown key from a revoked or an expired one: `python -m benchmarks.key_timing [ROUNDS]`.

Each round asks the gateway of a local stack once with each kind of key, in an order of its own, so that whatever else
the machine does meets all kinds alike. Of two kinds that time cannot tell apart, each is the slower one in half of the
rounds, give or take what chance allows.
"""

import json
import math
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from statistics import median, quantiles

from local.control_plane import ControlPlane
from local.stack import Settings, Stack
from shared.domain.keys import make_key

ROUNDS, WARMING, KEYS = 1_500, 100, 20
EXPIRES_IN = 10
"""Seconds in which all keys are made: one cannot be made that has ended."""

DEVIATIONS = 3.3
"""How far from a half chance takes one share in a thousand."""


def main(rounds: int) -> int:
    """Measures, and says what came of it; exit code 1 when time told two kinds apart."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Settings(), Path(folder) / "log")
        try:
            took = measure(stack, rounds)
        finally:
            stack.stop()
    for kind, seconds in took.items():
        print(f"{kind:<8} p50 {1e3 * median(seconds):.2f} ms, p99 {1e3 * quantiles(seconds, n=100)[-1]:.2f} ms")
    noise = DEVIATIONS / (2 * math.sqrt(rounds))
    shares = slower_in(took)
    for (one, other), share in shares.items():
        print(f"{one} slower than {other} in {share:.1%} of {rounds} rounds; chance allows {noise:.1%} from a half")
    return int(any(abs(share - 0.5) > noise for share in shares.values()))


def measure(stack: Stack, rounds: int) -> dict[str, list[float]]:
    """Seconds of each round's answer, by the kind of key."""
    keys = bad_keys(stack)
    took: dict[str, list[float]] = {"unknown": [], **{kind: [] for kind in keys}}
    for number in range(WARMING + rounds):
        for kind in random.sample(list(took), len(took)):
            key = secrets.choice(keys[kind]) if kind in keys else make_key(secrets.choice)
            headers = [("Authorization", f"Bearer {key}")]
            started = time.perf_counter()
            answer = stack.gateway.handle("GET", "/api/agent/career-health", headers)
            seconds = time.perf_counter() - started
            assert answer.status == 401
            if number >= WARMING:
                took[kind].append(seconds)
    return took


def bad_keys(stack: Stack) -> dict[str, list[str]]:
    """Keys that were good once."""
    envelope = {"id": "1", "source": "intraview", "time": "2026-01-01T00:00:00Z"}
    team = envelope | {"detail-type": "TeamUpdated", "detail": {"team_id": "team_1", "name": "A team", "plan": "pro"}}
    member = envelope | {"detail-type": "MemberJoined", "detail": {"team_id": "team_1", "user_id": "user_1"}}
    ControlPlane(stack).apply_events(json.dumps([team, member]).encode())
    request = {"action": "create", "team_id": "team_1", "user_id": "user_1"}
    soon = (datetime.now(UTC) + timedelta(seconds=EXPIRES_IN)).isoformat()
    revoked, expired = [], []
    for _ in range(KEYS):
        made = stack.invoke("ManageKeysFunction", request)["body"]
        stack.invoke("ManageKeysFunction", {"action": "revoke", "team_id": "team_1", "key_id": made["key_id"]})
        revoked.append(made["key"])
        expired.append(stack.invoke("ManageKeysFunction", {**request, "expires_at": soon})["body"]["key"])
    time.sleep(EXPIRES_IN)
    return {"revoked": revoked, "expired": expired}


def slower_in(took: Mapping[str, Sequence[float]]) -> dict[tuple[str, str], float]:
    """Of two kinds, the share of rounds in which the first was the slower one."""
    return {
        (one, other): sum(a > b for a, b in zip(took[one], took[other], strict=True)) / len(took[one])
        for one, other in combinations(took, 2)
    }


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
