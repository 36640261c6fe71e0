"""docs/performance.md says what the last whole run of `make bench` found."""

import json
import re

from benchmarks.report import DOCUMENT, RESULTS, written
from benchmarks.targets import AT_LEAST, AT_MOST, compared

TEXT = DOCUMENT.read_text()
FOUND = json.loads((RESULTS / "performance.json").read_text())


def test_the_tables_are_those_of_the_results() -> None:
    assert written(TEXT, FOUND) == TEXT, "run make bench"


def test_every_target_was_looked_at() -> None:
    assert FOUND["targets"] == compared(FOUND)
    assert len(FOUND["targets"]) == len(AT_MOST) + len(AT_LEAST) + 1


def test_a_target_that_is_not_met_is_explained() -> None:
    missed = [name for name, row in FOUND["targets"].items() if not row["met"]]
    explained = re.findall(r"^- \*\*(.+?)\*\*", TEXT.partition("## Targets")[2].partition("\n## ")[0], re.MULTILINE)
    assert sorted(explained) == sorted(missed)
