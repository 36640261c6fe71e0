"""GET of a cached report through the local gateway, beside a bare starlette app as the limit, and beside
`sam local start-api` where its container image is at hand.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from benchmarks.lambda_runtime import ROOT, WORK, build
from benchmarks.tables import Tables, a_report, furnish
from local.template import read_template
from tests.packaging.runtime import Forwarder, serving, with_endpoints

TARGET_OF_SAM, TARGET_P50_MS, TARGET_READY_SECONDS = 20, 5.0, 6.0
_IMAGE = "public.ecr.aws/lambda/python:3.13-x86_64"
_PATH = "/api/agent/career-health"
_REQUESTS, _WARMING, _AT_ONCE = 600, 100, 4


def measure(tables: Tables) -> dict[str, Any]:
    """Requests a second and milliseconds, p50 and p99, of one caller at a time; seconds from start to ready."""
    result: dict[str, Any] = {}
    with _local_stack() as (port, keys, ready):
        result["ready_seconds"] = round(ready, 1)
        result["local"] = _load(port, keys[0]) | {"requests_a_second": _throughput(port, keys[1])}
    with _starlette() as port:
        result["starlette"] = _load(port, "") | {"requests_a_second": _throughput(port, "")}
    if _image_is_there():
        with _sam_local(tables) as (port, key):
            result["sam_local"] = _load(port, key, requests=10, warming=3)
            result["of_sam_local"] = round(result["sam_local"]["p50_ms"] / result["local"]["p50_ms"], 1)
    return result


@contextmanager
def _local_stack() -> Iterator[tuple[int, list[str], float]]:
    """`make serve` on a free port, and keys of two Enterprise teams: each may send 1,000 requests at once."""
    port, started = _free_port(), time.perf_counter()
    with _running([sys.executable, "-m", "local"], port, {**os.environ, "PORT": str(port)}, "/_local/health"):
        ready = time.perf_counter() - started
        keys = []
        for team in ("team_bench_1", "team_bench_2"):
            user = f"{team}_user"
            details = [("TeamUpdated", {"team_id": team, "name": "Bench", "plan": "enterprise"})]
            details += [("MemberJoined", {"team_id": team, "user_id": user})]
            envelope = {"source": "intraview", "time": datetime.now(UTC).isoformat()}
            events = [envelope | {"id": team + kind, "detail-type": kind, "detail": detail} for kind, detail in details]
            _post(port, "/_local/events", events)
            keys.append(_post(port, "/_local/keys", {"team_id": team, "user_id": user})["key"])
        yield port, keys, ready


def _post(port: int, path: str, body: object) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - loopback
        return json.loads(response.read())


@contextmanager
def _starlette() -> Iterator[int]:
    """A server that answers the same bytes and does nothing else."""
    port = _free_port()
    environ = {**os.environ, "BODY": a_report(datetime.now(UTC)).model_dump_json()}
    command = [sys.executable, "-m", "uvicorn", "benchmarks.baselines.starlette_app:app", "--port", str(port)]
    with _running([*command, "--no-access-log", "--log-level", "warning", "--http", "h11"], port, environ, _PATH):
        yield port


def _image_is_there() -> bool:
    docker = shutil.which("docker")
    command = [str(docker), "image", "inspect", _IMAGE]
    return bool(docker) and subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - docker


@contextmanager
def _sam_local(tables: Tables) -> Iterator[tuple[int, str]]:
    """`sam local start-api` on the built functions, with containers kept warm, on this benchmark's tables."""
    key = furnish(tables.store)
    forwarder = Forwarder(tables.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    endpoints = {"AWS_ENDPOINT_URL_DYNAMODB": forwarder.url}
    template = with_endpoints(build(), read_template().functions, endpoints)
    try:
        # It may take its time to remove its containers; by then all is measured.
        with suppress(subprocess.TimeoutExpired), serving("start-api", template, WORK / "start-api.log") as url:
            yield int(url.rpartition(":")[2]), key
    finally:
        forwarder.close()


@contextmanager
def _running(command: list[str], port: int, environ: dict[str, str], path: str) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
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


def _load(port: int, key: str, requests: int = _REQUESTS, warming: int = _WARMING) -> dict[str, float]:
    """One caller, one request after another on one connection."""
    took = sorted(_requests(port, key, requests + warming)[warming:])
    return {"p50_ms": round(1000 * took[len(took) // 2], 2), "p99_ms": round(1000 * took[len(took) * 99 // 100], 2)}


def _throughput(port: int, key: str) -> float:
    """Several callers at once."""
    started = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda _: _requests(port, key, 900 // _AT_ONCE), range(_AT_ONCE)))
    return round(900 // _AT_ONCE * _AT_ONCE / (time.perf_counter() - started))


def _requests(port: int, key: str, number: int) -> list[float]:
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


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
