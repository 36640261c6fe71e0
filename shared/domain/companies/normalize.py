"""One name for every spelling of a company (contract 8), so that its candidates form one group and never two.

A name is folded (Unicode, case, Latin accents, punctuation), loses its legal forms and takes the name it goes by today;
this is repeated until nothing changes, which makes the result its own normal form. Words that tell companies apart
stay: a place ("Acme UK"), "Group", "Holdings". A result has letters, digits, marks, spaces, "&" and "+", nothing else.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.domain.companies.aliases import ALIASES
from shared.domain.companies.forms import (
    BRACKETED_FORMS,
    END_FORMS,
    FRONT_FORMS,
    GLUED_FORMS,
    NO_FORM_AFTER,
    SPELLED_FORMS,
    WHOLE_NAMES,
)

NORMALIZER_VERSION = 1
"""Raised with every change of a result, one by newer Unicode tables included: then what is stored must be re-keyed."""

MAX_LENGTH = 200
"""Characters of a result: at most 800 bytes of a DynamoDB sort key's 1,024."""

NAMELESS = "?"
"""What a name without a single letter or digit becomes."""

_MAX_INPUT = 1_000

_END = frozenset(END_FORMS)
_SPELLED = frozenset(SPELLED_FORMS)
_FRONT = frozenset(FRONT_FORMS)
_WHOLE = frozenset(WHOLE_NAMES)
_CURRENT = {former: name for name, formers in ALIASES.items() for former in formers}
_LAST_WORDS = frozenset(form.rpartition(" ")[2] for form in END_FORMS) | _SPELLED
_FIRST_WORDS = frozenset(form.partition(" ")[0] for form in FRONT_FORMS)
_LONGEST_FORM = max(form.count(" ") + 1 for form in END_FORMS + FRONT_FORMS)
_NOT_A_NAME = frozenset(("the", "and"))

_DROPPED = str.maketrans("", "", "'`´‘’‛′ʹʻʼ™℠®©")
"""Apostrophes ("McDonald's" is "McDonalds") and, before NFKC spells them out, trade marks."""

_PLAIN = {ord("ø"): "o", ord("đ"): "d", ord("ð"): "d", ord("ħ"): "h", ord("ı"): "i", ord("ł"): "l", ord("ŋ"): "n"}
_PLAIN |= {ord("ŧ"): "t", ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
"""Latin letters that do not decompose into a plain one and an accent; case folding has dealt with "ß"."""

_ASCII = {code: " " if chr(code).isprintable() or chr(code).isspace() else None for code in range(128)}
_ASCII |= {code: chr(code) for code in range(128) if chr(code).isalnum() or chr(code) in "&+."} | {ord("/"): "."}
_REMARK = re.compile(r"\((?:formerly|previously|fka|f/k/a|nyse|nasdaq|yc)\b[^()]*\)")
_BRACKETED = re.compile(rf"\(\s*({'|'.join(BRACKETED_FORMS)})\s*\)")
_CONNECTOR = re.compile(r"&|\+(?=\w)|(?<!\S)\+")
_WIDE = "\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U000323af"
_WIDE_SPACE = re.compile(rf"(?<=[{_WIDE}]) +(?=[{_WIDE}])")
_GLUED = "|".join(sorted(GLUED_FORMS, key=len, reverse=True))
_GLUED_FRONT = re.compile(rf"^[. ]*(?:{_GLUED})[. ]*(?=[^. ])")
_GLUED_END = re.compile(rf"(?<=[^. ])[. ]*(?:{_GLUED})[. ]*$")


@lru_cache(1_000)  # a name is normalised once to be checked and once to be used, and many come again
def normalize_company(name: str) -> str:
    """The name by which a company is counted and published, `company_name_normalized`: "Stripe, Inc." is "stripe".

    Never empty, at most `MAX_LENGTH` characters, its own normal form, and free of "#", ":" and control characters, so
    that it can stand in keys. Raises ValueError for a blank name.
    """
    text = name.strip()[:_MAX_INPUT]
    if not text:
        raise ValueError("the name of a company must not be blank")
    for _ in range(_MAX_INPUT):  # a handful in practice: every pass but the first shortens the text
        before, text = text, _simplified(text)
        if text == before:
            break
    return text


def _with_a_normal_form(name: str) -> str:
    normalize_company(name)  # Python strips U+001C to U+001F too, which pydantic keeps
    return name


type CompanyName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_with_a_normal_form)
]
"""A company as somebody wrote it, in a request or an event: any text that `normalize_company` takes."""


def _simplified(text: str) -> str:
    """One pass: folded, without legal forms, under today's name."""
    words, spelled = _initials_joined(_CONNECTOR.sub(" and ", _folded(text)).split())
    words = _without_forms(words, spelled)
    simple = " ".join(_initialisms(words))[:MAX_LENGTH].rstrip()
    return _CURRENT.get(simple, simple) or NAMELESS


def _folded(text: str) -> str:
    """Case, width, Latin accents and punctuation folded: words and spaces, "&", "+", and the full stops of initials."""
    text = text.translate(_DROPPED)
    if text.isascii():
        return _without_remarks(text.lower()).translate(_ASCII)
    text = _without_remarks(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))
    text = _BRACKETED.sub(lambda bracketed: f" {BRACKETED_FORMS[bracketed[1]]} ", text)
    text = "".join(_letters(unicodedata.normalize("NFKD", text))).translate(_PLAIN)
    text = _WIDE_SPACE.sub("", " ".join(unicodedata.normalize("NFC", text).split()))
    return _GLUED_END.sub("", _GLUED_FRONT.sub("", text))


def _without_remarks(text: str) -> str:
    """Without "(formerly Twitter)" and the like, unless that is all there is."""
    if "(" not in text:
        return text
    rest = _REMARK.sub(" ", text)
    return rest if any(map(str.isalnum, rest)) else text


def _letters(decomposed: str) -> Iterator[str]:
    """Letters, digits, marks on scripts other than Latin and Greek; a space for anything else that can be seen."""
    base = " "
    for char in decomposed:
        match unicodedata.category(char)[0]:
            case "L" | "N":
                base = char
                yield char
            case "M":
                if base >= "\u0400" and not _is_variation_selector(char):
                    yield char
            case "C" if not char.isspace():
                pass  # control, format, surrogate, private and unassigned: nothing anyone has typed or read
            case _:
                base = " "
                yield char if char in "&+." else "." if char == "/" else " "


def _is_variation_selector(mark: str) -> bool:
    return "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef"


def _initials_joined(words: list[str]) -> tuple[list[str], set[int]]:
    """Initials as one word ("s.a." and "s a" are "sa", "j.p.morgan" is "jp morgan"), and the places of those words.

    What full stops hold together takes in nothing beside it: "plan b s.a." ends in "sa". Only scripts with upper and
    lower case spell initials so.
    """
    joined: list[str] = []
    spelled: set[int] = set()
    after_initial = False
    for word in words:
        parts = [part for part in word.split(".") if part]
        after_initial &= len(parts) == 1
        for part in parts:
            initial = len(part) == 1 and part.upper() != part
            if initial and after_initial:
                joined[-1] += part
                spelled.add(len(joined) - 1)
            else:
                joined.append(part)
            after_initial = initial
        after_initial &= len(parts) == 1
    return joined, spelled


def _without_forms(words: list[str], spelled: set[int]) -> list[str]:
    """Without legal forms at the end and in front, and without "the" at either end, as long as a name remains."""
    start, end = 0, len(words)
    while " ".join(words[start:end]) not in _WHOLE:
        if end - start > 1 and words[start] == "the":
            start += 1
        elif cut := _form_at_end(words, start, end, spelled):
            end -= cut
        elif cut := _form_in_front(words, start, end):
            start += cut
        else:
            break
    return words[start:end]


def _form_at_end(words: list[str], start: int, end: int, spelled: set[int]) -> int:
    """How many words at the end are no part of the name."""
    last = words[end - 1] if end else ""
    if last in _NOT_A_NAME and _is_name(words[start : end - 1]):
        return 1
    if last not in _LAST_WORDS or (end > 1 and words[end - 2] in NO_FORM_AFTER.get(last, ())):
        return 0
    for size in range(min(_LONGEST_FORM, end - start - 1), 0, -1):
        form = " ".join(words[end - size : end])
        if (form in _END or (form in _SPELLED and end - 1 in spelled)) and _is_name(words[start : end - size]):
            return size
    return 0


def _form_in_front(words: list[str], start: int, end: int) -> int:
    """How many words in front are a form."""
    if start == end or words[start] not in _FIRST_WORDS:
        return 0
    for size in range(min(_LONGEST_FORM, end - start - 1), 0, -1):
        if " ".join(words[start : start + size]) in _FRONT and _is_name(words[start + size : end]):
            return size
    return 0


def _is_name(words: list[str]) -> bool:
    return not _NOT_A_NAME.issuperset(words)


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
