"""What survives of a model's answer, and how it is put (contract 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.job_fit.grounding import JobFit
from shared.domain.job_fit.prompt import Answer
from shared.domain.profiles import Profile
from tests.unit.domain.job_fit_builders import a_claim, a_profile, a_requirement, a_story, an_answer, grounded


def areas(answer: Answer, profile: Profile | None = None) -> list[str]:
    return grounded(answer, profile).job_fit.matched_areas


def test_the_reference_example_comes_out_word_for_word() -> None:
    profile = a_profile(
        a_story("a", title="Activation optimization for teams", result="More teams reached a first result."),
        a_story("b", title="Onboarding", result="Activation optimization doubled first results."),
        a_story("c", title="Sign-up", result="Optimized activation of invited users in a month."),
        a_story("d", title="Launch", action="Daily PM-eng-design collaboration on one board.", result="", proof=True),
    )
    answer = an_answer(
        a_claim("C1", source="S1", quote="Activation optimization for teams"),
        a_claim("C2", source="S2", quote="Activation optimization doubled first results"),
        a_claim("C3", source="S3", quote="Optimized activation of invited users"),
        a_claim(
            "C4",
            requirement="R2",
            source="S4",
            quote="Daily PM-eng-design collaboration on one board",
            shows="PM-eng-design collaboration",
        ),
        requirements=[
            a_requirement("R1"),
            a_requirement("R2", name="cross-functional leadership", asks="You lead cross-functional teams"),
            a_requirement("R3", name="enterprise sales motion", asks="Experience with an enterprise sales motion"),
        ],
        pitch="Growth-focused PM with proven activation optimization and cross-functional leadership.",
    )
    assert grounded(answer, profile).job_fit == JobFit(
        overall_fit="strong_fit",
        matched_areas=[
            "Growth funnel ownership — 3 CARL stories demonstrate activation optimization",
            "Cross-functional leadership — proof story shows PM-eng-design collaboration",
        ],
        gaps=["No enterprise sales motion experience mentioned"],
        talking_points=[
            "Bring up “Activation optimization for teams”: it answers growth funnel ownership",
            "Bring up “Launch”: it answers cross-functional leadership",
        ],
        one_line_pitch="Growth-focused PM with proven activation optimization and cross-functional leadership.",
    )


@pytest.mark.parametrize(
    "claim",
    [
        a_claim(source="S7"),
        a_claim(source="story_1"),
        a_claim(requirement="R9"),
        a_claim(quote="raised week-one activation to 99 %"),
        a_claim(quote="own the full funnel"),
        a_claim(quote="to 41"),
        a_claim(quote="aised week-one activation to 41"),
        a_claim(quote=""),
        a_claim(source="F1", quote="raised week-one activation to 41 %"),
    ],
    ids=[
        "no such source",
        "our own id instead of the label",
        "no such requirement",
        "words changed",
        "words of the job",
        "too short to mean anything",
        "begins within a word",
        "no quote",
        "of another source",
    ],
)
def test_a_claim_that_cannot_be_proved_is_dropped_and_leaves_its_requirement_unsettled(claim: dict[str, str]) -> None:
    result = grounded(an_answer(claim))
    assert result.job_fit.matched_areas == []
    assert result.evidence == ()
    assert result.dropped_claims == 1
    is_for_the_requirement = claim["requirement"] == "R1"
    assert result.unsettled == is_for_the_requirement
    assert bool(result.job_fit.gaps) is not is_for_the_requirement
    if is_for_the_requirement:
        assert result.job_fit.overall_fit == "maybe"


def test_a_quote_is_found_whatever_its_white_space_and_unicode_form() -> None:
    quote = "raised  week-one\u00a0activation\nto ４１ %"
    assert len(areas(an_answer(a_claim(quote=quote)))) == 1


def test_evidence_names_our_story_and_not_the_label() -> None:
    (evidence,) = grounded(an_answer(a_claim()), a_profile(a_story("story_of_maya"))).evidence
    assert (evidence.requirement, evidence.source.id) == ("growth funnel ownership", "story_of_maya")


@pytest.mark.parametrize("said", ["strong_fit", "maybe"])
def test_without_evidence_a_fit_is_never_strong(said: str) -> None:
    answer = an_answer(a_claim(quote="invented from nothing at all")).model_copy(update={"overall_fit": said})
    assert grounded(answer).job_fit.overall_fit == "maybe"


def test_a_strong_fit_needs_evidence_for_half_of_what_is_asked() -> None:
    one = [a_requirement("R1")]
    two = [*one, a_requirement("R2", name="cross-functional teams", asks="lead cross-functional teams")]
    three = [*two, a_requirement("R3", name="enterprise sales motion", asks="enterprise sales motion")]
    fits = [grounded(an_answer(a_claim(), requirements=r)).job_fit.overall_fit for r in (one, two, three)]
    assert fits == ["strong_fit", "strong_fit", "maybe"]


def test_evidence_never_raises_a_fit() -> None:
    assert grounded(an_answer(a_claim(), fit="misfit")).job_fit.overall_fit == "misfit"


@pytest.mark.parametrize(
    "requirement",
    [
        a_requirement(asks="certified nuclear engineer"),
        a_requirement(name="certified nuclear engineering"),
        a_requirement(name="growth funnel, see https://growth.example"),
        a_requirement(name="growth funnel " * 10),
        a_requirement(name="  \u200b "),
    ],
    ids=["not asked", "not what is asked", "a link", "too long", "empty"],
)
def test_a_requirement_that_the_job_does_not_make_is_no_gap_and_no_match(requirement: dict[str, str]) -> None:
    result = grounded(an_answer(a_claim(), requirements=[requirement]))
    assert (result.job_fit.gaps, result.job_fit.matched_areas) == ([], [])


def test_requirements_of_one_name_are_one() -> None:
    both = [a_requirement("R1"), a_requirement("R2", name="Growth Funnel ownership")]
    result = grounded(an_answer(a_claim("C1", requirement="R2"), requirements=both))
    assert (len(result.job_fit.matched_areas), result.job_fit.gaps) == (1, [])


def test_one_quote_answers_two_requirements_at_most() -> None:
    names = ["full funnel", "activation", "acquisition", "Growth team"]
    answer = an_answer(
        *[a_claim(f"C{n}", requirement=f"R{n}") for n in range(4)],
        requirements=[a_requirement(f"R{n}", name=name, asks=name) for n, name in enumerate(names)],
    )
    result = grounded(answer)
    assert len(result.job_fit.matched_areas) == 2
    assert (result.job_fit.gaps, result.unsettled) == ([], 2)


def test_two_claims_on_one_story_count_it_once() -> None:
    answer = an_answer(a_claim("C1"), a_claim("C2", quote="Activation optimization raised week-one activation"))
    assert areas(answer) == ["Growth funnel ownership — CARL story shows activation optimization"]


def test_a_story_counts_for_a_phrase_only_if_it_says_so_itself() -> None:
    profile = a_profile(a_story("a"), a_story("b", title="Hired a team", result="Interviewed forty people in spring."))
    answer = an_answer(
        a_claim("C1"), a_claim("C2", source="S2", quote="Interviewed forty people", shows="activation optimization")
    )
    assert areas(answer, profile) == ["Growth funnel ownership — CARL story shows activation optimization"]


@pytest.mark.parametrize(
    "shows", ["world-class moon landings", "activation optimization at NASA", "", "<b>activation</b>"]
)
def test_a_phrase_that_leaves_the_evidence_gives_way_to_the_quote(shows: str) -> None:
    assert areas(an_answer(a_claim(shows=shows))) == [
        "Growth funnel ownership — CARL story: “raised week-one activation to 41 %”"
    ]


@pytest.mark.parametrize(
    ("source", "quote", "text"),
    [
        ("K1", "SQL", "listed skill: “SQL”"),
        ("F1", "Growth-focused PM", "profile headline: “Growth-focused PM”"),
        ("F2", "Leads cross-functional product teams", "profile summary: “Leads cross-functional product teams”"),
    ],
)
def test_other_parts_of_the_profile_are_evidence_too(source: str, quote: str, text: str) -> None:
    assert areas(an_answer(a_claim(source=source, quote=quote, shows=""))) == [f"Growth funnel ownership — {text}"]


def test_an_empty_profile_and_an_empty_answer_are_answered() -> None:
    empty = Answer(requirements=(), claims=(), talking_points=(), overall_fit="strong_fit", one_line_pitch="")
    result = grounded(empty, Profile()).job_fit
    assert (result.overall_fit, result.matched_areas, result.gaps, result.talking_points) == ("maybe", [], [], [])


def test_the_public_answer_has_the_five_fields_of_the_reference() -> None:
    assert list(JobFit.model_fields) == [
        "overall_fit",
        "matched_areas",
        "gaps",
        "talking_points",
        "one_line_pitch",
    ]
    with pytest.raises(ValidationError):
        JobFit.model_validate({**grounded(an_answer()).job_fit.model_dump(), "score": 1})


_PIECES = st.sampled_from(
    [
        *("R1", "R2", "S1", "S2", "F1", "K1", "C1", "SQL", "", "growth funnel ownership", "own the full funnel"),
        *("raised week-one activation to 41 %", "Growth-focused PM", "activation optimization", "https://evil.example"),
    ]
)
_TEXT = st.one_of(_PIECES, st.text(max_size=60), st.builds(" ".join, st.lists(_PIECES, max_size=4)))


def _objects(*names: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(dict.fromkeys(names, _TEXT))


@given(
    requirements=st.lists(_objects("id", "name", "asks"), max_size=8),
    claims=st.lists(_objects("id", "requirement", "source", "quote", "shows"), max_size=8),
    points=st.lists(st.tuples(_TEXT, st.lists(_TEXT, max_size=2)), max_size=8),
    fit=st.sampled_from(["strong_fit", "maybe", "misfit"]),
    pitch=_TEXT,
)
def test_whatever_the_model_says_the_answer_is_sound(
    requirements: list[dict[str, str]],
    claims: list[dict[str, str]],
    points: list[tuple[str, list[str]]],
    fit: str,
    pitch: str,
) -> None:
    answer = an_answer(*claims, requirements=requirements, points=points, pitch=pitch)
    result = grounded(answer.model_copy(update={"overall_fit": fit}))
    JobFit.model_validate(result.job_fit.model_dump())
    for item in result.evidence:
        assert any(item.quote in text for text in item.source.texts)
    if result.job_fit.overall_fit == "strong_fit":
        assert result.job_fit.matched_areas
    assert "evil" not in result.job_fit.model_dump_json()
