"""Topics of messages: the spellings of one are folded, and their number and length are bounded (contract 11)."""

import re
import unicodedata
from collections.abc import Iterable

from shared.domain.visible import NOT_UNICODE, is_unicode, is_visible, without_hidden

MAX_TOPICS = 20
"""Different topics of one message."""

MAX_TOPIC_BYTES = 64
"""Bytes of a folded topic in UTF-8."""

_SEPARATORS = re.compile(r"[\s_\-\u058a\u05be\u2010-\u2015\u2212\u2e3a\u2e3b\u301c\u3030\u30a0]+")


def fold_topic(text: str) -> str:
    """Returns the topic under which a text is counted: "Remote-Policy" is "remote_policy".

    Raises ValueError if nothing is left, or too much.
    """
    if not is_unicode(text):
        raise ValueError(NOT_UNICODE)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", without_hidden(text)).casefold())
    topic = _SEPARATORS.sub("_", folded).strip("_")
    if not is_visible(topic.replace("_", "")):
        raise ValueError("must have at least one visible character besides blanks, hyphens and underscores")
    if len(topic.encode()) > MAX_TOPIC_BYTES:
        raise ValueError(f"must have at most {MAX_TOPIC_BYTES} bytes after folding")
    return topic


def distinct_topics(topics: Iterable[str]) -> list[str]:
    """Returns the different topics of a message, sorted. Raises ValueError if there are too many."""
    distinct = sorted(set(topics))
    if len(distinct) > MAX_TOPICS:
        raise ValueError(f"must name at most {MAX_TOPICS} different topics")
    return distinct
