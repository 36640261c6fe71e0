"""PATCH /api/agent/messages/{id}/outcome: the candidate reports what became of a thread."""

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, StringConstraints

from shared.domain.fields import ByValue
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.periods import timestamp
from shared.domain.plans import ALL_PLANS, Scope
from shared.store import store
from shared.web.endpoint import Caller, Resolver, endpoint
from shared.web.problems import NotFound, NotThreadOwner
from shared.web.requests import RequestBody, path_id

app = Resolver()


class RecordOutcome(RequestBody):
    """The outcome, with notes for the candidate's own use."""

    outcome: Annotated[Outcome, ByValue]
    notes: Annotated[str, StringConstraints(max_length=2_000)] = ""


class RecordedOutcome(BaseModel):
    """What is on record now; repeating an outcome leaves `outcome_recorded_at` as it was."""

    id: str
    outcome: Outcome
    outcome_recorded_at: str


@app.patch("/api/agent/messages/<id>/outcome")
def record_outcome(id: str, body: Annotated[RecordOutcome, Body()]) -> RecordedOutcome:  # noqa: A002 - the reference calls it id
    """Records the outcome of a recruiter conversation thread. Only its owner may."""
    caller, now = app.caller, datetime.now(UTC)
    message_id = path_id(id)
    if message_id is None:
        raise _nothing_there()

    def report(message: Message | None) -> Message:
        owned = _owned(message, caller)
        return owned.with_history(owned.history.self_reported(body.outcome, body.notes, now))

    history = store().messages.change(message_id, report).history
    # An integration may have confirmed another outcome as of a later time: that one stands, and this report is of now.
    recorded_at = history.recorded_at if history.standing.outcome is body.outcome and history.recorded_at else now
    return RecordedOutcome(id=message_id, outcome=body.outcome, outcome_recorded_at=timestamp(recorded_at))


def _owned(message: Message | None, caller: Caller) -> Message:
    """The message, if it is the caller's: a team-mate's is forbidden, anybody else's does not exist (contract 6)."""
    if message and message.triage:
        if message.triage.user_id == caller.user_id:
            return message
        if message.triage.team_id == caller.team_id:
            raise NotThreadOwner("Only the owner of a thread can record its outcome; this one belongs to a team-mate.")
    raise _nothing_there()


def _nothing_there() -> NotFound:
    return NotFound("You have no message with this id. Check the id.")


handler = endpoint(app, scope=Scope.WRITE, plans=ALL_PLANS)
