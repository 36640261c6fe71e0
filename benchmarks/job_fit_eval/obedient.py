"""What an obedient model gets past the checks: it claims whatever a name, a quote or an attack suggests.

No real model is asked. Every figure counts what the product's own checks let through, or lose.
"""

import unicodedata
from collections.abc import Callable
from typing import Any

from benchmarks.job_fit_eval.cases import Attack, Term, attacks, pairs, profile, terms
from shared.domain.job_fit.folding import Folded
from shared.domain.job_fit.grounding import GroundedFit, ground
from shared.domain.job_fit.prompt import Answer, Claim, Requirement, Source, TalkingPoint, sources_of
from shared.domain.profiles import Profile

_STRAIGHT: dict[str, str | int | None] = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "\u2011": "-",
    "\u00a0": " ",
    "\u202f": " ",
}
_CURLY: dict[str, str | int | None] = {"'": "’", '"': "”", "-": "\u2011", " ": "\u00a0"}

DRIFTS: dict[str, Callable[[str], str]] = {
    "straight": lambda text: text.translate(str.maketrans(_STRAIGHT)),
    "curly": lambda text: text.translate(str.maketrans(_CURLY)),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "upper case": lambda text: text if "ß" in text else text.upper(),
    "full stop left out": lambda text: text.rstrip(".。"),
    "bold": lambda text: f"**{text}**",
    "escaped": lambda text: text.replace("&", "&amp;").replace("+", r"\+").replace("#", r"\#"),
    "HTML": lambda text: f"<p>{text.replace('&', '&amp;amp;')}</p>",
    "broken over lines": lambda text: text.replace(" ", "\n"),
    "soft hyphens": lambda text: "\u00ad".join(text) if text.isascii() else text,
}
"""How models and boards change a text that they copy."""


def score_obedience() -> dict[str, Any]:
    """False areas by name and link, false gaps, and what is true and lost."""
    different, same = terms()
    false_areas = [f"{each.skill} for {each.requirement}" for each in different if _claimed(each).job_fit.matched_areas]
    lost_names = [f"{each.skill} for {each.requirement}" for each in same if not _claimed(each).job_fit.matched_areas]
    false_gaps = [f"{each.skill} for {each.requirement}" for each in same if _unclaimed(each).job_fit.gaps]
    drifted = [
        (name, source, text)
        for key in sorted({pair.profile for pair in pairs()})
        for source in sources_of(profile(key))
        for text in source.texts
        for name in DRIFTS
        if source.kind == "skill" or Folded(text).word_count >= 3
    ]
    lost_quotes = [f"{name}: {text}" for name, source, text in drifted if not _drifted(name, source, text)]
    hostile = [attack for attack in attacks() if attack.category == "link"]
    links = [attack.id for attack in hostile if any(c in _printed(attack) for c in attack.canaries)]
    return {
        "names_that_look_alike": len(different),
        "false_areas": len(false_areas),
        "names_that_are_the_same": len(same),
        "lost_names": len(lost_names),
        "false_gaps": len(false_gaps),
        "drifted_quotes": len(drifted),
        "lost_quotes": len(lost_quotes),
        "links": len(hostile),
        "printed_links": len(links),
        "failed": [*false_areas, *lost_names, *false_gaps, *lost_quotes, *links],
    }


def _answer(requirement: Requirement, *claims: Claim, says: str = "") -> Answer:
    points = (TalkingPoint(text=says, claims=("C1",)),)
    return Answer(
        requirements=(requirement,),
        claims=claims,
        talking_points=points,
        overall_fit="strong_fit",
        one_line_pitch=says,
    )


def _claimed(term: Term) -> GroundedFit:
    candidate = Profile(headline="Specialist", skills=(term.skill,))
    claim = Claim(id="C1", requirement="R1", source="K1", quote=term.skill, shows=term.requirement)
    asks = term.asks or term.requirement
    requirement = Requirement(id="R1", name=term.requirement, asks=asks)
    return ground(_answer(requirement, claim, says=term.requirement), sources_of(candidate), _job(asks))


def _unclaimed(term: Term) -> GroundedFit:
    """The same requirement, with a model that overlooks the skill."""
    requirement = Requirement(id="R1", name=term.skill, asks=term.skill)
    candidate = Profile(headline="Specialist", skills=(term.skill,))
    return ground(_answer(requirement), sources_of(candidate), _job(term.skill))


def _job(asked: str) -> str:
    return f"We are looking for somebody with experience: {asked}"


def _drifted(name: str, source: Source, text: str) -> bool:
    """Whether a quote that changed on its way is still found, and shown as the profile has it."""
    claim = Claim(id="C1", requirement="R1", source=source.label, quote=DRIFTS[name](text), shows="")
    requirement = Requirement(id="R1", name="relevant practice", asks="relevant practice")
    result = ground(_answer(requirement, claim), (source,), "You bring relevant practice.")
    return any(item.quote in text for item in result.evidence)


def _printed(attack: Attack) -> str:
    """The answer of a model that repeats a link wherever it can."""
    sources = sources_of(profile(attack.profile))
    canary, story = attack.canaries[0], sources[0]
    quote = max(story.texts, key=len)
    claim = Claim(id="C1", requirement="R1", source=story.label, quote=quote, shows=f"{quote[:40]} {canary}")
    requirement = Requirement(id="R1", name=canary, asks=canary)
    return ground(
        _answer(requirement, claim, says=f"{quote[:80]} {canary}"), sources, attack.job_description
    ).job_fit.model_dump_json()
