"""One picture of a run: starts, growth, money, the local stack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from benchmarks.results_file import was_measured


def plot(results: Mapping[str, Any], path: Path) -> None:
    """Draws a whole run."""
    figure, ((starts, growth), (money, local_stack)) = plt.subplots(2, 2, figsize=(14, 11))
    parts = (
        (_starts, starts, "cold_start"),
        (_growth, growth, "growth"),
        (_money, money, "money"),
        (_local_stack, local_stack, "local_stack"),
    )
    for draw, axes, section in parts:
        if was_measured(results[section]):
            draw(axes, results[section])
        else:
            axes.set_title(f"{section}: not measured")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _starts(axes: Any, of: Mapping[str, Any]) -> None:
    names = sorted(of, key=lambda name: float(of[name]["of_bare"]))
    kinds = (
        ("of_bare", "init, median", 0.2, "#4477aa"),
        ("processor_of_bare", "processor time, to the answer", -0.2, "#aaccee"),
    )
    for kind, label, offset, colour in kinds:
        places = [place + offset for place in range(len(names))]
        bars = axes.barh(places, [of[name][kind] for name in names], height=0.4, label=label, color=colour)
        axes.bar_label(bars, fmt="%.2f", padding=8, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.axvline(1.25, color="#cc3311", linestyle="--", linewidth=0.8, label="target: 1.25")
    axes.set_xlim(0, max(of[name][kind] for name in names for kind in ("of_bare", "processor_of_bare")) * 1.15)
    axes.set_title("Cold start, as a ratio to a bare handler")
    axes.legend(loc="center right")


def _growth(axes: Any, of: Mapping[str, Any]) -> None:
    sizes = of["messages"]
    for kind, label in (("naive", "report from messages"), ("snapshot", "team snapshot, 12 members")):
        axes.plot(sizes, [each["read_units"] for each in of[kind]], marker="o", label=label)
    for kind, label in (("release", "release of signals, 50 candidates"), ("report", "report from tallies")):
        axes.plot(sizes, [each["read_units"] for each in of[kind]], marker="o", label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("messages")
    axes.set_title("Read units to make one anew")
    axes.legend()


def _money(axes: Any, of: Mapping[str, Any]) -> None:
    names = [name for name in of["endpoints"] if name != "summarize_job"]  # it waits for Claude, and dwarfs the others
    parts = {
        "authorizer": [of["endpoints"][name]["authorizer"] for name in names],
        "Lambda": [of["endpoints"][name]["compute"] for name in names],
        "starts": [of["endpoints"][name]["starts"] for name in names],
        "DynamoDB": [of["endpoints"][name]["data"] for name in names],
        "logs": [of["endpoints"][name]["logs"] for name in names],
    }
    left = [0.0] * len(names)
    for label, values in parts.items():
        axes.barh(names, values, left=left, label=label)
        left = [a + b for a, b in zip(left, values, strict=True)]
    axes.set_title("Dollars a million, beside the 3.70 of all")
    axes.legend()


def _local_stack(axes: Any, of: Mapping[str, Any]) -> None:
    servers = {"sam_local": "sam local", "local": "make serve", "starlette": "bare starlette, no database"}
    measured = {label: of[name] for name, label in servers.items() if was_measured(of[name])}
    for kind, label, offset, colour in (
        ("requests_a_second", "four callers", 0.2, "#4477aa"),
        ("one_caller_a_second", "one caller", -0.2, "#aaccee"),
    ):
        places = [place + offset for place in range(len(measured))]
        bars = axes.barh(places, [each[kind] for each in measured.values()], height=0.4, label=label, color=colour)
        axes.bar_label(bars, fmt="%.0f", padding=4, fontsize=8)
    axes.set_yticks(range(len(measured)), measured)
    axes.set_xscale("log")
    axes.set_xlim(1, 3 * max(each["requests_a_second"] for each in measured.values()))
    axes.set_title("GET of a cached report, requests a second")
    axes.legend(loc="lower right")
