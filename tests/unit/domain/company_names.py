"""Company names with what is known of them: groups that are one company, and pairs that are two.

`tests/fixtures/company_names.json` says of each source what it is. No company has two groups without a shared spelling,
so two groups that join are a mistake as well.
"""

import json
from pathlib import Path
from typing import NamedTuple

_TABLE = json.loads((Path(__file__).parents[2] / "fixtures" / "company_names.json").read_text())


class Group(NamedTuple):
    """Spellings of one company."""

    source: str
    country: str
    names: tuple[str, ...]


class Apart(NamedTuple):
    """Names of two companies."""

    source: str
    one: str
    other: str


SOURCES: dict[str, str] = _TABLE["sources"]
GROUPS = tuple(Group(source, country, tuple(names)) for source, country, names in _TABLE["together"])


def companies() -> list[frozenset[str]]:
    """All spellings of each company: groups that share a spelling are one."""
    merged: list[frozenset[str]] = []
    for group in GROUPS:
        names = frozenset(group.names)
        of_names = [company for company in merged if company & names]
        merged = [company for company in merged if not company & names] + [names.union(*of_names)]
    return merged


APART = tuple(Apart(*pair) for pair in _TABLE["apart"])
