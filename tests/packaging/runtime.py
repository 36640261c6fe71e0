"""`sam local` as a server of the built functions, in containers of Lambda's runtime."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from local.aws.environments import Failed, Returned
from local.commands import run, start
from local.containers.template import sam_options
from local.ports import free_ports
from tests.packaging.sam import BIN, ROOT, environment

LOCAL = ("--skip-pull-image",)
"""The image is that of `prepare_containers`."""


def prepare_containers() -> None:
    """Starts a Docker engine where none runs, and pulls or builds Lambda's image."""
    done = run([str(ROOT / "tools" / "lambda-image")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Containers:
    """`sam local start-lambda`: a container for each function, kept warm. `invoke` as in local.aws.environments."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=120, trust_env=False)
        self.stop = self._http.close

    def invoke(self, name: str, event: Any, _patience: float = 0) -> Returned | Failed:
        """Runs a function."""
        payload = self._http.post(f"/2015-03-31/functions/{name}/invocations", json=event).raise_for_status().json()
        if isinstance(payload, dict) and payload.keys() >= {"errorType", "errorMessage"}:
            return Failed(payload["errorType"], payload["errorMessage"])
        return Returned(payload)


@contextlib.contextmanager
def serving(kind: str, template: Path, log: Path) -> Iterator[str]:
    """Runs `sam local start-lambda` or `start-api` on a free port of loopback and gives its address."""
    [port] = free_ports(1)
    command = [str(BIN / "sam"), "local", kind, *sam_options(template), "--port", str(port), *LOCAL]
    with log.open("wb") as sink:
        server = start(
            [*command, "--warm-containers", "LAZY"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        while server.poll() is None and b"Press CTRL+C" not in log.read_bytes():
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.2)
        assert server.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)  # it removes its containers
        try:
            server.wait(60)
        finally:
            server.kill()
            server.wait()
