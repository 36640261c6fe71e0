"""One HTTP exchange on a bare socket."""

import contextlib
import socket
from dataclasses import dataclass
from http.client import HTTPResponse
from io import BytesIO


@dataclass(frozen=True)
class Answer:
    """The first response on a connection, and all bytes that came."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes


class _Replayed(BytesIO):
    def makefile(self, _mode: str) -> BytesIO:
        return self


def exchange(address: tuple[str, int], raw: bytes, patience: float = 30) -> Answer | None:
    """Sends bytes and reads the response; None when within `patience` seconds the server still waits for more bytes."""
    received = b""
    with socket.create_connection(address, timeout=patience) as connection, contextlib.suppress(ConnectionError):
        with contextlib.suppress(ConnectionError):  # refused before all was read
            connection.sendall(raw)
        try:
            while chunk := connection.recv(65_536):
                received += chunk
        except TimeoutError:
            pass
    if not received:
        return None
    response = HTTPResponse(_Replayed(received))  # type: ignore[arg-type]  # it only asks for makefile
    response.begin()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read(), received)
