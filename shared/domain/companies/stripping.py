"""Where the legal forms of a name are: at its end, in front of it, before a bracket."""

import re

from shared.domain.companies.ambiguous import (
    AT_END,
    IN_FRONT,
    NEVER_AFTER,
    WHOLE_NAMES,
    counts_at_end,
    counts_in_front,
)
from shared.domain.companies.form_tables import END_FORMS, FRONT_FORMS, SPELLED_FORMS, UNACCENTED_END_FORMS
from shared.domain.companies.words import Word, words_of

BRACKET = r"[(\[（]([^()\[\]（）]{2,120})[)\]）]"

_LONGEST_FORM = max(form.count(" ") + 1 for form in END_FORMS | FRONT_FORMS)
_LONGEST_WHOLE = max(name.count(" ") + 1 for name in WHOLE_NAMES)
_NOT_A_NAME = frozenset(("the", "and"))
_COUNTED = END_FORMS | UNACCENTED_END_FORMS | SPELLED_FORMS | AT_END
_LAST_WORDS = frozenset(form.rpartition(" ")[2] for form in _COUNTED) | _NOT_A_NAME
_FIRST_WORDS = frozenset(form.partition(" ")[0] for form in FRONT_FORMS) | IN_FRONT

_MAY_CONNECT = frozenset(("and", "et", "y", "e", "the"))


def words_and_bracket(text: str) -> tuple[list[Word], range]:
    """The words, and which of them stand in the last bracket: "Exadel Inc (Poland)" has one."""
    words = words_of(text)
    if "(" in text and (brackets := list(re.finditer(BRACKET, text))):
        before, inner = words_of(text[: brackets[-1].start()]), words_of(brackets[-1][1])
        if before and before + inner + words_of(text[brackets[-1].end() :]) == words:
            return words, range(len(before), len(before) + len(inner))
    return words, range(0)


def without_forms(words: list[Word], bracket: range = range(0), *, quoted: bool = False) -> list[Word]:
    """Without legal forms at the end and in front, and without "the" at either end, as long as a name remains.

    A form before a bracket at the end is taken too: "Exadel Inc (Poland)" is "exadel poland".
    """
    start, end = 0, len(words)
    at_end: list[str] = []
    while end - start > _LONGEST_WHOLE or _plain(words[start:end]) not in WHOLE_NAMES:
        if end - start > 1 and words[start].written == "the":
            start += 1
        elif cut := _form_at_end(words, start, end):
            at_end.append(" ".join(word.written for word in words[end - cut : end]))
            end -= cut
        elif bracket and end == bracket.stop and (cut := _form_at_end(words, start, bracket.start)):
            words = words[: bracket.start - cut] + words[bracket.start :]
            end -= cut
            bracket = range(bracket.start - cut, bracket.stop - cut)
        elif cut := _form_in_front(words, start, end, at_end, quoted=quoted):
            start += cut
        else:
            break
    return words[start:end]


def _plain(words: list[Word]) -> str:
    return " ".join(word.folded for word in words)


def _form_at_end(words: list[Word], start: int, end: int) -> int:
    """How many words at the end are no part of the name."""
    if end - start < 2:
        return 0
    last = words[end - 1]
    if last.written not in _LAST_WORDS and not last.spelled:
        return 0
    if last.written in _NOT_A_NAME:
        return int(_is_name(words, start, end - 1))
    for size in range(min(_LONGEST_FORM, end - start - 1), 0, -1):
        form = " ".join(word.written for word in words[end - size : end])
        if form in _COUNTED and _is_name(words, start, end - size) and _counts(form, words[start : end - size], last):
            return size
    return 0


def _counts(form: str, name: list[Word], last: Word) -> bool:
    """Whether words that are written like a form are one after this name; `last` is the last of them."""
    before = name[-1].written
    if form in END_FORMS or form in UNACCENTED_END_FORMS:
        return True
    if last.spelled and form in SPELLED_FORMS:
        return before not in NEVER_AFTER or before in _MAY_CONNECT
    return " " not in form and counts_at_end(form, [word.folded for word in name])


def _form_in_front(words: list[Word], start: int, end: int, at_end: list[str], *, quoted: bool) -> int:
    """How many words in front are a form."""
    if end - start < 2 or words[start].written not in _FIRST_WORDS:
        return 0
    for size in range(min(_LONGEST_FORM, end - start - 1), 0, -1):
        form = " ".join(word.written for word in words[start : start + size])
        if form in FRONT_FORMS and _is_name(words, start + size, end):
            return size
    form, spelled = words[start]
    name = [word.folded for word in words[start + 1 : end]]
    return int(
        _is_name(words, start + 1, end)
        and counts_in_front(form, name, spelled=spelled, quoted=quoted and not start, at_end=at_end)
    )


def _is_name(words: list[Word], start: int, end: int) -> bool:
    return any(words[index].written not in _NOT_A_NAME for index in range(start, end))
