"""The throttle of a usage plan: one token bucket for each API key, counted exactly (AWS calls its own "best
effort").
"""

import threading
from dataclasses import dataclass

from local.deployment import UsagePlan

_ROUNDING = 1e-6
"""A rate like 20/60 is no exact double: three seconds of it must still make one whole token."""


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class TokenBuckets:
    """Buckets by usage plan and key value. A key that changes plan starts with that plan's full bucket."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, plan: UsagePlan, key: str, now: float) -> bool:
        """Takes one token, if there is one. `now` is in seconds."""
        with self._lock:
            bucket = self._buckets.setdefault((plan.id, key), _Bucket(plan.burst, now))
            elapsed = max(0.0, now - bucket.filled_at)
            bucket.tokens = min(plan.burst, bucket.tokens + elapsed * plan.rate)
            bucket.filled_at = max(now, bucket.filled_at)
            if bucket.tokens < 1 - _ROUNDING:
                return False
            bucket.tokens -= 1
            return True
