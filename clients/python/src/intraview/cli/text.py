"""Text from outside, made safe to print."""

from __future__ import annotations

import unicodedata

_REMOVED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters (a terminal obeys them), marks that turn the direction of text, and line separators."""


def clean(text: str, *, keep_lines: bool = False) -> str:
    """The text without characters that a terminal would act on."""
    return "".join(
        each if keep_lines and each == "\n" else " " if each in "\n\t" else each
        for each in text
        if each in "\n\t" or unicodedata.category(each) not in _REMOVED
    )
