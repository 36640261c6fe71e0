"""Outcomes of a recruiter thread: who reported what when, and where the thread stands because of it (contract 6).

A thread keeps its outcome reports in the order of their own time, never of their arrival, and its standing is a fold
over them. So any order of arrival gives the same standing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from itertools import takewhile


class Outcome(StrEnum):
    """The outcomes of the reference."""

    NO_RESPONSE = "no_response"
    GHOSTED = "ghosted"
    SCREENING_SCHEDULED = "screening_scheduled"
    INTERVIEWED = "interviewed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED_BY_CANDIDATE = "declined_by_candidate"
    DECLINED_BY_COMPANY = "declined_by_company"
    WITHDREW = "withdrew"


STAGES = (Outcome.SCREENING_SCHEDULED, Outcome.INTERVIEWED, Outcome.OFFERED, Outcome.ACCEPTED)
"""The steps of a thread, each beyond the one before; the five other outcomes end a thread and keep its stage."""


@dataclass(frozen=True, order=True, slots=True)
class OutcomeReport:
    """One report of an outcome, by the candidate or (`verified`) by an integration.

    Sorts by its own time; at one and the same moment an integration has the last word.
    """

    at: datetime
    verified: bool
    outcome: Outcome
    source: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thread stands: its outcome, the stage it reached, whether an integration confirms the outcome, and since
    when.
    """

    outcome: Outcome | None = None
    stage: Outcome | None = None
    verified: bool = False
    recorded_at: datetime | None = None

    def after(self, report: OutcomeReport) -> "Standing":
        """The standing once `report` is taken in: the same outcome again may only verify it; another one replaces
        it.
        """
        if report.outcome == self.outcome:
            return replace(self, verified=self.verified or report.verified)
        stage = report.outcome if report.outcome in STAGES else self.stage
        return Standing(report.outcome, stage, report.verified, report.at)

    def reached(self) -> tuple[Outcome, ...]:
        """Every stage up to the one the thread stands at."""
        return STAGES[: STAGES.index(self.stage) + 1] if self.stage else ()


KEPT = 30
"""Reports kept one by one. Older ones live on in `History.settled` alone, so that no thread outgrows its database item.
"""


@dataclass(frozen=True, slots=True)
class History:
    """A thread's outcome reports in order of time, the newest `KEPT` of them one by one."""

    reports: tuple[OutcomeReport, ...] = ()
    settled: Standing = Standing()
    settled_until: datetime | None = None

    @property
    def standing(self) -> Standing:
        """What all reports together come to."""
        return _fold(self.reports, self.settled)

    @property
    def recorded_at(self) -> datetime | None:
        """Since when the outcome that stands is on record: the candidate's own first report of it, else the first of
        any.

        A confirmation of an earlier time that arrives late does not change what the candidate was told.
        """
        run = list(takewhile(lambda report: report.outcome == self.standing.outcome, reversed(self.reports)))
        own = [report.at for report in run if not report.verified]
        return own[-1] if own else self.standing.recorded_at

    def confirmed(self) -> "History":
        """The history without the candidate's own reports, as far as reports are kept one by one."""
        return replace(self, reports=tuple(report for report in self.reports if report.verified))

    def with_report(self, report: OutcomeReport) -> "History":
        """The history with one more report; the same history when it holds the report already or has settled its
        time.
        """
        if report in self.reports or (self.settled_until and report.at <= self.settled_until):
            return self
        reports = sorted((*self.reports, report))
        old, kept = reports[:-KEPT], reports[-KEPT:]
        return History(tuple(kept), _fold(old, self.settled), old[-1].at if old else self.settled_until)

    def self_reported(self, outcome: Outcome, notes: str, now: datetime) -> "History":
        """The history after the candidate reports an outcome now.

        Repeating the outcome that stands changes nothing, unless the repeat brings other notes. A candidate's reports
        follow one another even when two servers' clocks do not.
        """
        own = [report for report in self.reports if not report.verified]
        if self.standing.outcome == outcome and (not notes or (own and own[-1].notes == notes)):
            return self
        at = max(now, own[-1].at + timedelta(microseconds=1)) if own else now
        return self.with_report(OutcomeReport(at, verified=False, outcome=outcome, notes=notes))


def _fold(reports: Iterable[OutcomeReport], standing: Standing) -> Standing:
    return reduce(Standing.after, reports, standing)
