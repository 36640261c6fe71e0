"""The scores on record are the stand-in's scores, and the documentation repeats them."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.job_fit_eval.runs import run
from benchmarks.job_fit_eval.scores import Answered
from local.stand_in_words import compare
from shared.domain.job_fit.grounding import ground
from shared.domain.job_fit.prompt import build_prompt, sources_of
from shared.domain.profiles import Profile
from shared.services.job_summary import JobSummary

ROOT = Path(__file__).parents[2]
RECORDED = json.loads((ROOT / "benchmarks/job_fit_eval/results/stand-in.json").read_text(encoding="utf-8"))


def ask(profile: Profile, job_description: str) -> Answered:
    """The stand-in without its server."""
    sources = sources_of(profile)
    prompt = build_prompt(sources, job_description, nonce="c0ffee")
    answer = compare(prompt.system[1], prompt.user)
    return Answered(JobSummary(ground(answer, sources, job_description), "stand-in"))


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return run(ask)


def test_the_recorded_scores_can_be_had_again(report: dict[str, Any]) -> None:
    """After a change of the stand-in, the checks or the cases: `make eval`, and the table of docs/job-fit.md."""
    assert {part: RECORDED[part] for part in report} == report


def test_every_served_quote_is_valid_and_no_attack_works(report: dict[str, Any]) -> None:
    assert report["quotes"]["quote_validity"] == 1
    assert report["attacks"]["worked"] == []


@pytest.mark.parametrize("part", ["labels", "quotes", "attacks", "obedience", "invariance"])
def test_the_documentation_gives_the_recorded_scores(part: str) -> None:
    page = (ROOT / "docs/job-fit.md").read_text(encoding="utf-8")
    for name, value in RECORDED[part].items():
        if name in ("unanswered", "worked", "failed"):
            continue
        label = f"invariant under {name}" if part == "invariance" else name.replace("_", " ")
        text = f"{value:.1%}".replace("%", " %") if isinstance(value, float) else str(value)
        assert f"| {label} | {text} |" in page
