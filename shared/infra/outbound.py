"""Posts to a URL that a customer chose, without becoming a way into private networks (contract 14).

The name is resolved once. If any of its addresses may not be called, none is. The connection goes to an address that
was checked, with the name for TLS and the Host header, so a second look-up cannot change it (DNS rebinding). There are
no redirects and no proxies. A watchdog ends the call at the deadline, whatever the receiver does.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.domain.webhooks.targets import Target

DEADLINE_SECONDS = 15.0
"""For name resolution, connection, request and response together."""
KEPT_BYTES = 1_024
"""How much of a response's body is kept."""

type Resolve = Callable[[str, int], list[str]]
type Connect = Callable[[str, int, float], socket.socket]


class NotDelivered(Exception):
    """No response came. The message is written for the customer and names nothing internal."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the receiver returned; `body` is its first KB."""

    status: int
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises OSError."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to an address. Raises OSError."""
    return socket.create_connection((address, port), timeout=seconds)


class Outbound:
    """Sends requests. `allowed` decides about an address; only tests and the local stack replace the other parts."""

    def __init__(
        self,
        allowed: Callable[[str], bool],
        *,
        resolve: Resolve = resolve,
        connect: Connect = connect,
        tls: ssl.SSLContext | None = None,
        deadline: float = DEADLINE_SECONDS,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._connect = connect
        self._tls = tls or ssl.create_default_context()
        self._deadline = deadline

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Response:
        """Posts `body` and returns the response, whatever its status. Raises NotDelivered."""
        ends = time.monotonic() + self._deadline
        addresses = self._addresses(target, ends)
        if not all(map(self._allowed, addresses)):
            raise NotDelivered("The host resolves to an address that is not public.")
        connection = self._wrapped(self._connection(target, addresses, ends), target)
        watchdog = threading.Timer(_left(ends), _abort, [connection])
        watchdog.daemon = True
        watchdog.start()
        try:
            response = _exchange(connection, target, headers, body)
        except ssl.SSLCertVerificationError:
            raise NotDelivered("The certificate of the host is not valid for its name.") from None
        except (OSError, http.client.HTTPException, ValueError):
            late = time.monotonic() >= ends
            raise NotDelivered(_NO_ANSWER if late else "The connection failed before a response came.") from None
        finally:
            watchdog.cancel()
            connection.close()
        if time.monotonic() >= ends:  # what the watchdog cut off reads like a response that ended
            raise NotDelivered(_NO_ANSWER)
        return response

    def _addresses(self, target: Target, ends: float) -> list[str]:
        """Resolves in a thread of its own, because a look-up cannot be interrupted."""
        found: list[str] = []

        def look_up() -> None:
            try:
                found.extend(self._resolve(target.host, target.port))
            except (OSError, UnicodeError):
                return

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(_left(ends))
        addresses = list(found)
        if not addresses:
            raise NotDelivered("The name of the host could not be resolved.")
        return addresses

    def _connection(self, target: Target, addresses: list[str], ends: float) -> socket.socket:
        reason = "The host could not be connected to."
        for address in addresses:
            try:
                return self._connect(address, target.port, _left(ends))
            except ConnectionRefusedError:
                reason = "The connection was refused."
            except OSError:
                continue
        raise NotDelivered(_NO_ANSWER if time.monotonic() >= ends else reason)

    def _wrapped(self, connection: socket.socket, target: Target) -> socket.socket:
        """The connection with TLS, before its handshake, which the watchdog must be able to end."""
        if target.scheme != "https":
            return connection
        return self._tls.wrap_socket(connection, server_hostname=target.host, do_handshake_on_connect=False)


def _exchange(connection: socket.socket, target: Target, headers: Mapping[str, str], body: bytes) -> Response:
    if isinstance(connection, ssl.SSLSocket):
        connection.do_handshake()
    http_connection = http.client.HTTPConnection(target.host, target.port)
    http_connection.sock = connection
    http_connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
    port = "" if (target.scheme, target.port) in {("https", 443), ("http", 80)} else f":{target.port}"
    own = {"Host": target.host + port, "Content-Length": str(len(body)), "Connection": "close"}
    for name, value in (own | dict(headers)).items():
        http_connection.putheader(name, value)
    http_connection.endheaders(body)
    response = http_connection.getresponse()
    return Response(response.status, response.read(KEPT_BYTES))


_NO_ANSWER = f"No response came within {DEADLINE_SECONDS:.0f} seconds."


def _left(ends: float) -> float:
    return max(0.001, ends - time.monotonic())


def _abort(connection: socket.socket) -> None:
    """Ends whatever the connection waits for, below TLS, whose own shutdown would wait for the other side."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
