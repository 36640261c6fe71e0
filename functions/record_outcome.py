"""PATCH /api/agent/messages/{id}/outcome: the candidate reports what became of a thread."""

from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import AfterValidator, BaseModel, StringConstraints

from shared.domain.fields import ByValue
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter, timestamp
from shared.domain.plans import ALL_PLANS, Scope
from shared.domain.visible import is_visible
from shared.store import preload, store
from shared.store.table import Item
from shared.web.endpoint import Resolver, endpoint
from shared.web.requests import RequestBody
from shared.web.threads import id_in_path, owned

preload("messages", "reports")

app = Resolver()


def _seen(notes: str) -> str:
    """Notes that show nothing are none."""
    return notes if is_visible(notes) else ""


class RecordOutcome(RequestBody):
    """The outcome, with notes for the candidate's own use."""

    outcome: Annotated[Outcome, ByValue]
    notes: Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_seen)] = ""


class RecordedOutcome(BaseModel):
    """What is on record now; repeating an outcome leaves `outcome_recorded_at` as it was."""

    id: str
    outcome: Outcome
    outcome_recorded_at: str


@app.patch("/api/agent/messages/<id>/outcome")
def record_outcome(id: str, body: Annotated[RecordOutcome, Body()]) -> RecordedOutcome:  # noqa: A002 - the reference calls it id
    """Records the outcome of a recruiter conversation thread. Only its owner may."""
    caller, now = app.caller, datetime.now(UTC)
    message_id = id_in_path(id)

    def report(message: Message | None) -> Message:
        own, _ = owned(message, caller)
        return own.with_history(own.history.self_reported(body.outcome, body.notes, now))

    def drop_cached_report(message: Message) -> list[Item]:
        _, triage = owned(message, caller)
        if triage.quarter != Quarter.containing(now):
            return []  # only the report of the running quarter is served from the cache
        return [store().reports.going_stale(caller.team_id, caller.user_id, triage.quarter, now)]

    status = store().messages.change(message_id, report, with_tallies=drop_cached_report).history.status
    return RecordedOutcome(
        id=message_id, outcome=body.outcome, outcome_recorded_at=timestamp(status.recorded_at or now)
    )


handler = endpoint(app, scope=Scope.WRITE, plans=ALL_PLANS)
