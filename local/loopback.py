"""Access to the servers of the local stack: programs of this machine, and pages that the server itself served.

A browser lets every page send requests to loopback, and a DNS name that is rebound to 127.0.0.1 makes them same-origin.
Both show in headers that a page cannot set: Origin and Host (contract 12).
"""

import re
from collections.abc import Iterable

_HOST = re.compile(r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::([0-9]{1,5}))?", re.IGNORECASE)
_HTTP_PORT = "80"


def refusal(headers: Iterable[tuple[str, str]]) -> str | None:
    """Why a request with these headers is refused; None when it is served."""
    values: dict[str, list[str]] = {"host": [], "origin": []}
    for name, value in headers:
        if name.lower() in values:
            values[name.lower()].append(value)
    host = _HOST.fullmatch(values["host"][0]) if len(values["host"]) == 1 else None
    if host is None:
        return "The local stack serves requests to 127.0.0.1 and localhost only. Send one of them as Host."
    if values["origin"] and not _same_port(values["origin"], host[1] or _HTTP_PORT):
        return "The local stack serves its own pages only. Send the request without the header Origin."
    return None


def _same_port(origins: list[str], port: str) -> bool:
    """Whether each origin is a loopback name at the port that the request was sent to."""
    found = [_HOST.fullmatch(origin.removeprefix("http://")) for origin in origins if origin.startswith("http://")]
    return len(found) == len(origins) and all(origin and (origin[1] or _HTTP_PORT) == port for origin in found)
