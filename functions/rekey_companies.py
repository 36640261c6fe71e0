"""Counts every message under the name that this version of the normaliser gives its company. Invoked directly, with
IAM, by an operator (`make rekey-companies`), after a deployment that changed the normaliser.

Answers `{"normalizer", "seen", "moved", "done"}`; until it is done it is to be invoked again. Companies are released
again when it is. docs/privacy.md says why.
"""

from datetime import UTC, datetime
from typing import Any

from shared.domain.companies.normalize import NORMALIZER_VERSION
from shared.services.rekeying import rekey
from shared.store import preload, store

preload("messages", "rekeyings")

_SLICE_MILLISECONDS = 20_000
"""How long one invocation works: whoever runs this wants to see how far it is."""


def handler(_event: object, context: Any) -> dict[str, Any]:
    """Works for a while, and answers how far it has come."""
    stop_at = context.get_remaining_time_in_millis() - _SLICE_MILLISECONDS
    progress, done = rekey(store(), datetime.now(UTC), lambda: context.get_remaining_time_in_millis() > stop_at)
    return {"normalizer": NORMALIZER_VERSION, "seen": progress.seen, "moved": progress.moved, "done": done}
