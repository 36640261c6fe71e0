"""Lambda's runtime on this machine: the emulator and runtime interface client that AWS publishes, and built bundles.

The emulator comes with aws-sam-cli. It takes one invocation at a time, and of its numbers only INIT REPORT is right.
"""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import samcli

from local.commands import run, start
from local.deployment import Function
from local.ports import free_ports

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".cache" / "bench"
_EMULATOR = Path(samcli.__file__).parent / "local" / "rapid" / "aws-lambda-rie-x86_64"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)")
_SECONDS = 60
FASTAPI = ("fastapi==0.165.0", "mangum==0.22.0", "boto3==" + version("boto3"))


@dataclass(frozen=True)
class Start:
    """A cold start in milliseconds: until the module is imported, from the event's arrival to the answer, and the
    processor time that the runtime's process took for all of it, which other processes hardly change. `memory` is the
    most that the process had in RAM, in MB.
    """

    init: float
    answered: float
    processor: float
    memory: float
    answer: Any


def install(name: str, *packages: str, bytecode: bool) -> Path:
    """A folder with packages from PyPI, installed the first time."""
    folder = WORK / name
    mark = folder / ".packages"
    if not mark.exists() or mark.read_text() != str(packages):
        shutil.rmtree(folder, ignore_errors=True)
        uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
        command = [uv, "pip", "install", "--quiet", "--link-mode", "copy", "--python", sys.executable]
        run([*command, "--target", str(folder), *(["--compile-bytecode"] if bytecode else []), *packages], check=True)
        mark.write_text(str(packages))
    return folder


def runtime() -> Path:
    """What Lambda's Python runtime brings, in the versions of uv.lock."""
    packages = (f"{name}=={version(name)}" for name in ("boto3", "botocore"))
    return install("runtime", "awslambdaric==4.2.2", *packages, bytecode=True)


def build() -> Path:
    """The project's bundles, built by SAM into a folder of the benchmarks' own."""
    folder = WORK / "build"
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    environ["UV"] = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    command = [str(Path(sys.executable).parent / "sam"), "build", "--build-dir", str(folder)]
    command += ["--cache-dir", str(WORK / "sam-cache")]
    run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
    shutil.rmtree(WORK / "layers", ignore_errors=True)
    return folder


def bundle(function: Function) -> list[Path]:
    """Returns the folders that Lambda puts on a function's path: its own, then the one that holds its layers."""
    layers = WORK / "layers" / "-".join(function.layers)
    if not layers.exists():
        merge_layers(function, WORK / "build", layers)
    return [WORK / "build" / function.name, layers]


def merge_layers(function: Function, build: Path, into: Path) -> None:
    """Fills a folder as Lambda fills /opt/python: with what all layers of a function hold."""
    into.mkdir(parents=True)
    for layer in function.layers:
        for part in (build / layer / "python").iterdir():
            (into / part.name).symlink_to(part)


def cold_start(path: Sequence[Path], handler: str, event: object, environ: Mapping[str, str]) -> Start:
    """Starts the runtime, sends one event and ends it again."""
    address, internal = (f"127.0.0.1:{port}" for port in free_ports(2))
    command = [str(_EMULATOR), "--log-level", "info", "--runtime-interface-emulator-address", address]
    command += ["--runtime-api-address", internal]
    command += [sys.executable, "-S", "-m", "awslambdaric", handler]  # -S: nothing of this environment's site-packages
    emulator = start(
        command,
        cwd=path[0],
        env={
            **environ,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ":".join(map(str, [*path, runtime()])),
            "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's disks are read-only
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(_SECONDS),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_for(address)
        connection, body = http.client.HTTPConnection(address, timeout=_SECONDS), json.dumps(event)
        started = time.perf_counter()
        connection.request("POST", "/2015-03-31/functions/function/invocations", body)
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert response.status == 200, answer
        answered = 1000 * (time.perf_counter() - started)
        process = _child(emulator.pid)
        processor, memory = _processor_time(process), _most_memory(process)
    finally:
        emulator.terminate()
        log, _ = emulator.communicate()
    found = _INIT.search(log)
    assert found, log
    return Start(float(found[1]), answered, processor, memory, answer)


def _child(emulator: int) -> Path:
    """The runtime's process, which is the emulator's only child."""
    children = Path(f"/proc/{emulator}/task").glob("*/children")
    [child] = [pid for of_thread in children for pid in of_thread.read_text().split()]
    return Path("/proc") / child


def _processor_time(process: Path) -> float:
    """Of all its threads, in milliseconds (proc(5), schedstat)."""
    return sum(int(path.read_text().split()[0]) for path in process.glob("task/*/schedstat")) / 1e6


def _most_memory(process: Path) -> float:
    """In MB (proc(5), VmHWM)."""
    [line] = [line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _wait_for(address: str) -> None:
    host, _, port = address.partition(":")
    while True:
        with suppress(ConnectionRefusedError):
            socket.create_connection((host, int(port))).close()
            return
        time.sleep(0.01)
