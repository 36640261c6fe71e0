"""How a thread's reports of outcomes are stored: in its message, and, for a former owner's, in an item of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.history import History, Reports
from shared.domain.outcomes import Outcome, OutcomeReport
from shared.domain.periods import sortable
from shared.store.table import Item


def history_attributes(history: History) -> Item:
    """Returns the attributes of a message that hold its history, and its status for the index that lists messages."""
    origins = {"own": history.own, "verified_events": history.verified_events}
    item: Item = {name: reports_item(reports) for name, reports in origins.items() if reports.kept}
    if history.providers:
        item["providers"] = {name: reports_item(reports) for name, reports in history.providers.items()}
    status = history.status
    if status.outcome and status.recorded_at:
        item["outcome"] = status.outcome.value
        item["outcome_recorded_at"] = sortable(status.recorded_at)
        item["verified"] = status.verified
    return item


def history_of(item: Mapping[str, Any]) -> History:
    """Returns the history that a message's item holds."""
    return History(
        own=own_reports(item),
        verified_events=_reports(item.get("verified_events"), verified=True),
        providers={name: _reports(stored, verified=True) for name, stored in item.get("providers", {}).items()},
    )


def own_reports(item: Mapping[str, Any]) -> Reports:
    """Returns the owner's reports that an item holds under `own`."""
    return _reports(item.get("own"), verified=False)


def reports_item(reports: Reports) -> Item:
    """Returns the reports of one origin as an attribute."""
    item: Item = {"kept": list(map(_report_item, reports.kept))}
    if reports.older:
        item["older"] = {outcome.value: sortable(at) for outcome, at in reports.older.items()}
    return item


def _report_item(report: OutcomeReport) -> Item:
    item: Item = {"at": sortable(report.at), "outcome": report.outcome.value}
    item |= {name: text for name, text in (("source", report.source), ("notes", report.notes)) if text}
    return item | ({"first_at": sortable(report.first_at)} if report.first_at else {})


def _reports(stored: Mapping[str, Any] | None, *, verified: bool) -> Reports:
    if not stored:
        return Reports()
    kept = tuple(
        OutcomeReport(
            at=datetime.fromisoformat(each["at"]),
            verified=verified,
            outcome=Outcome(each["outcome"]),
            source=each.get("source", ""),
            notes=each.get("notes", ""),
            first_at=datetime.fromisoformat(each["first_at"]) if "first_at" in each else None,
        )
        for each in stored["kept"]
    )
    older = {Outcome(name): datetime.fromisoformat(at) for name, at in stored.get("older", {}).items()}
    return Reports(kept, older)
