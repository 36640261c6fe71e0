"""Execution environments: processes that run a function one invocation at a time, as Lambda's do, and are killed at
its timeout.

Powertools keeps the current event, its Logger's keys and its Metrics in class-level state, because Lambda promises one
invocation at a time; so does this. More invocations at once than a function has environments wait for one, where
Lambda would start up to a thousand.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any

from local.commands import start
from local.deployment import ACCOUNT_ID, REGION, Function

_ROOT = Path(__file__).resolve().parents[2]
_INIT_SECONDS = 30
"""Lambda gives an environment 10 s to start; a laptop under load may need longer."""


@dataclass(frozen=True)
class Returned:
    """What a handler returned."""

    payload: Any


@dataclass(frozen=True)
class Failed:
    """Why an invocation gave no answer: the class of a handler's exception, or one of Lambda's own error types."""

    error_type: str
    message: str


TIMED_OUT = "Sandbox.Timedout"
EXITED = "Runtime.ExitError"
THROTTLED = "TooManyRequestsException"
REQUEST_TOO_LARGE = "RequestTooLargeException"
RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge"

MAX_PAYLOAD = 6_291_556
"""Bytes of JSON that Lambda takes, and returns, in a synchronous invocation: 6 MB and a little for its envelope."""


class _Environment:
    """One process of one function."""

    def __init__(self, function: Function, pid: int, pipe: Connection) -> None:
        self._function = function
        self.pid = pid
        self._pipe = pipe

    def start(self) -> Failed | None:
        """Waits until the function's module is imported."""
        try:
            if self._pipe.poll(_INIT_SECONDS):
                self._pipe.recv_bytes()
                return None
        except (EOFError, ConnectionError):
            return Failed(EXITED, f"{self._function.handler} could not be imported; the log says why")
        self.kill()
        return Failed(TIMED_OUT, f"{self._function.handler} was not imported within {_INIT_SECONDS} s")

    def run(self, event: Any) -> tuple[Returned | Failed, bool]:
        """One invocation, and whether the environment lived through it."""
        seconds = self._function.timeout
        context = {
            "function_name": self._function.name,
            "memory_limit_in_mb": self._function.memory,
            "aws_request_id": str(uuid.uuid4()),
            "invoked_function_arn": f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{self._function.name}:live",
        }
        order = json.dumps({"event": event, "seconds": seconds, "context": context}).encode()
        if len(order) > MAX_PAYLOAD:
            return Failed(REQUEST_TOO_LARGE, f"Request must be smaller than {MAX_PAYLOAD} bytes"), True
        try:
            self._pipe.send_bytes(order)
            if not self._pipe.poll(seconds):
                self.kill()
                return Failed(TIMED_OUT, f"Task timed out after {seconds} seconds"), False
            content = self._pipe.recv_bytes()
        except (EOFError, ConnectionError):
            self._pipe.close()
            return Failed(EXITED, "The function's process ended during the invocation"), False
        if len(content) > MAX_PAYLOAD:
            return Failed(RESPONSE_TOO_LARGE, f"Response payload size exceeded {MAX_PAYLOAD} bytes"), True
        answer = json.loads(content)
        return (Returned(answer["payload"]) if "payload" in answer else Failed(**answer)), True

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self._pipe.close()


class _Pool:
    """The environments of one function: those that are free, newest first, and how many there are in all."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.free: list[_Environment] = []
        self.count = 0
        self.pids: set[int] = set()


class Environments:
    """All environments of the local stack. `common` is added to each function's own environment variables.

    A function has `limit` environments at most, or as many as `limits` names for it. A secret of `secrets` is given to
    the processes of the functions whose variables name it, and to no others.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        common: Mapping[str, str],
        log: Path,
        limit: int = 4,
        secrets: Mapping[str, str] | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self._functions = functions
        self._common = common
        self._secrets = secrets or {}
        self._limits = {name: (limits or {}).get(name, limit) for name in functions}
        self._pools = {name: _Pool() for name in functions}
        self._ordering = threading.Lock()
        self._forks = False
        self._control, theirs = Pipe()
        with theirs, log.open("ab") as sink:
            self._forker = start(
                [sys.executable, "-m", "local.aws.runtime", str(theirs.fileno())],
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", os.defpath)},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # out of reach of the terminal's Ctrl-C, and a process group of its own
            )

    def warm(self, names: Sequence[str]) -> None:
        """Starts one environment of each function, so that no first request waits for an import."""
        with ThreadPoolExecutor(len(names)) as executor:
            for name in names:
                executor.submit(self._warm, name)

    def _warm(self, name: str) -> None:
        environment = self._acquire(name, patience=0)
        self._release(name, environment if isinstance(environment, _Environment) else None)

    def invoke(self, name: str, event: Any, patience: float = 900) -> Returned | Failed:
        """Runs a function synchronously on an event, waiting at most `patience` seconds for a free environment."""
        environment = self._acquire(name, patience)
        if isinstance(environment, Failed):
            return environment
        alive = False
        try:
            answer, alive = environment.run(event)
        finally:
            if not alive:
                self._pools[name].pids.discard(environment.pid)
            self._release(name, environment if alive else None)
        return answer

    def _acquire(self, name: str, patience: float) -> _Environment | Failed:
        pool = self._pools[name]
        with pool.changed:
            if not pool.changed.wait_for(lambda: pool.free or pool.count < self._limits[name], patience):
                return Failed(THROTTLED, f"{name} is busy in all of its {self._limits[name]} environments")
            if pool.free:
                return pool.free.pop()
            pool.count += 1
        environment, failure = None, None
        try:
            environment = self._fork(self._functions[name])
            failure = environment.start()
        finally:
            if environment is None or failure:
                self._release(name, None)
        self._pools[name].pids.add(environment.pid)
        return failure or environment

    def processes(self, name: str) -> set[int]:
        """The processes in which a function runs, for tests of what is left when one dies."""
        return set(self._pools[name].pids)

    def _release(self, name: str, environment: _Environment | None) -> None:
        """Takes an environment back, or, for None, makes room for a new one in place of the one that is gone."""
        pool = self._pools[name]
        with pool.changed:
            if environment:
                pool.free.append(environment)
            else:
                pool.count -= 1
            pool.changed.notify()

    def _fork(self, function: Function) -> _Environment:
        ours, theirs = Pipe()
        with theirs, self._ordering:
            if not self._forks:
                self._control.recv_bytes()  # the forker has its libraries imported
                self._forks = True
            order = {
                "handler": function.handler,
                "environ": {**_reserved(function), **self._common, **function.environment},
                "secrets": {n: v for n, v in self._secrets.items() if n in function.environment.values()},
            }
            self._control.send_bytes(json.dumps(order).encode())
            send_handle(self._control, theirs.fileno(), self._forker.pid)
            return _Environment(function, int(self._control.recv_bytes()), ours)

    def stop(self) -> None:
        """Ends every environment at once, also during an invocation."""
        self._control.close()
        self._forker.wait()


def _reserved(function: Function) -> dict[str, str]:
    """The variables that Lambda itself sets and functions or libraries read."""
    return {
        "AWS_CONFIG_FILE": os.devnull,  # the machine's own profiles are no business of a function
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "_HANDLER": function.handler,
    }
