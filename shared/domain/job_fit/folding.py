"""Comparing texts whatever their typography: quotes, dashes, hyphens, blanks, case and broken words are folded.

A text becomes units: a word, or a character where a script writes no blanks between words. A quote may begin and end
at a unit only, never within a name. Positions lead back to the text as it was written.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from shared.domain.job_fit.names import Name, find_names, flat

_PIECE = re.compile(r"[A-Za-z0-9]+(?:(?<=[0-9])[.,][0-9][A-Za-z0-9]*)*|.", re.DOTALL)
_SYMBOLS = frozenset("%‰°$€£¥₹₩₽")
_SOUTH_EAST_ASIAN = frozenset({"THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "JAVANESE", "BALINESE"})
_UNSPACED = frozenset({"CJK", "HIRAGANA", "BOPOMOFO"}) | _SOUTH_EAST_ASIAN
_ONE_UNIT_A_CHARACTER = _UNSPACED | {"HANGUL", "SYMBOL"}
_SCRIPTS = {"IDEOGRAPHIC": "CJK", "KATAKANA-HIRAGANA": "KATAKANA"}
_STACKING = frozenset("\u17d2\u1039\ua9c0\u1b44")  # Khmer coeng, and the viramas of Burmese, Javanese and Balinese
_VOWELS_IN_FRONT = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4")
_AM = frozenset({"\u0e4d\u0e32", "\u0ecd\u0eb2"})  # as form NFKD has them
_OPTIONAL_MARKS = re.compile("[\u0307\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]\s*\n\s*(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or character, folded, and its place in the text. `apart` ones do not touch the unit before them."""

    folded: str
    script: str
    start: int
    end: int
    apart: bool


@cache
def _fold_character(character: str) -> tuple[str, str]:
    """A character as it is compared, and its script: "" for what only separates, MARK for what joins the last."""
    category = unicodedata.category(character)
    if category[0] == "M":
        return _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", character)), "MARK"
    if character in _SYMBOLS:
        return character, "SYMBOL"
    if category[0] not in "LN":
        return ("", "MARK") if category == "Cf" else ("", "")
    if category == "Nd":
        return str(unicodedata.digit(character)), "DIGIT"
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    folded = _OPTIONAL_MARKS.sub("", folded).replace("ı", "i")
    if not folded:
        return "", "MARK"
    if folded.isascii():
        return folded, "DIGIT" if folded.isdigit() else "LATIN"
    script = unicodedata.name(folded[0], "").partition(" ")[0]
    return folded, _SCRIPTS.get(script, script)


def _units(text: str) -> list[Unit]:
    """The units of a text, letters with their marks, `+` and `#` with the letter before them."""
    units: list[Unit] = []
    flattened = flat(text)
    apart = True
    for match in _PIECE.finditer(text):
        piece, (start, end) = match.group(), match.span()
        last = units[-1] if units else None
        if piece.isascii() and piece[0].isalnum():
            folded, script = piece.lower(), "DIGIT" if piece.isdigit() else "LATIN"
        else:
            folded, script = _fold_special(flattened, start) or _fold_character(piece)
        if script == "MARK" or (script == "SUFFIX" and last is not None and not apart):
            if last is not None and folded and not apart:
                units[-1] = Unit(last.folded + folded, last.script, last.start, end, last.apart)
        elif script in ("", "SUFFIX"):
            apart = True
        elif last is None or apart or not (_continue_a_word(last.script, script) or _is_one_syllable(last, folded)):
            units.append(Unit(folded, script, start, end, apart))
            apart = False
        else:
            joined = script if last.script == "DIGIT" else last.script
            units[-1] = Unit(last.folded + folded, joined, last.start, end, last.apart)
    return units


def _fold_special(text: str, at: int) -> tuple[str, str] | None:
    """Punctuation that belongs to a name or number: C++, C#, .NET and -5."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    match text[at]:
        case "+" | "#" if (before.isalpha() or before in ("+", "#")) and not after.isalpha():
            return text[at], "SUFFIX"
        case "." if not before.isalnum() and re.match(r"\.net\b", text[at : at + 5], re.IGNORECASE):
            return ".", "LATIN"
        case "-" if after.isdigit() and (not before or before in " (~"):
            return "-", "DIGIT"
    return None


def _continue_a_word(last: str, script: str) -> bool:
    if last in _ONE_UNIT_A_CHARACTER or script in _ONE_UNIT_A_CHARACTER:
        return False
    return last == script or "DIGIT" in (last, script)


def _is_one_syllable(last: Unit, folded: str) -> bool:
    """Whether neither a quote nor a shortened text may part the two: a letter written below the one before it, after a
    vowel that stands in front of its consonant, or Thai and Lao am, which is written on it.
    """
    return last.script in _SOUTH_EAST_ASIAN and (
        last.folded[-1] in _STACKING or last.folded[-1] in _VOWELS_IN_FRONT or folded in _AM
    )


class Folded:
    """A text ready to be searched for quotes, and to be cut. `names` are those of the text, if they are known."""

    def __init__(self, text: str, names: Sequence[Name] | None = None) -> None:
        self.text = text
        self.units = _units(text)
        self._known_names = names
        parts: list[str] = []
        self._starts = array("I")  # where each unit begins in the folded text
        self._ends = array("I")
        length = 0
        for n, unit in enumerate(self.units):
            if unit.apart and n and unit.folded[0].isdigit() and self.units[n - 1].folded[-1].isdigit():
                parts.append("|")  # 22 41 is not 2241
                length += 1
            self._starts.append(length)
            parts.append(unit.folded)
            length += len(unit.folded)
            self._ends.append(length)
        self.folded = "".join(parts)

    def find(self, quote: str, *, least_words: int = 3) -> str | None:
        """The part of the text that says the quote, as written there, or None.

        A quote has `least_words`, or is the whole text: shorter ones mean too little.
        """
        sought = Folded(_BROKEN_WORD.sub("", quote))
        if not sought.folded:
            return None
        if sought.folded == self.folded:
            return self.text[self.units[0].start : self.units[-1].end]
        if sought.word_count < least_words:
            return None
        at = self.folded.find(sought.folded)
        while at >= 0:
            first, last = _index(self._starts, at), _index(self._ends, at + len(sought.folded))
            if first is not None and last is not None and self._may_begin(first):
                start, end = self.units[first].start, self.units[last].end
                if not self._is_in_a_name(start) and not self._is_in_a_name(end):
                    return self.text[start:end]
            at = self.folded.find(sought.folded, at + 1)
        return None

    @cached_property
    def _names(self) -> Sequence[Name]:
        return find_names(self.text) if self._known_names is None else self._known_names

    def _is_in_a_name(self, edge: int) -> bool:
        n = bisect_left(self._names, edge, key=lambda name: name.start)
        return n > 0 and edge < self._names[n - 1].end

    def _may_begin(self, n: int) -> bool:
        """Korean writes particles behind a word without a blank, so a quote may end there, but not begin."""
        unit = self.units[n]
        return unit.apart or unit.script != "HANGUL" or self.units[n - 1].script != "HANGUL"

    @property
    def word_count(self) -> int:
        """How many words there are, counting a pair of characters, or three of Thai and its like, as one."""
        count, run, before = 0, 0, ""
        for unit in self.units:
            run = run + 1 if unit.script == before and not unit.apart else 1
            before = unit.script
            if unit.script in _SOUTH_EAST_ASIAN:
                count += run % 3 == 0
            elif unit.script in _ONE_UNIT_A_CHARACTER:
                count += run > 1 or unit.script == "SYMBOL"
            else:
                count += 1
        return count

    def shortened(self, limit: int) -> str:
        """The text, cut after a unit and with an ellipsis where it is longer than the limit."""
        if len(self.text) <= limit:
            return self.text
        ends = [unit.end for unit in self.units if unit.end <= limit - 2]
        if not ends:
            return self.text[: limit - 1] + "…"
        return f"{self.text[: ends[-1]]}…" if self._is_unspaced(ends[-1]) else f"{self.text[: ends[-1]]} …"

    def _is_unspaced(self, end: int) -> bool:
        return any(unit.end == end and unit.script in _ONE_UNIT_A_CHARACTER for unit in self.units)


def _index(positions: Sequence[int], at: int) -> int | None:
    """Which of these ascending positions this is, if any."""
    n = bisect_left(positions, at)
    return n if n < len(positions) and positions[n] == at else None


def words(text: str) -> list[str]:
    """The folded words of a text in order. Scripts without blanks give overlapping pairs of characters."""
    return [folded for folded, _ in words_at(text)]


def words_at(text: str) -> list[tuple[str, int]]:
    """The folded words, each with its place in the text."""
    return list(words_of(_units(text)))


def words_of(units: Sequence[Unit]) -> Iterator[tuple[str, int]]:
    """The words that these units make, each with its place in the text."""
    for n, unit in enumerate(units):
        if unit.script == "SYMBOL":
            continue
        if unit.script not in _ONE_UNIT_A_CHARACTER:
            yield unit.folded, unit.start
            continue
        follower = units[n + 1] if n + 1 < len(units) else None
        if follower and not follower.apart and follower.script in _ONE_UNIT_A_CHARACTER - {"SYMBOL"}:
            yield unit.folded + follower.folded, unit.start
        elif unit.apart or units[n - 1].script not in _ONE_UNIT_A_CHARACTER:
            yield unit.folded, unit.start
