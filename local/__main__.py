"""`make serve`: the whole API on this machine, with demo data, a key for each plan and a curl for each endpoint."""

import os
import signal
import socket
import sys
import threading
from datetime import UTC, datetime
from types import FrameType

from local.aws.dynamodb import CACHE, CannotStart
from local.containers.running import announced
from local.control_plane import ControlPlane
from local.demo.people import DEMO_CALLERS
from local.demo.welcome import welcome
from local.event_poller import polling
from local.gateway.server import HOST, Server, bind
from local.stack import Settings, Stack
from shared.domain.plans import Plan

_MOTO_FRACTION = 0.1
"""Of the demo data, since moto's transactions slow down with every item."""


def main() -> int:
    """Serves until it is told to stop; the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        settings = Settings.from_env(os.environ)
        with bind(settings.port) as listener:
            port = listener.getsockname()[1]
            CACHE.mkdir(exist_ok=True)
            log = CACHE / f"serve-{port}.log"
            log.unlink(missing_ok=True)
            _say("starting the tables, the functions and the other services ...")
            now = datetime.now(UTC)
            stack = Stack(settings, log, _say, fill=lambda stack: _load_demo_data(stack, now))
            try:
                _serve(stack, listener, f"http://{HOST}:{port}")
            finally:
                for number in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, signal.SIG_IGN)
                stack.stop()
    except CannotStart as reason:
        print(f"cannot start: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _serve(stack: Stack, listener: socket.socket, url: str) -> None:
    keys = {plan: _demo_key(stack, plan) for plan in Plan}
    text = welcome(url, stack.template.api.routes, keys, stack.log, stand_in=not stack.settings.anthropic_key)

    def ready() -> None:
        _say(f"{text}\nready {url}")
        threading.Thread(target=stack.environments.warm, args=(list(stack.template.functions),), daemon=True).start()

    control_plane = ControlPlane(stack)
    with announced(listener.getsockname()[1], stack.variables), polling(control_plane):
        Server(stack.gateway, control_plane, ready).run(sockets=[listener])


def _load_demo_data(stack: Stack, now: datetime) -> None:
    """Fills new tables. The mark in a kept data folder is made last, so that what was cut off is done again."""
    mark = stack.settings.data / "demo-data-loaded" if stack.settings.data else None
    if mark and mark.exists():
        return
    _say("loading the demo data ...")
    from local.demo.seed import seed  # after the processes of the stack have been started

    seed(
        stack.dynamodb,
        stack.template.functions["IngestEventsFunction"].environment,
        stack.pseudonyms,
        now,
        _MOTO_FRACTION if stack.settings.store == "moto" else 1.0,
    )
    if mark:
        mark.touch()


def _demo_key(stack: Stack, plan: Plan) -> str:
    caller = DEMO_CALLERS[plan]
    request = {"team_id": caller.team_id, "user_id": caller.user_id, "scopes": ["read", "write"], "name": "demo"}
    return str(stack.invoke("ManageKeysFunction", {**request, "action": "create"})["body"]["key"])


def _say(line: str) -> None:
    print(line, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
