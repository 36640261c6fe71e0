"""The process that execution environments are forked from, and what each of them does: one function, one invocation at
a time.

A fork of a process that has the libraries imported costs milliseconds where a new interpreter costs half a second. The
forks share this process's group, which dies as a whole when the server's end of the pipe closes: however the server
ended, nothing stays behind. A function's own modules are imported in the fork, after its environment variables are
set, as Lambda does it.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Any

from local.aws.private_secrets import answer_in_process

PRELOADED = (
    "aws_lambda_powertools.event_handler.api_gateway",
    "aws_lambda_powertools.event_handler.openapi.params",
    "aws_lambda_powertools.event_handler.middlewares.openapi_validation",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "botocore.httpsession",
    "botocore.session",
    "pydantic",
)
"""What functions import that reads no environment variable at import."""

Handler = Callable[[Any, "LambdaContext"], Any]


@dataclass(frozen=True)
class LambdaContext:
    """What Lambda tells a handler about its invocation (`LambdaContext`, AWS Lambda Developer Guide)."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    invoked_function_arn: str
    deadline: float
    function_version: str = "$LATEST"
    log_stream_name: str = "local"

    @property
    def log_group_name(self) -> str:
        """Where Lambda would put the log lines."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the environment is killed."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def main(control: Connection) -> None:
    """Forks an environment for each order and returns its process id. Ends with the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # meant for the forks, at the end
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps: an environment that died is noticed by its pipe
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # both are text files here
    for module in PRELOADED:
        importlib.import_module(module)
    control.send_bytes(b"ready")
    try:
        while True:
            order = json.loads(control.recv_bytes())
            invocations = Connection(recv_handle(control))
            child = os.fork()
            if not child:
                control.close()
                _live(invocations, **order)
            invocations.close()
            control.send_bytes(str(child).encode())
    except (EOFError, ConnectionError):
        os.killpg(0, signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):
            os.wait()  # until the last one is gone


def _live(invocations: Connection, handler: str, environ: dict[str, str], secrets: dict[str, str]) -> None:
    """The whole life of an environment. Never returns."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environ)
    if secrets:
        answer_in_process(secrets)
    try:
        module, _, name = handler.rpartition(".")
        function: Handler = getattr(importlib.import_module(module), name)
        invocations.send_bytes(b"ready")
        while True:
            invocations.send_bytes(_answer(function, **json.loads(invocations.recv_bytes())))
    except (EOFError, ConnectionError):
        os._exit(0)
    except BaseException:  # noqa: BLE001  (SystemExit too: whatever ends an environment is logged, then it is gone)
        traceback.print_exc()
    os._exit(1)


def _answer(function: Handler, event: Any, seconds: float, context: dict[str, Any]) -> bytes:
    """The handler's answer as JSON, or the error in the shape that Lambda gives it."""
    deadline = time.monotonic() + seconds
    try:
        return json.dumps({"payload": function(event, LambdaContext(**context, deadline=deadline))}).encode()
    except Exception as error:  # noqa: BLE001  (a handler may raise anything; Lambda reports it and lives on)
        if str(error) != "Unauthorized":  # an authorizer's way to say 401 (AWS) is no event worth a trace
            traceback.print_exc()
        return json.dumps({"error_type": type(error).__name__, "message": str(error)}).encode()


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
