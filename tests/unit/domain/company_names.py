"""Real company names by country: spellings that must join, other names that must join, and pairs that must stay apart.

Every group is one company and no company has two groups, so two groups that join are a mistake as well.
tests/unit/domain/test_companies.py and benchmarks/company_names.py read this table, tests/fixtures/company_names.json.
"""

import json
from pathlib import Path

type Group = tuple[str, ...]
type Groups = tuple[Group, ...]

_TABLE = json.loads((Path(__file__).parents[2] / "fixtures" / "company_names.json").read_text())


def _groups(table: dict[str, list[list[str]]]) -> dict[str, Groups]:
    return {country: tuple(map(tuple, groups)) for country, groups in table.items()}


SPELLINGS = _groups(_TABLE["spellings"])
OTHER_NAMES = _groups(_TABLE["other_names"])
APART: tuple[tuple[str, str], ...] = tuple((one, other) for one, other in _TABLE["apart"])
