"""`make bench` survives what a machine lacks, and only `make bench-docs` changes tracked files, all of them or none."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks.publish import DATA, DOCUMENT, MACHINES, publish
from benchmarks.results_file import LATEST, not_measured

FOUND = json.loads(DATA.read_text())


def _without_docker(_: Mapping[str, Any]) -> Any:
    raise FileNotFoundError("docker: not found")


def test_a_section_that_cannot_run_is_a_row_that_says_why_and_the_others_run() -> None:
    results = bench.run({"local_stack": _without_docker, "warm": lambda _: FOUND["warm"]})
    assert results["local_stack"] == {"not_measured": "docker: not found"}
    assert results["warm"] == FOUND["warm"]
    assert results["targets"]["requests a second, beside sam local's"]["met"] is None
    assert results["targets"]["warm request, beside a bare handler's"]["met"] is True


def test_money_is_not_measured_without_the_sections_it_is_computed_from() -> None:
    money = bench.measures(teams=1)["money"]
    results = bench.run({"warm": _without_docker, "snapshots": lambda _: FOUND["snapshots"], "money": money})
    assert results["money"] == {"not_measured": "it is computed from the section warm, which was not measured"}


def test_results_of_a_run_are_kept_out_of_the_tracked_files() -> None:
    assert ".cache" in LATEST.parts


@pytest.fixture
def copies(tmp_path: Path) -> dict[str, Path]:
    """Copies of what `make bench-docs` writes."""
    originals = {"data": DATA, "machines": MACHINES, "document": DOCUMENT}
    paths = {name: tmp_path / path.name for name, path in originals.items()}
    for name, path in paths.items():
        path.write_bytes(originals[name].read_bytes())
    paths["picture"] = tmp_path / "performance.png"
    paths["picture"].write_bytes(b"the old picture")
    return paths


def _draw(_: Mapping[str, Any], path: Path) -> None:
    path.write_bytes(b"the new picture")


def test_a_run_without_docker_is_published_with_a_row_that_says_so(copies: dict[str, Path]) -> None:
    local_stack = {name: FOUND["local_stack"][name] for name in ("ready_seconds", "starlette", "local")}
    local_stack["sam_local"] = not_measured("it needs Docker")
    results = FOUND | {"machine": "another machine", "local_stack": local_stack, "growth": not_measured("no Java")}
    publish(results, _draw, **copies)
    document = copies["document"].read_text()
    assert "| sam local start-api: not measured (it needs Docker) |" in document
    assert "Not measured: no Java" in document
    assert copies["picture"].read_bytes() == b"the new picture"
    assert len(json.loads(copies["machines"].read_text())) == len(json.loads(MACHINES.read_text())) + 1


def test_a_failure_while_publishing_changes_nothing(copies: dict[str, Path]) -> None:
    def cannot_draw(_: Mapping[str, Any], path: Path) -> None:
        raise OSError("no fonts")

    before = {name: path.read_bytes() for name, path in copies.items()}
    with pytest.raises(OSError, match="no fonts"):
        publish(FOUND | {"measured": "2026-12-01"}, cannot_draw, **copies)
    assert {name: path.read_bytes() for name, path in copies.items()} == before
