"""Which characters of a text a reader can see.

A text that shows nothing passes for a name and names nobody; two texts that differ in what nobody sees pass for two.
"""

import unicodedata

NOT_UNICODE = "must be a string of valid Unicode"
NOTHING_VISIBLE = "must have at least one character that can be seen"

BLANKS = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
"""Fillers: characters whose category is that of a letter, mark or symbol, and which show nothing."""

VARIATION_SELECTORS = frozenset((0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))

_JOINERS = "\u200c\u200d"
"""They show nothing by themselves, and change how letters and emoji beside them look."""

_SHOWN_FORMATS = frozenset(
    (*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD)
)  # the number signs of Arabic and its kin are of the category of format characters, and visible


def is_unicode(text: str) -> bool:
    """Whether a text can be encoded: JSON may name half of a surrogate pair ("\\ud800")."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def is_visible(text: str) -> bool:
    """Whether a text has a letter, digit, symbol or punctuation mark, not only blanks, controls and lone marks."""
    return any(map(_shows, text))


def without_hidden(text: str) -> str:
    """The text without control characters that are no blanks, and format characters that show nothing: zero-width
    spaces, soft hyphens, marks of direction. Joiners stay.
    """
    return text if text.isprintable() else "".join(char for char in text if char in _JOINERS or not _is_hidden(char))


def _shows(char: str) -> bool:
    if unicodedata.category(char) in {"Cf", "Mn", "Mc", "Me"}:
        return ord(char) in _SHOWN_FORMATS
    return unicodedata.category(char) not in {"Cc", "Cs", "Zs", "Zl", "Zp"} and ord(char) not in BLANKS


def _is_hidden(char: str) -> bool:
    match unicodedata.category(char):
        case "Cf":
            return ord(char) not in _SHOWN_FORMATS
        case "Cc":
            return not char.isspace()
    return False
