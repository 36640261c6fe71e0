"""What a whole test run wrote, searched for keys and for what tests said of people and jobs (contract 1).

Builders and callers note here every text that is somebody's own; tests/conftest.py brings what was written anywhere:
the logs of every stack that ran, with their metrics, errors and tracebacks, and what tests printed.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.domain.keys import key_in_header

_KEY = re.compile(r"iv_live_[0-9A-Za-z]{38}")
_NUMBER = re.compile(r"\d+")
_NOBODYS = frozenset(
    {
        "team_id",
        "message_id",
        "received_at",
        "verified_at",
        "occurred_at",
        "plan",
        "role",
        "fit",
        "action",
        "outcome",
        "source",
        "provider",
        "period",
    }
)
"""Fields that tell nothing of anybody."""

_SHORTEST = 6
"""Characters of a text worth looking for: "SQL" is somewhere in any log."""

_said: set[str] = set()

watched: set[Path] = set()
"""Logs that are not in the run's temporary folder."""


def said(value: Any) -> None:
    """Notes every text in an event's detail or a request's body."""
    match value:
        case str():
            _said.add(_comparable(value))
        case dict():
            for name in value.keys() - _NOBODYS:
                said(value[name])
        case list() | tuple():
            for inner in value:
                said(inner)


def found_in(texts: Iterable[str]) -> list[str]:
    """The lines that hold a key or something that was said, as far as their numbers do not matter."""
    lines = {line for text in texts for line in text.splitlines()}
    keys = [line for line in lines if any(key_in_header(f"Bearer {key}") for key in _KEY.findall(line))]
    everything = "\n".join({_comparable(line) for line in lines})
    return sorted(keys) + sorted(text for text in _said if len(text) >= _SHORTEST and text in everything)


def _comparable(text: str) -> str:
    # Lines that differ in numbers alone become one, and ids of tests too: a long log becomes a few hundred lines.
    return _NUMBER.sub("0", text)
