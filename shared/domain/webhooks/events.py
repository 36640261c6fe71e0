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

from shared.domain.messages import Message
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
    """Returns the events of one write of a thread. A deletion has none: an erased person is in no event."""
    if after is None or after.triage is None:
        return []
    if before is None or before.triage is None:  # outcomes that came before the message are told with it
        return current_events(after)
    return [outcome_changed(after)] if after.change and after.change != before.change else []


def current_events(message: Message) -> list[WebhookEvent]:
    """Returns the events that a thread as it is shows to have happened: its receipt, and its latest change."""
    if message.triage is None:
        return []
    return [received(message), *([outcome_changed(message)] if message.change else [])]


def received(message: Message) -> WebhookEvent:
    """Returns the event of a thread's first triage. A correction is the same event."""
    triage = message.triage
    assert triage is not None  # noqa: S101 - callers pass triaged messages
    data = {
        "id": message.message_id,
        "team_id": triage.team_id,
        "company": triage.spelling,
        "fit": triage.fit.value,
        "action": triage.action.value,
        "received_at": timestamp(triage.received_at),
    }
    event_id = _id(EventType.MESSAGE_RECEIVED, message.message_id)
    return _event(event_id, EventType.MESSAGE_RECEIVED, triage.received_at, data, message.message_id)


def outcome_changed(message: Message) -> WebhookEvent:
    """Returns the event of the latest change of a thread's outcome, stage or verification.

    Its time is that of the outcome; where reports were taken back and none is left, that of the thread's receipt.
    """
    triage, change, status = message.triage, message.change, message.history.status
    assert triage is not None  # noqa: S101 - callers pass triaged messages
    assert change is not None  # noqa: S101 - and changed ones
    data = {
        "id": message.message_id,
        "team_id": triage.team_id,
        "outcome": status.outcome,
        "stage": status.stage,
        "verified": status.verified,
        "recorded_at": timestamp(change.recorded_at) if change.recorded_at else None,
    }
    event_type = EventType.OUTCOME_RECORDED if change.by_owner else EventType.OUTCOME_VERIFIED
    event_id = _id("outcome", message.message_id, str(change.number), *map(str, status.shown))
    return _event(event_id, event_type, change.recorded_at or triage.received_at, data, message.message_id)


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
