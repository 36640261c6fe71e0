"""Requests of applicant tracking systems: verified over their raw bytes, read into facts, and dropped (contract 15)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from itertools import batched
from typing import Any

from shared.domain.ats import ashby, greenhouse
from shared.domain.ats.facts import Fact, NotAnEvent, id_of, kind_of, part
from shared.domain.ats.signatures import Provider, is_signed
from shared.domain.periods import sortable
from shared.store.connections import Connection

type Task = dict[str, Any]
"""What is queued of an event: JSON, without anything of a person."""

PING = "ping"
_FACTS_A_TASK = 100


class Unverified(Exception):
    """No connection has this address, or the signature is missing or wrong. A caller cannot tell which."""


def verify(
    connection: Connection, unseal: Callable[[str, bytes], str], signature: str, body: bytes, now: datetime
) -> bool:
    """Returns whether one of the connection's secrets signed the body. Raises Unavailable."""
    secrets = [unseal(connection.connection_id, sealed) for sealed in connection.live_secrets(now)]
    return is_signed(connection.provider, signature, body, secrets)


def tasks_of(connection: Connection, event_id: str, body: bytes, now: datetime) -> list[Task]:
    """Returns what is to be done about a verified body. `event_id` is the vendor's own where a header has it."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    kind, facts = "", list[Fact]()
    try:
        document = _json(body)
        kind = kind_of(part(document, "action"))
        if kind != PING:
            facts = _facts_of(connection.provider, document, event_id or digest, now)
    except NotAnEvent:
        kind = ""
    task = {"connection_id": connection.connection_id, "kind": kind, "digest": digest, "received_at": sortable(now)}
    if not facts:
        return [task | {"facts": []}]
    return [task | {"facts": list(map(_as_json, some))} for some in batched(facts, _FACTS_A_TASK, strict=False)]


def _facts_of(provider: Provider, document: Any, event_id: str, now: datetime) -> list[Fact]:
    if provider is Provider.GREENHOUSE:
        return greenhouse.facts_of(document, id_of(event_id) or "", now)
    return ashby.facts_of(document, ashby.event_id_of(document) or event_id, now)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        raise NotAnEvent("the body is not JSON") from None


def _as_json(fact: Fact) -> dict[str, Any]:
    return {
        "event_id": fact.event_id,
        "kind": fact.kind,
        "at": sortable(fact.at),
        "application_id": fact.application_id,
        "words": dict(fact.words),
        "dated": fact.dated,
    }


def facts_in(task: Task) -> list[Fact]:
    """Returns the facts of a task."""
    return [
        Fact(
            event_id=each["event_id"],
            kind=each["kind"],
            at=datetime.fromisoformat(each["at"]),
            application_id=each["application_id"],
            words=tuple(sorted(each["words"].items())),
            dated=each["dated"],
        )
        for each in task["facts"]
    ]
