"""From Claude's answer to ours: what the profile does not prove is dropped, and the rest is put in our own words.

Contract 9: a matched area rests on a source of the profile that exists, with a quote that stands in it. A sentence of
the model reaches a reader only as one plain line within the evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.domain.job_fit.areas import Area, Verdict, areas_of
from shared.domain.job_fit.folding import Folded
from shared.domain.job_fit.lines import safe_line
from shared.domain.job_fit.markup import clean, one_line, plain
from shared.domain.job_fit.prompt import Answer, Fit, Source
from shared.domain.job_fit.support import Wording

TOP_N = 5  # entries in each list of the answer (contract 9)
LONGEST_QUOTE = 120

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
type Lines = Annotated[list[Line], Field(max_length=TOP_N)]


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
    """A claim that held: its requirement, the part of the profile it rests on, and the words that prove it."""

    requirement: str
    source: Source
    quote: str


@dataclass(frozen=True)
class GroundedFit:
    """The public answer with what it rests on, and what did not hold.

    `dropped_claims` counts the model's claims, `unsettled` the requirements that are neither matched nor a gap.
    """

    job_fit: JobFit
    evidence: tuple[Evidence, ...]
    dropped_claims: int
    unsettled: int


def ground(answer: Answer, sources: Sequence[Source], job_description: str) -> GroundedFit:
    """Checks a model's answer against the profile and the description, and composes ours from what holds.

    The same arguments always give the same answer. Whatever the model says, the result is a valid JobFit.
    """
    description = one_line(plain(job_description))
    profile = Wording.joined(source.wording for source in sources)
    areas, unread = areas_of(answer, sources, description, profile)
    matched = [area for area in areas if area.verdict is Verdict.MATCHED]
    gaps = [area for area in areas if area.verdict is Verdict.GAP]
    evidence = tuple(Evidence(area.name, held.source, held.quote) for area in matched for held in area.held)
    names = Wording(area.name for area in matched)
    check = _Check(profile, names, Wording([description]))
    return GroundedFit(
        job_fit=JobFit(
            overall_fit=_fit(answer.overall_fit, len(matched), len(gaps), len(areas)),
            matched_areas=[_matched_area(area, check) for area in matched[:TOP_N]],
            gaps=[_gap(area.name) for area in gaps][:TOP_N],
            talking_points=_talking_points(answer, matched, check)[:TOP_N],
            one_line_pitch=_pitch(answer.one_line_pitch, sources, matched, check),
        ),
        evidence=evidence,
        dropped_claims=len(answer.claims) - len(evidence),
        unsettled=len(areas) - len(matched) - len(gaps) + len(unread),
    )


@dataclass(frozen=True)
class _Check:
    """What every sentence is held against. The recruiter's words are never evidence."""

    profile: Wording
    names: Wording  # of the matched areas: words that a sentence may repeat
    description: Wording

    def line(self, text: str, limit: int) -> str | None:
        return safe_line(text, limit, profile=self.profile)

    def rests_on(self, text: str, evidence: Wording) -> bool:
        return evidence.supports(text, tolerated=self.names, refused=self.description)


def _fit(said: Fit, matched: int, gaps: int, asked: int) -> Fit:
    """The model's verdict, which the evidence may lower but never raise: a strong fit answers half of what is asked.

    Where nothing could be settled, there is no verdict.
    """
    if matched == gaps == 0:
        return "maybe"
    if said == "strong_fit" and (matched == 0 or 2 * matched < asked):
        return "maybe"
    return said


def _matched_area(area: Area, check: _Check) -> str:
    """In the reference's style: "Growth funnel ownership — 3 CARL stories demonstrate activation optimization".

    A story is counted only if the model's phrase stays within that very story. Where no phrase does, the profile's own
    words stand in its place, and every story of the area is counted: each has its quote.
    """
    sources = [held.source for held in area.held if held.source.kind == area.held[0].source.kind]
    phrases = [phrase for held in area.held if (phrase := check.line(held.claim.shows, 100))]
    shown = [(phrase, [each for each in sources if check.rests_on(phrase, each.wording)]) for phrase in phrases]
    phrase, holders = max(shown, key=lambda pair: len(pair[1]), default=("", []))
    if holders and holders[0].kind != "skill":
        verb = "shows" if len(holders) == 1 else "demonstrate"
        return f"{_capitalized(area.name)} — {_who(holders)} {verb} {phrase.rstrip('.')}"
    quotes = (check.line(Folded(one_line(held.quote)).shortened(LONGEST_QUOTE), LONGEST_QUOTE) for held in area.held)
    quote = next(filter(None, quotes), None)
    return f"{_capitalized(area.name)} — {_who(sources)}" + (f": “{quote}”" if quote else "")


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
    is_english = name.isascii()
    experience = " experience" if is_english and not _COMPLETE & set(name.casefold().split()) else ""
    return f"No {name}{experience} mentioned"


def _talking_points(answer: Answer, matched: Sequence[Area], check: _Check) -> list[str]:
    """The model's points that stay within the claims they name; if none does, one of our own for each story."""
    area_of = {held.claim.id: area for area in matched for held in area.held}
    points: list[str] = []
    for point in answer.talking_points:
        areas = [area_of[label] for label in point.claims if label in area_of]
        evidence = Wording.joined(held.source.wording for area in areas for held in area.held)
        line = check.line(point.text, 250)
        if line and line not in points and check.rests_on(line, evidence):
            points.append(line)
    return points or [
        f"Bring up “{title}”: it answers {area.name}"
        for area in matched
        if (title := next(filter(None, (_title(held.source, check) for held in area.held)), None))
    ]


def _title(source: Source, check: _Check) -> str | None:
    return check.line(Folded(source.title).shortened(LONGEST_QUOTE), LONGEST_QUOTE) if source.kind == "story" else None


def _pitch(said: str, sources: Sequence[Source], matched: Sequence[Area], check: _Check) -> str:
    """The model's pitch if it stays within the profile, else the candidate's own headline, else the matched areas."""
    line = check.line(said, 250)
    if line and check.rests_on(line, check.profile):
        return line
    headlines = (text for source in sources if source.kind == "headline" for text in source.texts)
    headline = check.line(Folded(next(headlines, "")).shortened(250), 250)
    if headline:
        return headline if headline.endswith((".", "!", "?", "…", "。", "！", "？", "।")) else f"{headline}."
    if matched:
        return f"{_capitalized(', '.join(area.name for area in matched[:3]))}: shown by the profile."
    return "The profile shows nothing yet that this job asks for."


def _capitalized(text: str) -> str:
    """The text with a capital, unless its first word has one elsewhere, such as iOS."""
    first = text.split(maxsplit=1)[0]
    return text if any(c.isupper() or c.isdigit() or c in ".+#" for c in first) else text[:1].upper() + text[1:]
