"""What the webhook events of a thread are made of (contract 14).

A write of a thread appends to its log, so the events of a write are what its log gained, and an operator can publish
them again when no stream holds the write any more. The log has the month for which deliveries are kept, and what
concerns the thread's present owner and team alone: what came before a thread passed to others is not theirs.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.outcomes import Outcome, Status

KEPT_FOR = timedelta(days=30)
"""How long deliveries are kept, and with them the knowledge of who has an event."""
MAX_CHANGES = 30
"""Changes of one thread that are kept, the latest, so that no thread outgrows its database item."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The first triage of a thread as its event shows it, whatever corrections came later, and when it was written."""

    written_at: datetime
    received_at: datetime
    company: str
    fit: str
    action: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a thread's outcome, stage or verification: how many there were with it, whether the thread's owner
    made it, and how the thread was then.
    """

    written_at: datetime
    number: int
    by_owner: bool
    outcome: Outcome | None
    stage: Outcome | None
    verified: bool
    recorded_at: datetime | None

    @classmethod
    def to(cls, status: Status, number: int, *, by_owner: bool, written_at: datetime) -> "Change":
        """Returns the change that made a thread's status this one."""
        return cls(written_at, number, by_owner, *status.shown, status.recorded_at)


@dataclass(frozen=True, slots=True)
class EventLog:
    """The log of a thread. `count` is how many changes there ever were. `receipt` is None before the thread's triage,
    and for a thread that passed to another person or team.
    """

    receipt: Receipt | None = None
    changes: tuple[Change, ...] = ()
    count: int = 0

    def with_change(self, change: Change) -> "EventLog":
        """Returns the log with one more change, without those too old to be published again."""
        recent = [each for each in self.changes if each.written_at > change.written_at - KEPT_FOR]
        return replace(self, changes=(*recent, change)[-MAX_CHANGES:], count=change.number)
