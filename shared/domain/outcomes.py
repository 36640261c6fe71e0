"""Outcomes of a recruiter thread: the reports of them, and what the reports come to (contract 6).

A thread's status is a function of the set of its reports, ordered by their own times. Arrival never matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


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
"""The steps of a thread, each beyond the one before. The five other outcomes end a thread and keep its stage."""


def reached(stage: Outcome | None) -> tuple[Outcome, ...]:
    """Returns every stage up to this one."""
    return STAGES[: STAGES.index(stage) + 1] if stage else ()


@dataclass(frozen=True, order=True, slots=True)
class OutcomeReport:
    """One report of an outcome, by the thread's owner or (`verified`) by an integration.

    Reports sort by their own time. At the same instant an integration's report comes last. `first_at` is set where an
    owner repeats the current outcome: when it had first been recorded.
    """

    at: datetime
    verified: bool
    outcome: Outcome
    source: str = ""
    notes: str = ""
    first_at: datetime | None = None

    @property
    def moment(self) -> "Moment":
        """What decides which of two reports is the later one."""
        return Moment(self.at, self.verified, self.outcome)


class Moment(NamedTuple):
    """The part of a report that figures depend on."""

    at: datetime
    verified: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Status:
    """What a thread's reports come to.

    `stage` is the furthest step shown, and `verified_stage` the one that integrations' reports alone show. `verified`
    means that an integration confirms the current outcome. `recorded_at` is when that was first recorded.
    """

    outcome: Outcome | None = None
    stage: Outcome | None = None
    verified: bool = False
    verified_stage: Outcome | None = None
    recorded_at: datetime | None = None

    @property
    def shown(self) -> tuple[Outcome | None, Outcome | None, bool]:
        """What a team hears of a thread: a change of any of these is one webhook event (contract 14)."""
        return self.outcome, self.stage, self.verified


def status_of(moments: Iterable[Moment], kept: Iterable[OutcomeReport]) -> Status:
    """Returns the status of a thread.

    `moments` holds at least the latest report of each outcome and origin: no earlier one can change a figure. `kept`
    holds the latest reports in order of time, from which `recorded_at` is read.
    """
    known = sorted(moments)
    if not known:
        return Status()
    outcome = known[-1].outcome
    other = max((moment for moment in known if moment.outcome != outcome), default=None)
    current = [moment for moment in known if moment.outcome == outcome and (other is None or moment > other)]
    return Status(
        outcome=outcome,
        stage=_last_stage(known),
        verified=any(moment.verified for moment in current),
        verified_stage=_last_stage(moment for moment in known if moment.verified),
        recorded_at=_first_recorded([report for report in kept if report.outcome == outcome], other),
    )


def _last_stage(moments: Iterable[Moment]) -> Outcome | None:
    last = max((moment for moment in moments if moment.outcome in STAGES), default=None)
    return last.outcome if last else None


def _first_recorded(same: list[OutcomeReport], other: Moment | None) -> datetime:
    """Returns when the current outcome was first recorded: what its owner was told, else the earliest report of it."""
    run = [report for report in same if other is None or report.moment > other]
    first = next((report for report in run if not report.verified), run[0])
    if first.first_at and (other is None or first.first_at > other.at):
        return first.first_at
    return first.at
