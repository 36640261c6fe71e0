"""What the stand-in takes a job to ask for: things, and not the words that ask for them."""

import pytest

from local.stand_in_words import compare
from shared.domain.job_fit.grounding import ground
from shared.domain.job_fit.prompt import build_prompt, sources_of
from tests.unit.domain.job_fit_builders import a_profile

SOURCES = sources_of(
    a_profile(headline="C++ and Go developer", summary="Writes low-latency C++ at a bank.", skills=["R"])
)


def gaps(job: str) -> list[str]:
    prompt = build_prompt(SOURCES, job, nonce="c0ffee")
    return ground(compare(prompt.system[-1], prompt.user), SOURCES, job).job_fit.gaps


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("Must have C#. Must know R&D budgeting and Tableau.", ["C#"]),
        ("R developer. Must have C#. Must have Tableau.", ["C#", "Tableau"]),
        ("It is essential that you have Snowflake.", ["Snowflake"]),
        ("You need to have worked with Terraform.", ["Terraform"]),
        ("Candidates should possess Hadoop skills.", ["Hadoop"]),
        ("Applicants shall demonstrate Hive knowledge.", ["Hive"]),
        ("Forklift license essential for this work.", ["forklift license"]),
        ("Must know Spark, Kafka and dbt.", ["Spark", "Kafka"]),
        ("Must have AWS D1.1 welding papers.", ["AWS D1.1"]),
        ("Ability to work independently is a must.", []),
        ("Must-haves: Rust. Must have Kafka.", ["Rust", "Kafka"]),
        ("Must have C#. Litigation experience not needed.", ["C#"]),
        ("Must have C#. No degree required.", ["C#"]),
        ("You must have Kafka. You don't need a degree.", ["Kafka"]),
        ("Must have C#. Must pass a drug test and a background check.", ["C#"]),
        ("Must have C#. You must have the right to work in the UK.", ["C#"]),
        ("Must have C#. You must be willing to relocate, and be in the office three days a week.", ["C#"]),
    ],
)
def test_a_gap_names_what_is_asked_for(job: str, expected: list[str]) -> None:
    found = gaps(job)
    for gap, name in zip(found, expected, strict=True):
        assert gap.casefold().startswith(f"no {name}".casefold()), found
    assert not [gap for gap in found if "must" in gap.casefold()]


def test_a_tool_that_is_not_asked_for_is_no_area_in_any_language() -> None:
    for job in (
        "Embedded developer: C (not C++), RTOS. Must have a license.",
        "Entwickler für Go. C++ nicht erforderlich.",
    ):
        prompt = build_prompt(SOURCES, job, nonce="c0ffee")
        result = ground(compare(prompt.system[-1], prompt.user), SOURCES, job)
        assert not [area for area in result.job_fit.matched_areas if area.startswith("C++")]
