"""`make bench`: every measurement in one run. Figures of one run compare with each other only.

    python -m benchmarks                          all sections
    python -m benchmarks cold_start warm          some
    python -m benchmarks snapshots --teams 200    with fewer teams

A whole run leaves its results in `.cache/bench/performance.json`; `make bench-docs` publishes them. A section that
cannot run is a row that says why, and the others run on.
"""

import argparse
import json
import os
import platform
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import cold_start, growth, local_stack, money, snapshots, warm, webhooks
from benchmarks.results_file import LATEST, NOT_MEASURED, not_measured, replace
from benchmarks.tables import Tables, tables
from benchmarks.targets import compared

type Results = dict[str, Any]
type Measure = Callable[[Results], Any]
"""Measures a section; it may read the results of the sections before it."""


def measures(teams: int) -> dict[str, Measure]:
    """All sections, in the order in which they run."""
    return {
        "cold_start": _on_fresh_tables(cold_start.measure),
        "warm": _on_fresh_tables(warm.measure),
        "growth": _on_fresh_tables(growth.measure),
        "snapshots": _on_fresh_tables(lambda fresh: snapshots.measure(fresh, teams)),
        "money": _money,
        "webhooks": _on_fresh_tables(webhooks.measure),
        "local_stack": _on_fresh_tables(local_stack.measure),
        "company_names": _company_names,
    }


def run(sections: Mapping[str, Measure]) -> Results:
    """Runs the sections, prints what each found, and returns the results with the targets."""
    results: Results = {
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": _machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("botocore", "aws-lambda-powertools", "pydantic", "anthropic")},
    }
    began = time.perf_counter()
    for name, measure in sections.items():
        started = time.perf_counter()
        try:
            # Through JSON and back: the tables and the picture see what a reader of the file sees.
            results[name] = json.loads(json.dumps(measure(results)))
        except Exception as error:  # noqa: BLE001 - whatever stops one section, the others still run
            traceback.print_exc()
            results[name] = not_measured(error)
        print(f"\n{name} ({time.perf_counter() - started:.0f} s)", flush=True)
        _print(results[name])
    results["seconds"] = round(time.perf_counter() - began)
    results["targets"] = compared(results)
    print(f"\ntargets ({results['seconds']} s in all)")
    _print(results["targets"])
    return results


def main(sections: list[str], teams: int, file: Path = LATEST) -> None:
    """Runs the named sections and those they need. Only a whole run is written to the file."""
    every = measures(teams)
    if "money" in sections:
        sections = ["warm", "snapshots", *sections]
    results = run({name: measure for name, measure in every.items() if name in sections})
    if results.keys() >= every.keys():
        file.parent.mkdir(parents=True, exist_ok=True)
        replace({file: (json.dumps(results, indent=2) + "\n").encode()})
        print(f"\nwritten to {file}; `make bench-docs` publishes it")


def _on_fresh_tables(measure: Callable[[Tables], Any]) -> Measure:
    def measured(_: Results) -> Any:
        with tempfile.TemporaryDirectory() as folder, tables(Path(folder) / "log") as fresh:
            return measure(fresh)

    return measured


def _money(results: Results) -> Any:
    for needed in ("warm", "snapshots"):
        if NOT_MEASURED in results[needed]:
            raise RuntimeError(f"it is computed from the section {needed}, which was not measured")
    return money.measure(results["warm"], results["snapshots"])


def _company_names(_: Results) -> Any:
    from benchmarks.company_names import compare  # cleanco, in the dependency group bench only

    return compare()


def _machine() -> str:
    """The processor's name, without which figures of two machines cannot be told apart."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


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
    names = list(measures(snapshots.TEAMS))
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(names))
    parser.add_argument("--teams", type=int, default=snapshots.TEAMS)
    given = parser.parse_args()
    if unknown := set(given.sections) - set(names):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    main(given.sections or names, given.teams)
