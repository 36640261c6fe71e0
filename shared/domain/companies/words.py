"""The words of a company name, as they are written and folded: what legal forms are sought in.

Forms are sought in words as written (case folded, accents kept), because "Sá" is no S.A. and "Pão" no ПАО; accents are
folded afterwards, by `Word.folded`.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

DROPPED = str.maketrans("", "", "'`´‘’‛′ʹʻʼ™℠®©ʿʾ")
"""Apostrophes ("McDonald's" is "McDonalds") and, before NFKC spells them out, trade marks."""

_PLAIN = {ord("ø"): "o", ord("đ"): "d", ord("ð"): "d", ord("ħ"): "h", ord("ı"): "i", ord("ł"): "l", ord("ŋ"): "n"}
_PLAIN |= {ord("ŧ"): "t", ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th", ord("ə"): "e"}
"""Latin letters that do not decompose into a plain one and an accent; case folding has dealt with "ß"."""

_ASCII = {code: " " if chr(code).isprintable() or chr(code).isspace() else None for code in range(128)}
_ASCII |= {code: chr(code) for code in range(128) if chr(code).isalnum() or chr(code) in "&+."} | {ord("/"): "."}
_CONNECTOR = re.compile(r"&|\+(?=\w)|(?<!\S)\+")


class Word(NamedTuple):
    """A word in lower case; `spelled` if its letters were set apart, as in "S.A."."""

    written: str
    spelled: bool = False

    @property
    def folded(self) -> str:
        """The word without accents on Latin and Greek letters."""
        return self.written if self.written.isascii() else folded(self.written)


def words_of(text: str) -> list[Word]:
    """The words of a text: case and width folded, punctuation dropped, "&" as "and", initials joined to one word.

    "s.a." and "s a" are "sa", "j.p.morgan" is "jp" and "morgan". What full stops hold together takes in nothing beside
    it: "plan b s.a." ends in "sa". Only scripts with upper and lower case spell initials so.
    """
    joined: list[Word] = []
    after_initial = False
    for token in _CONNECTOR.sub(" and ", punctuated(text)).split():
        parts = [part for part in token.split(".") if part]
        after_initial &= len(parts) == 1
        for part in parts:
            initial = len(part) == 1 and part.upper() != part
            if initial and after_initial:
                joined[-1] = Word(joined[-1].written + part, spelled=True)
            else:
                joined.append(Word(part))
            after_initial = initial
        after_initial &= len(parts) == 1
    return joined


def punctuated(text: str) -> str:
    """The text in lower case, with spaces for punctuation other than "&", "+" and the full stops of initials."""
    text = text.translate(DROPPED).replace("./", ". ")
    if text.isascii():
        return text.lower().translate(_ASCII)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _joined("".join(_letters(text)).split())


def _joined(tokens: list[str]) -> str:
    """The tokens with spaces between them, but for Chinese, Japanese and Korean, which are written with and without."""
    text = ""
    for token in tokens:
        text += token if text and _is_wide(text[-1]) and _is_wide(token[0]) else f" {token}"
    return text.lstrip()


def _is_wide(char: str) -> bool:
    return "\u3041" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\U00020000" <= char <= "\U000323af"


def folded(word: str) -> str:
    """The word without accents on Latin and Greek letters."""
    return unicodedata.normalize("NFC", "".join(_bases(unicodedata.normalize("NFKD", word))).translate(_PLAIN))


def _letters(text: str) -> Iterator[str]:
    """Letters, digits, marks; a space for anything else that can be seen."""
    for char in text:
        match unicodedata.category(char)[0]:
            case "L" | "N":
                yield char
            case "M":
                if not _is_variation_selector(char):
                    yield char
            case "C" if not char.isspace():
                pass  # control, format, surrogate, private and unassigned: nothing anyone has typed or read
            case _:
                yield char if char in "&+." else "." if char == "/" else " "


def _bases(decomposed: str) -> Iterator[str]:
    """Characters without the marks on scripts of before Cyrillic, and without marks on nothing."""
    base = " "
    for char in decomposed:
        if unicodedata.category(char)[0] != "M":
            base = char
            yield char
        elif base >= "\u0400":
            yield char


def _is_variation_selector(mark: str) -> bool:
    return "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef"
