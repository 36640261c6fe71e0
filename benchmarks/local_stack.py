"""GET of a cached report through the local gateway, beside `sam local start-api` on the same functions, and beside a
bare starlette app as the limit.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from itertools import repeat
from statistics import median
from typing import Any

import httpx

from benchmarks.lambda_runtime import ROOT, WORK, build
from benchmarks.results_file import not_measured
from benchmarks.tables import Tables, a_report, furnish
from local.commands import start
from local.containers.docker import Docker, NoDocker
from local.containers.forwarder import reachable
from local.containers.template import write_for_containers
from local.ports import free_ports
from local.template import read_template
from tests.packaging.runtime import prepare_containers, serving

_PATH = "/api/agent/career-health"
_ROUNDS, _AT_ONCE = 5, 4
_MANY, _FEW = 400, 60
"""Requests a round of each load: of servers that answer in milliseconds, and of sam local. Two loads and the warming
stay below the 1,000 that an Enterprise team may send at once.
"""


def measure(tables: Tables) -> dict[str, Any]:
    """Milliseconds, p50 and p99, of one caller at a time; requests a second of that caller, and of several at once;
    seconds from start to ready. All servers run at once, and are asked in turn.
    """
    with _sam_local(tables) as sam, _starlette() as starlette, _local_stack() as (local, keys, ready):
        servers = {"starlette": (starlette, repeat(""), _MANY), "local": (local, iter(keys), _MANY)}
        servers |= {"sam_local": (sam[0], repeat(sam[1]), _FEW)} if sam else {}
        one: dict[str, list[float]] = {name: [] for name in servers}
        several: dict[str, list[float]] = {name: [] for name in servers}
        for n in range(_ROUNDS + 1):
            for name, (port, next_key, number) in servers.items():
                key = next(next_key)
                alone, rate = _requests(port, key, number), _requests_a_second(port, key, number)
                if n:  # the first round warms
                    one[name] += alone
                    several[name].append(rate)
    result: dict[str, Any] = {"ready_seconds": round(ready, 1)}
    result |= {name: _figures(sorted(one[name]), several[name]) for name in servers}
    if sam:
        ours, theirs = result["local"], result["sam_local"]
        result["of_sam_local"] = {
            "requests_a_second": round(ours["requests_a_second"] / theirs["requests_a_second"], 1),
            "one_caller_a_second": round(ours["one_caller_a_second"] / theirs["one_caller_a_second"], 1),
            "p50": round(theirs["p50_ms"] / ours["p50_ms"], 1),
            "p99": round(theirs["p99_ms"] / ours["p99_ms"], 1),
        }
    else:
        result["sam_local"] = not_measured("it needs Docker and AWS's image of Lambda's runtime")
    return result


def _figures(took: list[float], several: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(1000 * took[len(took) // 2], 2),
        "p99_ms": round(1000 * took[len(took) * 99 // 100], 2),
        "one_caller_a_second": round(len(took) / sum(took), 1),
        "requests_a_second": round(median(several), 1),
    }


@contextmanager
def _local_stack() -> Iterator[tuple[int, list[str], float]]:
    """`make serve` on a free port, and a key for each round: each of its own Enterprise team."""
    [port], started = free_ports(1), time.perf_counter()
    with _running([sys.executable, "-m", "local"], port, {**os.environ, "PORT": str(port)}, "/_local/health"):
        ready = time.perf_counter() - started
        keys = [_key(port, f"team_bench_{n}") for n in range(_ROUNDS + 1)]
        yield port, keys, ready


def _key(port: int, team: str) -> str:
    """Of a member whose report is as long as the others'."""
    user, now = f"{team}_user", datetime.now(UTC).isoformat()
    details: list[tuple[str, dict[str, Any]]] = [
        ("TeamUpdated", {"team_id": team, "name": "Bench", "plan": "enterprise"}),
        ("MemberJoined", {"team_id": team, "user_id": user}),
    ]
    for n in range(25):
        message = {"message_id": f"{team}_{n}", "team_id": team, "user_id": user, "received_at": now}
        triage = {"company": f"Company {n % 5}", "fit": "maybe", "topics": [f"topic_{n % 5}"], "action": "drafted"}
        details.append(("MessageTriaged", message | triage))
    envelope = {"source": "intraview", "time": now}
    events = [
        envelope | {"id": f"{team}_{n}", "detail-type": kind, "detail": detail}
        for n, (kind, detail) in enumerate(details)
    ]
    assert _post(port, "/_local/events", events)["rejected"] == []
    return str(_post(port, "/_local/keys", {"team_id": team, "user_id": user})["key"])


def _post(port: int, path: str, body: object) -> Any:
    return httpx.post(f"http://127.0.0.1:{port}{path}", json=body, timeout=30).raise_for_status().json()


@contextmanager
def _starlette() -> Iterator[int]:
    """A server that answers the same bytes and does nothing else."""
    [port] = free_ports(1)
    environ = {**os.environ, "BODY": a_report(datetime.now(UTC)).model_dump_json()}
    command = [sys.executable, "-m", "uvicorn", "benchmarks.baselines.starlette_app:app", "--port", str(port)]
    with _running([*command, "--no-access-log", "--log-level", "warning", "--http", "h11"], port, environ, _PATH):
        yield port


@contextmanager
def _sam_local(tables: Tables) -> Iterator[tuple[int, str] | None]:
    """`sam local start-api` on the built functions, with containers kept warm, on tables with the same report.

    None where there is no Docker or no image.
    """
    with ExitStack() as running:
        try:
            server = _start_sam_local(tables, running)
        except (NoDocker, OSError, AssertionError) as reason:
            print(f"sam local is not measured: {reason}")
            server = None
        yield server


def _start_sam_local(tables: Tables, running: ExitStack) -> tuple[int, str]:
    prepare_containers()
    key, template = furnish(tables.store), WORK / "containers.json"
    variables = reachable(tables.environ, Docker.find(), running)
    write_for_containers(build(), read_template().functions, variables, template)
    running.enter_context(suppress(subprocess.TimeoutExpired))  # removing containers may be slow; all is measured then
    url = running.enter_context(serving("start-api", template, WORK / "start-api.log"))
    return int(url.rpartition(":")[2]), key


@contextmanager
def _running(command: list[str], port: int, environ: dict[str, str], path: str) -> Iterator[None]:
    process = start(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port, path):
            assert process.poll() is None, f"{command[:4]} ended"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except ConnectionError:
        return False
    finally:
        connection.close()


def _requests_a_second(port: int, key: str, number: int) -> float:
    """Of several callers at once, who share the number."""
    started = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda _: _requests(port, key, number // _AT_ONCE), range(_AT_ONCE)))
    return number / (time.perf_counter() - started)


def _requests(port: int, key: str, number: int) -> list[float]:
    """Seconds of each of one caller's requests, one after another on one connection."""
    connection, took = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
    for _ in range(number):
        started = time.perf_counter()
        connection.request("GET", _PATH, headers={"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        body = response.read()
        took.append(time.perf_counter() - started)
        assert response.status == 200, body
        if response.will_close:
            connection.close()
    connection.close()
    return took
