"""Ashby's events as facts.

Source: Ashby's reference of webhook payloads (developers.ashbyhq.com). An application is `data.application.id`, or the
`applicationId` of `data.offer` or `data.interviewSchedule`. One hire fires three events with one `webhookActionId`,
so an event is identified by that id and its action.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.ats.facts import Fact, Step, id_of, kind_of, moment, part, words

INTERVIEW_STEPS = {
    "Scheduled": Step.SCHEDULED,
    "WaitingOnFeedback": Step.INTERVIEWED,
    "Complete": Step.INTERVIEWED,
}
"""`data.interviewSchedule.status`."""

ARCHIVE_STEPS = {
    "RejectedByOrg": Step.REJECTED_BY_COMPANY,
    "RejectedByCandidate": Step.REJECTED_BY_CANDIDATE,
}
"""`data.application.archiveReason.reasonType`. It beats the status of an offer."""


def event_id_of(body: Any) -> str | None:
    """The id of an event over redeliveries, or None for a body without one."""
    action, action_id = part(body, "action"), id_of(part(body, "webhookActionId"))
    return f"{action_id}:{action}"[:200] if action_id and isinstance(action, str) else None


def facts_of(body: Any, event_id: str, received_at: datetime) -> list[Fact]:
    """The facts of a verified body; none for a ping or an event without an application. Raises NotAnEvent."""
    action, data = kind_of(part(body, "action")), part(body, "data")
    if not isinstance(data, dict):
        return []
    application, offer, schedule = (part(data, name) for name in ("application", "offer", "interviewSchedule"))
    ids = (part(application, "id"), part(offer, "applicationId"), part(schedule, "applicationId"))
    application_id = next((found for found in map(id_of, ids) if found), None)
    if application_id is None:
        return []
    raw = words(
        status=part(application, "status"),
        archive_reason=part(application, "archiveReason", "reasonType"),
        offer_status=part(offer, "offerStatus"),
        acceptance_status=part(offer, "acceptanceStatus"),
        interview_status=part(schedule, "status"),
    )
    decided = (part(offer, "decidedAt"),) if step_of(action, dict(raw)) is Step.HIRED else ()
    updated = (part(holder, "updatedAt") for holder in (schedule, offer, application))
    at, dated = moment(received_at, *decided, *updated)
    return [Fact(event_id, action, at, application_id, raw, dated)]


def step_of(kind: str, raw: Mapping[str, str]) -> Step:
    """What an event of this action with these words means; anything else is unmapped, never guessed."""
    if archived := ARCHIVE_STEPS.get(raw.get("archive_reason", "")):
        return archived
    if kind == "candidateHire" or raw.get("status") == "Hired" or raw.get("acceptance_status") == "Accepted":
        return Step.HIRED
    if kind in {"offerCreate", "offerUpdate"} and raw.get("offer_status") == "WaitingOnCandidateResponse":
        return Step.OFFERED
    if kind in {"interviewScheduleCreate", "interviewScheduleUpdate"}:
        return INTERVIEW_STEPS.get(raw.get("interview_status", ""), Step.UNMAPPED)
    return Step.UNMAPPED
