"""A message is one recruiter thread: how it was triaged, and what became of it.

Applying an event gives a new message, or the very same one when the event changes nothing; so a redelivered event costs
no write, and where order matters the event's own time decides (contract 11).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from shared.companies import normalize_company
from shared.outcomes import History
from shared.periods import Quarter


class Fit(StrEnum):
    """How well a job fits the candidate."""

    STRONG_FIT = "strong_fit"
    MAYBE = "maybe"
    MISFIT = "misfit"


class Action(StrEnum):
    """What the career agent did with a message."""

    AUTO_REPLIED = "auto_replied"
    DRAFTED = "drafted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an event says that it happened. Later stamps replace earlier ones; the event's id decides between equal
    times.
    """

    time: datetime
    event_id: str

    def __str__(self) -> str:
        """Text that sorts as the stamps do, so that the database can compare them."""
        return f"{self.time.astimezone(UTC).isoformat(timespec='microseconds')} {self.event_id}"


@dataclass(frozen=True, slots=True)
class Triage:
    """What the agent made of a message. `stamp` is that of the event that said so."""

    user_id: str
    team_id: str
    received_at: datetime
    company: str
    fit: Fit
    topics: Sequence[str]
    action: Action
    stamp: str

    @property
    def quarter(self) -> Quarter:
        """The quarter the message counts in: that of its receipt, whenever its outcomes come (contract 4)."""
        return Quarter.containing(self.received_at)

    @property
    def company_key(self) -> str:
        """The normalised company name, by which companies are counted."""
        return normalize_company(self.company)


@dataclass(frozen=True, slots=True)
class Message:
    """A thread as it stands. `candidate` is the pseudonym of its owner in company tallies; `version` counts its writes.

    Without a triage the message waits: an outcome came before it, and it adds nothing to any tally yet.
    """

    message_id: str
    triage: Triage | None = None
    candidate: str = ""
    history: History = field(default_factory=History)
    version: int = 0

    def triaged(self, triage: Triage, candidate: str) -> "Message":
        """The message after a triage; an earlier one than it has, or the same, changes nothing."""
        if self.triage and self.triage.stamp >= triage.stamp:
            return self
        return replace(self, triage=triage, candidate=candidate)

    def with_history(self, history: History) -> "Message":
        """The message with another history; the same message when the history is the same."""
        return self if history == self.history else replace(self, history=history)
