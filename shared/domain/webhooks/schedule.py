"""When a delivery is tried again, and when an endpoint is given up (contract 14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""The waits between the eight attempts of a delivery: Svix's schedule."""

GIVE_UP_AFTER = timedelta(days=5)
"""Two failures this far apart without a success between them disable an endpoint."""

GONE = 410
"""A receiver that returns this disables its endpoint at once."""


def is_success(status: int | None) -> bool:
    """Whether a response took the event. A redirect did not."""
    return status is not None and 200 <= status < 300


def failure(status: int) -> str | None:
    """Why a response is no success, in words for the customer; None for a success."""
    if is_success(status):
        return None
    if status == GONE:
        return f"The server answered {status}: it wants no more events, so the endpoint was disabled."
    if 300 <= status < 400:
        return f"The server answered {status}, a redirect. Redirects are not followed."
    return f"The server answered {status}."


def next_attempt(failed: int, at: datetime) -> datetime | None:
    """When to try again after `failed` scheduled attempts, or None when there are no more."""
    return at + WAITS[failed - 1] if failed <= len(WAITS) else None


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint fares. `failing_since` is its first failure since the last success."""

    failing_since: datetime | None = None
    disabled: bool = False

    def after(self, status: int | None, at: datetime) -> "Health":
        """The health after an attempt; the same object when nothing changes. Attempts can be told in any order."""
        if is_success(status):
            return Health(None, self.disabled) if self.failing_since else self
        since = min(self.failing_since, at) if self.failing_since else at
        gone = status == GONE or at - since >= GIVE_UP_AFTER
        changed = Health(since, self.disabled or gone)
        return self if changed == self else changed
