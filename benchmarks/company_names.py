"""How well names match, beside cleanco, on the table of tests/unit/domain/company_names.py: joins found, and false.

The table was written together with the normaliser, which therefore passes it whole; what it measures is cleanco, and
what each step is worth. Part of `make bench`; alone `uv run --group bench python -m benchmarks.company_names`.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from itertools import combinations, product
from typing import Any
from unicodedata import normalize

from cleanco import basename

from shared.domain.companies.normalize import NORMALIZER_VERSION, normalize_company
from tests.unit.domain.company_names import APART, OTHER_NAMES, SPELLINGS, Groups

type Normalizer = Callable[[str], str]
type Pair = tuple[str, str]

COLUMNS = ("spellings_joined", "other_names_joined", "false_joins", "names_emptied")
LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
PUNCTUATION = re.compile(r"[\W_]")


def compare() -> dict[str, Any]:
    """Pairs of names joined, by normaliser: `{"pairs": {column: possible}, "normalizers": {name: {column: found}}}`.

    `spellings_joined` and `other_names_joined` are pairs of names of one company, `false_joins` pairs of two: those the
    table sets apart, and every pair across its groups. cleanco keeps case, so its results are compared case-folded; it
    promises no more, so one row adds what a careful caller would: accents and punctuation folded, and repetition.
    """
    spellings, other_names = _groups(SPELLINGS), _groups(OTHER_NAMES)
    groups = spellings + other_names
    pairs = {
        "spellings_joined": _within(spellings),
        "other_names_joined": _within(other_names),
        "false_joins": _different(
            [*APART, *(p for one, other in combinations(groups, 2) for p in product(one, other))]
        ),
    }
    names = sorted({name for group in (*groups, *APART) for name in group})
    results = {label: {name: normalizer(name) for name in names} for label, normalizer in _normalizers().items()}
    return {
        "table": {"names": len(names), "companies": len(groups), "countries": len({*SPELLINGS, *OTHER_NAMES})},
        "pairs": {column: len(of_column) for column, of_column in pairs.items()} | {"names_emptied": len(names)},
        "normalizers": {label: _count(by_name, pairs) for label, by_name in results.items()},
    }


def _count(results: dict[str, str], pairs: dict[str, list[Pair]]) -> dict[str, int]:
    joined = {column: sum(results[a] == results[b] for a, b in of_column) for column, of_column in pairs.items()}
    return joined | {"names_emptied": sum(not result for result in results.values())}


def _normalizers() -> dict[str, Normalizer]:
    cleanco = f"cleanco {version('cleanco')}"
    return {
        f"normalize_company v{NORMALIZER_VERSION}": normalize_company,
        f"{cleanco}, forms at the end": partial(_cleanco, prefix=False, middle=False),
        f"{cleanco}, in front too": partial(_cleanco, prefix=True, middle=False),
        f"{cleanco}, in the middle too": partial(_cleanco, prefix=True, middle=True),
        f"{cleanco}, in front too, with folding": _cleanco_with_folding,
        "case folding alone": str.casefold,
    }


def _cleanco(name: str, *, prefix: bool, middle: bool) -> str:
    result: str = basename(name, prefix=prefix, middle=middle)
    return result.casefold()


def _cleanco_with_folding(name: str) -> str:
    before, result = "", name
    while before != result:
        plain = LATIN_ACCENTS.sub("", normalize("NFKD", _cleanco(result, prefix=True, middle=False)))
        before, result = result, " ".join(PUNCTUATION.sub(" ", normalize("NFC", plain)).split())
    return result


def _groups(table: dict[str, Groups]) -> Groups:
    return tuple(group for groups in table.values() for group in groups)


def _different(pairs: list[Pair]) -> list[Pair]:
    return [(one, other) for one, other in {frozenset(pair) for pair in pairs}]


def _within(groups: Groups) -> list[Pair]:
    return [pair for group in groups for pair in combinations(group, 2)]


def main() -> None:
    """Prints the comparison as a table, then as JSON."""
    comparison = compare()
    rows = {"of": comparison["pairs"], **comparison["normalizers"]}
    width = max(map(len, rows))
    print(" " * width, *(f"{column.replace('_', ' '):>19}" for column in COLUMNS))
    for label, counts in rows.items():
        print(f"{label:{width}}", *(f"{counts[column]:>19,}" for column in COLUMNS))
    print(json.dumps(comparison))


if __name__ == "__main__":
    main()
