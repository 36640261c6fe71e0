"""The built functions in containers of Lambda's runtime, with the tables and services of a local stack in their reach.

`sam local` runs them. The containers see this machine at the address of Docker's bridge; what they talk to listens on
loopback only, so a `Forwarder` at that address passes their connections on.
"""

import contextlib
import json
import platform
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from samtranslator.yaml_helper import yaml_parse

from local.aws.environments import Failed, Returned
from local.commands import run, start
from local.deployment import ACCOUNT_ID, REGION, Function
from local.ports import free_ports
from tests.packaging.sam import BIN, ROOT, environment

ARCHITECTURE = "arm64" if platform.machine() == "aarch64" else "x86_64"
LOCAL = ("--skip-pull-image", "--parameter-overrides", f"Architecture={ARCHITECTURE}")
"""The image is that of `prepare_containers`; containers run on this machine's own processor."""


def prepare_containers() -> None:
    """Starts a Docker engine where none runs, and pulls or builds Lambda's image."""
    done = run([str(ROOT / "tools" / "lambda-image")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def bridge_address() -> str:
    """This machine's address as containers see it: the first of the bridge's network."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}"]
    subnet = run(command, capture_output=True, text=True, check=True).stdout.strip()
    return str(next(ip_network(subnet).hosts()))


class Forwarder:
    """Listens at the bridge's address and passes each connection on to a port of loopback."""

    def __init__(self, url: str) -> None:
        self._port = urlsplit(url).port or 80
        self._listener = socket.create_server((bridge_address(), 0))
        self.url = f"http://{self._listener.getsockname()[0]}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                ours, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(ours,), daemon=True).start()

    def _pass_on(self, ours: socket.socket) -> None:
        """Passes bytes on in both directions until either side is done."""
        with ours, socket.create_connection(("127.0.0.1", self._port)) as theirs, contextlib.suppress(OSError):
            while True:
                readable, _, _ = select.select((ours, theirs), (), ())
                for source in readable:
                    data = source.recv(65536)
                    if not data:
                        return
                    (theirs if source is ours else ours).sendall(data)

    def close(self) -> None:
        """Takes no more connections."""
        self._listener.close()


def with_endpoints(bundles: Path, functions: Mapping[str, Function], endpoints: Mapping[str, str]) -> Path:
    """The built template, its functions' environment that of the local stack. Lies beside the bundles it names.

    The authorizer is named by an ARN in full: `sam local start-api` resolves no reference there, and would drop it.
    """
    document = yaml_parse((bundles / "template.yaml").read_text())
    [authorizer] = document["Resources"]["Api"]["Properties"]["Auth"]["Authorizers"].values()
    authorizer["FunctionArn"] = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:AuthorizerFunction"
    for name, function in functions.items():
        document["Resources"][name]["Properties"]["Environment"]["Variables"] = {**function.environment, **endpoints}
    path = bundles / "containers.json"
    path.write_text(json.dumps(document))
    return path


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
    command = [str(BIN / "sam"), "local", kind, "--template", str(template), "--port", str(port), *LOCAL]
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
