"""Greenhouse's events as facts.

Source: Greenhouse's documentation of recruiting webhooks (repository grnhse/greenhouse-api-docs). `hire_candidate`,
`candidate_stage_change` and `reject_candidate` nest `payload.application`; offers are flat; `offer_deleted` nests
`payload.offer`. `delete_candidate` and `merge_candidate` list the applications that go in
`payload.person.deleted_application_ids`. `candidate_anonymized` names no application, and facts hold nothing of a
person.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.ats.facts import Fact, NotAnEvent, Step, id_of, kind_of, moment, part, words

INTERVIEW_STEPS = {
    "scheduled": Step.SCHEDULED,
    "awaiting_feedback": Step.INTERVIEWED,
    "collect_feedback": Step.INTERVIEWED,
    "complete": Step.INTERVIEWED,
}
"""Statuses of an interview of the current stage (`candidate_stage_change`)."""

REJECTION_STEPS = {
    "We rejected them": Step.REJECTED_BY_COMPANY,
    "They rejected us": Step.REJECTED_BY_CANDIDATE,
}
"""Types of rejection reasons, by name, because ids differ by customer (`reject_candidate`)."""

DELETIONS = {"delete_candidate", "merge_candidate"}
"""Events about a candidate whose applications go with it."""

NOT_AN_OFFER = {"Deprecated", "Rejected"}
"""Statuses of a sent offer that do not say it stands. The event's name says nothing about the status."""


def facts_of(body: Any, event_id: str, received_at: datetime) -> list[Fact]:
    """The facts of a verified body; none for a ping or an event without an application. Raises NotAnEvent."""
    action, payload = kind_of(part(body, "action")), part(body, "payload")
    if not isinstance(payload, dict):
        raise NotAnEvent("the body has no payload")
    if action in DELETIONS:
        deleted = part(payload, "person", "deleted_application_ids")
        ids = {found for each in deleted if (found := id_of(each))} if isinstance(deleted, list) else set()
        return [Fact(event_id, action, received_at, each, dated=False) for each in sorted(ids)]
    return _fact(action, payload, event_id, received_at)


def _fact(action: str, payload: Mapping[str, Any], event_id: str, received_at: datetime) -> list[Fact]:
    application = part(payload, "application")
    ids = (part(application, "id"), part(payload, "application_id"), part(payload, "offer", "application_id"))
    application_id = next((found for found in map(id_of, ids) if found), None)
    if application_id is None:
        return []
    activity = part(application, "last_activity_at")
    times: tuple[object, ...] = (activity,)
    match action:
        case "candidate_stage_change":
            raw = words(interviews=_statuses(application))
        case "offer_created" | "offer_updated":
            status, sent_on = part(payload, "offer_status"), part(payload, "sent_on")
            times, raw = (sent_on,), words(offer_status=status, sent_on=sent_on, version=part(payload, "version"))
        case "hire_candidate":
            times, raw = (part(application, "offer", "resolved_at"), activity), words()
        case "reject_candidate":
            times = (part(application, "rejected_at"), activity)
            raw = words(rejection_type=part(application, "rejection_reason", "type", "name"))
        case _:
            raw = words()
    at, dated = moment(received_at, *times)
    return [Fact(event_id, action, at, application_id, raw, dated)]


def step_of(kind: str, raw: Mapping[str, str]) -> Step:
    """What an event of this action with these words means; anything else is unmapped, never guessed."""
    match kind:
        case "candidate_stage_change":
            steps = {INTERVIEW_STEPS.get(status) for status in raw.get("interviews", "").split()}
            return next((step for step in (Step.INTERVIEWED, Step.SCHEDULED) if step in steps), Step.UNMAPPED)
        case "offer_created" | "offer_updated":
            stands = raw.get("sent_on") and raw.get("offer_status", "Deprecated") not in NOT_AN_OFFER
            return Step.OFFERED if stands else Step.UNMAPPED
        case "hire_candidate":
            return Step.HIRED
        case "unhire_candidate":
            return Step.UNHIRED
        case "reject_candidate":
            return REJECTION_STEPS.get(raw.get("rejection_type", ""), Step.UNMAPPED)
        case "unreject_candidate":
            return Step.UNREJECTED
        case "delete_application" | "delete_candidate" | "merge_candidate":
            return Step.DELETED
        case _:
            return Step.UNMAPPED


def _statuses(application: object) -> str:
    """The known statuses of the current stage's interviews, each once; others would only use up the words."""
    interviews = part(application, "current_stage", "interviews")
    statuses = [part(interview, "status") for interview in interviews] if isinstance(interviews, list) else []
    return " ".join(status for status in INTERVIEW_STEPS if status in statuses)
