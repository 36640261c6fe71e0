"""`make bench-docs`: puts the results of the last whole run into the repository: data, picture, document.

Everything is made before anything is written.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.report import written
from benchmarks.results_file import LATEST, replace

_HERE = Path(__file__).parent
DATA = _HERE / "results" / "performance.json"
MACHINES = _HERE / "results" / "machines.json"
PICTURE = _HERE / "results" / "performance.png"
DOCUMENT = _HERE.parent / "docs" / "performance.md"

type Plot = Callable[[Mapping[str, Any], Path], None]


def publish(results: Mapping[str, Any], plot: Plot, data: Path, machines: Path, picture: Path, document: Path) -> None:
    """Writes the results, adds their targets to the recorded runs, and makes the picture and the document's tables."""
    runs = with_run(json.loads(machines.read_text()), results)
    text = written(document.read_text(), results, runs)
    with tempfile.TemporaryDirectory() as folder:
        plot(results, drawn := Path(folder) / picture.name)
        image = drawn.read_bytes()
    replace({data: _json(results), machines: _json(runs), picture: image, document: text.encode()})


def with_run(runs: list[dict[str, Any]], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The recorded runs with this one, which replaces an earlier one of the same machine and day."""
    run = {name: results[name] for name in ("machine", "processors", "measured")}
    others = [other for other in runs if any(other[name] != run[name] for name in run)]
    return [*others, run | {"figures": {name: row["measured"] for name, row in results["targets"].items()}}]


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def main() -> int:
    """Publishes; the exit code."""
    if not LATEST.exists():
        print(f"{LATEST} is missing: run `make bench` first.", file=sys.stderr)
        return 1
    from benchmarks.plot import plot  # matplotlib, in the dependency group bench only

    publish(json.loads(LATEST.read_text()), plot, DATA, MACHINES, PICTURE, DOCUMENT)
    print(f"written: {', '.join(path.name for path in (DATA, MACHINES, PICTURE, DOCUMENT))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
