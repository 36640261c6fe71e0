"""Threads of a caller: listing them page by page, and recording an outcome (contract 6 and 13)."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from shared.domain.periods import Quarter
from shared.store import Store
from shared.store.threads import Thread

OutcomeFilter = Literal[
    "no_response",
    "ghosted",
    "screening_scheduled",
    "interviewed",
    "offered",
    "accepted",
    "declined_by_candidate",
    "declined_by_company",
    "withdrew",
    "none",
]
"""An outcome that threads are to have, or none."""

_TAG_BYTES = 12


class BadCursor(ValueError):
    """A cursor that was not made for this list."""


@dataclass(frozen=True, slots=True)
class ThreadList:
    """Which threads are listed: of a person in a team, of a quarter if one is given, with an outcome or `none`."""

    team_id: str
    user_id: str
    quarter: Quarter | None = None
    outcome: OutcomeFilter | None = None

    def matches(self, thread: Thread) -> bool:
        """Whether the thread's outcome is the one asked for."""
        return self.outcome is None or (thread.outcome or "none") == self.outcome

    def cursor(self, position: str) -> str:
        """Returns the opaque text that names a position in this list, and in no other."""
        return base64.urlsafe_b64encode(self._tag(position) + position.encode()).decode().rstrip("=")

    def position(self, cursor: str) -> str:
        """Returns the position that a cursor names. Raises BadCursor for one of another list, or none of ours."""
        tag, position = parse_cursor(cursor)
        if not hmac.compare_digest(tag, self._tag(position)) or self.cursor(position) != cursor:
            raise BadCursor
        return position

    def _tag(self, position: str) -> bytes:
        """Returns what binds a position to this list. No secret: a forged cursor shows its forger's own threads."""
        about = (self.team_id, self.user_id, str(self.quarter or ""), self.outcome or "", position)
        return hashlib.sha256("\0".join(about).encode()).digest()[:_TAG_BYTES]


def parse_cursor(cursor: str) -> tuple[bytes, str]:
    """Returns the tag and position of a cursor of any list. Raises BadCursor if it is malformed."""
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        tag, position = raw[:_TAG_BYTES], raw[_TAG_BYTES:].decode("ascii")
    except ValueError:
        raise BadCursor from None
    if not position:
        raise BadCursor
    return tag, position


def page_of_threads(
    store: Store, threads: ThreadList, limit: int, cursor: str | None = None
) -> tuple[list[Thread], str | None]:
    """Returns the next page of a list, and the cursor of the page after it, None at the end.

    A page is one index query of `limit` threads, filtered by outcome afterwards, so it may hold fewer.

    Raises BadCursor.
    """
    after = "" if cursor is None else threads.position(cursor)
    found = store.threads.page(threads.team_id, threads.user_id, threads.quarter, after, limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return [thread for thread in page if threads.matches(thread)], threads.cursor(page[-1].position) if more else None
