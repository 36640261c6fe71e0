"""Names of tools, languages and set phrases in a text: C, C++ and C# are three, and R&D holds no R.

A name is known from its table or by its shape: `+ # . / - &` between its parts, a single capital letter, an acronym, or
a capital within a word. Names are compared by key, never by their parts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from shared.domain.job_fit.name_table import PHRASES, TOOLS

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63"), "-")
_BLANKS = dict.fromkeys(
    map(ord, "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\n"), " "
)
_FULL_WIDTH = {point: chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F)}
_FLAT = _HYPHENS | _BLANKS | _FULL_WIDTH | {ord("♯"): "#"}  # one character for one, so that positions stay

_LETTER = "A-Za-z\u00c0-\u024f"
_WORD = re.compile(rf"(?:(?<![{_LETTER}0-9])\.)?[{_LETTER}0-9]+[+#]*")
_BETWEEN_WORDS = re.compile(r"[ \-.]?|\s?[/&]\s?")
_NOT_BEFORE = rf"(?<![{_LETTER}0-9_+#&])(?<![{_LETTER}0-9]\.)"
_NOT_AFTER = rf"(?![{_LETTER}_+#])"
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•·*]|(?:^|\s)-)\s*$")
# After one of these, a capital at a sentence's start is a verb's: "Go to market", "Excel in a team".
_VERB = re.compile(r"\s+(?:to|the|in|at|on|your|our|quickly|fast|above|beyond|out|into|through|further)\b")
_LABELS = (
    "series vitamin hepatitis class klasse section plan grade level schedule appendix type phase group category tier"
)
_LABELLED = re.compile(rf"\b(?:{'|'.join(_LABELS.split())})\s$", re.IGNORECASE)
_LETTER_ALONE = re.compile("[A-Za-z]")
_INITIAL = re.compile(r"\.\s?[A-Z]")
_CODE = (
    "based|code|compiler|developer|develop\\w*|entwickl\\w*|kenntnis\\w*|language|paket\\w*|program\\w*|s[ck]ript\\w*"
)


@dataclass(frozen=True)
class Name:
    """A name at its place in the text. `exact` ones are tools; `parts` are the words that it is made of."""

    key: str
    start: int
    end: int
    exact: bool
    parts: frozenset[str]


def _squeeze(spelling: str) -> str:
    """The key of a spelling: without case, blanks, hyphens and inner dots; `.net` keeps the dot it begins with."""
    folded = spelling.strip().casefold()
    return ("." if folded.startswith(".") else "") + re.sub(r"[\s.\-]", "", folded)


@dataclass(frozen=True)
class _Table:
    """What name_table says: keys by the words of a spelling, implied keys by key, keys of tools, cased spellings."""

    keys: dict[tuple[str, ...], str]
    implied: dict[str, frozenset[str]]
    tools: frozenset[str]
    cased: frozenset[str]


def _words_of(spelling: str) -> tuple[str, ...]:
    folded = spelling.casefold()
    words = [word.removeprefix(".") for word in re.split(r"[ \-/&]+|(?<=\w)\.", folded)]
    return (f".{words[0]}" if folded.startswith(".") else words[0], *words[1:])


def _read_table() -> _Table:
    keys: dict[tuple[str, ...], str] = {}
    implied: dict[str, frozenset[str]] = {}
    tools: set[str] = set()
    cased: set[str] = set()
    for lines, are_tools in ((TOOLS, True), (PHRASES, False)):
        for line in filter(None, lines.split("\n")):
            names, _, implications = line.partition(" > ")
            name, _, others = names.partition(" = ")
            key = _squeeze(name.removeprefix("!"))
            for spelling in filter(None, [name, *others.split(", ")]):
                written = spelling.removeprefix("!")
                words = _words_of(written)
                keys[words] = key
                if "/" not in written and "&" not in written:
                    keys.setdefault(("".join(words),), key)
                if written != spelling:
                    cased |= {written, written.upper()}
            implied[key] = frozenset(_squeeze(each) for each in implications.split(", ") if each)
            if are_tools:
                tools.add(key)
    return _Table(keys, implied, frozenset(tools), frozenset(cased))


_TABLE = _read_table()
_CASED_WORDS = frozenset(written.casefold() for written in _TABLE.cased)
_FIRST_WORDS = frozenset(words[0] for words in _TABLE.keys)
_MOST_WORDS = max(len(words) for words in _TABLE.keys)

_BY_SHAPE = re.compile(
    rf"{_NOT_BEFORE}(?:"
    rf"(?P<letter>[CR])(?:(?=-(?i:{_CODE}))|(?![\-/&]?[{_LETTER}0-9])(?!\s?&\s?[A-Z]\b))(?![+#])|"
    rf"(?P<slashed>[CR](?=/(?:C\+\+|C\#|[A-Z][a-z]|SQL|SAS)))|"
    r"[A-Za-z][A-Za-z0-9]{0,30}(?:\+\+|\#)|"
    r"[A-Za-z]{1,3}\s?&\s?[A-Za-z]{1,3}(?![A-Za-z])|"
    r"[A-Za-z](?:/[A-Za-z0-9]{1,6})+|"
    r"[A-Za-z]-[A-Za-z]{2,30}(?:-[A-Za-z]{1,30}){0,3}|"
    r"[A-Za-z]{3,30}-[A-Z](?![A-Za-z\-])|"
    r"(?i:[a-z][a-z0-9\-]{0,30}\.js)|"
    r"[A-Z][A-Z0-9]{1,9}(?=s?(?![A-Za-z]))|"
    r"[A-Za-z]?[a-z]{1,30}[A-Z][A-Za-z0-9]{0,30}"
    rf"){_NOT_AFTER}"
)
_TOOL_SHAPE = re.compile(r"[+#]$|\.js$", re.IGNORECASE)
_PARTS = re.compile(r"[A-Za-z0-9]+[+#]*")


def flat(text: str) -> str:
    """The text with hyphens, blanks and full-width letters as ASCII, each at its place."""
    return text.translate(_FLAT)


def find_names(text: str, *, listed: bool = False) -> list[Name]:
    """The names of a text in order. `listed` texts, such as a skill, are names whatever their case."""
    text = flat(text)
    found: list[Name] = []
    end = 0
    for name in sorted([*_in_table(text), *_by_shape(text)], key=lambda name: (name.start, -name.end)):
        if name.start >= end:
            found.append(name)
            end = name.end
    if listed and not found:
        key = _TABLE.keys.get(_words_of(text.strip()), _squeeze(text) if _LETTER_ALONE.fullmatch(text.strip()) else "")
        if key:
            return [Name(key, 0, len(text), exact=True, parts=frozenset({key}))]
    return found


def _in_table(text: str) -> Iterator[Name]:
    words = list(_WORD.finditer(text))
    for n, first in enumerate(words):
        start, folded = first.start(), first.group().casefold()
        if folded.startswith(".") and folded not in _FIRST_WORDS:
            start, folded = start + 1, folded[1:]
        if folded not in _FIRST_WORDS and (folded := folded.rstrip("0123456789")) not in _FIRST_WORDS:
            continue
        for last in reversed(range(n, min(n + _MOST_WORDS, len(words)))):
            run = words[n + 1 : last + 1]
            key = _TABLE.keys.get((folded, *(word.group().casefold().removeprefix(".") for word in run)))
            if key is None or (run and not _is_spelled(text, words[n : last + 1], key)):
                continue
            end = words[last].end()
            if not run and folded in _CASED_WORDS and not _is_cased_name(text, start, start + len(folded)):
                continue
            yield _name(text[start:end], key, start, end)
            break


def _is_spelled(text: str, words: list[re.Match[str]], key: str) -> bool:
    """Whether nothing but a blank, a hyphen, a dot or the name's own `/` or `&` stands between the words."""
    between = [text[one.end() : other.start()] for one, other in pairwise(words)]
    joints = "".join(between)
    return all(_BETWEEN_WORDS.fullmatch(each) for each in between) and not (set("/&") & set(joints) - set(key))


def _is_cased_name(text: str, start: int, end: int) -> bool:
    """Whether an ordinary word is written as a name: not `go`, and no verb as in "Go to market"."""
    begins = _SENTENCE_START.search(text[max(0, start - 40) : start])
    return text[start:end] in _TABLE.cased and not (begins and _VERB.match(text, end))


def _by_shape(text: str) -> Iterator[Name]:
    for match in _BY_SHAPE.finditer(text):
        written, (start, end) = match.group(), match.span()
        is_letter = match["letter"] is not None
        if is_letter and (_LABELLED.search(text[max(0, start - 40) : start]) or _INITIAL.match(text, end)):
            continue
        squeezed = _squeeze(re.sub(r"\s*([/&])\s*", r"\1", written))
        is_tool = is_letter or match["slashed"] is not None or _TOOL_SHAPE.search(written) is not None
        yield _name(written, squeezed, start, end, exact=is_tool)


def _name(written: str, key: str, start: int, end: int, *, exact: bool = False) -> Name:
    parts = frozenset(part.casefold() for part in _PARTS.findall(written))
    return Name(key, start, end, exact or key in _TABLE.tools, parts)


def with_implied(keys: Iterable[str]) -> frozenset[str]:
    """The keys, and those that they imply: S/4HANA is SAP, and T-SQL is SQL."""
    known = frozenset(keys)
    return known.union(*(_TABLE.implied.get(key, frozenset()) for key in known))


def is_known_name(written: str) -> bool:
    """Whether the table has this spelling."""
    return _words_of(flat(written).strip()) in _TABLE.keys
