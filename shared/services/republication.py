"""Republication: publishes webhook events again that no stream holds any more (contract 14)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from shared.domain.pseudonyms import Pseudonyms
from shared.domain.webhooks.events import WebhookEvent
from shared.services.webhooks import queue_deliveries
from shared.store import Erased, Store
from shared.store.events import Cursor
from shared.store.webhooks import Endpoint, Task


@dataclass
class Republished:
    """What a republication did: events between its times, deliveries queued; where to go on, None at the end."""

    events: int = 0
    queued: int = 0
    resume: Cursor | None = None


def republish(
    store: Store,
    pseudonyms: Pseudonyms,
    team_id: str,
    since: datetime,
    until: datetime,
    now: datetime,
    resume: Cursor | None = None,
    enough: Callable[[], bool] = lambda: False,
    queue: Callable[[list[Task]], None] = queue_deliveries,
) -> Republished:
    """Publishes again the events of a team, of all teams if it is empty, that were written from `since` until `until`.

    They are the events that the stream gave. An endpoint that has one gets it only if its delivery was given up. Stops
    when `enough` returns True after an item; may be repeated from any point.
    """
    done = Republished()
    endpoints = cache(store.webhooks.endpoints)
    for written, cursor in store.events.scan(team_id, resume):
        events = [event for at, event in written if since <= at < until]
        tasks = [
            task
            for event in events
            for endpoint in endpoints(event.team_id)
            if endpoint.takes(event.type) and (task := _publish_again(store, pseudonyms, endpoint, event, now))
        ]
        queue(tasks)
        done.events += len(events)
        done.queued += len(tasks)
        done.resume = cursor
        if enough():
            break
    return done


def _publish_again(
    store: Store, pseudonyms: Pseudonyms, endpoint: Endpoint, event: WebhookEvent, now: datetime
) -> Task | None:
    """Keeps a delivery where there is none, and begins one anew that was given up. Returns what to queue."""
    there = store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    if there and there.state != "failed":
        return None  # delivered, or on its way
    if there:
        store.webhooks.keep(there, replace(there, state="pending", failed=0, due_at=now))
    else:
        tombstone = pseudonyms.erased_message(event.message_id) if event.message_id else ""
        with suppress(Erased):
            store.webhooks.add_delivery(endpoint, event, now, tombstone)
    return Task(event.team_id, endpoint.endpoint_id, event.event_id)
