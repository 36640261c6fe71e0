"""`make bench`: every measurement in one run, as a table, JSON and a picture. Figures of one run compare with each
other only.

    python -m benchmarks                          all
    python -m benchmarks cold_start warm          some
    python -m benchmarks snapshots --teams 200    with fewer teams
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import cold_start, growth, local_stack, money, snapshots, warm
from benchmarks.report import DOCUMENT, RESULTS, written
from benchmarks.tables import Tables, tables
from benchmarks.targets import compared

SECTIONS = ("cold_start", "warm", "growth", "snapshots", "money", "local_stack", "company_names")


def main(sections: list[str], teams: int) -> None:
    """Runs the sections and writes what they found."""
    results: dict[str, Any] = {
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("botocore", "aws-lambda-powertools", "pydantic", "anthropic")},
    }
    measures: dict[str, Callable[[Tables], Any]] = {
        "cold_start": cold_start.measure,
        "warm": warm.measure,
        "growth": growth.measure,
        "snapshots": lambda tables: snapshots.measure(tables, teams),
        "money": lambda _: money.measure(results["warm"], results["snapshots"]),
        "local_stack": local_stack.measure,
        "company_names": _company_names,
    }
    if "money" in sections:
        sections = ["warm", "snapshots", *sections]
    began = time.perf_counter()
    for name in [each for each in SECTIONS if each in sections]:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, tables(Path(folder) / "log") as fresh:
            # Through JSON and back: the table and the picture see what a reader of the file sees.
            results[name] = json.loads(json.dumps(measures[name](fresh)))
        print(f"\n{name} ({time.perf_counter() - started:.0f} s)")
        _print(results[name])
    results["seconds"] = round(time.perf_counter() - began)
    results["targets"] = compared(results)
    print(f"\ntargets ({results['seconds']} s in all)")
    _print(results["targets"])
    if set(sections) >= set(SECTIONS):
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "performance.json").write_text(json.dumps(results, indent=2) + "\n")
        from benchmarks.plot import plot  # matplotlib, in the dependency group bench only

        plot(results, RESULTS / "performance.png")
        DOCUMENT.write_text(written(DOCUMENT.read_text(), results))
        print("\nwritten to benchmarks/results/performance.json and .png, and into docs/performance.md")


def _company_names(_: Tables) -> Any:
    from benchmarks.company_names import compare  # cleanco, in the dependency group bench only

    return compare()


def _print(found: Any, indent: str = "  ") -> None:
    """A dictionary of rows as a table, anything else as names and values."""
    rows = {name: row for name, row in found.items() if isinstance(row, dict)}
    for name, value in found.items():
        if name not in rows:
            print(f"{indent}{name:<30} {value}")
    for name, row in rows.items():
        flat = {key: value for key, value in row.items() if not isinstance(value, dict)}
        if flat:
            print(f"{indent}{name:<30} " + "  ".join(f"{key} {value}" for key, value in flat.items()))
        if inner := {key: value for key, value in row.items() if isinstance(value, dict)}:
            print(f"{indent}{name}")
            _print(inner, indent + "  ")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--teams", type=int, default=snapshots.TEAMS)
    given = parser.parse_args()
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    main(given.sections or list(SECTIONS), given.teams)
