"""docs/privacy.md and its appendix against what the attack wrote: every figure is that of the last run."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from benchmarks.release_gate_attack.__main__ import COARSE_GATE, GATE, LIVE, RESULTS, THRESHOLD, UNCAPPED
from shared.domain.companies.normalize import NORMALIZER_VERSION, normalize_company
from tests.unit.docs.test_docs import ROOT
from tests.unit.domain.company_names import APART, GROUPS

TEXT = (ROOT / "docs" / "privacy-appendix.md").read_text()
SUMMARY = (ROOT / "docs" / "privacy.md").read_text()
FOUND: list[dict[str, Any]] = json.loads(RESULTS.read_text())
SERVED = {
    "live figures, no threshold": LIVE.name,
    "live figures over a threshold of ten": THRESHOLD.name,
    "the release gate": GATE.name,
}
KNOWS = {"": 0, "nobody": 0, "five": 5, "nine": 9}
ASKED = {"all ten outcomes known for sure": "all ten known for sure"}


def rows(heading: str, named: int) -> Iterator[list[str]]:
    """The cells of the table under a heading; an empty one among the first `named` says what the one above it does."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    table = section[section.index("| question |") :].split("\n\n")[0]
    above = [""] * named
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        above = [cell or kept for cell, kept in zip(cells[:named], above, strict=True)]
        yield [*above, *cells[named:]]


def found(question: str, served: str, company: str, knows: str) -> tuple[str, str]:
    """How often blind guessing and the attacker were right, as the document writes it."""
    asked = (question, served, int(re.sub(r"\D", "", company)), KNOWS[knows])
    [result] = [r for r in FOUND if (r["question"], r["served"], r["candidates"], r["knows"]) == asked]
    return percent(result["blind"]), percent(result["attacker"])


def percent(rate: float) -> str:
    return f"{int(100 * rate + 0.5)} %"


def test_the_table_of_the_attack_is_that_of_the_last_run() -> None:
    table = list(rows("Attacked on purpose", 3))
    assert len(table) == 17
    for question, served, company, knows, *rates in table:
        assert tuple(rates) == found(question, SERVED[served], company, knows), (question, served, company, knows)


def test_the_table_of_the_switches_is_that_of_the_last_run() -> None:
    table = list(rows("Coarser figures", 2))
    assert len(table) == 8
    for question, company, knows, blind, exact, coarse in table:
        asked = ASKED.get(question, question)
        assert exact == found(asked, GATE.name, company, knows)[1], (question, company, knows)
        assert (blind, coarse) == found(asked, COARSE_GATE.name, company, knows), (question, company, knows)


MINUTES, WORDS_A_MINUTE = 10, 200


def test_the_summary_takes_ten_minutes_to_read() -> None:
    assert len(SUMMARY.split()) <= MINUTES * WORDS_A_MINUTE


def test_every_percentage_of_the_summary_is_one_of_the_last_run() -> None:
    measured = {percent(result[kind]) for result in FOUND for kind in ("blind", "attacker")}
    written = set(re.findall(r"\d+ %", SUMMARY))
    assert written <= measured


def test_the_summary_says_what_a_candidate_with_most_threads_gives_away() -> None:
    for served in (UNCAPPED, GATE):
        [result] = [r for r in FOUND if (r["question"], r["served"]) == ("fit of a dominant candidate", served.name)]
        assert f"| {percent(result['blind'])} | {percent(result['attacker'])} |" in SUMMARY


def test_the_row_of_the_normaliser_is_what_it_does_with_the_table() -> None:
    pairs = [pair for group in GROUPS for pair in combinations(group.names, 2)]
    missed = sum(normalize_company(one) != normalize_company(other) for one, other in pairs)
    joined = sum(normalize_company(pair.one) == normalize_company(pair.other) for pair in APART)
    percent_missed = f"{100 * missed / len(pairs):.1f}"
    row = f"| `normalize_company` version {NORMALIZER_VERSION} | {missed} | {percent_missed} | {joined} | 0 |"
    assert row in TEXT
    assert f"{len(pairs):,} pairs of one company, {len(APART)} pairs of two" in TEXT
    assert f"None of {len(APART)} labelled pairs" in SUMMARY
