"""How well names match, beside cleanco, on the table of `tests/unit/domain/company_names.py`: what is missed or wrong.

The table was written together with the normaliser, its last lists after it; `SOURCES` says which. Part of `make bench`;
alone `uv run --group bench python -m benchmarks.company_names`.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from itertools import combinations
from typing import Any
from unicodedata import normalize

from cleanco import basename

from shared.domain.companies.normalize import NORMALIZER_VERSION, normalize_company
from tests.unit.domain.company_names import APART, GROUPS, SOURCES, companies

type Normalizer = Callable[[str], str]
type Pair = tuple[str, str]

COLUMNS = ("pairs_missed", "missed_percent", "labelled_pairs_joined", "companies_joined", "names_emptied")
LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
PUNCTUATION = re.compile(r"[\W_]")


def compare() -> dict[str, Any]:
    """Errors by normaliser: pairs of one company that it misses, and pairs of two that it joins.

    `labelled_pairs_joined` are of pairs that the table sets apart, `companies_joined` of all pairs of its companies.
    cleanco keeps case, so its results are compared case-folded; it promises no more, so one row adds what a careful
    caller would: accents and punctuation folded, and repetition.
    """
    names = sorted({name for company in companies() for name in company} | {n for p in APART for n in (p.one, p.other)})
    results = {label: {name: normalizer(name) for name in names} for label, normalizer in _normalizers().items()}
    return {
        "table": {"names": len(names), "companies": len(companies()), "apart": len(APART)},
        "sources": {source: _names_of(source) for source in SOURCES},
        "pairs": {"together": len(_together()), "companies": len(companies()) * (len(companies()) - 1) // 2},
        "normalizers": {label: _errors(by_name) for label, by_name in results.items()},
        "missed_by_source": {
            label: {source: _missed(by_name, _together(source)) for source in SOURCES if _together(source)}
            for label, by_name in results.items()
        },
    }


def _together(source: str | None = None) -> list[Pair]:
    groups = [group for group in GROUPS if source in (None, group.source)]
    return [pair for group in groups for pair in combinations(group.names, 2)]


def _names_of(source: str) -> int:
    return sum(len(group.names) for group in GROUPS if group.source == source) + 2 * sum(
        pair.source == source for pair in APART
    )


def _missed(results: dict[str, str], pairs: list[Pair]) -> int:
    return sum(results[one] != results[other] for one, other in pairs)


def _errors(results: dict[str, str]) -> dict[str, float]:
    together = _together()
    missed = _missed(results, together)
    by_company = [{results[name] for name in company} for company in companies()]
    return {
        "pairs_missed": missed,
        "missed_percent": round(100 * missed / len(together), 1),
        "labelled_pairs_joined": sum(results[pair.one] == results[pair.other] for pair in APART),
        "companies_joined": sum(bool(one & other) for one, other in combinations(by_company, 2)),
        "names_emptied": sum(not result for result in results.values()),
    }


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


def main() -> None:
    """Prints the comparison as a table, then as JSON."""
    comparison = compare()
    width = max(map(len, comparison["normalizers"]))
    print(" " * width, *(f"{column.replace('_', ' '):>21}" for column in COLUMNS))
    for label, counts in comparison["normalizers"].items():
        print(f"{label:{width}}", *(f"{counts[column]:>21,}" for column in COLUMNS))
    for source, what in SOURCES.items():
        print(f"{source:18} {comparison['sources'][source]:5} names. {what}")
    print(json.dumps(comparison))


if __name__ == "__main__":
    main()
