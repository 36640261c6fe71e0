"""Counts every message under the name that this version of the normaliser gives its company.

An operator invokes it with IAM (`make renormalize-companies`) after a deployment that changed the normaliser.

Returns `{"normalizer", "seen", "moved", "done"}`. Invoke it until `done` is true; no company is released before that
(docs/privacy.md has the reason).
"""

from datetime import UTC, datetime
from typing import Any

from shared.domain.companies.normalize import NORMALIZER_VERSION
from shared.services.renormalization import renormalize
from shared.store import preload, store

preload("messages", "renormalizations")

_SLICE_MILLISECONDS = 20_000
"""How long one invocation works, so that the operator sees progress."""


def handler(_event: object, context: Any) -> dict[str, Any]:
    """Works for one time slice and returns the progress."""
    stop_at = context.get_remaining_time_in_millis() - _SLICE_MILLISECONDS
    progress, done = renormalize(store(), datetime.now(UTC), lambda: context.get_remaining_time_in_millis() > stop_at)
    return {"normalizer": NORMALIZER_VERSION, "seen": progress.seen, "moved": progress.moved, "done": done}
