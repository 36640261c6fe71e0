"""Load on the local stack, over HTTP on loopback: all endpoints mixed, as fast as answers come (closed) and at a fixed
rate whether they come or not (open).

    python -m benchmarks.load            30 seconds in all
    python -m benchmarks.load 10         ten minutes at 60 % of the closed rate, after a minute of closed load

Prints requests, statuses, latency percentiles and the memory of all processes at the start and at the end. The figures
are this machine's; what they are for is their shape: no error, and memory flat.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx

from local.commands import run

PORT = 8719
CALLERS = 40
"""So many that no plan's limit is met: what is measured is the stack, not the limits."""
AT_ONCE = 8
JOB = {"job_description": "Growth lead. You have led growth experiments in a self-serve product."}


def main(minutes: float) -> int:
    """Starts a stack, loads it, and says what happened; exit code 1 if anything failed."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"PORT": str(PORT)}
    server = subprocess.Popen([sys.executable, "-m", "local"], env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        while not (line := server.stdout.readline()).startswith("ready"):
            if not line:
                return 1
        callers = [_caller(n) for n in range(CALLERS)]
        _closed(callers, 5)  # warm
        rate, errors = _report("closed", _closed(callers, 10 if minutes < 1 else 60))
        opened = _open(callers, 15 if minutes < 1 else 60 * minutes, 0.6 * rate)
        return 1 if errors + _report("open", opened)[1] else 0
    finally:
        server.terminate()
        server.wait()


class Samples:
    """What a run gave: seconds and status of each request, and how long it all took."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.memory = [0, 0]
        self.duration = 0.0
        self._lock = threading.Lock()

    def take(self, since: float, status: int) -> None:
        """Notes an answer to a request that was due at `since`."""
        with self._lock:
            self.seconds.append(time.perf_counter() - since)
            self.statuses[status] += 1


type Caller = Callable[[random.Random], int]


def _caller(number: int) -> Caller:
    """An Enterprise team of its own with a member, a profile and messages; makes one request of the mix when called."""
    http = httpx.Client(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=35)
    team, user, now = f"load_team_{number}", f"load_user_{number}", datetime.now(UTC).isoformat()

    def event(kind: str, n: int = 0, **detail: Any) -> dict[str, Any]:
        return {"id": f"{kind}{number}-{n}", "source": "intraview", "detail-type": kind, "time": now, "detail": detail}

    messages = [f"load_{number}_{n}" for n in range(50)]
    triage = {
        "user_id": user,
        "team_id": team,
        "received_at": now,
        "fit": "maybe",
        "topics": ["a"],
        "action": "drafted",
    }
    events = [event("TeamUpdated", team_id=team, name="Load", plan="enterprise")]
    events += [event("MemberJoined", team_id=team, user_id=user)]
    events += [event("ProfileUpdated", user_id=user, headline="PM", summary="led growth", skills=["SQL"], stories=[])]
    events += [event("MessageTriaged", n, message_id=m, company=f"C{n % 9}", **triage) for n, m in enumerate(messages)]
    http.post("/_local/events", json=events).raise_for_status()
    request = {"team_id": team, "user_id": user, "scopes": ["read", "write"], "name": "load"}
    key = http.post("/_local/keys", json=request).raise_for_status().json()["key"]
    http.headers["Authorization"] = f"Bearer {key}"

    def call(dice: random.Random) -> int:
        outcome = {"outcome": dice.choice(["interviewed", "offered", "ghosted"])}
        method, path, body = dice.choices(
            [
                ("GET", "/api/agent/career-health", None),
                ("POST", "/api/agent/career-health", {}),
                ("GET", "/api/agent/company-signals?company=Stripe", None),
                ("POST", "/api/agent/job-summary", JOB),
                ("GET", "/api/team/agent/analytics", None),
                ("PATCH", f"/api/agent/messages/{dice.choice(messages)}/outcome", outcome),
            ],
            [40, 5, 25, 5, 10, 15],
        )[0]
        return http.request(method, path, json=body).status_code

    return call


def _closed(callers: list[Caller], seconds: float) -> Samples:
    samples, end, started = Samples(), time.perf_counter() + seconds, time.perf_counter()
    samples.memory[0] = _memory()

    def work(seed: int) -> None:
        dice = random.Random(seed)
        while (due := time.perf_counter()) < end:
            samples.take(due, dice.choice(callers)(dice))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(work, range(AT_ONCE)))
    samples.duration, samples.memory[1] = time.perf_counter() - started, _memory()
    return samples


def _open(callers: list[Caller], seconds: float, rate: float) -> Samples:
    samples, started, dice = Samples(), time.perf_counter(), random.Random(7)
    samples.memory[0] = _memory()
    with ThreadPoolExecutor(64) as pool:
        for n in range(int(seconds * rate)):
            due = started + n / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            caller, each = callers[n % CALLERS], random.Random(dice.random())
            pool.submit(_one, samples, caller, each, due)
    samples.duration, samples.memory[1] = time.perf_counter() - started, _memory()
    return samples


def _one(samples: Samples, caller: Caller, dice: random.Random, due: float) -> None:
    samples.take(due, caller(dice))


def _memory() -> int:
    """MB that the stack's processes hold: everything of this session, and of the sessions it has started."""
    table = run(["ps", "-A", "-o", "rss=,args="], capture_output=True, text=True, check=True).stdout
    ours = ("-m local", "local.aws.runtime", "local.aws.moto_server", "DynamoDBLocal")
    return sum(int(line.split()[0]) for line in table.splitlines() if any(name in line for name in ours)) // 1024


def _report(name: str, samples: Samples) -> tuple[float, int]:
    ordered = sorted(samples.seconds)
    at = {q: 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in (0.5, 0.95, 0.99)}
    rate = len(ordered) / samples.duration
    errors = sum(count for status, count in samples.statuses.items() if status != 200)
    print(
        f"{name}: {len(ordered)} requests in {samples.duration:.0f} s, {rate:.0f}/s, {dict(samples.statuses)};"
        f" p50 {at[0.5]:.0f} ms, p95 {at[0.95]:.0f} ms, p99 {at[0.99]:.0f} ms, max {1000 * ordered[-1]:.0f} ms;"
        f" memory {samples.memory[0]} -> {samples.memory[1]} MB",
        flush=True,
    )
    return rate, errors


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
