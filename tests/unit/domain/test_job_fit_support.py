"""What a free sentence rests on."""

import pytest

from shared.domain.job_fit.support import Wording, facts, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("optimization", "optimised"),
        ("leadership", "leading"),
        ("managers", "management"),
        ("companies", "company"),
        ("strategic", "strategies"),
        ("nursing", "nurse"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_facts_are_numbers_and_capitalised_words_beside_the_names() -> None:
    text = "Led the EU launch at Acme in 2024. Then grew SaaS sales by 40 %: Berlin, B2B."
    assert facts(text) == ["acme", "2024", "40", "berlin"]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Raised activation from 22 % to 41 %", True),
        ("Activation rose to 41 %", True),
        ("Activation rose to 77 %", False),
        ("Activation rose at Google", False),
        ("Built moon rockets for decades", False),
        ("experience with the job", False),
        ("", False),
    ],
)
def test_a_sentence_stays_within_its_evidence_or_does_not(text: str, within: bool) -> None:
    assert Wording(["Week-one activation raised", "from 22 % to 41 %"]).supports(text) is within


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        ("Built engines in C++", "C# developer of engines"),
        ("Wrote R packages", "R&D packages"),
        ("Runs Go services", "Go-to-market services"),
        ("React Native apps", "React apps"),
        ("JavaScript apps", "Java apps"),
        ("net revenue reports", ".NET reports"),
        ("SQL reports", "T-SQL reports"),
    ],
)
def test_a_name_in_a_sentence_must_be_in_the_evidence(evidence: str, text: str) -> None:
    assert not Wording([evidence]).supports(text)
    assert Wording([text]).supports(text)


def test_words_of_the_recruiter_are_not_evidence() -> None:
    profile = Wording(["Screened donors and verified their papers for the clinic"])
    recruiter = Wording(["Pay the identity fee, and show donor care"])
    sentence = "Screened donors, verified papers, identity fee"
    assert profile.supports(sentence)
    assert not profile.supports(sentence, refused=recruiter)
    assert profile.supports("Screened donors with care", tolerated=Wording(["donor care"]), refused=recruiter)


def test_a_text_is_mentioned_when_all_its_words_and_names_are() -> None:
    wording = Wording(["Ran SQL courses for analysts"])
    assert wording.mentions("SQL course")
    assert not wording.mentions("T-SQL course")
    assert not wording.mentions("SQL course in Berlin")
