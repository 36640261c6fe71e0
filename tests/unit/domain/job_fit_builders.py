"""Profiles, answers and jobs for the tests of the job summary: everything has a default that holds."""

from typing import Any

from shared.domain.job_fit.grounding import GroundedFit, ground
from shared.domain.job_fit.prompt import Answer, Fit, sources_of
from shared.domain.profiles import Profile, Story

JOB = (
    "We're looking for a Senior Product Manager to lead our Growth team. You'll own the full funnel from acquisition "
    "through activation. You lead cross-functional teams. Experience with an enterprise sales motion is a plus."
)


def a_story(story_id: str = "story_1", **fields: Any) -> Story:
    told = {"title": "Rebuilt onboarding", "result": "Activation optimization raised week-one activation to 41 %."}
    return Story.model_validate({"story_id": story_id, **told, **fields})


def a_profile(*stories: Story, **fields: Any) -> Profile:
    facts = {"headline": "Growth-focused PM", "summary": "Leads cross-functional product teams.", "skills": ["SQL"]}
    return Profile.model_validate({**facts, **fields, "stories": stories or (a_story(),)})


def a_requirement(id_: str = "R1", **fields: str) -> dict[str, str]:
    return {"id": id_, "name": "growth funnel ownership", "asks": "own the full funnel", **fields}


def a_claim(id_: str = "C1", **fields: str) -> dict[str, str]:
    return {
        "id": id_,
        "requirement": "R1",
        "source": "S1",
        "quote": "raised week-one activation to 41 %",
        "shows": "activation optimization",
        **fields,
    }


def an_answer(
    *claims: dict[str, str],
    requirements: list[dict[str, str]] | None = None,
    points: list[tuple[str, list[str]]] | None = None,
    fit: Fit = "strong_fit",
    pitch: str = "Growth-focused PM with week-one activation results.",
) -> Answer:
    return Answer.model_validate(
        {
            "requirements": [a_requirement()] if requirements is None else requirements,
            "claims": claims,
            "talking_points": [{"text": text, "claims": labels} for text, labels in points or []],
            "overall_fit": fit,
            "one_line_pitch": pitch,
        },
        strict=False,
    )


def grounded(answer: Answer, profile: Profile | None = None, job: str = JOB) -> GroundedFit:
    return ground(answer, sources_of(profile or a_profile()), job)
