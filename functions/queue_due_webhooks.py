"""Every minute, by EventBridge Scheduler: queues the webhook deliveries that are due, and deletes those that deleted
endpoints left (contract 14).
"""

from datetime import UTC, datetime
from typing import Any

from shared.services.webhooks import delete_leftovers, due_deliveries, queue_deliveries
from shared.store import preload, store

preload("webhooks")


_DELETED_AT_ONCE = 5_000
"""Deliveries that one run deletes: a few seconds."""


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:  # noqa: ARG001 - the schedule passes nothing
    """Returns how many deliveries were queued, and deleted. Raises Unavailable: the next run goes on."""
    tasks = list(due_deliveries(store(), datetime.now(UTC)))
    queue_deliveries(tasks)
    return {"queued": len(tasks), "deleted": delete_leftovers(store(), _DELETED_AT_ONCE)}
