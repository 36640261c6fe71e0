"""The Docker engine of this machine: whether it runs, its network, and Lambda's image in it."""

import errno
import json
import platform
import socket
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Self

from local.commands import run

HOST_NAME = "host.docker.internal"
"""The name of this machine inside containers; samconfig.toml passes it to `sam local`."""

ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
"""This machine's own: containers of the other one are slow or do not start."""

IMAGE = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURE}"
"""What `sam local` runs functions in."""


class NoDocker(Exception):
    """No Docker engine runs. The message says what to do."""


@dataclass(frozen=True)
class Docker:
    """A running engine: the interface of its default network, and the host's address there.

    `is_here` is true when that address is this machine's; Docker Desktop's is in a virtual machine. `skip_pull` is what
    keeps `sam local` from asking the registry for an image that is here.
    """

    interface: str
    address: str
    is_here: bool
    skip_pull: tuple[str, ...]

    @classmethod
    def find(cls) -> Self:
        """Asks the engine. Raises NoDocker."""
        try:
            done = run(["docker", "network", "inspect", "bridge"], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise NoDocker("Docker is not installed. Install Docker, start it, and run this again.") from None
        if done.returncode:
            raise NoDocker("the Docker engine is not running. Start Docker, and run this again.")
        [network] = json.loads(done.stdout)
        config = network["IPAM"]["Config"][0]
        address = config.get("Gateway") or str(next(ip_network(config["Subnet"]).hosts()))
        interface = network["Options"].get("com.docker.network.bridge.name", "docker0")
        image = run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
        return cls(interface, address, _is_ours(address), () if image.returncode else ("--skip-pull-image",))


def _is_ours(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                return False
            raise
    return True
