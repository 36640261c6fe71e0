"""Text as a reader sees it: no hidden characters, and mark-up resolved.

Job boards send HTML, escaped once or twice, and Markdown; models drop both. Texts are compared, stored in sources and
sent to the model in this form. The wording and the typography stay as written.
"""

import html
import re
import unicodedata

# Control; format (zero-width, bidirectional, soft hyphen, tags); surrogate; private use.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
# Others that show nothing: fillers, joiners, variation selectors, the rest of Default_Ignorable_Code_Point
# (https://www.unicode.org/reports/tr44/), and the empty Braille pattern.
_INVISIBLE = frozenset(
    chr(point)
    for points in (
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0000, 0xE1000),
    )
    for point in points
)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ARABIC = "\u0620-\u06ff\u0750-\u077f"
_ZWNJ_IN_ARABIC = re.compile(f"(?<=[{_ARABIC}])\u200c(?=[{_ARABIC}])")  # Persian spelling needs it

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MAX_ESCAPES = 4  # boards escape once or twice
_BLOCKS = """address article aside blockquote body br caption center dd details div dl dt figcaption figure footer form
h1 h2 h3 h4 h5 h6 head header hr html main nav ol option p pre section select summary table tbody td tfoot th thead
title tr ul"""
_INLINE = """a abbr acronym b bdi bdo big button cite code col colgroup data del dfn em embed font i iframe img input
ins kbd label link mark meta object q rp rt ruby s samp small source span strike strong sub sup svg time tt u var video
wbr o:p"""
_UNSHOWN = ("script", "style", "template", "title")


def _tag(names: str) -> re.Pattern[str]:
    return re.compile(rf"</?(?:{'|'.join(names.split())})(?:[\s/][^<>]*)?>", re.IGNORECASE)


_BLOCK_TAG, _INLINE_TAG, _ITEM_TAG = _tag(_BLOCKS), _tag(_INLINE), re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_END_OF_ITEM = re.compile(r"</li\s*>", re.IGNORECASE)

_MARKDOWN = (
    (re.compile(r"^[ ]{0,3}(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}(?:\s\"[^\"\n]{0,300}\")?\)"), r"\1"),
    (re.compile(r"^[ ]{0,3}#{1,6}[ ]+", re.MULTILINE), ""),
    (re.compile(r"^[ ]{0,3}>(?![ ]?\d)[ ]?", re.MULTILINE), ""),
    (re.compile(r"(?<![\\`])`([^`\n]{1,300})`(?!`)"), r"\1"),
    (re.compile(r"(?<![\w\\*])(\*{1,3})(?![\s*])([^\n]{1,300}?)(?<![\s\\*])\1(?!\*)"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?![\s_])([^\n]{1,300}?)(?<![\s\\_])\1(?!\w)"), r"\2"),
    (re.compile(r"(?<![\w\\~])~~(?![\s~])([^\n]{1,300}?)(?<![\s\\~])~~(?![\w~])"), r"\1"),
    (re.compile(r"\\$", re.MULTILINE), ""),
    (re.compile(r"\\([!#&()*+\-.<>\[\]_`{|}~])"), r"\1"),
)
_BLANKS = re.compile(r"[ \u00a0]*\n[ \u00a0]*")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """The text in form NFC without characters that a reader cannot see.

    Line ends become newlines and tabs become blanks, because the shape of a job description carries meaning.
    """
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = {match.start() for match in _ZWNJ_IN_ARABIC.finditer(text)}
    shown = "".join(c for i, c in enumerate(text) if c == "\n" or i in kept or not _is_hidden(c))
    return unicodedata.normalize("NFC", shown).strip()


def _is_hidden(character: str) -> bool:
    return character in _INVISIBLE or unicodedata.category(character) in _HIDDEN_CATEGORIES


def plain(text: str) -> str:
    """The clean text with HTML tags, entities and Markdown resolved. Blocks and list items stand on their own lines."""
    text = clean(text)
    for _ in range(_MAX_ESCAPES):
        unescaped = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
        if unescaped == text:
            break
        text = unescaped
    if "<" in text:
        text = _without_tags(text)
    for pattern, replacement in _MARKDOWN:
        text = pattern.sub(replacement, text)
    return _EMPTY_LINES.sub("\n\n", _BLANKS.sub("\n", clean(text))).strip()


def one_line(text: str) -> str:
    """The text as one clean line: every run of white space is one blank."""
    return " ".join(clean(text).split())


def _without_tags(text: str) -> str:
    text = _without(text, "<!--", "-->")
    for name in _UNSHOWN:
        text = _without(text, f"<{name}", f"</{name}>")
    text = _BLOCK_TAG.sub("\n", _END_OF_ITEM.sub("", _ITEM_TAG.sub("\n- ", text)))
    return _INLINE_TAG.sub("", text)


def _without(text: str, opening: str, closing: str) -> str:
    """The text without what stands between two markers. A marker that is never closed stays."""
    lowered = text.lower()  # may differ in length for a few letters; then positions are not comparable
    if opening not in lowered or len(lowered) != len(text):
        return text
    parts, at = [], 0
    while (start := lowered.find(opening, at)) >= 0 and (end := lowered.find(closing, start)) >= 0:
        parts.append(text[at:start])
        at = end + len(closing)
    return "".join([*parts, text[at:]])
