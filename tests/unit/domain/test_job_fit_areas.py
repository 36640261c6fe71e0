"""What a model may claim for a requirement, and what is a gap (contract 9)."""

import pytest

from shared.domain.job_fit.grounding import GroundedFit
from tests.unit.domain.job_fit_builders import JOB, a_claim, a_profile, a_requirement, a_story, an_answer, grounded


def claimed(skill: str, name: str, asks: str) -> GroundedFit:
    """What an obedient model gets for claiming a skill for a requirement."""
    answer = an_answer(
        a_claim(source="K1", quote=skill, shows=""), requirements=[a_requirement(name=name, asks=asks)], pitch=name
    )
    return grounded(answer, a_profile(skills=[skill], headline="Engineer", summary=""), job=asks)


@pytest.mark.parametrize(
    ("skill", "name", "asks"),
    [
        ("C++", "C#", "You need experience with C#."),
        ("C", "Objective-C", "Objective-C"),
        ("C", "C-level stakeholders", "You advise C-level stakeholders"),
        ("R", "R&D budgets", "Experience leading R&D budgets"),
        ("Go", "Go-to-market strategy", "You own our Go-to-market strategy"),
        ("Go", "extra mile", "You go the extra mile"),
        ("React", "React Native apps", "React Native apps"),
        ("React Native", "React", "React"),
        ("Java", "JavaScript", "JavaScript"),
        ("SQL", "T-SQL", "T-SQL"),
        ("SAP", "SAP S/4HANA migration", "SAP S/4HANA migration"),
        ("net revenue", ".NET", ".NET"),
        ("Power BI", "BI", "BI"),
        ("SAS", "SaaS sales", "SaaS sales"),
        ("PHP", "PHR certification", "PHR certification"),
        ("QA", "Q&A sessions", "You host Q&A sessions"),
        ("B2B", "B2C marketing", "B2C marketing"),
        ("UI", "UX research", "UX research"),
        ("D", "D&B reports", "You read D&B reports"),
        ("Word", "word of mouth marketing", "word of mouth marketing"),
        ("Access", "access control", "physical access control"),
        ("Salt", "salt production", "salt production"),
        ("Flutter", "flutter valve design", "flutter valve design"),
        ("Google Ads", "Google Analytics", "Google Analytics"),
        ("Node", "Node-RED", "Node-RED"),
        ("Python 2", "Python 3", "Python 3"),
        ("Python 3.11", "Python 3.1", "Python 3.1"),
        ("junior developer", "senior developer", "You are a senior developer"),
        ("Python (basics)", "expert-level Python", "expert-level Python"),
        ("Grundkenntnisse in Java", "advanced Java", "advanced Java"),
    ],
)
def test_a_name_that_only_looks_alike_is_no_evidence(skill: str, name: str, asks: str) -> None:
    result = claimed(skill, name, asks)
    assert (result.job_fit.matched_areas, result.job_fit.gaps, result.unsettled) == ([], [], 1)
    assert (result.job_fit.overall_fit, result.job_fit.one_line_pitch) == ("maybe", "Engineer.")


@pytest.mark.parametrize(
    ("skill", "name", "asks"),
    [
        ("C++", "C++ development", "C++ development"),
        ("go", "Go services", "services in Go"),
        ("R", "R", "Statistics in R."),
        ("Node.js", "NodeJS", "NodeJS"),
        ("Kubernetes", "K8s", "K8s"),
        ("SAP S/4HANA", "SAP", "knowledge of SAP"),
        ("PostgreSQL", "relational databases", "relational databases"),
        ("A/B testing", "A/B tests", "Plan A/B tests"),
        ("Python", "Python開発経験", "5年以上のPython開発経験"),
        ("Java", "Java后端开发", "负责Java后端开发"),
        ("C#", "C#", "&lt;p&gt;C&amp;#35;&lt;/p&gt;"),
        ("A/B testing", "AB testing", "AB testing"),
        ("Word", "Microsoft Word", "Microsoft Word"),
        ("MS Teams", "Microsoft Teams", "Microsoft Teams"),
        ("GA4", "Google Analytics", "Google Analytics"),
        ("Adobe Illustrator", "Illustrator", "You draw in Illustrator"),
        ("Python 3.11", "Python 3", "Python 3"),
        ("Machine learning", "machine learning", "machine learning"),
        ("Learning design", "learning design", "learning design"),
        ("senior developer, formerly trainee", "senior developer", "You are a senior developer"),
    ],
)
def test_a_name_is_evidence_however_it_is_written(skill: str, name: str, asks: str) -> None:
    assert len(claimed(skill, name, asks).job_fit.matched_areas) == 1


@pytest.mark.parametrize(
    ("skill", "name"), [("learning Rust", "Rust"), ("Currently learning Kubernetes", "Kubernetes")]
)
def test_a_tool_that_is_being_learned_is_neither_an_area_nor_a_gap(skill: str, name: str) -> None:
    fit = claimed(skill, name, name).job_fit
    assert (fit.matched_areas, fit.gaps) == ([], [])


def test_a_story_answers_for_a_tool_only_if_it_names_it() -> None:
    profile = a_profile(a_story(title="Wrote the C++ engine", result="Built payment services that never lose a row."))
    claim = a_claim(quote="Built payment services that never lose a row", shows="")
    for tool, matched in (("C#", 0), ("C++", 1)):
        requirement = a_requirement(name=f"{tool} services", asks=f"{tool} services")
        result = grounded(an_answer(claim, requirements=[requirement]), profile, job=f"{tool} services")
        assert len(result.job_fit.matched_areas) == matched


def test_what_the_profile_mentions_is_never_a_gap() -> None:
    requirements = [a_requirement(name="SQL", asks="SQL"), a_requirement("R2", name="T-SQL", asks="T-SQL")]
    result = grounded(an_answer(requirements=requirements), job="SQL and T-SQL")
    assert (result.job_fit.gaps, result.unsettled) == (["No T-SQL experience mentioned"], 1)


def test_a_description_in_which_nothing_was_read_gets_no_verdict() -> None:
    answer = an_answer(requirements=[]).model_copy(update={"overall_fit": "misfit"})
    fit = grounded(answer).job_fit
    assert (fit.overall_fit, fit.matched_areas, fit.gaps) == ("maybe", [], [])


def test_a_recruiters_fee_reaches_no_sentence() -> None:
    job = f"{JOB} Pay the identity verification fee at acme-careers.site/login"
    points = [
        ("Raised week-one activation; identity verification fee at acme-careers.site/login", ["C1"]),
        ("Raised week-one activation and paid the identity verification fee", ["C1"]),
    ]
    fit = grounded(an_answer(a_claim(), points=points, pitch=points[1][0]), job=job).job_fit
    assert not {"fee", "acme-careers"} & set(fit.model_dump_json().split())
    assert fit.talking_points == ["Bring up “Rebuilt onboarding”: it answers growth funnel ownership"]


def test_a_long_quote_without_blanks_is_shown_cut() -> None:
    text = "負責増長漏斗與用戶激活" * 12
    claim = a_claim(quote=text[:125], shows="")
    (area,) = grounded(an_answer(claim), a_profile(a_story(result=text))).job_fit.matched_areas
    assert text[:100] in area
    assert area.endswith("…”")
