"""Company names as people wrote them, made safe to read: no markup, remarks, links or hidden characters.

`cleaned` is the first step of normalisation too, so nothing that it removes can tell two companies apart, and nothing
that it keeps is invisible.
"""

import re
import unicodedata
from collections.abc import Iterator

from shared.domain.visible import BLANKS, VARIATION_SELECTORS

NAMELESS = "?"
"""The shown name and the normal form of a name without a letter or digit."""

MAX_SHOWN = 100
"""Characters of a shown name."""

MAX_INPUT = 1_000
"""Characters of a spelling that are read."""

_OPENING = {"(": ")", "[": "]", "{": "}", "【": "】", "〔": "〕"}
_CLOSING = frozenset(_OPENING.values())
_MAX_MARKS = 3
_MAX_REMARK_WORDS = 6
_MAX_UNESCAPES = 5

_INVISIBLE = BLANKS | VARIATION_SELECTORS
"""Characters that show nothing, beside the categories Cc, Cf, Cs, Co and Cn."""

_NARROW = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
"""Full-width letters and punctuation, as they are typed in East Asia: "＜" is "<"."""

_TERMINAL = "\x1b\\[[0-9;?]*[A-Za-z]"
_ENTITY = r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_TAG = r"</?[A-Za-z!][^<>]*>"

_REPEATED = "!?.,-_*=~#+:;/|"
"""Marks that are shown once where somebody wrote four or more."""

_REMARKS = tuple(
    """
formerly|formally known|previously|originally|fka|f/k/a|f.k.a|aka|a/k/a|a.k.a|dba|d/b/a|d.b.a|née|also known as
known as|now|doing business as|trading as|t/a|vormals|ehemals|anciennement|ex|antes|anteriormente|già|voorheen
tidigare|dawniej|ранее|бывш|бывшая|бывший|旧|旧名|旧称|旧社名|舊稱|原名|原称|구|구명|part of|acquired by
owned by|a subsidiary of|subsidiary of|division of|nyse|nasdaq|lse|tsx|asx|otc|euronext|ticker|yc|y combinator
techstars|website|web site|homepage|official|career|careers|job|jobs|hiring|were hiring|we are hiring|remote
hybrid|contract|contractor|fulltime|full time|parttime|part time|confidential|via|client|recruiter|staffing
stealth|series a|series b|series c|series d
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
"""What a remark in brackets begins with, in lower case, without apostrophes, with spaces for hyphens."""

_ASIDES: tuple[str, ...] = (
    "formerly ",
    "f/k/a ",
    "fka ",
    "previously known as ",
    "d/b/a ",
    "dba ",
    "also known as ",
    "a/k/a ",
    "aka ",
)
_ASIDES += ("doing business as ", "trading as ", "t/a ")
"""What a remark without brackets begins with, after a space."""


_LINK = (
    r"(?i)[a-z][a-z0-9+.-]*:\s?//[^\s)\]}]*|\b(?:mailto|javascript|data|tel):[^\s)\]}]*|\bwww\.[^\s)\]}]+"
    r"|\b[\w.+-]+@[\w-]+\.[\w.-]+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[^\s)\]}]*"
)
"""Web and mail addresses. `re` compiles patterns of this module when they are first used, as most never are."""


def shown_name(spelling: str) -> str:
    """The spelling as a report shows it: cleaned, at most `MAX_SHOWN` characters, never empty.

    Never raises. Cleaning may leave less than a name (a spelling of symbols alone); the result is `NAMELESS` then.
    """
    text = cleaned(spelling)
    if len(text) > MAX_SHOWN:
        end = MAX_SHOWN
        while end > 1 and unicodedata.category(text[end])[0] == "M":
            end -= 1
        text = cleaned(text[:end])
    return text if any(map(str.isalnum, text)) else NAMELESS


def cleaned(spelling: str) -> str:
    """The spelling in NFC with single spaces, without markup, links, remarks and characters that show nothing.

    Idempotent. A remark or link that is all there is stays as text: "(formerly Twitter)" is "formerly Twitter".
    """
    text = spelling[:MAX_INPUT]
    for _ in range(MAX_INPUT):  # a handful in practice: every pass but the first shortens the text
        before, text = text, _cleaned_once(text)
        if text == before:
            break
    return text


def _cleaned_once(text: str) -> str:
    text = _unescaped(text.translate(_NARROW))
    if "\x1b" in text:
        text = re.sub(_TERMINAL, "", text)
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", "".join(_visible(unicodedata.normalize("NFC", text))))
    if "<" in text:
        text = _or_all(re.sub(_TAG, " ", text), text)
    if not _OPENING.keys().isdisjoint(text):
        text = _or_all("".join(_without_remarks(text)), text)
    if _may_have_link(text):
        text = _or_all(re.sub(_LINK, " ", text), re.sub(_LINK, lambda link: f" {_host(link[0])} ", text))
    text = _without_aside(" ".join(text.split()))
    for sign in _REPEATED:
        while sign * 4 in text:
            text = text.replace(sign * 4, sign)
    return " ".join(text.split())


def _or_all(rest: str, text: str) -> str:
    """The rest if it still has a letter or digit, otherwise all of the text."""
    return rest if any(map(str.isalnum, rest)) else text


def _unescaped(text: str) -> str:
    """HTML entities replaced, also those escaped more than once: "AT&amp;amp;T" is "AT&T"."""
    for _ in range(_MAX_UNESCAPES):
        if "&" not in text or ";" not in text:
            break
        before, text = text, re.sub(_ENTITY, _character, text)
        if text == before:
            break
    return text


def _character(entity: re.Match[str]) -> str:
    from html import unescape  # a table of 2,231 entities, for the few names that have one

    for written in (entity[0], entity[0].lower()):  # "&APOS;" is no entity, but case is never evidence
        if (character := unescape(written)) != written:
            return character
    return entity[0]


def _visible(text: str) -> Iterator[str]:
    """Characters that show something, spaces for white space; at most `_MAX_MARKS` marks on one letter."""
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category[0] == "M":
            marks += 1
            if marks <= _MAX_MARKS and ord(char) not in _INVISIBLE:
                yield char
            continue
        marks = 0
        if char.isspace():
            yield " "
        elif category[0] == "C" or ord(char) in _INVISIBLE:
            continue
        elif category == "So" and unicodedata.normalize("NFKC", char) == char and char not in "©®℗℠":
            yield " "  # pictures
        else:
            yield char


def _may_have_link(text: str) -> bool:
    return "@" in text or ":" in text or ("." in text and ("/" in text or "www." in text.lower()))


def _host(link: str) -> str:
    """The host of an address, for a spelling that is nothing but addresses."""
    return re.split(r"[/?#:\s]", re.sub(r"^[a-z][a-z0-9+.-]*:(?:\s?//)?", "", link, flags=re.IGNORECASE))[0].rpartition(
        "@"
    )[2]


def _without_aside(text: str) -> str:
    """Without ", formerly Twitter" and the like at the end."""
    lower = text.lower()
    starts = [lower.find(f" {aside}") for aside in _ASIDES] if len(lower) == len(text) else []
    start = min((start for start in starts if start > 0), default=len(text))
    return text if start == len(text) else _or_all(text[:start].rstrip(" ,;:|–—-"), text)


def _without_remarks(text: str) -> Iterator[str]:
    """The pieces of the text without brackets that hold a remark; a bracket left open reaches to the end."""
    index = 0
    while index < len(text):
        char = text[index]
        if char not in _OPENING:
            yield char
            index += 1
            continue
        end = _closing(text, index)
        inner = text[index + 1 : end]
        yield " " if _is_remark(inner) else text[index : end + 1]
        index = end + 1


def _closing(text: str, start: int) -> int:
    depth = 0
    for index in range(start, len(text)):
        if text[index] in _OPENING:
            depth += 1
        elif text[index] in _CLOSING:
            depth -= 1
            if not depth:
                return index
    return len(text)


def _is_remark(inner: str) -> bool:
    """Whether bracketed text says something about the company instead of naming it."""
    if len(inner.split()) > _MAX_REMARK_WORDS or (_may_have_link(inner) and re.search(_LINK, inner)):
        return True
    plain = inner.strip().casefold().replace("’", "").replace("'", "").replace("-", " ")
    if plain.startswith(("a ", "an ")) and plain.endswith(" company"):
        return True
    return plain.startswith(_REMARKS) and any(
        plain.startswith(remark) and not plain[len(remark) :][:1].isalnum() for remark in _REMARKS
    )
