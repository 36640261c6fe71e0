"""What the measurements are to come to, and whether they do."""

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.budgets import BUDGETS
from benchmarks.results_file import was_measured

WITHOUT_CLAUDE = (
    "get_career_health",
    "regenerate_career_health",
    "get_company_signals",
    "get_team_analytics",
    "record_outcome",
)
"""The endpoints that do not wait for Claude. A job summary imports anthropic, and has figures of its own."""

type Found = Mapping[str, Any]


def _worst(rows: Found, figure: str) -> float:
    return float(max(rows[name][figure] for name in WITHOUT_CLAUDE))


def _of_budgets(rows: Found) -> float:
    return round(
        max(float(rows[name]["of_bare"]) / budget.of_bare for name, budget in BUDGETS.items() if name in rows), 2
    )


def _own_time(of: Found, *names: str) -> float:
    """Of the slowest of these, with DynamoDB stubbed, beside one read with our client alone. A machine half as fast
    doubles both.
    """
    alone = float(of["dynamodb_local"]["our client alone"]["p50_ms"])
    return round(max(float(of["stubbed"][name]["p50_ms"]) for name in names) / alone, 3)


def _spread(rows: list[Found]) -> float:
    """The most read units beside the fewest."""
    units = [float(row["read_units"]) for row in rows]
    return round(max(units) / min(units), 2)


def _growth(rows: list[Found]) -> float:
    """How long it takes at the largest size, beside the smallest."""
    return round(float(rows[-1]["ms"]) / float(rows[0]["ms"]), 2)


AT_MOST: Mapping[str, tuple[str, Callable[[Found], float], float]] = {
    "init, beside a bare handler's": ("cold_start", lambda of: _worst(of, "of_bare"), 1.25),
    "init of all functions, beside their budgets": ("cold_start", lambda of: _of_budgets(of), 1.0),
    "init, beside FastAPI's": ("cold_start", lambda of: _worst(of, "of_fastapi"), 0.4),
    "own time of a cached report, beside our client alone": (
        "warm",
        lambda of: _own_time(of, "get_career_health"),
        0.12,
    ),
    "own time of the slowest endpoint, likewise": ("warm", lambda of: _own_time(of, *WITHOUT_CLAUDE), 0.25),
    "warm request, beside a bare handler's": ("warm", lambda of: float(of["of_bare"]), 1.4),
    "report, units from 100 to 100,000 messages": ("growth", lambda of: _spread(of["report"]), 1.25),
    "release of signals, units likewise": ("growth", lambda of: _spread(of["release"]), 1.25),
    "snapshot, units likewise": ("growth", lambda of: _spread(of["snapshot"]), 1.25),
    "report, time at 100,000 messages beside 100": ("growth", lambda of: _growth(of["report"]), 1.25),
    "release of signals, time likewise": ("growth", lambda of: _growth(of["release"]), 1.25),
    "snapshot, time likewise": ("growth", lambda of: _growth(of["snapshot"]), 1.25),
    "read units of signals, however many candidates": (
        "growth",
        lambda of: max(float(row["read_units"]) for row in of["signals_by_candidates"].values()),
        1.0,
    ),
    "kilobytes logged a request": ("money", lambda of: _worst(of["endpoints"], "log_kilobytes"), 0.6),
    "kilobytes logged a job summary": ("money", lambda of: of["endpoints"]["summarize_job"]["log_kilobytes"], 0.6),
}
"""By name: the section, how to find the figure in it, and the most that it may be.

None is a time: a time says as much about the machine as about the code.
"""

BESIDE_SAM = "requests a second, beside sam local's"
"""The one target that needs Docker."""

AT_LEAST: Mapping[str, tuple[str, Callable[[Found], float], float]] = {
    "snapshots made, of those planned": ("snapshots", lambda of: float(of["complete"]), 1.0),
    BESIDE_SAM: ("local_stack", lambda of: of["of_sam_local"]["requests_a_second"], 20.0),
}
"""Likewise, and the least."""


def compared(results: Found) -> dict[str, dict[str, Any]]:
    """Each target: the figure, the limit, and whether it is met; figure and verdict are None where none was measured.

    Targets of sections that were not asked for are left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, (section, figure, limit) in {**AT_MOST, **AT_LEAST}.items():
        if section not in results:
            continue
        measured = met = None
        if was_measured(results[section]) and (name != BESIDE_SAM or was_measured(results[section]["sam_local"])):
            measured = figure(results[section])
            met = measured <= limit if name in AT_MOST else measured >= limit
        found[name] = {"measured": measured, "target": limit, "met": met}
    return found
