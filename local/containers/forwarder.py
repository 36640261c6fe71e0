"""The way from a container to the local stack, which listens on loopback only and serves nobody else.

Docker Desktop leads `host.docker.internal` to this machine's loopback, and a `Forwarder` listens there. On Linux it
listens at the address of Docker's bridge, on that interface alone: no other machine and no other program reaches it.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Mapping
from typing import BinaryIO
from urllib.parse import urlsplit

from local.containers.docker import HOST_NAME, Docker

_LOOPBACK = re.compile(r"http://127\.0\.0\.1:([0-9]+)")
_MAX_LINE = 65_536


def reachable(variables: Mapping[str, str], docker: Docker, until: contextlib.ExitStack) -> dict[str, str]:
    """The variables, with addresses that containers reach in place of loopback's until the stack is closed."""
    found = dict(variables)
    for name, value in variables.items():
        if loopback := _LOOPBACK.fullmatch(value):
            forwarder = Forwarder(int(loopback[1]), docker)
            until.callback(forwarder.close)
            found[name] = forwarder.url
    return found


class Forwarder:
    """Listens where containers find it and passes each connection on to a port of loopback.

    Servers of loopback refuse any other name as Host, so each request gets theirs. A request that was sent to another
    name than a container's, or by a web page, is not passed on.
    """

    def __init__(self, port: int, docker: Docker) -> None:
        self._to = port
        self._listener = socket.socket()
        if docker.is_here:
            # Without this the address would be open to every program here, and to neighbours who route to it.
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, docker.interface.encode() + b"\0")
        self._listener.bind((docker.address if docker.is_here else "127.0.0.1", 0))
        self._listener.listen()
        self.url = f"http://{HOST_NAME}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                ours, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(ours,), daemon=True).start()

    def _pass_on(self, ours: socket.socket) -> None:
        """Passes requests on, and what comes back, until either side is done."""
        with ours, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as theirs:
            threading.Thread(target=_copy, args=(theirs, ours), daemon=True).start()
            with ours.makefile("rb") as incoming:
                while request := self._request(incoming):
                    theirs.sendall(request)

    def _request(self, incoming: BinaryIO) -> bytes | None:
        """The next request with its body, for the server; None at the end, and for one that is not a container's."""
        head, length, host = b"", 0, b""
        while line := incoming.readline(_MAX_LINE):
            name, _, value = line.partition(b":")
            match name.strip().lower():
                case b"host":
                    host, line = value.strip(), f"Host: 127.0.0.1:{self._to}\r\n".encode()
                case b"content-length":
                    length = int(value)
                case b"origin" | b"transfer-encoding":  # the AWS SDK and httpx give the length of what they send
                    return None
            head += line
            if line == b"\r\n":
                return head + incoming.read(length) if host == urlsplit(self.url).netloc.encode() else None
        return None

    def close(self) -> None:
        """Takes no more connections."""
        self._listener.close()


def _copy(source: socket.socket, to: socket.socket) -> None:
    """Copies until the source ends, then ends the other one too."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_RDWR)
