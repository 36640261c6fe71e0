"""A message is one recruiter thread: how it was triaged, and what became of it.

Applying an event gives a new message, or the very same one when the event changes nothing; so a redelivered event costs
no write, and where order matters the event's own time decides (contract 11).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.domain.event_log import Change, EventLog, Receipt
from shared.domain.history import History, Reports
from shared.domain.periods import Quarter


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
class Triage:
    """What the agent made of a message. `event_order` is that of the event.

    `company_key` is the normalised company name under which the message is counted, empty if it names no company, and
    `spelling` the name as it is shown. Both are stored: a later version of the code may give others, and what a message
    added to tallies can be taken back only where it was added.
    """

    user_id: str
    team_id: str
    received_at: datetime
    company: str
    company_key: str
    spelling: str
    fit: Fit
    topics: Sequence[str]
    action: Action
    event_order: str

    @property
    def quarter(self) -> Quarter:
        """The quarter the message counts in: that of its receipt, whenever its outcomes come (contract 4)."""
        return Quarter.containing(self.received_at)


@dataclass(frozen=True, slots=True)
class Message:
    """A thread as it is. `candidate` is the pseudonym of its owner in company tallies; `version` counts its writes.

    Without a triage the message waits: an outcome came before it, and it adds nothing to any tally yet.
    """

    message_id: str
    triage: Triage | None = None
    candidate: str = ""
    history: History = field(default_factory=History)
    version: int = 0
    log: EventLog = field(default_factory=EventLog)

    @property
    def owner(self) -> str:
        """The user whose message it is; empty while it waits for its triage."""
        return self.triage.user_id if self.triage else ""

    def is_later_than(self, event_order: str) -> bool:
        """Whether a later event has triaged the message."""
        return self.triage is not None and self.triage.event_order > event_order

    def triaged(self, triage: Triage, candidate: str) -> "Message":
        """Returns the message after a triage; an earlier one than it has, or the same, changes nothing.

        The reports of a former owner do not pass to the next one.
        """
        if self.triage and self.triage.event_order >= triage.event_order:
            return self
        history = self.history if self.owner == triage.user_id else self.history.with_own(Reports())
        return replace(self, triage=triage, candidate=candidate, history=history)

    def renamed(self, names: Callable[[str], tuple[str, str]]) -> "Message":
        """Returns the message under the company key and spelling that `names` gives; itself if it has them."""
        if not self.triage:
            return self
        company_key, spelling = names(self.triage.company)
        if (company_key, spelling) == (self.triage.company_key, self.triage.spelling):
            return self
        return replace(self, triage=replace(self.triage, company_key=company_key, spelling=spelling))

    def logged(self, before: "Message | None", now: datetime) -> "Message":
        """Returns the message with its log as it is after a write over `before`."""
        was = before or Message(self.message_id)
        return replace(self, log=self._log_after(was, now.replace(microsecond=0)))

    def _log_after(self, was: "Message", now: datetime) -> EventLog:
        status, same_owner = self.history.status, was.owner == self.owner
        changed = was.history.status.shown != status.shown
        number = was.log.count + changed
        if self.triage is None:
            return EventLog(count=number)
        by_owner = same_owner and was.history.own != self.history.own
        change = Change.to(status, number, by_owner=by_owner, written_at=now)
        if was.triage is None:  # the outcomes that came before the message are told with it, as one change
            log = EventLog(receipt_of(self.triage, now))
            return log.with_change(change) if number else log
        same = same_owner and was.triage.team_id == self.triage.team_id
        log = was.log if same else EventLog(count=was.log.count)
        return log.with_change(change) if changed else log

    def with_history(self, history: History) -> "Message":
        """Returns the message with another history; the same message when the history is the same."""
        return self if history == self.history else replace(self, history=history)


def receipt_of(triage: Triage, written_at: datetime) -> Receipt:
    """Returns the receipt of a thread whose first triage this is."""
    return Receipt(written_at, triage.received_at, triage.spelling, triage.fit.value, triage.action.value)
