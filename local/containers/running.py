"""What `make serve` leaves for programs that use its tables: addresses and credentials, in a file of its owner's."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.aws.dynamodb import CACHE


class NotRunning(Exception):
    """No local stack runs at this port. The message says what to do."""


def file_of(port: int) -> Path:
    """Where the stack at this port leaves its variables."""
    return CACHE / f"serve-{port}.json"


@contextlib.contextmanager
def announced(port: int, variables: Mapping[str, str]) -> Iterator[None]:
    """Leaves the variables, readable by this user only, until the end."""
    path = file_of(port)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"pid": os.getpid(), "variables": dict(variables)}, file)
        yield
    finally:
        path.unlink(missing_ok=True)


def variables_of(port: int) -> dict[str, str]:
    """The variables of the stack that runs at this port. Raises NotRunning."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        left = json.loads(file_of(port).read_text())
        os.kill(left["pid"], 0)  # sends nothing: raises when the process is gone
        return dict(left["variables"])
    raise NotRunning(f"no `make serve` runs at port {port}: start it in another terminal, or set PORT to its port.")
