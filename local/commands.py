"""Starting programs: always from a list of arguments that the caller wrote itself, and never through a shell.

Linters rightly ask of each such place who else could shape the command (ruff's S603). Here the answer is given once.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def run(command: Sequence[str | Path], **options: Any) -> "subprocess.CompletedProcess[Any]":
    """`subprocess.run`, with its options."""
    return subprocess.run(command, **options)  # noqa: S603 - a list that our own code wrote, and no shell


def start(command: Sequence[str | Path], **options: Any) -> "subprocess.Popen[Any]":
    """`subprocess.Popen`, with its options."""
    return subprocess.Popen(command, **options)  # noqa: S603 - likewise
