"""What importing costs."""

from __future__ import annotations

import subprocess
import sys

from .import_times import milliseconds


def test_importing_the_client_takes_at_most_50_ms() -> None:
    assert min(milliseconds("intraview")) <= 50  # the least: other processes only ever add to it


def test_importing_the_client_imports_no_other_package() -> None:
    shown = "import sys; before = set(sys.modules); import intraview; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()} - {"intraview"}
    assert packages <= set(sys.stdlib_module_names)
    assert not packages & {"dataclasses", "http", "socket", "ssl", "typing"}  # imported when they are needed
