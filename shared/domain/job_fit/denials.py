"""What a text says is not so: a job that asks for no degree, and a candidate who has never used Kafka.

Both have the very words of a requirement or a proof. The patterns of `denial_words` match denials in the languages of
job boards, in the clause itself or in a short answer after it ("Kafka: none"). A denial that they miss counts like any
other words. What they find settles nothing: it is neither an area nor a gap.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.domain.job_fit.denial_words import DENIAL, NO_ANSWER, NOT_ASKED_ANSWER, WAIVER
from shared.domain.job_fit.support import stems

_CLAUSE_ENDS = re.compile(
    r"(?<=[.!?;:,()])\s+|[()•。！？；，、：]|\s[-–—·|:]\s|\s(?:but|aber|mais|pero|ma|mas|maar|но)\s"
)
_SENTENCE_ENDS = frozenset(".!;。！；")
_BEGINS_WITH_NO = re.compile(
    r"^\W*no(?!-|\s+(?:less|fewer|later|more|longer|matter)\b)\s|^\W*not\s+(?!only\b|just\b|less\b|afraid\b)",
    re.IGNORECASE,
)
_IS_ENGLISH = re.compile(
    r"\b(?:the|and|you|your|with|we|our|of|for|is|must|have|experience|required|needed)\b", re.IGNORECASE
)
"""A Portuguese clause that begins with "No" says "in the"."""


class _Clause(NamedTuple):
    """A clause, and the clause after it in the same sentence."""

    text: str
    after: str


def is_waived(description: str, asks: str) -> bool:
    """Whether a description, wherever it has these words, says that it does not ask for them.

    `asks` is a part of the description, as written there.
    """
    is_english = _IS_ENGLISH.search(description) is not None

    def waives(clause: _Clause) -> bool:
        if WAIVER.search(clause.text) or NOT_ASKED_ANSWER.fullmatch(clause.after):
            return True
        return is_english and _BEGINS_WITH_NO.search(clause.text) is not None

    places = list(_places(description, asks))
    return bool(places) and all(all(map(waives, _clauses(description, start, end))) for start, end in places)


def is_denied(text: str, quote: str, name: str) -> bool:
    """Whether a text says of itself that it does not have what the quote names, wherever it has the quote.

    Of a quote of several clauses those count that have a word of `name`.
    """
    meaning = set(stems(name))
    places = list(_places(text, quote))
    return bool(places) and all(all(map(_denies, _about(meaning, _clauses(text, start, end)))) for start, end in places)


def _denies(clause: _Clause) -> bool:
    return bool(DENIAL.search(clause.text) or NO_ANSWER.fullmatch(clause.after))


def _about(meaning: set[str], clauses: list[_Clause]) -> list[_Clause]:
    return [clause for clause in clauses if meaning & set(stems(clause.text))] or clauses


_MOST_PLACES = 20
"""Of one quote in one text. More are looked at nowhere: a text may be a quote repeated ten thousand times."""

_REACH = 300
"""Characters on either side in which a clause begins and ends."""


def _places(text: str, part: str) -> Iterator[tuple[int, int]]:
    at = text.find(part) if part else -1
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at, at + len(part)
        at = text.find(part, at + len(part))


def _clauses(text: str, start: int, end: int) -> list[_Clause]:
    """The clauses that the part of the text touches, whole."""
    first = max(0, start - _REACH)
    window = text[first : end + _REACH]
    gaps = list(_CLAUSE_ENDS.finditer(window))
    begins = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(window)]
    spans = [(begin, stop) for begin, stop in zip(begins, ends, strict=True) if window[begin:stop].strip()]

    def after(index: int) -> str:
        _, stop = spans[index]
        following, until = spans[index + 1] if index + 1 < len(spans) else (0, 0)
        return "" if _SENTENCE_ENDS & set(window[stop - 1 : following]) else window[following:until]

    return [
        _Clause(window[begin:stop], after(index))
        for index, (begin, stop) in enumerate(spans)
        if begin < end - first and stop > start - first
    ]
