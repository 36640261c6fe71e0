"""The stand-in's comparison: words of a job description looked up in a profile, without any understanding.

It reads English by cue words, and in other languages only the names of tools. Every quote is genuine; whether it is to
the point is luck. Reads the prompt that `shared.domain.job_fit.prompt` writes and returns the answer that it asks for.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from shared.domain.job_fit.denials import is_waived
from shared.domain.job_fit.folding import words
from shared.domain.job_fit.names import find_names
from shared.domain.job_fit.prompt import Answer, Claim, Fit, Requirement, TalkingPoint
from shared.domain.job_fit.support import stems

MOST_REQUIREMENTS = 8
STRONG_SHARE, MAYBE_SHARE = 0.5, 0.25  # of the requirements that found a quote

_DESCRIPTION = re.compile(r"<<<begin (\w+)>>>\n(.*)\n<<<end \1>>>", re.DOTALL)
_SOURCE = re.compile(r"\[(\w+)\] (\w+)")
_FIELD = re.compile(r"  (\w+): (.*)")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s+|\n")
_CLAUSE_ENDS = re.compile(r"(?<=[,:.!?;])\s+|\s[-–—]\s")
_RUN_ENDS = re.compile(r"[^\w\s/+#&'’.-]|\.(?!\w)")
_FIGURE = re.compile(r"[\d.,+%/–-]+")

# A piece of text asks for something if it has one of these words,
_CUES = """ability able background build built certification certified coach coordinate create degree deliver design
develop drive experience expertise familiar familiarity fluent grow implement improve knowledge launch lead led
licence license looking maintain manage mentor must negotiate operate oversee own partner plan plus prepare
proficiency proficient proven require required requires responsible run scale ship skill skills support train
understand understanding wanted work write years you your"""
# and its sentence is about something else if it has one of these.
_ASIDES = """ai apply assistant benefits bonus chatbot compare conversation decode developer disregard employer equity
enjoy everyone field fields fit follow forget founded free gym headquartered holiday holidays ignore injection
instruction instructions insurance json laptop llm lunch misfit offer output override parental pension perks pitch
policy print prompt remote repeat reply report reports respond response salary say snacks system tell translate vacation
verdict visa visit"""
# A line that is only such a heading begins a part that asks for nothing, up to the next heading.
_PERKS = re.compile(
    r"(?:what |why )?(?:we|you) (?:offer|get)|(?:our )?(?:benefits|perks)|about us|why us", re.IGNORECASE
)
# A clause with one of these states a condition of employment, which no profile speaks of.
_CONDITIONS = re.compile(
    r"\b(?:drug|background|reference|credit|criminal|police|medical)[\s-]+(?:record\s+)?(?:test|screen|check|exam)"
    r"|\bright\s+to\s+work\b|\b(?:work|residence)\s+(?:permit|authori[sz]ation)|\bauthori[sz]ed\s+to\s+work\b"
    r"|\b(?:relocat|commut|overtime|weekends?\b|night\s+shifts?\b|shift\s+work)|\b(?:at\s+least\s+)?18\s+years\s+(?:old|of\s+age)\b"
    r"|\bdays?\s+(?:a|per)\s+week\b|\b(?:willing|able|ability|available|availability)\s+to\s+travel\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"[^.!?,;\-*•]{3,60}:?")
# These say nothing about what is asked.
_EMPTY = """ability able building built care comfortable company creating day deep delivering end excellent familiar
full good great growing hands held help hold holding hybrid ideal ideally improve improving join keep keeping key know
knowing least level like looking maintain move moving new nice passion plan planning plus preferably preferred prepare
preparing put putting relevant required requirements responsibilities responsible run running senior start successful
take taking team understanding wanted willing work working world write writing year years"""
# Nor do these: how much it is asked, of whom, and the words for knowing something.
_EMPTY += """ applicant applicants candidate candidates current demonstrate desirable desired essential expect expected
expertise familiarity fluent haves knowledge love mandatory minimum must musts need needed needs nice person possess
possessing proficiency proficient proven shall someone strong successful under valid"""
_ENGLISH = set(words("a an and for have in is must need of on or our required shall should the to we with you your"))
_CUE_WORDS, _ASIDE_WORDS, _EMPTY_STEMS = set(_CUES.split()), set(_ASIDES.split()), set(stems(_EMPTY))
# A description that shows a profile of its own, or tells of somebody, is not asking for anything.
_PROFILE_LIKE = re.compile(
    r"[\[<{\"]|(?:title|context|action|result|learning|headline|summary)\s*:|they\s+(?:are|have|will)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class _Sentence:
    label: str
    kind: str
    title: str
    text: str
    stems: frozenset[str]


@dataclass(frozen=True)
class _Need:
    name: str
    asks: str
    found: tuple[_Sentence, ...]


def compare(profile_text: str, user_text: str) -> Answer:
    """The answer to a prompt, from its profile block and its user turn."""
    sentences = list(_sentences(profile_text))
    match = _DESCRIPTION.search(user_text)
    needs = _needs(match[2] if match else "", sentences)[:MOST_REQUIREMENTS]
    requirements = [Requirement(id=f"R{n}", name=need.name, asks=need.asks) for n, need in enumerate(needs, start=1)]
    pairs = [(n, need, sentence) for n, need in enumerate(needs, start=1) for sentence in need.found]
    claims = [
        Claim(
            id=f"C{n}",
            requirement=f"R{number}",
            source=sentence.label,
            quote=_quote(sentence, frozenset(stems(need.asks))),
            shows="",
        )
        for n, (number, need, sentence) in enumerate(pairs, start=1)
    ]
    titles = {sentence.title: claim.id for claim, (_, _, sentence) in zip(claims, pairs, strict=True) if sentence.title}
    matched = [need.name for need in needs if need.found]
    headline = next((sentence.text for sentence in sentences if sentence.kind == "headline"), "")
    return Answer(
        requirements=tuple(requirements),
        claims=tuple(claims),
        talking_points=tuple(
            TalkingPoint(text=f"Bring up your story “{title}”", claims=(claim,)) for title, claim in titles.items()
        )[:5],
        overall_fit=_fit(len(matched), len(needs)),
        one_line_pitch=f"{headline}, showing {', '.join(matched[:3])}" if headline and matched else headline,
    )


def _sentences(profile_text: str) -> Iterator[_Sentence]:
    label, kind, title = "", "", ""
    for line in profile_text.splitlines():
        if source := _SOURCE.fullmatch(line.removesuffix(", proof")):
            label, kind, title = source[1], source[2], ""
        elif field := _FIELD.fullmatch(line):
            title = field[2] if field[1] == "title" else title
            for text in _SENTENCE_ENDS.split(field[2]):
                yield _Sentence(label, kind, title, text, frozenset(stems(text)) - _EMPTY_STEMS)


def _needs(description: str, sentences: Iterable[_Sentence]) -> list[_Need]:
    needs: dict[str, _Need] = {}
    for name in _names_in_other_languages(description):
        tool = frozenset({find_names(name)[0].key})
        says = (each for each in sentences if tool & {name.key for name in find_names(each.text, listed=True)})
        needs.setdefault(name.casefold(), _Need(name, name, tuple(islice(says, 1))))
    for clause in _clauses(description):
        wanted = frozenset(stems(clause)) - _EMPTY_STEMS
        found = _find(wanted, sentences)
        name = _name(clause, frozenset().union(*(wanted & sentence.stems for sentence in found)) or wanted)
        if name:
            needs.setdefault(name.casefold(), _Need(name, clause.strip(), found))
    return list(needs.values())


def _names_in_other_languages(description: str) -> Iterator[str]:
    """The tools named by sentences that have no English word to go by."""
    for sentence in _SENTENCE_ENDS.split(_without_perks(description)):
        if not set(words(sentence)) & _ENGLISH and not is_waived(description, sentence):
            named = (sentence[name.start : name.end] for name in find_names(sentence) if name.exact)
            yield from (name for name in named if not is_waived(description, name))


def _without_perks(description: str) -> str:
    lines, skipped = [], False
    for line in description.splitlines():
        if _HEADING.fullmatch(line.strip()) and (line.rstrip().endswith(":") or _PERKS.match(line.strip())):
            skipped = _PERKS.match(line.strip()) is not None
        if not skipped:
            lines.append(line)
    return "\n".join(lines)


def _clauses(description: str) -> Iterator[str]:
    """The parts between commas of the sentences and list items that ask for something."""
    for sentence in _SENTENCE_ENDS.split(_without_perks(description)):
        said = set(words(sentence))
        is_item = sentence.lstrip().startswith(("-", "*", "•", "·"))
        if said & _ASIDE_WORDS or _PROFILE_LIKE.match(sentence.lstrip()):
            continue
        if is_item or said & _CUE_WORDS:
            asked = (clause for clause in _CLAUSE_ENDS.split(sentence) if not _CONDITIONS.search(clause))
            yield from (clause for clause in asked if not is_waived(description, clause.strip()))


def _find(wanted: frozenset[str], sentences: Iterable[_Sentence]) -> tuple[_Sentence, ...]:
    """The best sentence of each of up to three stories; of anything else only where no story has one."""
    enough = min(2, len(wanted))
    best: dict[str, _Sentence] = {}
    for sentence in sentences:
        hits = len(wanted & sentence.stems)
        is_skill = sentence.kind == "skill" and sentence.stems and sentence.stems <= wanted
        if enough and (is_skill or (hits >= enough and len(words(sentence.text)) >= 3)):
            known = best.get(sentence.label)
            if known is None or hits > len(wanted & known.stems):
                best[sentence.label] = sentence
    ranked = sorted(best.values(), key=lambda sentence: -len(wanted & sentence.stems))
    stories = [sentence for sentence in ranked if sentence.kind == "story"]
    return tuple((stories or ranked)[: 3 if stories else 1])


def _quote(sentence: _Sentence, wanted: frozenset[str]) -> str:
    """The clause of the sentence that says most of what is wanted, if it is long enough to be a quote."""
    clauses = [clause.strip(",:.;").removeprefix("and ") for clause in _CLAUSE_ENDS.split(sentence.text)]
    clauses = [clause for clause in clauses if len(words(clause)) >= 4]
    return max(clauses, key=lambda clause: len(wanted & set(stems(clause))), default=sentence.text)


def _name(clause: str, about: frozenset[str]) -> str:
    """The run of words in the clause that says most of what it is about, at most four words long."""
    best: list[str] = []
    for piece in _RUN_ENDS.split(clause):
        run: list[str] = []
        for word in [*piece.split(), ""]:
            if set(stems(word)) - _EMPTY_STEMS and not _FIGURE.fullmatch(word) and len(run) < 4:
                run.append(word)
                continue
            if _weight(run, about) > _weight(best, about):
                best = run
            run = []
    if len(best) == 1 and best[0].endswith("ly"):
        return ""  # how something is done, not what
    if best and best[0][1:].islower() and all(word.islower() for word in best[1:]) and _begins(clause, best[0]):
        best = [best[0].lower(), *best[1:]]
    return " ".join(best)


def _begins(clause: str, word: str) -> bool:
    """Whether a clause begins with a word that has its capital for that alone."""
    return clause.lstrip(" \t-*•·").startswith(word) and not find_names(word)


def _weight(run: list[str], about: frozenset[str]) -> int:
    return len(about & set(stems(" ".join(run))))


def _fit(matched: int, asked: int) -> Fit:
    if matched == 0 or matched < MAYBE_SHARE * asked:
        return "misfit"
    return "strong_fit" if matched >= STRONG_SHARE * asked else "maybe"
