"""From the model's claims to areas: which requirements the description makes, and which sources really answer them.

A requirement is matched when a claim for it holds, and a gap when nothing was claimed and the profile does not mention
it. One that the checks cannot settle is neither.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from shared.domain.job_fit.denials import is_denied, is_waived
from shared.domain.job_fit.folding import Folded, words
from shared.domain.job_fit.lines import safe_line
from shared.domain.job_fit.markup import plain
from shared.domain.job_fit.names import Name, find_names, flat, with_implied
from shared.domain.job_fit.prompt import Answer, Claim, Requirement, Source
from shared.domain.job_fit.support import Wording, stems
from shared.domain.job_fit.years import without_years, years_in

MAX_USES_OF_A_QUOTE = 2  # a quote that answers everything answers nothing
LONGEST_NAME = 80
LONGEST_ACRONYM = 6

# A requirement that holds nothing but such words beside a name asks for that very thing.
_GENERIC = set(
    stems(
        """ability advanced code coding development developer engineer engineering expert expertise framework knowledge
        language library practical programming proficiency scripting skills software strong tool tools years
        Erfahrung Kenntnisse Entwicklung Entwickler Programmierung expérience développement experiencia desarrollo
        開発 発経 経験 开发 发经 经验 개발 경험"""
    )
)


_FIGURE, _LANGUAGE_LEVEL = re.compile(r"\d+(?:[.,]\d+)*"), re.compile(r"[abc][12]")
_NUMBERS = frozenset(
    words(
        """two three four five six seven eight nine ten eleven twelve fifteen twenty zwei drei vier fünf deux trois
        quatre cinq dos tres cuatro cinco due tre quattro cinque"""
    )
)
_BEGINNERS = frozenset(
    words(
        """junior trainee intern apprentice beginner beginners basic basics novice elementary rudimentary Praktikant
        Anfänger Grundkenntnisse débutant notions principiante básico nociones"""
    )
)
_EXPERTS = frozenset(
    words(
        """senior principal expert experts advanced proficient fluent native fließend verhandlungssicher avancé courant
        avanzado fluido"""
    )
)
_DEGREES = {
    word: level
    for level, spellings in enumerate(
        (
            "bachelor bachelors bsc beng bba licenciatura",
            "master masters msc meng mba llm maestría",
            "phd doctorate doctoral dphil doktor doctorat doctorado promoviert",
        ),
        start=1,
    )
    for word in spellings.split()
}


_LEARNING = re.compile(r"(?:(?:currently|still|now)\s+)?learning\s+", re.IGNORECASE)


class Verdict(Enum):
    """What the checks made of a requirement."""

    MATCHED = auto()
    GAP = auto()
    UNSETTLED = auto()


@dataclass(frozen=True)
class Held:
    """A claim that holds, and the words of the source that prove it, as written there."""

    claim: Claim
    source: Source
    quote: str


@dataclass(frozen=True)
class Area:
    """A requirement that the description really makes."""

    name: str
    held: tuple[Held, ...]
    verdict: Verdict


def areas_of(
    answer: Answer, sources: Sequence[Source], description: str, profile: Wording
) -> tuple[list[Area], list[Requirement]]:
    """The areas in the model's order, and the requirements that the description does not make.

    `description` is one plain line. Requirements of one name are one area.
    """
    by_label = {source.label: source for source in sources}
    made, unread = _requirements(answer, description, profile)
    names: dict[str, str] = {}  # a requirement's id, and the name of its area
    for requirement in made:
        folded = Folded(requirement.name).folded
        names[requirement.id] = next((n for n in names.values() if Folded(n).folded == folded), requirement.name)
    asked = {requirement.id: requirement for requirement in made}
    held: dict[str, list[Held]] = {name: [] for name in names.values()}
    claimed: set[str] = set()
    uses: Counter[str] = Counter()
    for claim in answer.claims:
        if claim.requirement not in names:
            continue
        name = names[claim.requirement]
        claimed.add(name)
        source = by_label.get(claim.source)
        quote = _proof(claim, source, asked[claim.requirement]) if source else None
        if source is None or quote is None:
            continue
        uses[Folded(quote).folded] += 1
        if uses[Folded(quote).folded] <= MAX_USES_OF_A_QUOTE and source not in [known.source for known in held[name]]:
            held[name].append(Held(claim, source, quote))
    return [Area(name, *_judge(name, held[name], name in claimed, sources)) for name in held], unread


def _requirements(answer: Answer, description: str, profile: Wording) -> tuple[list[Requirement], list[Requirement]]:
    """The requirements that the description makes, with their names as safe lines, and the others."""
    folded, wording = Folded(description), Wording([description])
    made: list[Requirement] = []
    unread: list[Requirement] = []
    for requirement in answer.requirements:
        name = safe_line(requirement.name, LONGEST_NAME, profile=profile)
        asks = folded.find(plain(requirement.asks), least_words=1)
        if name and asks and wording.supports(name) and not is_waived(description, asks):
            made.append(requirement.model_copy(update={"name": name}))
        else:
            unread.append(requirement)
    return made, unread


def _judge(name: str, held: list[Held], claimed: bool, sources: Sequence[Source]) -> tuple[tuple[Held, ...], Verdict]:
    if held:
        return tuple(sorted(held, key=lambda each: each.source.kind != "story")), Verdict.MATCHED
    if claimed or any(source.wording.mentions(name) for source in sources):
        return (), Verdict.UNSETTLED
    return (), Verdict.GAP


def _proof(claim: Claim, source: Source, requirement: Requirement) -> str | None:
    """The claim's quote as the source has it, if it stands there and is about what is required."""
    least_words = 1 if source.kind == "skill" else 3
    said = plain(claim.quote)
    quote = source.wording.find(said, least_words=least_words)
    if quote is None and source.kind == "skill" and _is_implied(said, source):
        quote = source.texts[0]
    if quote is None or not _is_about(requirement, source, quote) or not _is_enough(requirement.name, source, quote):
        return None
    if source.kind == "skill" and _is_being_learned(source):
        return None
    return None if any(is_denied(text, quote, requirement.name) for text in source.texts) else quote


def _is_being_learned(skill: Source) -> bool:
    """Whether a skill is "learning Rust". "Machine learning" and "learning design" name no tool after the word."""
    [text] = skill.texts
    begun = _LEARNING.match(text)
    return begun is not None and any(name.exact and name.start == begun.end() for name in find_names(text))


def _is_enough(name: str, source: Source, quote: str) -> bool:
    """Whether the source has the figures and levels that a name has, and as many years and as high a degree.

    Five years are no ten, ISO 9001 is not ISO 27001, and a bachelor's degree is no doctorate. Years count as the quote
    gives them, otherwise only if all that the source gives are enough: it may give those of something else.
    """
    has = source.wording.words
    if source.kind in ("skill", "headline") and _EXPERTS & {*words(name)} and _BEGINNERS & has and not _EXPERTS & has:
        return False
    if years := years_in(name):
        given = years_in(quote) or source.wording.years
        if not given or min(given) < min(years):
            return False
        name = without_years(name)
    wanted = find_names(name)
    asked = words(_without(flat(name), wanted))
    exact = {word for word in asked if word in _NUMBERS or _FIGURE.fullmatch(word)}
    exact |= {word for word in words(name) if _LANGUAGE_LEVEL.fullmatch(word)}
    degree = max(map(_degree, words(name)), default=0)
    versions = {version for each in wanted if (version := _version(flat(name), each))}
    given_versions = _versions(source, wanted)
    exact -= {
        each for each in versions if not given_versions or any(f"{of}.".startswith(f"{each}.") for of in given_versions)
    }
    return exact <= has and degree <= max(map(_degree, has), default=0)


def _version(text: str, name: Name) -> str | None:
    """The figure behind a name: 21, in "Java 21"."""
    found = re.match(r"\s?v?(\d+(?:[.,]\d+)*)", text[name.end :])
    return found[1] if found else None


def _versions(source: Source, wanted: list[Name]) -> set[str]:
    """The figures that the source has behind one of the names."""
    keys = {name.key for name in wanted}
    texts = zip(source.texts, source.wording.named, strict=True)
    found = (_version(flat(text), name) for text, names in texts for name in names if name.key in keys)
    return {version for version in found if version}


def _degree(word: str) -> int:
    return _DEGREES.get(word, 0)


def _is_implied(quote: str, skill: Source) -> bool:
    """Whether the quote is the more general name of a skill: SAP, of SAP S/4HANA."""
    named = {name.key for name in find_names(quote, listed=True)}
    return bool(named) and named <= skill.wording.names


def _is_about(requirement: Requirement, source: Source, quote: str) -> bool:
    """Whether the source has a name that is required, where one is.

    A tool must be named: C++ is no proof of C#. So must an acronym or phrase that is all that is required. Beside other
    words an acronym may be meant without being named, but not where the source has a name that only looks like it.
    """
    wanted = find_names(requirement.name)
    evidence = Wording([quote]) if source.kind in ("headline", "summary") else source.wording
    is_all = not set(stems(_without(requirement.name, wanted))) - _GENERIC
    groups = [group for group in _groups(requirement.name, wanted) if is_all or any(name.exact for name in group)]
    if groups:
        return any(all(name.key in evidence.names for name in group) for group in groups)
    known = [name for names in evidence.named for name in names]
    return not any(
        name.key not in evidence.names and any(_look_alike(name, other) for other in known) for name in wanted
    ) and not (source.kind == "skill" and _is_only_a_word(known, requirement))


def _look_alike(name: Name, other: Name) -> bool:
    """Whether two names share a part, or are one letter apart: SaaS and SAS, or B2B and B2C. A/B is AB."""
    if name.key.replace("/", "") == other.key.replace("/", ""):
        return False
    if name.parts & other.parts:
        return True
    one, two = sorted((re.sub(r"[\W_]", "", each.key) for each in (name, other)), key=len)
    if len(two) - len(one) > 1 or len(two) > LONGEST_ACRONYM:
        return False
    begins = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    return one[begins + (len(one) == len(two)) :] == two[begins + 1 :]


def _is_only_a_word(skill: list[Name], requirement: Requirement) -> bool:
    """Whether a skill's name is, or begins, an ordinary word: Go, in "go the extra mile", or Scala, in "scalable"."""
    text = f"{requirement.name}. {requirement.asks}"
    named = with_implied(name.key for name in find_names(text))
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    return any(
        name.exact and name.key not in named and (name.parts <= words or _begins_a_word(name, words)) for name in skill
    )


def _begins_a_word(name: Name, words: set[str]) -> bool:
    return any(len(part) > 3 and word.startswith(part) for part in name.parts for word in words)


def _groups(text: str, names: list[Name]) -> Iterator[list[Name]]:
    """Names in a row are one name in several parts: both Java and Spring are asked for by "Java Spring"."""
    text = flat(text)
    group: list[Name] = []
    for name in names:
        if group and text[group[-1].end : name.start].strip():
            yield group
            group = []
        group.append(name)
    if group:
        yield group


def _without(text: str, names: list[Name]) -> str:
    for name in reversed(names):
        text = f"{text[: name.start]} {text[name.end :]}"
    return text
