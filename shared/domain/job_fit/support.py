"""What a free sentence rests on: its names, numbers and words must come from the texts that it is said to sum up."""

import re
from collections.abc import Iterable
from functools import cached_property

from shared.domain.job_fit.folding import Folded, words, words_at, words_of
from shared.domain.job_fit.names import Name, find_names, with_implied
from shared.domain.job_fit.years import years_in

_SUFFIXES = """izations isations ization isation ational ations ation ership ating ated izing ising ised ized ments ment
ities ists ions ion ings ing ship ers ors ity ive ist ise ize ies ed er or al ly es s"""
_SUFFIXES_LONGEST_FIRST = sorted(_SUFFIXES.split(), key=len, reverse=True)

# Words that carry no claim of their own: a sentence is judged by what is left without them.
_GLUE = """a about across after all also am an and answer answers any are as at be been before behind both but by can
candidate case clear clearly could direct directly do does during each else evidence example experience experienced
for from had has have having her here hers herself high highlight him himself his how i if in into is it its itself
job just lead like made make many maps match matched matches me mention more most much my no nor not of on one only
open opener or other our out over own part plus point points profile proof proven record relevant requirement role
same she should show showing shown shows so solid some speaks stories story strong study such support supports than
that the their theirs them then there these they this those through to too track up use used using very was we well
were what when where which while who whom whose why will with within without would you your yours"""
_GLUE_WORDS = frozenset(_GLUE.split())
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)[\"'“‘(]*$")
_HANDLE = re.compile(r"(?<!\S)@(\w+)")
_LOOK_BACK = 8  # characters in which a sentence's start shows


def stems(text: str) -> list[str]:
    """The words that carry meaning, cut so that "optimization" meets "optimised" and "leadership" meets "leading"."""
    return [_stem(word) for word in words(text) if word not in _GLUE_WORDS]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES_LONGEST_FIRST:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(suffix)
            break
    return word[:7].rstrip("eyi") if len(word) > 4 else word.removesuffix("e")


def facts(text: str) -> list[str]:
    """What could be checked in the world, beside names: numbers, and words with a capital but at a sentence's start."""
    named = [(name.start, name.end) for name in find_names(text)]
    found: list[str] = []
    for word, at in words_at(text):
        if any(start <= at < end for start, end in named):
            continue
        written = re.match(r"\w+", text[at:])
        token = written.group() if written else word
        is_capital = token[0].isupper() and not _SENTENCE_START.search(text[max(0, at - _LOOK_BACK) : at])
        if is_capital or token[0].isdigit() or any(c.isdigit() or c.isupper() for c in token[1:]):
            found.append(word)
    return found


class Wording:
    """The names, words and stems of some texts. A sentence is held against them.

    Everything is read once and kept: a profile may have 250,000 characters, and a model may cite it a hundred times.
    """

    def __init__(self, texts: Iterable[str], *, listed: bool = False, parts: "tuple[Wording, ...]" = ()) -> None:
        self.texts = tuple(texts)
        self._listed = listed
        self._parts = parts
        self._folded: dict[int, Folded] = {}

    @classmethod
    def joined(cls, parts: "Iterable[Wording]") -> "Wording":
        """The wording of several together, which reads none of their texts again."""
        parts = tuple(dict.fromkeys(parts))
        return cls((text for part in parts for text in part.texts), parts=parts)

    @cached_property
    def named(self) -> tuple[tuple[Name, ...], ...]:
        """The names in each text."""
        if self._parts:
            return tuple(names for part in self._parts for names in part.in_prose)
        return tuple(tuple(find_names(text, listed=self._listed)) for text in self.texts)

    @cached_property
    def in_prose(self) -> tuple[tuple[Name, ...], ...]:
        """The names in each text, read as part of a sentence and not as an entry of a list."""
        return tuple(tuple(find_names(text)) for text in self.texts) if self._listed else self.named

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of the names, with those that they imply."""
        return with_implied(name.key for names in self.named for name in names)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every folded word."""
        if self._parts:
            return frozenset().union(*(part.words for part in self._parts))
        return frozenset(word for n in range(len(self.texts)) for word, _ in words_of(self._text(n).units))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stem of every word that carries meaning."""
        return frozenset(_stem(word) for word in self.words if word not in _GLUE_WORDS)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Every number of years that the texts give."""
        return tuple(number for text in self.texts for number in years_in(text))

    @cached_property
    def handles(self) -> frozenset[str]:
        """The names written @so."""
        return frozenset(handle.casefold() for text in self.texts if "@" in text for handle in _HANDLE.findall(text))

    def find(self, quote: str, *, least_words: int = 3) -> str | None:
        """The part of a text that says the quote, as written there, or None."""
        if self._parts:
            found = (part.find(quote, least_words=least_words) for part in self._parts)
        else:
            found = (self._text(n).find(quote, least_words=least_words) for n in range(len(self.texts)))
        return next((said for said in found if said is not None), None)

    def _text(self, n: int) -> Folded:
        if n not in self._folded:
            self._folded[n] = Folded(self.texts[n], self.in_prose[n])
        return self._folded[n]

    def mentions(self, text: str) -> bool:
        """Whether every name and every word with a meaning of the text is among these."""
        meaning = stems(text)
        named = {name.key for name in find_names(text)}
        return bool(meaning) and named <= self.names and self.stems.issuperset(meaning)

    def supports(self, text: str, *, tolerated: "Wording | None" = None, refused: "Wording | None" = None) -> bool:
        """Whether a free sentence stays within what these texts say.

        Its names, numbers and capitalised words must all occur here, and at least half of its other words: half leaves
        room for a paraphrase and none for a sentence about something else. A word that only `refused` has must not
        occur at all, unless `tolerated` has it too.
        """
        meaning = stems(text)
        if not meaning or 2 * sum(stem in self.stems for stem in meaning) < len(meaning):
            return False
        if any(name.key not in self.names for name in find_names(text)):
            return False
        if not all(fact in self.words or _stem(fact) in self.stems for fact in facts(text)):
            return False
        allowed = self.stems | (tolerated.stems if tolerated else frozenset())
        return refused is None or all(stem in allowed or stem not in refused.stems for stem in meaning)
