"""HTTP over the standard library, because importing httpx takes longer than the rest of a call (see the README).

A transport belongs to one address. It keeps connections open, follows no redirects (a key must not reach another
host), and honours HTTPS_PROXY and NO_PROXY. The key is written into requests and nowhere else.
"""

from __future__ import annotations

import time
from collections import deque
from urllib.parse import SplitResult, unquote, urlsplit

from .errors import ConfigurationError, ConnectionFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPConnection, HTTPResponse
    from typing import Protocol

    class Transport(Protocol):
        """Sends one request and returns its answer, whatever the status. Raises ConnectionFailed."""

        def send(
            self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, timeout: float
        ) -> Answer:
            """`path` begins with a slash and holds the query; `timeout` is in seconds."""


LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MAX_BODY = 16 * 1024 * 1024
"""Bytes of an answer. The API's own are far smaller; more comes from something else."""


class Answer:
    """Status, headers by lower-case name, body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class Secret:
    """An API key that shows itself to nobody who prints, logs or pickles it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("An API key is not pickled.")


class HttpTransport:
    """Connections to one address with one key."""

    def __init__(self, base_url: str, key: Secret) -> None:
        self._url = _checked(base_url)
        self._prefix = self._url.path.rstrip("/")
        self._key = key
        self._idle: deque[HTTPConnection] = deque()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> Answer:
        """Sends over a kept connection; once more over a new one if the server had closed that before it answered."""
        from http.client import BadStatusLine, HTTPException

        deadline = time.monotonic() + timeout
        while True:
            kept = self._kept_connection()
            connection = kept or self._new_connection()
            try:
                return self._exchange(connection, method, path, headers, body, deadline)
            except BaseException as error:
                connection.close()
                if isinstance(error, ConnectionError | BadStatusLine) and kept:
                    continue  # every request of this API may be repeated
                if isinstance(error, OSError | HTTPException):
                    raise self._failed(error) from error
                raise

    def close(self) -> None:
        """Closes the connections that are kept."""
        while connection := self._kept_connection():
            connection.close()

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
    ) -> Answer:
        if connection.sock is None:
            connection.timeout = _left(deadline)
            connection.connect()
        connection.sock.settimeout(_left(deadline))
        connection.putrequest(method, self._prefix + path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Authorization", f"Bearer {self._key.reveal()}")
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        content = _read(response, connection, deadline)
        given = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return Answer(response.status, given, content)

    def _kept_connection(self) -> HTTPConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _new_connection(self) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection
        from urllib.request import getproxies, proxy_bypass

        host, port = self._url.hostname or "", self._url.port
        proxy = getproxies().get("https")
        if self._url.scheme == "http":
            connection = HTTPConnection(host, port)
        elif proxy and not proxy_bypass(host):
            through = urlsplit(proxy if "//" in proxy else f"//{proxy}")
            connection = HTTPSConnection(through.hostname or "", through.port)
            connection.set_tunnel(host, port, _proxy_authorization(through))
        else:
            connection = HTTPSConnection(host, port)
        connection.set_debuglevel(0)  # a global debug level would print the key
        return connection

    def _failed(self, error: Exception) -> ConnectionFailed:
        from socket import gaierror

        place = self._url.netloc
        if isinstance(error, TimeoutError):
            return ConnectionFailed(f"{place} did not answer within the timeout. Try again, or allow more time.")
        if isinstance(error, gaierror):
            return ConnectionFailed(f"The name {self._url.hostname} cannot be resolved. Check the base URL.")
        return ConnectionFailed(f"No answer from {place}: {error or type(error).__name__}. Check the base URL.")


def _read(response: HTTPResponse, connection: HTTPConnection, deadline: float) -> bytes:
    """The whole body. A server that sends a little at a time does not outlast the deadline."""
    chunks, size = [], 0
    while chunk := response.read1(65_536):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            raise ConnectionFailed("The answer is larger than any of this API. Check the base URL.")
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
    if response.length:  # what is missing of its Content-Length
        raise ConnectionFailed("The answer ended early. Try again.")
    response.close()  # before Python 3.13 read1 does not end the response, and the connection could not be used again
    return b"".join(chunks)


def _proxy_authorization(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    from base64 import b64encode

    credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(credentials.encode()).decode()}"}


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _checked(base_url: str) -> SplitResult:
    """The parts of an address that a key may be sent to: https, or http on this machine."""
    base_url = base_url.strip()
    try:
        url = urlsplit(base_url)
        usable = bool(url.hostname) and url.scheme in {"http", "https"} and not (url.query or url.fragment)
        _ = url.port
    except ValueError:
        usable = False
    printable = base_url.isascii() and base_url.isprintable() and not {" ", "\\"} & {*base_url}  # urlsplit drops "\n"
    if not usable or not printable:
        raise ConfigurationError(f"The base URL {base_url!r} is no address such as https://app.intraview.io.")
    if url.username or url.password:
        raise ConfigurationError("The base URL holds credentials. Give the API key on its own.")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ConfigurationError(f"A key is sent over https only, except to this machine; {url.netloc} is another one.")
    return url
