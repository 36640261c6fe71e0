"""Starts programs from a list of arguments that our own code wrote, never through a shell.

ruff's S603 asks at each call whether input could shape the command. This module answers it once.
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
