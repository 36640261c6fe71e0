"""A team's connections to its applicant tracking systems, as an operator and the console manage them (contract 15)."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from shared.domain.ats.facts import Fact, Step
from shared.domain.ats.links import ApplicationKey
from shared.domain.ats.reports import in_order, outcome_of, step_of
from shared.domain.ats.signatures import SIGNATURE_HEADERS, Provider
from shared.domain.periods import timestamp
from shared.services.integration_receipt import PING, verify
from shared.services.integration_threads import thread_of_application
from shared.store import Store
from shared.store.connections import Connection, ReceivedEvent

type Json = dict[str, Any]
type Seal = Callable[[str, str], bytes]
type Unseal = Callable[[str, bytes], str]

MAX_EVENTS = 1_000
"""Events that are looked through for waiting applications."""


def change_secret(
    store: Store, seal: Seal, unseal: Unseal, connection: Connection, secret: str, until: datetime
) -> None:
    """Replaces a connection's secret; the one before goes on verifying `until` then. The same one changes nothing.

    Raises ConditionFailed if the secret is being changed by somebody else.
    """
    name = connection.connection_id
    if connection.secret and hmac.compare_digest(unseal(name, connection.secret).encode(), secret.encode()):
        return
    store.connections.set_secret(connection, seal(name, secret), until)


def describe(connection: Connection, now: datetime) -> Json:
    """Returns what a person sees of a connection. Secrets are not in it."""
    return {
        "connection_id": connection.connection_id,
        "team_id": connection.team_id,
        "provider": connection.provider,
        "path": f"/integrations/{connection.provider}/{connection.connection_id}",
        "created_at": timestamp(connection.created_at),
        "state": _state(connection, now),
        "last_event": connection.last_event or None,
        "last_event_at": _text(connection.last_event_at),
        "refused": connection.refused,
        "refused_at": _text(connection.refused_at),
        "unreadable_at": _text(connection.unreadable_at),
        "old_secret_until": _text(connection.old_until) if len(connection.live_secrets(now)) > 1 else None,
    }


def _state(connection: Connection, now: datetime) -> str:
    last, day = connection.last_event_at, timedelta(days=1)
    if connection.secret is None:
        return "waiting for its secret"
    if connection.refused_at and now - connection.refused_at < day and not (last and last > connection.refused_at):
        return "signatures do not match the secret"
    return "receiving" if last else "waiting for its first event"


def check(connection: Connection, unseal: Unseal, now: datetime) -> bool:
    """Signs a ping with the connection's secret as the provider does, and returns whether it verifies."""
    if connection.secret is None:
        return False
    body = json.dumps({"action": PING}).encode()
    _, prefix = SIGNATURE_HEADERS[connection.provider]
    secret = unseal(connection.connection_id, connection.secret)
    signature = prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return verify(connection, unseal, signature, body, now)


def events(store: Store, connection: Connection, now: datetime, most: int) -> list[Json]:
    """Returns a connection's newest events with what became of each, the newest first."""
    return [found for found, _ in _events(store, connection, now, most)]


def waiting_applications(store: Store, team_id: str, now: datetime) -> list[Json]:
    """Returns the applications whose events of the last 30 days wait for a link, with the newest event first."""
    found: dict[tuple[Provider, str], Json] = {}
    for connection in store.connections.of_team(team_id):
        for event, received in _events(store, connection, now, MAX_EVENTS):
            if event["state"] == "waiting":
                key = connection.provider, received.application_id
                entry = {"provider": key[0], "application_id": key[1], "last_event": event["provider_event"]}
                entry |= {"last_event_at": timestamp(received.received_at), "events": 0}
                found.setdefault(key, entry)["events"] += 1
    return sorted(found.values(), key=lambda each: each["last_event_at"], reverse=True)


def _events(store: Store, connection: Connection, now: datetime, most: int) -> Iterator[tuple[Json, ReceivedEvent]]:
    @cache
    def application(application_id: str) -> tuple[dict[str, Json], bool]:
        key = ApplicationKey(connection.team_id, connection.provider, application_id)
        facts = store.applications.read(key, now).facts
        return _meanings(facts, connection.provider), thread_of_application(store, key, now) is not None

    for received in store.connections.events(connection.connection_id, now, most):
        event = {
            "provider_event": received.kind or None,
            "application_id": received.application_id or None,
            "state": "unmapped",
            "outcome": None,
            "received_at": timestamp(received.received_at),
        }
        if received.application_id:
            meanings, applied = application(received.application_id)
            if meaning := meanings.get(received.key):
                event |= meaning | {"state": "applied" if applied else "waiting"}
        yield event, received


def _meanings(facts: tuple[Fact, ...], provider: Provider) -> dict[str, Json]:
    """Returns what each mapped fact of an application reports, by its key."""
    ordered = in_order(facts, provider)
    return {
        fact.key: {"outcome": outcome_of(fact, ordered[:i], provider), "at": timestamp(fact.at)}
        for i, fact in enumerate(ordered)
        if step_of(provider, fact) is not Step.UNMAPPED
    }


def _text(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None
