"""Evaluates whether releases of large companies are due (contract 8). EventBridge Scheduler runs it every few minutes.

A run claims companies one by one, so each is evaluated at most once an hour, however often this runs. A run that ends
early or fails leaves the rest to the next run, which starts with the longest waiting.
"""

import os
from datetime import UTC, datetime
from typing import Any

from shared.domain.signals.precision import Precision
from shared.services.releases import release_large_companies
from shared.store import preload, store

preload("releases", "tallies")

_SPARE_MILLISECONDS = 120_000
"""The time reserved for finishing the current company."""


def handler(_event: object, context: Any) -> dict[str, int]:
    """Returns the numbers of companies evaluated, released and remaining."""
    return release_large_companies(
        store(),
        datetime.now(UTC),
        lambda: context.get_remaining_time_in_millis() > _SPARE_MILLISECONDS,
        Precision.from_env(os.environ),
    )
