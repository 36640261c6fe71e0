"""Every attack of tests/fixtures/attacks.json through everything but the model, and a model that obeys in its place."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.domain.job_fit.grounding import ground
from shared.domain.job_fit.markup import plain
from shared.domain.job_fit.prompt import Answer, build_prompt, parse_answer, sources_of
from tests.unit.domain.job_fit_builders import JOB, a_profile, a_requirement, an_answer

FIXTURE = json.loads((Path(__file__).parents[2] / "fixtures" / "attacks.json").read_text(encoding="utf-8"))
ATTACKS: list[dict[str, Any]] = FIXTURE["attacks"]
NONCE = "c0ffee00c0ffee00c0ffee00c0ffee00"

every_attack = pytest.mark.parametrize("attack", ATTACKS, ids=[attack["id"] for attack in ATTACKS])


def obeyed(attack: dict[str, Any]) -> Answer:
    """What a model says that does all an attack can ask of it: its words everywhere, and evidence out of thin air."""
    text, canary = attack["text"], attack["canaries"][0]
    claims = [
        {"id": "C1", "requirement": "R1", "source": "S9", "quote": text[:100], "shows": canary},
        {"id": "C2", "requirement": "R1", "source": "S1", "quote": text[:100], "shows": canary},
        {"id": "C3", "requirement": "R1", "source": "S1", "quote": canary, "shows": text[:80]},
    ]
    points = [(canary, ["C1", "C2"]), (text[:200], ["C3"]), (f"Highlight your activation: {canary}", ["C2"])]
    return an_answer(*claims, points=points, pitch=f"{canary} {text[:150]}")


def test_there_are_forty_attacks_of_every_kind_with_their_origin() -> None:
    assert len(ATTACKS) >= 40
    assert set(Counter(attack["category"] for attack in ATTACKS)) >= {
        "instruction override",
        "fake turn",
        "fake profile facts",
        "schema breaking",
        "exfiltration",
        "encoded text",
        "hidden text",
        "other language",
        "praise of the candidate",
    }
    assert all(attack["origin"] == "own" or attack["origin"].startswith("garak ") for attack in ATTACKS)
    assert "Apache License 2.0" in FIXTURE["attribution"]


@every_attack
def test_an_attack_stays_between_the_markers_and_hides_nothing(attack: dict[str, Any]) -> None:
    sources = sources_of(a_profile())
    prompt = build_prompt(sources, f"{JOB}\n{attack['text']}", nonce=NONCE)
    assert prompt.system == build_prompt(sources, "harmless", nonce=NONCE).system
    before, data, after = re.split(rf"<<<(?:begin|end) {NONCE}>>>", prompt.user)
    assert data == f"\n{plain(JOB + chr(10) + attack['text'])}\n"
    assert (before, after) == _around("harmless")


def _around(job: str) -> tuple[str, str]:
    before, _, after = re.split(rf"<<<(?:begin|end) {NONCE}>>>", build_prompt((), job, nonce=NONCE).user)
    return before, after


@every_attack
def test_a_model_that_obeys_an_attack_gains_nothing(attack: dict[str, Any]) -> None:
    said = ground(obeyed(attack), sources_of(a_profile()), f"{JOB}\n{attack['text']}").job_fit
    assert said.overall_fit == "maybe"
    assert said.matched_areas == []
    assert said.talking_points == []
    assert said.gaps == []  # what was claimed and does not hold is unsettled
    assert said.one_line_pitch == "Growth-focused PM."


@every_attack
def test_the_most_an_attack_can_put_into_an_answer_is_a_short_plain_gap(attack: dict[str, Any]) -> None:
    """A requirement's name is made of the description's words: the one place where a stranger's words are repeated."""
    for canary in attack["canaries"]:
        requirement = a_requirement(name=canary, asks=canary)
        said = ground(an_answer(requirements=[requirement]), sources_of(a_profile()), attack["text"]).job_fit
        assert (said.overall_fit, said.matched_areas, said.talking_points) == ("maybe", [], [])
        for gap in said.gaps:
            assert len(gap) <= 110
            assert not re.search(r"://|@|[<>{}\[\]\n]", gap)


@every_attack
def test_an_attack_repeated_as_the_answer_is_off_the_schema(attack: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        parse_answer(attack["text"])
