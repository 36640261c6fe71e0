"""Checking an answer takes work in proportion to the profile, however often the model cites it. Work is counted in
characters read, not in seconds.
"""

import pytest

from shared.domain.job_fit import denials, folding, names, support
from shared.domain.job_fit.grounding import ground
from shared.domain.job_fit.prompt import Answer, Claim, Requirement, Source, TalkingPoint, sources_of
from shared.domain.profiles import MAX_PROFILE_BYTES, Profile, Story

PASSAGE = "I led growth experiments at acme.ai with Python, C++ and S/4HANA for R&D, @ada helped. "
DESCRIPTION = "You lead growth experiments with Python. You know C++ and S/4HANA. See evil.ai."


class Work:
    """Characters that were read."""

    def __init__(self) -> None:
        self.read = 0

    def count(self, text: str) -> None:
        self.read += len(text)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts what the two readers of texts read, wherever they are called from."""
    work = Work()
    units, find_names = folding._units, names.find_names

    def counted_units(text: str) -> list[folding.Unit]:
        work.count(text)
        return units(text)

    def counted_names(text: str, *, listed: bool = False) -> list[names.Name]:
        work.count(text)
        return find_names(text, listed=listed)

    monkeypatch.setattr(folding, "_units", counted_units)
    for module in (folding, support):
        monkeypatch.setattr(module, "find_names", counted_names)
    return work


def a_profile(characters: int) -> tuple[Source, ...]:
    """A profile of five stories with so many characters."""
    story = (PASSAGE * (characters // 5 // len(PASSAGE) + 1))[: characters // 5]
    stories = tuple(Story(story_id=f"s{n}", title=f"Story {n}", context=story) for n in range(5))
    return sources_of(Profile(headline="Engineer", skills=("Python", "C++"), stories=stories))


def an_answer(claims: int) -> Answer:
    """An answer that cites every story again and again; half of the quotes stand nowhere, or only within a name."""
    asked = ("growth experiments", "Python", "C++", "S/4HANA")
    quotes = ("I led growth experiments", "4HANA for R", "nowhere to be found", "Python, C++ and S/4HANA")
    return Answer(
        requirements=tuple(
            Requirement(id=f"R{n}", name=name, asks=name if n else "lead growth experiments")
            for n, name in enumerate(asked)
        ),
        claims=tuple(
            Claim(id=f"C{n}", requirement=f"R{n % 4}", source=f"S{n % 5 + 1}", quote=quotes[n // 5 % 4], shows=PASSAGE)
            for n in range(claims)
        ),
        talking_points=tuple(
            TalkingPoint(text=f"Bring up {host} and @ada", claims=("C0", "C1", "C2"))
            for host in ("acme.ai", "evil.ai", "worse.ai")
        ),
        overall_fit="strong_fit",
        one_line_pitch="Engineer who led growth experiments at acme.ai",
    )


def test_each_text_of_a_profile_is_read_for_its_names_and_its_words_once(work: Work) -> None:
    sources = a_profile(MAX_PROFILE_BYTES - 1_000)
    length = sum(len(text) for source in sources for text in source.texts)
    ground(an_answer(12), sources, DESCRIPTION)
    assert 1.9 * length < work.read < 2.2 * length


def test_more_claims_read_no_more_of_the_profile(work: Work) -> None:
    read = []
    for claims in (12, 200):
        work.read = 0
        ground(an_answer(claims), a_profile(100_000), DESCRIPTION)
        read.append(work.read)
    assert read[1] - read[0] < 200 * 4 * len(PASSAGE), "the claims themselves"


def test_a_quote_that_stands_only_within_names_is_sought_in_few_steps() -> None:
    """Each place where it stands is looked up among the names, not compared with all of them."""
    text = folding.Folded("S/4HANA " * 5_000)
    assert text.find("4HANA S", least_words=1) is None
    steps = 0

    class Counting(list[names.Name]):
        def __getitem__(self, n: int) -> names.Name:  # type: ignore[override]  # no slices are taken
            nonlocal steps
            steps += 1
            return super().__getitem__(n)

    text._names = Counting(text._names)  # in place of what was found
    assert text.find("4HANA S", least_words=1) is None
    assert 0 < steps < 5_000 * 40


def test_a_quote_that_is_repeated_without_end_is_looked_at_in_a_few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, clauses = 0, denials._clauses

    def counted(text: str, start: int, end: int) -> list[denials._Clause]:
        nonlocal looked
        looked += 1
        return clauses(text, start, end)

    monkeypatch.setattr(denials, "_clauses", counted)
    assert denials.is_denied("never used it. " * 3_000, "used it", "it")
    assert looked <= 20
