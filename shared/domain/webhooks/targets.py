"""Where a webhook may be delivered: https on port 443, to a DNS name whose addresses are all global (contract 14).

A customer chooses the URL, so the sender must not become a way into private networks (SSRF). The URL is checked here
when an endpoint is made and again at each delivery; each address that the name resolves to is checked with `is_global`
before it is connected to.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_URL_LENGTH = 2_000
_PRINTABLE = re.compile(r"[!-\[\]-~]+")
"""ASCII without blanks, control characters and the backslash, which some parsers read as a slash."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label of this form makes the host an IPv4 address for some resolvers ("127.1", "2130706433", "0x7f.1")."""
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSITION = (
    ipaddress.IPv6Network("2001::/32"),  # Teredo
    ipaddress.IPv6Network("2002::/16"),  # 6to4
)
"""Ranges that carry an IPv4 address inside. Mapped addresses and NAT64 lie outside global unicast."""
_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")  # 6to4 relays, deprecated by RFC 7526


class BadTarget(ValueError):
    """A URL that no webhook is delivered to. The message says what to change."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL. `path` includes the query."""

    host: str
    path: str
    port: int = 443
    scheme: str = "https"


def parse_target(url: str) -> Target:
    """Reads the URL of an endpoint. Raises BadTarget."""
    if not is_printable(url) or len(url) > MAX_URL_LENGTH:
        raise BadTarget(
            f"must be a URL of at most {MAX_URL_LENGTH} printable ASCII characters; write names in Punycode"
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadTarget("must be a URL, for example https://example.com/hooks") from None
    if parts.scheme != "https":
        raise BadTarget("must begin with https://")
    if port not in {None, 443}:
        raise BadTarget("must use port 443")
    if "@" in parts.netloc:
        raise BadTarget("must not contain a user name or password; verify the signature instead")
    if "#" in url:
        raise BadTarget("must not contain a fragment")
    if not is_dns_name(host):
        raise BadTarget("must name a host by its full DNS name, not by an address")
    path = parts.path or "/"
    return Target(host, f"{path}?{parts.query}" if parts.query else path)


def is_printable(url: str) -> bool:
    """Whether a URL has neither blanks nor control characters, which `urlsplit` drops silently, nor a backslash."""
    return _PRINTABLE.fullmatch(url) is not None


def is_dns_name(host: str) -> bool:
    """Whether this is a full DNS name (RFC 1123) that no resolver reads as an address."""
    labels = host.split(".")
    well_formed = len(host) <= 253 and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    return well_formed and not _NUMBER.fullmatch(labels[-1])


def is_global(address: str) -> bool:
    """Whether an address is a public unicast one: not private, shared, loopback, link-local, multicast or reserved,
    and not an IPv6 form that carries an IPv4 address.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if ip.is_multicast or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return not ip.scope_id and ip in _GLOBAL_UNICAST and not any(ip in network for network in _TRANSITION)
    return ip not in _RELAYS
