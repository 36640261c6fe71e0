"""Applicant tracking systems as the tests play them: connections of a team, and events as the providers send them."""

import json
from typing import Any

from shared.domain.ats.signatures import Provider
from shared.domain.outcomes import Status
from shared.services.integration_receipt import tasks_of
from shared.services.integration_threads import apply_task
from shared.store import Store
from shared.store.connections import Connection
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.test_tallies_law import take_in

GREENHOUSE, ASHBY = Provider.GREENHOUSE, Provider.ASHBY
PERSON = {"id": 7, "first_name": "Ada", "last_name": "Byron", "email_addresses": [{"value": "ada@example.com"}]}


def a_connection(store: Store, team: str, provider: Provider = GREENHOUSE) -> Connection:
    """A connection of a team on Enterprise."""
    take_in(store, an_event("TeamUpdated", team_id=team, name="A team", plan="enterprise"))
    connection = Connection(an_id("connection"), team, provider, NOW, b"encrypted")
    store.connections.add(connection)
    return connection


def greenhouse(action: str, application: str | int, at: str | None = "2026-03-01T10:00:00Z", **more: Any) -> bytes:
    """An event of Greenhouse about an application."""
    nested = {"id": application, "last_activity_at": at, "candidate": PERSON, **more}
    return json.dumps({"action": action, "payload": {"application": nested}}).encode()


def offer(application: str | int, sent_on: str = "2026-02-20", status: str = "Created") -> bytes:
    """An offer of Greenhouse."""
    payload = {"id": 1, "application_id": application, "offer_status": status, "sent_on": sent_on, "version": 1}
    return json.dumps({"action": "offer_created", "payload": payload}).encode()


def reject(application: str | int, kind: str, at: str = "2026-03-03T10:00:00Z") -> bytes:
    """A rejection of Greenhouse."""
    reason = {"id": 1, "name": "A reason", "type": {"id": 2, "name": kind}}
    return greenhouse("reject_candidate", application, at, rejected_at=at, rejection_reason=reason)


def send(store: Store, connection: Connection, *bodies: bytes, event_id: str = "") -> None:
    """Receives verified bodies and applies what is queued of them."""
    for body in bodies:
        for task in tasks_of(connection, event_id, body, NOW):
            assert "Ada" not in json.dumps(task)
            assert apply_task(store, json.loads(json.dumps(task)), NOW)


def link(message: str, team: str, application: str | int, time: str = "2026-03-02T00:00:00Z") -> dict[str, Any]:
    """A ThreadLinked event for Greenhouse."""
    named: dict[str, Any] = {"message_id": message, "team_id": team, "provider": "greenhouse"}
    named["application_id"] = application
    return an_event("ThreadLinked", time=time, **named)


def a_thread(store: Store, team: str, user: str = "") -> str:
    """A triaged thread of a team."""
    message = an_id("msg")
    take_in(store, a_message_triaged(message_id=message, team_id=team, user_id=user or an_id("user")))
    return message


def outcomes(store: Store, message: str) -> list[str]:
    """The outcomes that providers reported of a thread, in order of time."""
    found = store.messages.get(message)
    return [report.outcome.value for report in found.history.reports] if found else []


def status(store: Store, message: str) -> Status:
    """What a thread's reports come to."""
    found = store.messages.get(message)
    assert found is not None
    return found.history.status
