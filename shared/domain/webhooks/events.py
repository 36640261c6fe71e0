"""The events that customers hear of, derived from what changed in the tables (contract 14).

An event's id is a hash of what happened, and its time is that of the fact. So the duplicates of a stream, retries,
replays and a republication all carry the same id and body, and a receiver can recognise them.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.domain.event_log import Change, Receipt
from shared.domain.messages import Message, Triage
from shared.domain.periods import sortable, timestamp


class EventType(StrEnum):
    """The types that an endpoint can name."""

    MESSAGE_RECEIVED = "message.received"
    OUTCOME_RECORDED = "outcome.recorded"
    OUTCOME_VERIFIED = "outcome.verified"
    SNAPSHOT_READY = "snapshot.ready"


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """One event. `body` is the text that is signed and sent. `message_id` is empty for an event of the team."""

    event_id: str
    type: str
    team_id: str
    body: str
    message_id: str = ""

    @property
    def timestamp(self) -> datetime:
        """When it happened, to the second."""
        return datetime.fromisoformat(json.loads(self.body)["timestamp"])


def message_events(before: Message | None, after: Message | None) -> list[WebhookEvent]:
    """Returns the events of one write of a thread: what its log gained. A deletion has none: an erased person is in no
    event.
    """
    known = {event for _, event in logged_events(before)} if before else set()
    return [event for _, event in logged_events(after) if event not in known] if after else []


def logged_events(message: Message) -> list[tuple[datetime, WebhookEvent]]:
    """Returns all events that a thread's log holds, each with the time at which it was written."""
    triage, log = message.triage, message.log
    if triage is None:
        return []
    events = [(change.written_at, outcome_changed(message.message_id, triage, change)) for change in log.changes]
    if log.receipt:
        events.insert(0, (log.receipt.written_at, received(message.message_id, triage.team_id, log.receipt)))
    return events


def received(message_id: str, team_id: str, receipt: Receipt) -> WebhookEvent:
    """Returns the event of a thread's first triage. A correction is the same event."""
    data = {
        "id": message_id,
        "team_id": team_id,
        "company": receipt.company,
        "fit": receipt.fit,
        "action": receipt.action,
        "received_at": timestamp(receipt.received_at),
    }
    event_id = _id(EventType.MESSAGE_RECEIVED, message_id)
    return _event(event_id, EventType.MESSAGE_RECEIVED, receipt.received_at, data, message_id)


def outcome_changed(message_id: str, triage: Triage, change: Change) -> WebhookEvent:
    """Returns the event of a change of a thread's outcome, stage or verification.

    Its time is that of the outcome; where reports were taken back and none is left, that of the change.
    """
    data = {
        "id": message_id,
        "team_id": triage.team_id,
        "outcome": change.outcome,
        "stage": change.stage,
        "verified": change.verified,
        "recorded_at": timestamp(change.recorded_at) if change.recorded_at else None,
    }
    event_type = EventType.OUTCOME_RECORDED if change.by_owner else EventType.OUTCOME_VERIFIED
    event_id = _id(
        "outcome", message_id, str(change.number), *map(str, (change.outcome, change.stage, change.verified))
    )
    return _event(event_id, event_type, change.recorded_at or change.written_at, data, message_id)


def snapshot_ready(team_id: str, period: str, snapshot_time: datetime) -> WebhookEvent:
    """Returns the event of a scheduled snapshot. `snapshot_time` is the time of its job."""
    event_id = _id(EventType.SNAPSHOT_READY, team_id, period, sortable(snapshot_time))
    return _event(event_id, EventType.SNAPSHOT_READY, snapshot_time, {"team_id": team_id, "period": period})


def webhook_test(team_id: str, nonce: str, at: datetime) -> WebhookEvent:
    """Returns the event that a person sends to try an endpoint."""
    return _event(_id("webhook.test", team_id, nonce), "webhook.test", at, {"team_id": team_id})


def _event(event_id: str, event_type: str, at: datetime, data: dict[str, Any], message_id: str = "") -> WebhookEvent:
    document = {"type": str(event_type), "timestamp": timestamp(at), "data": data}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return WebhookEvent(event_id, str(event_type), data["team_id"], body, message_id)


def _id(*parts: str) -> str:
    return "evt_" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
