"""Judging text that nobody has vouched for: cleaning it, finding quotes in it, telling what a sentence rests on.

The rule: texts are compared only after NFKC and white-space folding, and nothing here calls a text true; it only tells
whether another text says the same words. No clock, no environment, no model.
"""

import re
import unicodedata
from collections.abc import Iterable

# Control; format (zero-width, bidirectional, soft hyphen, tags); surrogate; private use.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
# Others that show nothing and in which text can be hidden: fillers, joiners and variation selectors, the rest of
# Default_Ignorable_Code_Point (https://www.unicode.org/reports/tr44/), and the empty Braille pattern.
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

# Links, addresses, mark-up and long codes: a one-line answer needs none of them, and each is a way out for an attack.
_UNSAFE = re.compile(
    r"://|\bwww\.|\bmailto:|@|[<>{}\[\]`|\\]|\*\*|[\w+/=-]{41,}"
    r"|\b(?!(?:asp|ado|vb|ml)\.net\b)[\w-]+\.(?:com|net|org|io|biz|info|co|dev|app|xyz|ru|cn|me|ly)\b",
    re.IGNORECASE | re.ASCII,
)

_CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)[\"'“‘(]*$")

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


def clean(text: str) -> str:
    """The text without characters that a reader cannot see: control, zero-width, bidirectional, tag and private ones.

    Line ends become newlines and tabs blanks, since the shape of a job description carries meaning.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return "".join(c for c in text if c == "\n" or not _is_hidden(c)).strip()


def _is_hidden(character: str) -> bool:
    return character in _INVISIBLE or unicodedata.category(character) in _HIDDEN_CATEGORIES


def fold(text: str) -> str:
    """One clean line in form NFKC, every run of white space one blank: the form in which quotes are compared."""
    return " ".join(unicodedata.normalize("NFKC", clean(text)).split())


def is_quote(quote: str, folded: str, *, least_words: int = 3) -> bool:
    """Whether `quote`, once folded, stands in the `folded` text word for word, and is long enough to mean something.

    It must have `least_words` (a pair of Chinese, Japanese or Korean characters counts as one) or be the whole text,
    and may not begin or end within a word: otherwise "led" would be evidence in "filled".
    """
    quote = fold(quote)
    if not quote or (quote != folded and len(words(quote)) < least_words):
        return False
    start = folded.find(quote)
    while start >= 0:
        if not _splits_a_word(folded, start) and not _splits_a_word(folded, start + len(quote)):
            return True
        start = folded.find(quote, start + 1)
    return False


def _splits_a_word(text: str, at: int) -> bool:
    if not 0 < at < len(text) or ord(text[at]) >= 0x2E80:
        return False
    return text[at - 1].isalnum() and text[at].isalnum()


def words(text: str) -> list[str]:
    """The words of a text in order, case folded. Scripts without blanks give overlapping pairs of characters."""
    found: list[str] = []
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()):
        if len(token) > 1 and ord(token[0]) >= 0x2E80:
            found.extend(token[i : i + 2] for i in range(len(token) - 1))
        else:
            found.append(token)
    return found


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
    """What could be checked in the world: numbers, acronyms and names (capitals anywhere but at a sentence's start)."""
    found: list[str] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text)):
        token = match.group()
        is_name = token[0].isupper() and not _SENTENCE_START.search(text[: match.start()])
        if is_name or any(c.isdigit() or c.isupper() for c in token[1:]) or token[0].isdigit():
            found.append(token.casefold())
    return found


def rests_on(text: str, evidence: Iterable[str]) -> bool:
    """Whether a free sentence stays within what the evidence says.

    Every number, acronym and name in it must occur in the evidence, and so must at least half of the words that carry
    meaning: half leaves room for a paraphrase and none for a sentence about something else.
    """
    known = " ".join(evidence)
    known_words, known_stems = set(words(known)), set(stems(known))
    meaning = stems(text)
    supported = sum(stem in known_stems for stem in meaning)
    if not meaning or 2 * supported < len(meaning):
        return False
    return all(fact in known_words or _stem(fact) in known_stems for fact in facts(text))


def safe_line(text: str, limit: int) -> str | None:
    """The text as one clean line of 1 to `limit` characters, or None: links and mark-up are refused."""
    line = fold(text)
    if not line or len(line) > limit or _UNSAFE.search(line):
        return None
    return line
