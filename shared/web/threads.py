"""Threads in requests and responses: the id in a path, the check of the owner, the document (contract 6 and 13)."""

from pydantic import BaseModel

from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.outcomes import Outcome
from shared.domain.periods import timestamp
from shared.web.endpoint import Caller
from shared.web.problems import NotFound, NotThreadOwner
from shared.web.requests import path_id


class ThreadSummary(BaseModel):
    """A thread as a list shows it. `verified` means that an integration confirms its current outcome."""

    id: str
    company: str
    fit: Fit
    topics: list[str]
    action: Action
    received_at: str
    outcome: Outcome | None
    outcome_recorded_at: str | None
    verified: bool


class ReportedOutcome(BaseModel):
    """One report of an outcome. `source` is the integration that made it, or `self`."""

    outcome: Outcome
    recorded_at: str
    verified: bool
    source: str
    notes: str


class Thread(ThreadSummary):
    """A thread with the reports of its outcomes, oldest first."""

    history: list[ReportedOutcome]


def id_in_path(given: str) -> str:
    """Decodes a thread's id in a path. Raises NotFound if it is not a valid id."""
    message_id = path_id(given)
    if message_id is None:
        raise _not_found()
    return message_id


def owned(message: Message | None, caller: Caller) -> tuple[Message, Triage]:
    """Returns the caller's own message and its triage.

    Raises NotThreadOwner for a team-mate's message. Raises NotFound for any other message, including the caller's own
    message in another team.
    """
    if message and message.triage and message.triage.team_id == caller.team_id:
        if message.owner == caller.user_id:
            return message, message.triage
        raise NotThreadOwner("This thread belongs to a team-mate. Only its owner can read it or record its outcome.")
    raise _not_found()


def _not_found() -> NotFound:
    return NotFound("You have no message with this id. Check the id.")


def shown(message: Message, triage: Triage) -> Thread:
    """Returns a thread as its owner sees it."""
    status = message.history.status
    return Thread(
        id=message.message_id,
        company=triage.spelling,
        fit=triage.fit,
        topics=list(triage.topics),
        action=triage.action,
        received_at=timestamp(triage.received_at),
        outcome=status.outcome,
        outcome_recorded_at=timestamp(status.recorded_at) if status.recorded_at else None,
        verified=status.verified,
        history=[
            ReportedOutcome(
                outcome=report.outcome,
                recorded_at=timestamp(report.at),
                verified=report.verified,
                source=report.source if report.verified else "self",
                notes=report.notes,
            )
            for report in message.history.reports
        ],
    )
