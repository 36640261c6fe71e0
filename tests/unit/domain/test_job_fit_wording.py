"""How what survives is put: gaps, talking points, the pitch (contract 9)."""

import pytest

from shared.domain.job_fit.grounding import TOP_N
from tests.unit.domain.job_fit_builders import a_claim, a_profile, a_requirement, an_answer, grounded


def test_gaps_read_as_english() -> None:
    job = "A bachelor's degree in physics, SQL skills and people management."
    names = ["bachelor's degree in physics", "SQL skills", "people management"]
    requirements = [a_requirement(f"R{n}", name=name, asks=name) for n, name in enumerate(names)]
    assert grounded(an_answer(requirements=requirements), job=job).job_fit.gaps == [
        "No bachelor's degree in physics mentioned",
        "No SQL skills mentioned",
        "No people management experience mentioned",
    ]


def test_lists_hold_the_first_five() -> None:
    words = [f"skill{letter}" for letter in "abcdefgh"]
    requirements = [a_requirement(f"R{n}", name=word, asks=word) for n, word in enumerate(words)]
    result = grounded(an_answer(requirements=requirements), job=" ".join(words)).job_fit
    assert result.gaps == [f"No {word} experience mentioned" for word in words[:TOP_N]]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Your patents in Norway are directly relevant.", ["C1"]),
        ("Highlight your week-one activation.", []),
        ("Highlight your week-one activation.", ["C9"]),
        ("Highlight your week-one activation of 77 %.", ["C1"]),
        ("Highlight your week-one activation at www.example.com.", ["C1"]),
    ],
    ids=["about something else", "rests on nothing", "rests on no claim", "a figure of its own", "a link"],
)
def test_a_talking_point_without_evidence_is_replaced_by_one_of_our_own(text: str, labels: list[str]) -> None:
    assert grounded(an_answer(a_claim(), points=[(text, labels)])).job_fit.talking_points == [
        "Bring up “Rebuilt onboarding”: it answers growth funnel ownership"
    ]


def test_a_talking_point_within_its_claims_is_kept_once() -> None:
    point = ("Highlight your activation optimization: 41 % in week one.", ["C1"])
    assert grounded(an_answer(a_claim(), points=[point, point])).job_fit.talking_points == [point[0]]


@pytest.mark.parametrize(
    "pitch",
    [
        "Once-in-a-generation genius.",
        "Growth-focused PM who landed on the moon with NASA.",
        "Growth-focused PM, see https://example.com.",
        "",
        "Growth-focused PM " * 30,
    ],
)
def test_a_pitch_that_leaves_the_profile_gives_way_to_the_headline(pitch: str) -> None:
    assert grounded(an_answer(a_claim(), pitch=pitch)).job_fit.one_line_pitch == "Growth-focused PM."


def test_a_pitch_of_two_lines_becomes_one() -> None:
    pitch = grounded(an_answer(a_claim(), pitch="Growth-focused PM.\nOptimized activation.")).job_fit.one_line_pitch
    assert pitch == "Growth-focused PM. Optimized activation."


def test_there_is_a_pitch_without_a_headline_and_without_a_match() -> None:
    bare = a_profile(headline="")
    assert grounded(an_answer(a_claim(), pitch=""), bare).job_fit.one_line_pitch == (
        "Growth funnel ownership: shown by the profile."
    )
    assert grounded(an_answer(pitch=""), bare).job_fit.one_line_pitch == (
        "The profile shows nothing yet that this job asks for."
    )
