"""Three functions of webhooks as they are deployed, except that they also take receivers on loopback, over http."""

import ipaddress
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from functions import console_webhooks
from functions.deliver_webhook import deliver
from functions.manage_webhooks import manage
from shared.domain.webhooks.targets import BadTarget, Target, is_global, is_printable, parse_target
from shared.infra.deployment_secrets import webhook_secret
from shared.infra.outbound import Outbound
from shared.services.webhooks import Deliverer
from shared.store import store
from shared.web.direct import direct


def parse_local_target(url: str) -> Target:
    """Reads a URL as deployed, or an http URL of loopback. Raises BadTarget."""
    try:
        return parse_target(url)
    except BadTarget:
        if not is_printable(url) or "#" in url:
            raise
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", 80 if parts.port is None else parts.port
        except ValueError:
            raise BadTarget("must be a URL, for example https://example.com/hooks") from None
        if parts.scheme != "http" or not port or not _is_loopback(host) or "@" in parts.netloc:
            raise
        path = parts.path or "/"
        return Target(host, f"{path}?{parts.query}" if parts.query else path, port, "http")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _deliverer() -> Deliverer:
    allowed = Outbound(lambda address: is_global(address) or _is_loopback(address))
    return Deliverer(store(), allowed, parse_local_target, webhook_secret)


def deliver_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`functions.deliver_webhook` with loopback allowed."""
    return deliver(event, _deliverer())


manage_handler = direct(lambda event: manage(event, datetime.now(UTC), parse_local_target))
console_handler = console_webhooks.handler_with(parse_local_target)
