"""One name for every spelling of a company (contract 8), so that its candidates form one group and never two.

A name is cleaned, folded (Unicode, case, punctuation), loses its legal forms, then its accents, and takes the name it
goes by today; this is repeated until nothing changes, which makes the result its own normal form. Words that tell
companies apart stay: a place ("Acme UK"), "Group". A result has letters, digits, marks, spaces, "&" and "+" only.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.domain.companies.aliases import ALIASES
from shared.domain.companies.english import ENGLISH
from shared.domain.companies.form_tables import END_FORMS
from shared.domain.companies.glued_forms import BRACKETED_FORMS, GLUED_AT_END_ONLY, GLUED_FORMS, GLUED_NOT_AFTER
from shared.domain.companies.spelling import MAX_INPUT, NAMELESS, cleaned
from shared.domain.companies.stripping import BRACKET, without_forms, words_and_bracket
from shared.domain.companies.words import DROPPED, Word, words_of
from shared.domain.visible import NOTHING_VISIBLE, is_visible

NORMALIZER_VERSION = 3
"""Increment when any result changes, also after a Unicode update; stored names must be renormalized then."""

MAX_LENGTH = 200
"""Characters of a result: at most 800 bytes of a DynamoDB sort key's 1,024."""

_CURRENT = {former: name for name, formers in ALIASES.items() for former in formers}
_BEFORE_SHORT_NAME = r"\s+[-–—|]\s*|\s*[,|–—]\s+"
_QUOTED = r"""^\W*[\w./]{2,6}\s*["«„“”'‘‚]"""
_AFTER_SHORT_NAME = r"\s+[-–—|]\s+"
_DASHES = frozenset("-–—|,")
_QUOTES = frozenset("\"«„“”'‘‚")
_PLACE_CODES = frozenset(
    "us uk eu usa uae hk nz sa ny la dc ca de fr nl ch it es pt br mx jp cn kr sg my ph th vn za ie apac emea".split()
)
_SMALL_WORDS = frozenset("of and the for in de da do du des et y e la le".split())


@lru_cache(1_000)  # a name is normalised once to be checked and once to be used, and many come again
def normalize_company(name: str) -> str:
    """The name by which a company is counted and published, `company_name_normalized`: "Stripe, Inc." is "stripe".

    Never empty, at most `MAX_LENGTH` characters, its own normal form, and free of "#", ":" and control characters, so
    that it can stand in keys. Raises ValueError for a blank name.
    """
    text = name.strip()[:MAX_INPUT]
    if not text:
        raise ValueError("the name of a company must not be blank")
    for _ in range(MAX_INPUT):  # a handful in practice: every pass but the first shortens the text
        before, text = text, _simplified(text)
        if text == before:
            break
    return text


def _with_a_normal_form(name: str) -> str:
    if not is_visible(name):
        raise ValueError(NOTHING_VISIBLE)
    normalize_company(name)  # Python strips U+001C to U+001F too, which pydantic keeps
    return name


type CompanyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_with_a_normal_form)
]
"""A company as somebody wrote it, in a request or an event: any text that `normalize_company` takes."""


def _simplified(text: str) -> str:
    """One pass: cleaned, without legal forms and accents, under today's name."""
    text = _without_abbreviation(_without_form_after_comma(cleaned(text)))
    if text[:3].lower() == "m/s" and not text[3:4].isalnum():  # "Messrs", in South Asia
        text = text[3:].lstrip(" .") or text
    if not any(map(str.isalnum, text)):
        return NAMELESS
    if not text.isascii():
        text = _without_glued_forms(unicodedata.normalize("NFKC", text.translate(DROPPED)))
    words, bracket = words_and_bracket(text)
    quoted = not _QUOTES.isdisjoint(text) and bool(re.match(_QUOTED, text))
    simple_words = _settled(without_forms(words, bracket, quoted=quoted))
    simple = " ".join(_initialisms(simple_words))[:MAX_LENGTH].rstrip()
    return _CURRENT.get(simple, simple) or NAMELESS


def _without_glued_forms(text: str) -> str:
    """Without the forms that some scripts write beside a name without a space: "株式会社リクルート"."""
    bracketed, in_front, at_end = _glued_patterns()
    text = bracketed.sub(lambda form: f" {BRACKETED_FORMS[form[1]]} ", text)
    return at_end.sub("", in_front.sub("", " ".join(text.split())))


@cache
def _glued_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of forms in brackets, in front, and at the end; compiled for the first name that is not ASCII."""
    forms = sorted(GLUED_FORMS, key=len, reverse=True)
    in_front = "|".join(form for form in forms if form not in GLUED_AT_END_ONLY)
    return (
        re.compile(rf"\(\s*({'|'.join(BRACKETED_FORMS)})\s*\)"),
        re.compile(rf"^[. ]*(?:{in_front})[. ]*(?=[^. ])"),
        re.compile(rf"(?<=[^. ])(?<![{GLUED_NOT_AFTER}])[. ]*(?:{'|'.join(forms)})[. ]*$"),
    )


def _without_form_after_comma(text: str) -> str:
    """Without a legal form that a comma sets apart, so that "Triple P, Ltd" does not end with the form "P Ltd"."""
    name, comma, form = text.rpartition(",")
    is_form = bool(comma) and " ".join(word.written for word in words_of(form)) in END_FORMS
    return name.rstrip() if is_form and any(map(str.isalnum, name)) else text


def _without_abbreviation(text: str) -> str:
    """Without the other name that stands beside a name: "Boston Consulting Group (BCG)", "(BCG)" or not, is one name.

    Dropped is what is the initials of the words before it, or another name of the same company.
    """
    if "(" in text and (bracket := re.search(BRACKET, text)):
        before, inner, after = text[: bracket.start()].strip(), bracket[1].strip(), text[bracket.end() :]
        if any(map(str.isalnum, before)) and any(map(str.isalnum, inner)):
            if _are_initials_of(inner, before) or _is_same(before, inner):
                return f"{before} {after}".strip()
            if not any(map(str.isalnum, after)) and _are_initials_of(before, inner):
                return inner
    elif not _DASHES.isdisjoint(text):
        for dash in re.finditer(_BEFORE_SHORT_NAME, text):
            if _are_initials_of(text[dash.end() :], text[: dash.start()]):
                return text[: dash.start()]
        first = re.search(_AFTER_SHORT_NAME, text)
        if first and _are_initials_of(text[: first.start()], text[first.end() :]):
            return text[first.end() :]
    return text


def _is_same(one: str, other: str) -> bool:
    """Whether two texts are names of one company by the table of aliases."""
    plain, name = (_bare(text) for text in (one, other))
    return plain == name or _CURRENT.get(plain, plain) == _CURRENT.get(name, name)


def _bare(text: str) -> str:
    return " ".join(_initialisms([word.folded for word in without_forms(words_of(text))]))


def _are_initials_of(short: str, long: str) -> bool:
    """Whether a text is made of beginnings of another's words: "BCG", "PEMEX"; small words and forms may lack."""
    parts = [word.folded for word in without_forms(words_of(short))]
    letters = "".join(part for part in parts if part != "and")
    if letters in ENGLISH or letters in _PLACE_CODES or not 2 <= len(letters) <= 10:
        return False
    if len(parts) > 1 + parts.count("and") * 2:
        return False
    words = words_of(long.replace("-", " "))
    return len(without_forms(words)) > 1 and any(
        _begin(letters, [word for word in counted if word not in left_out])
        for counted in ([word.folded for word in words], [word.folded for word in without_forms(words)])
        for left_out in (frozenset(), _SMALL_WORDS)
    )


def _begin(letters: str, words: list[str]) -> bool:
    """Whether the letters are beginnings of the words, one letter or more of each, in order."""
    if not words:
        return not letters
    first, rest = words[0], words[1:]
    return any(
        _begin(letters[size:], rest)
        for size in range(1, min(len(first), len(letters) - len(rest)) + 1)
        if first.startswith(letters[:size])
    )


def _settled(words: list[Word]) -> list[str]:
    """The words without accents, except those that would become a legal form without them: "Casa Sá" is no S.A."""
    kept: set[int] = set()
    while True:
        plain = [word if index in kept else Word(word.folded) for index, word in enumerate(words)]
        start, end = _bounds(plain)
        lost = {*range(start), *range(end, len(words))}
        restored = {index for index in lost - kept if words[index].folded != words[index].written}
        if not restored:
            return [word.written for word in plain]
        kept |= restored


def _bounds(words: list[Word]) -> tuple[int, int]:
    """Where the name begins and ends among words that may hold forms."""
    rest = without_forms(words)
    starts = (start for start in range(len(words) - len(rest) + 1) if words[start : start + len(rest)] == rest)
    start = next(starts, 0)
    return start, start + len(rest)


def _initialisms(words: list[str]) -> Iterator[str]:
    """Words with "x and y" between initials written "x&y": "AT&T", "at & t" and "H and M" alike."""
    index = 0
    while index < len(words):
        if words[index + 1 : index + 2] == ["and"] and _are_initials(words[index], *words[index + 2 : index + 3]):
            yield f"{words[index]}&{words[index + 2]}"
            index += 3
        else:
            yield words[index]
            index += 1


def _are_initials(left: str, right: str = "") -> bool:
    return left.isalpha() and right.isalpha() and len(left) + len(right) <= 3 and "and" not in (left, right)
