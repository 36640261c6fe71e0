"""What company signals cost as a company grows, on DynamoDB Local: one of 100,000 candidates, and 1,000 of 100 each.

Units are those that DynamoDB Local reports, but for transactions, which it reports wrongly: those are computed from
item sizes. Times are of this machine, client and database on the same cores. Run with
`python -m benchmarks.company_signals_size`.
"""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import batched
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from benchmarks.meter import Meter
from benchmarks.tables import tables
from local.aws.bulk import write_in_bulk
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.signals.company_signals import LARGE_COMPANY_INTERVAL, aggregate, merge
from shared.domain.tallies import CandidateKey, Tally
from shared.services.releases import RANGES, aggregate_company, current_signals, release_large_companies
from shared.store import Store
from shared.store.tally_writes import whole_tallies
from tests.builders import NOW

RESULTS = Path(__file__).parent / "results" / "company_signals_size.json"
HOT, COMPANIES, EACH = 100_000, 1_000, 100
SMALL = (10, 100, 500, 990)
TOPICS = ("compensation", "remote_policy", "team_size", "equity", "visa", "on_call", "growth", "stack")
FITS = ("strong_fit", "maybe", "misfit")

PSEUDONYMS = Pseudonyms("a key for benchmarks")


def a_tally(number: int) -> Tally:
    """What one or two messages to a candidate leave."""
    rng = Random(number)
    tally = Counter({"inbound": 1 + number % 2, f"fit:{rng.choice(FITS)}": 1 + number % 2})
    tally.update(f"topic:{topic}" for topic in rng.sample(TOPICS, 3))
    if rng.random() < 0.6:
        tally["tracked"] = 1
        tally.update(["reached:screening_scheduled", "reached:interviewed"][: rng.randint(0, 2)])
    return tally


def load(store: Store, company: str, numbers: range) -> None:
    """Writes candidates' tallies in bulk, as if the messages had come."""
    for some in batched(numbers, 10_000, strict=False):
        names = {n: PSEUDONYMS.candidate(f"user {n}") for n in some}
        tallies = {CandidateKey(company, name): a_tally(n) for n, name in names.items()}
        for table, items in zip(("TalliesTable", "ReportsTable"), whole_tallies(tallies), strict=True):
            write_in_bulk(store._dynamodb, table, items)


def measured(meter: Meter, client: Any, run: Callable[[], Any]) -> dict[str, Any]:
    """The calls, units and milliseconds of one run."""
    meter.reset()
    started = time.perf_counter()
    run()
    elapsed = time.perf_counter() - started
    return {
        "calls": len(meter.calls),
        "read_units": meter.read_units,
        "write_units": meter.write_units + meter.transaction_units(client),
        "ms": round(1_000 * elapsed, 1),
    }


def spread(times: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum, in milliseconds."""
    return {
        "p50_ms": round(median(times), 1),
        "p99_ms": round(quantiles(times, n=100)[98], 1),
        "max_ms": round(max(times), 1),
    }


def evenness() -> dict[str, Any]:
    """How 100,000 pseudonyms fall into 16 and 256 ranges of the key: the fullest beside the mean."""
    names = [PSEUDONYMS.candidate(f"user {number}") for number in range(HOT)]
    result = {}
    for digits in (1, 2):
        counts = Counter(name[:digits] for name in names)
        mean = HOT / 16**digits
        result[f"{16**digits} ranges"] = {
            "fullest_to_mean": round(max(counts.values()) / mean, 3),
            "emptiest_to_mean": round(min(counts.values()) / mean, 3),
            "chi_square_by_degrees_of_freedom": round(
                sum((count - mean) ** 2 / mean for count in counts.values()) / (16**digits - 1), 2
            ),
        }
    return result


def small_companies(store: Store, meter: Meter, client: Any) -> dict[str, Any]:
    """A read that makes a release, and one that finds none due, by the number of candidates."""
    result = {}
    for size in SMALL:
        company = f"small {size}"
        load(store, company, range(size))
        look = partial(current_signals, store, company, NOW)
        first = measured(meter, client, look)
        later = [measured(meter, client, look) for _ in range(9)]
        result[str(size)] = {"releases": first, "not_due": min(later, key=lambda run: run["ms"])}
    return result


def many_companies(store: Store) -> dict[str, Any]:
    """The first read of each of 1,000 companies, which releases it, and the next, which does not."""
    for n in range(COMPANIES):
        load(store, f"company {n}", range(EACH))
    result: dict[str, Any] = {}
    for name in ("releases", "not_due"):
        times = []
        for n in range(COMPANIES):
            started = time.perf_counter()
            signals = current_signals(store, f"company {n}", NOW)
            times.append(1_000 * (time.perf_counter() - started))
            assert signals
            assert signals.sample_size == EACH
        result[name] = spread(times)
    return result


def hot_company(store: Store, meter: Meter, client: Any) -> dict[str, Any]:
    """The company of 100,000: a read before its first release, the job, reads after it, and the job once more."""

    def job(hours: int) -> dict[str, int]:
        return release_large_companies(store, NOW + hours * LARGE_COMPANY_INTERVAL, lambda: True)

    load(store, "hot", range(HOT))
    result: dict[str, Any] = {
        "read_before_the_first_release": measured(meter, client, lambda: current_signals(store, "hot", NOW))
    }
    result["job_that_releases"] = measured(meter, client, lambda: job(0))
    load(store, "hot", range(HOT, HOT + 9))
    result["job_with_nine_changes"] = measured(meter, client, lambda: job(1))
    signals = current_signals(store, "hot", NOW)
    assert signals
    assert signals.sample_size == HOT
    result["read"] = measured(meter, client, lambda: current_signals(store, "hot", NOW))
    times = []
    for _ in range(500):
        started = time.perf_counter()
        current_signals(store, "hot", NOW + timedelta(hours=1))
        times.append(1_000 * (time.perf_counter() - started))
    result["reads"] = spread(times)
    started = time.perf_counter()
    one_by_one = merge(aggregate(*store.tallies.candidates_as_written("hot", start)) for start in RANGES)
    result["survey_one_range_after_another_s"] = round(time.perf_counter() - started, 1)
    started = time.perf_counter()
    assert aggregate_company(store, "hot") == one_by_one
    result["survey_eight_ranges_at_once_s"] = round(time.perf_counter() - started, 1)
    return result


def measure() -> dict[str, Any]:
    """Everything."""
    with tempfile.TemporaryDirectory() as folder, tables(Path(folder) / "log") as running:
        store = running.store
        with Meter(running.dynamodb).attached() as meter:
            result = {
                "spread_of_pseudonyms": evenness(),
                "small_companies_by_candidates": small_companies(store, meter, running.dynamodb),
                "company_of_100000": hot_company(store, meter, running.dynamodb),
            }
        return result | {"1000_companies_of_100": many_companies(store)}


def main() -> None:
    """Prints the measurements and writes them as JSON."""
    started = time.monotonic()
    result = measure()
    for name, part in result.items():
        print(name)
        for case, values in part.items():
            rows = values.items() if isinstance(values, dict) else [("", values)]
            for row, cells in rows:
                print(f"  {case:34} {row:34} {json.dumps(cells)}")
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{time.monotonic() - started:.0f} s; written to benchmarks/results/{RESULTS.name}")


if __name__ == "__main__":
    main()
