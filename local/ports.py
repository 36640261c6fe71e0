"""Ports of loopback for the processes of a stack."""

import contextlib
import socket


def free_ports(count: int) -> list[int]:
    """Free ports of loopback, all different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
