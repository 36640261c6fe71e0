"""From Claude's answer to ours: what the profile does not prove is dropped, and the rest is put in our own words.

The rule (contract 9): nothing is claimed for a candidate but on a source of their profile that exists, with a quote
that stands in it; and no sentence of the model reaches a reader unless it is one plain line within the evidence.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.domain.job_fit.prompt import Answer, Claim, Fit, Source
from shared.domain.job_fit.text import clean, fold, is_quote, rests_on, safe_line

MOST = 5  # entries in each list of the answer (contract 9)
MOST_USES_OF_A_QUOTE = 2  # a quote that answers everything answers nothing

# A gap that has one of these words needs no "experience" after it.
_COMPLETE = {"background", "certificate", "certification", "clearance", "degree", "diploma", "education", "experience"}
_COMPLETE |= {"fluency", "knowledge", "licence", "license", "qualification", "registration", "skills", "training"}


def _readable(text: str) -> str:
    if not (cleaned := clean(text)):
        raise ValueError("must hold text that can be read, not only control or zero-width characters")
    return cleaned


type JobDescription = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000), AfterValidator(_readable)
]
"""The request's `job_description`: 1 to 10,000 code points after trimming (reference; contract 9), then cleaned."""

type Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\r\n]+$")]
type Lines = Annotated[list[Line], Field(max_length=MOST)]


class JobFit(BaseModel):
    """The public answer: exactly the five fields of the reference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    overall_fit: Fit
    matched_areas: Lines
    gaps: Lines
    talking_points: Lines
    one_line_pitch: Line


@dataclass(frozen=True)
class Evidence:
    """A claim that held: the requirement it answers, the part of the profile it rests on, and the quote."""

    requirement: str
    source: Source
    quote: str


@dataclass(frozen=True)
class GroundedFit:
    """The public answer with what it rests on, and how many of the model's claims did not hold."""

    job_fit: JobFit
    evidence: tuple[Evidence, ...]
    dropped_claims: int


@dataclass(frozen=True)
class _Area:
    """A requirement that the description really makes, and the claims for it that hold."""

    name: str
    claims: tuple[tuple[Claim, Source], ...]

    @property
    def texts(self) -> list[str]:
        """Everything that a sentence about this area may draw on."""
        return [self.name, *(text for _, source in self.claims for text in source.texts)]


def ground(answer: Answer, sources: Sequence[Source], job_description: str) -> GroundedFit:
    """Checks a model's answer against the profile and the description, and composes ours from what holds.

    The same arguments always give the same answer. Whatever the model says, the result is a valid JobFit.
    """
    areas = _areas(answer, {source.label: source for source in sources}, fold(job_description))
    matched = [area for area in areas if area.claims]
    evidence = tuple(
        Evidence(area.name, source, fold(claim.quote)) for area in matched for claim, source in area.claims
    )
    profile_texts = [text for source in sources for text in source.texts]
    return GroundedFit(
        job_fit=JobFit(
            overall_fit=_fit(answer.overall_fit, len(matched), len(areas)),
            matched_areas=[_matched_area(area) for area in matched[:MOST]],
            gaps=[_gap(area.name) for area in areas if not area.claims][:MOST],
            talking_points=_talking_points(answer, matched)[:MOST],
            one_line_pitch=_pitch(answer.one_line_pitch, sources, profile_texts, [area.name for area in matched]),
        ),
        evidence=evidence,
        dropped_claims=len(answer.claims) - len(evidence),
    )


def _areas(answer: Answer, sources: dict[str, Source], description: str) -> list[_Area]:
    """The requirements in the model's order, without those the description does not make; same names are one."""
    names: dict[str, str] = {}  # the requirement's label, and the name under which it goes
    for requirement in answer.requirements:
        name = safe_line(requirement.name, 80)
        if name and is_quote(requirement.asks, description, least_words=1) and rests_on(name, [description]):
            names[requirement.id] = next((n for n in names.values() if n.casefold() == name.casefold()), name)
    claims: dict[str, list[tuple[Claim, Source]]] = {name: [] for name in names.values()}
    uses: Counter[str] = Counter()
    for claim in answer.claims:
        source = sources.get(claim.source)
        if source is None or claim.requirement not in names or not _holds(claim, source):
            continue
        uses[fold(claim.quote)] += 1
        area = claims[names[claim.requirement]]
        if uses[fold(claim.quote)] <= MOST_USES_OF_A_QUOTE and source not in [known for _, known in area]:
            area.append((claim, source))
    return [_Area(name, tuple(sorted(held, key=_stories_first))) for name, held in claims.items()]


def _stories_first(claim: tuple[Claim, Source]) -> bool:
    return claim[1].kind != "story"


def _holds(claim: Claim, source: Source) -> bool:
    least_words = 1 if source.kind == "skill" else 3
    return any(is_quote(claim.quote, text, least_words=least_words) for text in source.texts)


def _fit(said: Fit, matched: int, asked: int) -> Fit:
    """The model's verdict, which the evidence may lower but never raise: a strong fit answers half of what is asked."""
    if said == "strong_fit" and (matched == 0 or 2 * matched < asked):
        return "maybe"
    return said


def _matched_area(area: _Area) -> str:
    """In the reference's style: "Growth funnel ownership — 3 CARL stories demonstrate activation optimization".

    A story is counted only if the model's phrase stays within that very story. Where no phrase does, the profile's own
    words stand in its place, and every story of the area is counted: each has its quote.
    """
    sources = [source for _, source in area.claims if source.kind == area.claims[0][1].kind]
    phrases = [phrase for claim, _ in area.claims if (phrase := safe_line(claim.shows, 100))]
    shown = [(phrase, [source for source in sources if rests_on(phrase, source.texts)]) for phrase in phrases]
    phrase, holders = max(shown, key=lambda pair: len(pair[1]), default=("", []))
    if holders and holders[0].kind != "skill":
        verb = "shows" if len(holders) == 1 else "demonstrate"
        return f"{_capitalized(area.name)} — {_who(holders)} {verb} {phrase.rstrip('.')}"
    quote = next((quote for claim, _ in area.claims if (quote := safe_line(claim.quote, 300))), "")
    what = f": “{shorten(quote, 120, placeholder=' …')}”" if quote else ""
    return f"{_capitalized(area.name)} — {_who(sources)}{what}"


def _who(sources: Sequence[Source]) -> str:
    """What holds an area up: stories, counted, or the first of the other parts of the profile."""
    first = sources[0]
    if first.kind != "story":
        return "listed skill" if first.kind == "skill" else f"profile {first.kind}"
    if len(sources) > 1:
        return f"{len(sources)} CARL stories"
    return "proof story" if first.proof else "CARL story"


def _gap(name: str) -> str:
    """In the reference's style: "No enterprise sales motion experience mentioned"."""
    experience = "" if _COMPLETE & set(name.casefold().split()) else " experience"
    return f"No {name}{experience} mentioned"


def _talking_points(answer: Answer, matched: Sequence[_Area]) -> list[str]:
    """The model's points that stay within the claims they name; if none does, one of our own for each story."""
    area_of = {claim.id: area for area in matched for claim, _ in area.claims}
    points: list[str] = []
    for point in answer.talking_points:
        texts = [text for label in point.claims if label in area_of for text in area_of[label].texts]
        line = safe_line(point.text, 250)
        if line and line not in points and rests_on(line, texts):
            points.append(line)
    return points or [
        f"Bring up “{title}”: it answers {area.name}"
        for area in matched
        if (title := next((t for _, s in area.claims if s.kind == "story" and (t := safe_line(s.title, 150))), None))
    ]


def _pitch(said: str, sources: Sequence[Source], profile: Iterable[str], matched: Sequence[str]) -> str:
    """The model's pitch if it stays within the profile, else the candidate's own headline, else the matched areas."""
    line = safe_line(said, 250)
    if line and rests_on(line, [*profile, *matched]):
        return line
    headlines = (text for source in sources if source.kind == "headline" for text in source.texts)
    headline = safe_line(next(headlines, ""), 250)
    if headline:
        return headline if headline.endswith((".", "!", "?")) else f"{headline}."
    if matched:
        return f"{_capitalized(', '.join(matched[:3]))}: shown by the profile."
    return "The profile shows nothing yet that this job asks for."


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
