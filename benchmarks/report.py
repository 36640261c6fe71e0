"""The tables of docs/performance.md, made from what a run found, so that no figure in them is anybody's memory.

`make bench-docs` writes them; a test keeps document and results together.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from benchmarks.budgets import BUDGETS
from benchmarks.money import MEMORIES
from benchmarks.results_file import NOT_MEASURED, was_measured

type Found = Mapping[str, Any]


def table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; every column but the first is of numbers."""
    titles = [str(title) for title in head]
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_VERDICTS = {True: "yes", False: "**no**", None: "not measured"}


def targets(of: Found, machines: Iterable[Found]) -> str:
    """Each target, whether this run meets it, and its range over all recorded runs."""
    runs = [run["figures"] for run in machines]

    def over_runs(name: str) -> str:
        figures = [run[name] for run in runs if run.get(name) is not None]
        return f"{min(figures)} to {max(figures)} ({len(figures)})" if figures else ""

    rows = (
        [name, "" if row["met"] is None else row["measured"], over_runs(name), row["target"], _VERDICTS[row["met"]]]
        for name, row in of.items()
    )
    return table(["", "this run", "recorded runs (number)", "target", "met"], rows)


def cold_start(of: Found) -> str:
    """A row a function."""
    names = [
        "bare",
        "fastapi",
        *sorted((name for name in BUDGETS if name in of), key=lambda name: float(of[name]["of_bare"])),
    ]
    names += ["anthropic with the module", "anthropic by the first request"]
    rows = (
        [
            name,
            *(f"{of[name][ratio]:.2f}" for ratio in ("of_bare", "processor_of_bare", "of_fastapi")),
            f"{of[name]['memory_mb']} MB",
            f"{BUDGETS[name].of_bare:.2f}" if name in BUDGETS else "",
        ]
        for name in names
    )
    return table(["", "init / bare", "processor / bare", "init / FastAPI", "memory", "budget of init / bare"], rows)


def warm(of: Found) -> str:
    """A row a function, dearest last."""
    real, stubbed = of["dynamodb_local"], of["stubbed"]
    rows = (
        [
            name,
            f"{stubbed[name]['p50_ms']:.2f}" if name in stubbed else "",
            f"{real[name]['p50_ms']:.2f}",
            ", ".join(f"{call} × {n}" if n > 1 else call for call, n in real[name].get("calls", {}).items()),
            *(f"{real[name][units]:g}" if units in real[name] else "" for units in ("read_units", "write_units")),
        ]
        for name in sorted(real, key=lambda name: float(real[name]["p50_ms"]))
    )
    head = ["", "DynamoDB stubbed, ms", "on DynamoDB Local, ms", "calls", "read units", "write units"]
    return table(head, rows)


_MADE = {"report": "report", "release": "release of signals, 50 candidates", "signals": "signals, read"}
_MADE |= {"snapshot": "snapshot, 12 members", "spelling": "one company's name, from the index"}
_MADE |= {"naive": "report that counts messages"}


def growth(of: Found) -> str:
    """Units and times by number of messages."""
    rows = ([_MADE[kind], *(f"{row['read_units']:g} u, {row['ms']:g} ms" for row in of[kind])] for kind in _MADE)
    return table(["messages", *(f"{size:,}" for size in of["messages"])], rows)


def growth_with(of: Found) -> str:
    """Units and times by what they do grow with."""
    kinds = {"report_by_companies": "report, companies", "snapshot_by_members": "snapshot, members"}
    kinds |= {"release_by_candidates": "release, candidates", "signals_by_candidates": "signals, candidates"}
    rows = (
        [f"{label}: {number}", *(f"{row[figure]:g}" for figure in ("read_units", "write_units", "calls", "ms"))]
        for kind, label in kinds.items()
        for number, row in of[kind].items()
    )
    return table(["", "read units", "write units", "calls", "ms"], rows)


def money(of: Found) -> str:
    """Dollars a million, by endpoint and part."""
    parts = ("total", "data", "compute", "starts", "logs", "authorizer")
    rows = [[name, *(f"{row[part]:.2f}" for part in parts)] for name, row in of["endpoints"].items()]
    event = of["event"]
    rows.append(["event MessageTriaged", *(f"{event[part]:.2f}" for part in ("total", "data", "compute")), "", "", ""])
    rows.append(["the floor", f"{of['floor']:.2f}", *[""] * 5])
    return table(["", "total", "DynamoDB", "Lambda", "starts", "logs", "checks of the key"], rows)


def memory(of: Found) -> str:
    """Dollars a million of compute and milliseconds, the memory in use in bold."""

    def cell(row: Found, size: str) -> str:
        text = f"{row['compute'][size]:.2f}, {row['milliseconds'][size]:,.0f} ms"
        return f"**{text}**" if str(row["memory"]) == size else text

    sizes = [str(size) for size in MEMORIES]
    rows = ([name, *(cell(row, size) for size in sizes)] for name, row in of["by_memory"].items())
    return table(["", *(f"{int(size):,} MB" for size in sizes)], rows)


def snapshots(of: Found) -> str:
    """What all the snapshots of a month took."""
    words = {
        "teams": "teams",
        "members": "members",
        "messages_tallied": "messages tallied",
        "plan_seconds": "seconds to plan",
        "make_seconds": "seconds to make, with three workers, one killed half way",
        "snapshots_a_second_before_the_kill": "snapshots a second before the kill",
        "redelivered": "tasks that the killed worker had in hand, and others made",
        "read_units_a_team": "read units a team",
        "write_units_a_team": "write units a team",
        "calls_a_team": "calls a team",
        "processor_ms_a_team": "processor time a team, ms",
    }
    rows = ([label, f"{of[name]:,}" if isinstance(of[name], int) else of[name]] for name, label in words.items())
    return table(["", ""], [*rows, ["complete and right", "yes" if of["complete"] else "**no**"]])


def local_stack(of: Found) -> str:
    """A row a server, and what the local stack is beside sam local."""
    figures = ("p50_ms", "p99_ms", "one_caller_a_second", "requests_a_second")
    names = {"starlette": "bare starlette, no database", "local": "make serve", "sam_local": "sam local start-api"}
    rows = [
        [label, *(f"{of[name][figure]:,}" for figure in figures)]
        if was_measured(of[name])
        else [f"{label}: not measured ({of[name][NOT_MEASURED]})", *[""] * len(figures)]
        for name, label in names.items()
    ]
    if was_measured(of["sam_local"]):
        ratio = of["of_sam_local"]
        times = (ratio[figure] for figure in ("p50", "p99", "one_caller_a_second", "requests_a_second"))
        rows.append(["make serve beside sam local", *(f"{time} ×" for time in times)])
    return table(["", "p50, ms", "p99, ms", "one caller, a second", "four callers, a second"], rows)


def webhooks(of: Found) -> str:
    """Rates, and what a delivery takes."""
    labels = {
        "deliveries_a_second": "deliveries a second",
        "posts_a_second": "plain posts a second, by the same sender",
        "of_posts": "deliveries beside plain posts",
        "published_a_second": "deliveries published a second",
        "read_units": "read units of a delivery",
        "write_units": "write units of a delivery, indexes included",
    }
    rows = [["load of the machine at the end (1, 5, 15 minutes)", ", ".join(map(str, of["load"]))]]
    rows += [[label, f"{of[name]:,}"] for name, label in labels.items()]
    for step, label in (("delivered", "an attempt"), ("published", "publishing"), ("posted", "a plain post")):
        rows.append([f"processor time of {label}, ms, without DynamoDB Local", f"{of['processor_ms'][step]:.2f}"])
    rows += [
        [f"calls to {verb}", ", ".join(f"{call} × {number:g}" for call, number in of["calls"][verb].items())]
        for verb in ("publish", "attempt")
    ]
    dollars = of["dollars_a_million"].items()
    rows += [[f"dollars a million: {name.replace('_', ' ')}", f"{value:.2f}"] for name, value in dollars]
    return f"{table(['', ''], rows)}\n\n{_on_paper(of['on_paper'])}"


def _on_paper(of: Found) -> str:
    """What 1,000 deliveries a second need, and the limits that they meet."""
    return f"""\
On paper, 1,000 deliveries a second: a batch of ten takes some {of["batch_ms"]} ms. The receivers take 100 of these,
DynamoDB and the share of a processor that 512 MB buy the rest. So {of["environments_for_1000_a_second"]} environments
are enough; template.yaml allows 100 (`MaximumConcurrency`), an account 1,000. SQS limits nothing here. DynamoDB gets
{of["write_units_for_1000_a_second"]:,} write units a second: a table takes 40,000 by default, a new one on demand
4,000 and then twice its last peak. The index by_due has eight partitions of 1,000 units, and a delivery writes four
there: 2,000 a second. An endpoint has ten places, each taken while its receiver answers: at most
{of["most_a_second_to_one_endpoint"]} a second to one endpoint."""


TABLES: Mapping[str, tuple[str, Callable[[Found], str]]] = {
    "cold start": ("cold_start", cold_start),
    "warm": ("warm", warm),
    "growth": ("growth", growth),
    "growth with": ("growth", growth_with),
    "snapshots": ("snapshots", snapshots),
    "money": ("money", money),
    "memory": ("money", memory),
    "webhooks": ("webhooks", webhooks),
    "local stack": ("local_stack", local_stack),
}
"""By the name that stands in the document: the section of the results, and what makes a table of it."""


def written(text: str, results: Found, machines: Iterable[Found]) -> str:
    """The document with all its tables as of these results. Raises ValueError when a table has no place in it."""
    text = _put(text, "targets", targets(results["targets"], machines))
    for name, (section, made) in TABLES.items():
        found = results[section]
        text = _put(text, name, made(found) if was_measured(found) else f"Not measured: {found[NOT_MEASURED]}")
    return text


def _put(text: str, name: str, content: str) -> str:
    before, begin, rest = text.partition(f"<!-- {name}: begin -->")
    _, end, after = rest.partition(f"<!-- {name}: end -->")
    if not (begin and end):
        raise ValueError(f"the document has no place for the table {name}")
    return f"{before}{begin}\n{content}\n{end}{after}"
