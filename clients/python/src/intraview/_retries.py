"""How long to wait before a request is sent again."""

from __future__ import annotations

FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
"""Seconds of the waits that the API does not name: they double from the first to the longest."""


def wait_before_retry(retry_after: float | None, attempt: int, jitter: float) -> float:
    """Seconds to wait after the answer to `attempt` (0 is the first): never less than Retry-After says.

    `jitter`, from 0 to 1, spreads clients that were refused at the same moment over another tenth of the time.
    """
    own = min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt)
    named = 0.0 if retry_after is None else retry_after
    return max(own, named) * (1 + jitter / 10)


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """What Retry-After says: seconds, or a date in the terms of `now` (seconds since 1970). None if it says neither."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    from datetime import timezone
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, at.timestamp() - now)
