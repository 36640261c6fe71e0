"""A thread's reports of outcomes by their origin, bounded so that no thread outgrows its database item.

Origins are kept apart because their reports have different fates: the owner's leave when the thread passes to another
person, and an applicant tracking system replaces all of its own at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from shared.domain.outcomes import Moment, Outcome, OutcomeReport, Status, status_of

MAX_REPORTS = 30
"""Reports that are kept one by one, of each origin. Of older ones only the latest time of each outcome is kept."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of one origin: the latest in order of time, and when earlier ones last named each outcome.

    This is a function of the set of all reports ever added, whatever their order and repetition.
    """

    kept: tuple[OutcomeReport, ...] = ()
    older: Mapping[Outcome, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[OutcomeReport]) -> "Reports":
        """Returns these reports, bounded."""
        result = cls()
        for report in reports:
            result = result.with_report(report)
        return result

    def with_report(self, report: OutcomeReport) -> "Reports":
        """Returns the reports with one more; the same object if that changes nothing."""
        if report in self.kept:
            return self
        ordered = sorted((*self.kept, report))
        older = dict(self.older)
        for dropped in ordered[:-MAX_REPORTS]:
            older[dropped.outcome] = max(dropped.at, older.get(dropped.outcome, dropped.at))
        kept = tuple(ordered[-MAX_REPORTS:])
        return self if (kept, older) == (self.kept, self.older) else Reports(kept, older)

    def moments(self, *, verified: bool) -> Iterator[Moment]:
        """Yields all that figures depend on."""
        yield from (report.moment for report in self.kept)
        yield from (Moment(at, verified, outcome) for outcome, at in self.older.items())


@dataclass(frozen=True)
class History:
    """All reports of a thread: its owner's, those of OutcomeVerified events, and those of each ATS provider."""

    own: Reports = Reports()
    verified_events: Reports = Reports()
    providers: Mapping[str, Reports] = field(default_factory=dict)

    @cached_property
    def reports(self) -> list[OutcomeReport]:
        """All reports that are kept one by one, in order of time."""
        origins = (self.own, self.verified_events, *self.providers.values())
        return sorted(report for origin in origins for report in origin.kept)

    @cached_property
    def status(self) -> Status:
        """What all reports together come to."""
        return status_of(self._moments(), self.reports)

    def _moments(self) -> Iterator[Moment]:
        yield from self.own.moments(verified=False)
        for origin in (self.verified_events, *self.providers.values()):
            yield from origin.moments(verified=True)

    def with_verified_event(self, report: OutcomeReport) -> "History":
        """Returns the history with the report of an OutcomeVerified event."""
        return replace(self, verified_events=self.verified_events.with_report(report))

    def with_provider(self, provider: str, reports: Iterable[OutcomeReport]) -> "History":
        """Returns the history with these reports in place of all that the provider made before."""
        others = {name: kept for name, kept in self.providers.items() if name != provider}
        made = Reports.of(reports)
        return replace(self, providers=others | ({provider: made} if made.kept else {}))

    def with_own(self, own: Reports) -> "History":
        """Returns the history with another owner's reports."""
        return replace(self, own=own)

    def self_reported(self, outcome: Outcome, notes: str, now: datetime) -> "History":
        """Returns the history after its owner reports an outcome now.

        The report is placed after all others, whatever times they claim. Repeating the current outcome keeps the time
        at which it was first recorded.
        """
        latest = max((moment.at for moment in self._moments()), default=None)
        at = max(now, latest + timedelta(microseconds=1)) if latest else now
        first_at = self.status.recorded_at if self.status.outcome == outcome else None
        report = OutcomeReport(at, verified=False, outcome=outcome, notes=notes, first_at=first_at)
        return replace(self, own=self.own.with_report(report))
