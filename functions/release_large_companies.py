"""Every few minutes, by EventBridge Scheduler: looks whether releases of large companies are due (contract 8).

Each company is looked at once an hour at most, whoever runs this how often: companies are claimed one by one. A run
that ends early or fails leaves the rest to the next, which begins with what has waited longest.
"""

import os
from datetime import UTC, datetime
from typing import Any

from shared.domain.signals.precision import Precision
from shared.services.releases import release_large_companies
from shared.store import preload, store

preload("releases", "tallies")

_SPARE_MILLISECONDS = 120_000
"""Of the function's time, kept for the company at hand."""


def handler(_event: object, context: Any) -> dict[str, int]:
    """Answers how many companies were looked at, how many of them were released, and how many are left."""
    return release_large_companies(
        store(),
        datetime.now(UTC),
        lambda: context.get_remaining_time_in_millis() > _SPARE_MILLISECONDS,
        Precision.from_env(os.environ),
    )
