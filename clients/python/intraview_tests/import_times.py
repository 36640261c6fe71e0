"""Milliseconds of CPU that imports take: this client, the HTTP of the standard library, and httpx if installed."""

from __future__ import annotations

import statistics
import subprocess
import sys

IMPORTS = ["intraview", "http.client, ssl, json, dataclasses", "httpx"]
RUNS = 9

TIMED = "import time; t = time.process_time(); import {}; print(1000 * (time.process_time() - t))"


def milliseconds(modules: str) -> list[float]:
    """The times of fresh processes; none if a module is not installed."""
    times = []
    for _ in range(RUNS):
        done = subprocess.run([sys.executable, "-c", TIMED.format(modules)], capture_output=True, text=True)
        if done.returncode:
            return []
        times.append(float(done.stdout))
    return times


if __name__ == "__main__":
    for modules in IMPORTS:
        taken = milliseconds(modules)
        print(f"| `{modules}` | {f'{statistics.median(taken):.0f}' if taken else 'not installed'} |")  # noqa: T201 - the table is what this script is for
