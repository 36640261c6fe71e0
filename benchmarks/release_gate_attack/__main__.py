"""Plays every attack, prints a table and writes it as JSON: `python -m benchmarks.release_gate_attack`.

The dice are seeded: the same figures every time.
"""

import json
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.release_gate_attack.publishers import COARSE, gate, gate_without_cap, live, over_a_threshold
from benchmarks.release_gate_attack.questions import (
    Result,
    Served,
    all_known_for_sure,
    fit_of_a_dominant_candidate,
    fit_of_a_newcomer,
    one_person_in_every_release,
    whether_an_outcome_changed,
)
from shared.domain.signals.precision import EXACT

RESULTS = Path(__file__).parent.parent / "results" / "release_gate_attack.json"

LIVE = Served("live, no gate", live, batch=1)
THRESHOLD = Served("live, over a threshold", over_a_threshold, batch=1)
GATE = Served("gate of ten", gate)
UNCAPPED = Served("gate of ten, no cap", gate_without_cap)
COARSE_GATE = Served("gate, round 5, clamp 10", lambda: gate(COARSE), precision=COARSE)


def attacks() -> list[Result]:
    """Everything, in the order of the table."""
    results = []
    for question, smallest in ((fit_of_a_newcomer, 1), (whether_an_outcome_changed, 5)):
        results += [question(LIVE, smallest, 0, 60)]
        results += [question(THRESHOLD, size, 0, 60) for size in (20, 100)]
        for served in (GATE, COARSE_GATE):
            results += [question(served, 20, knows, 200) for knows in (0, 5, 9)]
            results += [question(served, 100, knows, 60) for knows in (0, 5, 9)]
    results += one_person_in_every_release(GATE.name, EXACT, (1, 5, 10, 20), 100)
    results += one_person_in_every_release(COARSE_GATE.name, COARSE, (1, 5, 10, 20), 60)
    results += [fit_of_a_dominant_candidate(served, 10, 91, 400) for served in (UNCAPPED, GATE)]
    return [*results, all_known_for_sure(GATE.name, EXACT, 2_000), all_known_for_sure(COARSE_GATE.name, COARSE, 2_000)]


def main() -> None:
    """Prints the table and writes it as JSON."""
    started = time.monotonic()
    results = attacks()
    print(f"{'question':27} {'what is served':24} {'size':>4} {'knows':>5} {'blind':>6} {'attacker':>8}    +/-")
    for r in results:
        rates = f"{r.blind:6.1%} {r.attacker:8.1%}  {r.error:5.1%}"
        print(f"{r.question:27} {r.served:24} {r.candidates:4} {r.knows:5} {rates}")
    RESULTS.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
    print(f"{time.monotonic() - started:.0f} s; written to benchmarks/results/{RESULTS.name}")


if __name__ == "__main__":
    main()
