"""Answers as tables and small charts, for people. Nothing here reads the markup that a name may hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch
from typing import Any

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intraview.cli.text import clean
from intraview.models import (
    CareerHealth,
    CompanySignals,
    FitDistribution,
    JobFit,
    RecordedOutcome,
    TeamAnalytics,
    Thread,
    ThreadDetail,
    WhoAmI,
)

BAR_WIDTH = 24
FIT_COLOURS = {"strong fit": "blue", "maybe": "yellow", "misfit": "bright_black"}


def show(result: object, console: Console | None = None) -> None:
    """Prints a result."""
    console = console or Console(highlight=False)
    if isinstance(result, list):
        _show_threads(result, console)
    else:
        _show(result, console)


@singledispatch
def _show(result: object, console: Console) -> None:
    raise TypeError(f"{type(result).__name__} has no table for {console}")


@_show.register
def _(report: CareerHealth, console: Console) -> None:
    inbound, outcomes = report.inbound_volume, report.outcome_summary
    trend = "none in the quarter before" if inbound.trend_vs_prior is None else f"{inbound.trend_vs_prior:+.1f} %"
    _heading(console, f"Career health {report.period}", report.generated_at)
    _facts(
        console,
        ("Messages", f"{inbound.total} ({trend})"),
        ("Market demand", _words(report.market_demand_signal)),
        ("Threads with an outcome", f"{outcomes.total_tracked}, of them {outcomes.verified_count} verified"),
    )
    _show_fit(console, report.fit_distribution)
    _shares(
        console,
        "Outcomes",
        ("interview", outcomes.interview_rate),
        ("offer", outcomes.offer_rate),
        ("verified", outcomes.verification_rate),
        ("interview, of the verified", outcomes.verified_interview_rate),
    )
    companies = [(company.name, company.count, _percent(company.fit_rate)) for company in report.top_companies]
    _counts(console, "Company", companies, extra="strong fit")
    _counts(console, "Topic", [(_words(topic.topic), topic.count, "") for topic in report.top_topics])


@_show.register
def _(answer: CompanySignals, console: Console) -> None:
    signals = answer.signals
    if signals is None:
        console.print("Not enough people yet: figures appear from ten candidates on.")
        return
    _heading(console, f"Company signals: {signals.company_name_normalized}")
    _facts(
        console,
        ("Candidates", str(signals.sample_size)),
        ("Threads", str(signals.total_interactions)),
        ("Topics", ", ".join(map(_words, signals.top_topics)) or "none by ten candidates"),
    )
    _shares(
        console,
        "Share",
        ("strong fit", signals.strong_fit_rate),
        ("maybe", signals.maybe_rate),
        ("misfit", signals.misfit_rate),
        ("interview", signals.outcome_interview_rate),
        ("offer", signals.outcome_offer_rate),
    )


@_show.register
def _(fit: JobFit, console: Console) -> None:
    _heading(console, f"Job fit: {_words(fit.overall_fit)}")
    console.print(Text(clean(fit.one_line_pitch)))
    for title, lines in [("Matches", fit.matched_areas), ("Gaps", fit.gaps), ("Talking points", fit.talking_points)]:
        if lines:
            console.print(Text(f"\n{title}", style="bold"))
            for line in lines:
                console.print(Text(f"  - {clean(line)}"))
    stand_in = fit.meta.model == "stand-in"
    author = "a stand-in that compares words, not by Claude" if stand_in else fit.meta.model or "Claude"
    console.print(Text(f"\nWritten by {clean(author)}. It assists; it does not decide.", style="dim"))


@_show.register
def _(team: TeamAnalytics, console: Console) -> None:
    funnel, agents = team.outcome_funnel, team.agent_utilization
    _heading(console, f"Team {team.team_id}, {team.period}", team.generated_at)
    _facts(console, ("Members", str(team.member_count)), ("Messages", str(team.total_inbound)))
    _show_fit(console, team.fit_distribution)
    _shares(
        console,
        "Agents",
        (f"auto-replied ({team.total_auto_replied})", agents.auto_reply_rate),
        (f"drafted ({team.total_drafted})", agents.draft_rate),
        (f"declined ({team.total_declined})", agents.decline_rate),
    )
    stages = ["total_tracked", "screening_count", "interview_count", "offer_count", "accept_count"]
    names = ["with an outcome", "screening", "interview", "offer", "accepted"]
    steps = [(name, getattr(funnel, stage), "") for name, stage in zip(names, stages, strict=True)]
    _counts(console, "Stage or beyond", steps)
    companies = [(company.name, company.count, _percent(company.avg_fit_rate)) for company in team.top_companies]
    _counts(console, "Company", companies, extra="strong fit")


@_show.register
def _(thread: ThreadDetail, console: Console) -> None:
    _heading(console, f"{thread.company}, {thread.id}")
    _facts(
        console,
        ("Received", _time(thread.received_at)),
        ("Fit", _words(thread.fit)),
        ("Agent", _words(thread.action)),
        ("Topics", ", ".join(map(_words, thread.topics))),
        ("Outcome", _outcome(thread)),
    )
    table = _table("Recorded", "Outcome", "Source", "Notes")
    for report in thread.history:
        table.add_row(*_cells(_time(report.recorded_at), _words(report.outcome), report.source, report.notes or ""))
    if thread.history:
        console.print(table)


@_show.register
def _(recorded: RecordedOutcome, console: Console) -> None:
    when = _time(recorded.outcome_recorded_at)
    console.print(Text(clean(f"Recorded: {_words(recorded.outcome)} for {recorded.id}, since {when}.")))


@_show.register
def _(who: WhoAmI, console: Console) -> None:
    _facts(
        console,
        ("Member", who.user_id),
        ("Team", who.team_id),
        ("Plan", who.plan.capitalize()),
        ("Key", f"{who.key_name} ({who.key_id})" if who.key_name else who.key_id),
        ("Scopes", ", ".join(who.scopes)),
        ("Expires", _time(who.expires_at) if who.expires_at else "never"),
    )


def _show_threads(threads: list[Thread], console: Console) -> None:
    if not threads:
        console.print("No threads. They appear when your agent has triaged a recruiter's message.")
        return
    table = _table("Id", "Received", "Company", "Fit", "Agent", "Outcome")
    for thread in threads:
        when = f"{thread.received_at:%Y-%m-%d}"
        cells = (thread.id, when, thread.company, _words(thread.fit), _words(thread.action), _outcome(thread))
        table.add_row(*_cells(*cells))
    table.columns[0].no_wrap = True  # an id is copied
    table.columns[0].overflow = "fold"
    console.print(table)


def _outcome(thread: Thread) -> str:
    if thread.outcome is None:
        return "none yet"
    return _words(thread.outcome) + (" (verified)" if thread.verified else "")


def _heading(console: Console, title: str, made: datetime | None = None) -> None:
    line = Text(clean(title), style="bold")
    if made:
        line.append(f"   as of {_time(made)}", style="dim not bold")
    console.print(line)


def _facts(console: Console, *facts: tuple[str, str]) -> None:
    grid = Table.grid(padding=(0, 2))
    for name, value in facts:
        grid.add_row(Text(name, style="dim"), Text(clean(value)))
    console.print(grid)


def _show_fit(console: Console, fit: FitDistribution) -> None:
    counts = [("strong fit", fit.strong_fit, ""), ("maybe", fit.maybe, ""), ("misfit", fit.misfit, "")]
    _counts(console, "Fit", counts, whole=sum(count for _, count, _ in counts))


def _counts(
    console: Console, title: str, rows: list[tuple[str, int, str]], *, whole: int | None = None, extra: str = ""
) -> None:
    """Counts with a bar each: of the whole, or of the greatest."""
    if not rows:
        return
    table, size = _table(title, "", "", extra), whole or max(count for _, count, _ in rows)
    for name, count, more in rows:
        bar = Bar(max(size, 1), 0, count, width=BAR_WIDTH, color=FIT_COLOURS.get(name, "cyan"))
        table.add_row(Text(clean(name)), Text(str(count), justify="right"), bar, Text(more, justify="right"))
    console.print(table)


def _shares(console: Console, title: str, *rows: tuple[str, float | None]) -> None:
    table = _table(title, "", "")
    for name, share in rows:
        bar: Any = Bar(1, 0, share, width=BAR_WIDTH, color=FIT_COLOURS.get(name, "cyan")) if share is not None else ""
        table.add_row(Text(name), Text(_percent(share), justify="right"), bar)
    console.print(table)


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left", header_style="bold")
    for title in titles:
        table.add_column(title)
    return table


def _cells(*values: str) -> Iterable[Text]:
    return [Text(clean(value)) for value in values]


def _percent(share: float | None) -> str:
    return "too few" if share is None else f"{100 * share:.0f} %"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
