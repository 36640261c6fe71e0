"""One plain line: no way to a stranger. A link is known by what it does, a name by standing in the profile."""

import re
import unicodedata

from shared.domain.job_fit.markup import one_line
from shared.domain.job_fit.names import is_known_name
from shared.domain.job_fit.support import Wording

# A scheme, an address, a mark-up tag, or a host that is followed by a path, a port or a query.
_LINK = re.compile(
    r"[a-z][a-z0-9+.\-]*:/|:/{2}|\b(?:mailto|tel|sms|callto|javascript|data|skype|whatsapp|tg|xmpp|magnet):\s?[^\s]"
    r"|\bwww\d?\.|\w@|</?[a-z!][^<>]*>|<[a-z/!]|\]\(|\*\*|[{}`\\]"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b|\[[0-9a-f:]*::?[0-9a-f:]*\]|\blocalhost\b"
    r"|\[(?:\.|dot|at|punkt)\]|\((?:\.|dot|at|punkt)\)|\b(?:dot|punkt)\s(?:com|org|io|ai|co|de|eu|info|app|dev)\b",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[^\W_](?:[\w\-]*[^\W_])?\.)+[^\W\d_]{2,}(?P<path>[/:?#]\S)?")
_SCRIPT_LIBRARY = re.compile(r"\.js$|^(?:asp|ado|vb|ml)\.net$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{2}(?![\w/:])|(?:[^\W\d_]\.)+[^\W\d_]{2,3}")
_HANDLE = re.compile(r"(?<!\S)@(\w+)")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_\-]{41,}")
_WORD = re.compile(r"[A-Za-z]?[a-z]{0,80}")
_LONGEST_PIECE = 24

_NUMBER = re.compile(r"(?<![\w.,])[+(]?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){6,}(?![\w])")
_FIGURE = re.compile(
    r"\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"  # a grouped or a plain number
    r"|(?:19|20)\d\d\s?[\-/\u2010-\u2015]\s?(?:19|20)?\d\d"  # years
    r"|\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}(?:\s?[\-\u2010-\u2015]\s?\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4})?"  # dates
    r"|\d{4,5}(?:\s?/\s?\d{4,5})+"  # standards: ISO 9001/14001
)
_LONGEST_FIGURE = 12  # digits; a plain number of seven to twelve digits is still a telephone number, see below


def safe_line(text: str, limit: int, *, profile: Wording) -> str | None:
    """The text as one clean line of 1 to `limit` characters, as it was written, or None.

    Refused: links, addresses, mark-up, telephone numbers and long codes. A bare host name, such as evil.ai, is refused
    unless it is a product that we know or the profile has it.
    """
    line = one_line(text)
    if not line or len(line) > limit or _leads_away(line, profile):
        return None
    return line


def _leads_away(line: str, profile: Wording) -> bool:
    compared = _compatible(line)
    return bool(
        _LINK.search(compared)
        or any(_is_host(match, profile) for match in _HOST.finditer(compared))
        or any(match[1].casefold() not in profile.handles for match in _HANDLE.finditer(compared))
        or any(_is_telephone(match.group()) for match in _NUMBER.finditer(compared))
        or any(_is_code(match.group(), profile) for match in _LONG_RUN.finditer(compared))
    )


def _compatible(line: str) -> str:
    """The line in form NFKC with ASCII digits; the ideographic full stop is a host's dot between Latin letters."""
    text = unicodedata.normalize("NFKC", line)
    text = re.sub(r"(?<=[A-Za-z0-9])[。｡](?=[A-Za-z])", ".", text)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def _is_host(match: re.Match[str], profile: Wording) -> bool:
    host = match.group().removesuffix(match["path"] or "")
    if _SCRIPT_LIBRARY.search(host):
        return False
    if match["path"]:
        return True
    if is_known_name(host) or _ABBREVIATION.fullmatch(host):
        return False
    return profile.find(host, least_words=1) is None


def _is_telephone(number: str) -> bool:
    """Seven to fifteen digits that are no figure: 2,000,000 and 2019-2021 are figures, 555-0199 is none."""
    number = number.strip()
    if number.startswith(("+", "(")):
        return True
    if number.isdigit():
        return len(number) <= _LONGEST_FIGURE + 3 and not number.endswith("000")
    return not _FIGURE.fullmatch(number)


def _is_code(run: str, profile: Wording) -> bool:
    """Whether a long run is no chain of words: AWS/Azure/GCP/Docker is one, and so is one long German word."""
    pieces = [piece for piece in re.split(r"[/\-_+=]", run) if len(piece) > _LONGEST_PIECE]
    return any(not _WORD.fullmatch(piece) and piece.casefold() not in profile.words for piece in pieces)
