"""docs/performance.md says what the last published run of `make bench` found."""

import json
import re

from benchmarks.publish import DATA, DOCUMENT, MACHINES, with_run
from benchmarks.report import written
from benchmarks.targets import AT_LEAST, AT_MOST, compared

TEXT = DOCUMENT.read_text()
FOUND = json.loads(DATA.read_text())
RUNS = json.loads(MACHINES.read_text())


def test_the_tables_are_those_of_the_results() -> None:
    assert written(TEXT, FOUND, RUNS) == TEXT, "run make bench-docs"


def test_the_published_run_is_among_the_recorded_ones() -> None:
    assert with_run(RUNS, FOUND)[-1] in RUNS


def test_every_target_has_a_row() -> None:
    assert FOUND["targets"] == compared(FOUND)
    assert len(FOUND["targets"]) == len(AT_MOST) + len(AT_LEAST)


def test_a_target_that_is_not_met_is_explained() -> None:
    missed = [name for name, row in FOUND["targets"].items() if not row["met"]]
    explained = re.findall(r"^- \*\*(.+?)\*\*", TEXT.partition("## Targets")[2].partition("\n## ")[0], re.MULTILINE)
    assert sorted(explained) == sorted(missed)
