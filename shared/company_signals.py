"""Company signals: what is published about a company, and when (reference, contract 8).

Numbers about few people are numbers about persons. So every figure needs ten candidates behind it, and what is served
is never live but the last *release*; a new one is made only when ten candidates differ from the last. A caller who
polls and subtracts learns about ten people at once, or nothing. `docs/privacy.md` says what that protects from, and
what it does not.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel

from shared.career_health import LISTED
from shared.outcomes import Outcome
from shared.rounding import rate, shares
from shared.tallies import Tally, ranked, total

MINIMUM = 10
"""Candidates behind every published figure, and candidates who differ between two releases."""

WITHDRAWN_AFTER = timedelta(days=30)
"""How long a release may outlive the erasure of a candidate in it."""

LARGE = 1_000
"""Candidates from which on a due release is looked for at most once in `LARGE_CHECKED_EVERY`, not on each read."""

LARGE_CHECKED_EVERY = timedelta(hours=1)


class Signals(BaseModel):
    """The published figures, field for field as the reference shows them. Outcome rates are null below the
    threshold.
    """

    company_name_normalized: str
    total_interactions: int
    strong_fit_rate: float
    maybe_rate: float
    misfit_rate: float
    outcome_interview_rate: float | None
    outcome_offer_rate: float | None
    top_topics: list[str]
    sample_size: int


class CompanySignals(BaseModel):
    """The answer: null signals below the threshold, whether nine candidates met the company or nobody (contract 8)."""

    signals: Signals | None


type Ledger = Mapping[str, str]
"""Who is in a release: each candidate's pseudonym with a digest of what the candidate added to it."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is served for a company until the next release."""

    signals: Signals | None
    candidates: int
    released_at: datetime
    checked_at: datetime
    withdraw_at: datetime | None = None

    def served(self, now: datetime) -> Signals | None:
        """The signals, unless an erased candidate has been in them for too long."""
        return None if self.withdraw_at is not None and self.withdraw_at <= now else self.signals

    def may_be_due(self, now: datetime) -> bool:
        """Whether to look for a next release at this read."""
        return self.candidates < LARGE or now - self.checked_at >= LARGE_CHECKED_EVERY


def ledger(candidates: Mapping[str, Tally]) -> dict[str, str]:
    """The ledger of a release made of these tallies. A candidate whose messages were all corrected away is not in
    it.
    """
    return {candidate: _digest(tally) for candidate, tally in candidates.items() if tally.get("inbound", 0) > 0}


def _digest(tally: Tally) -> str:
    counters = sorted((name, count) for name, count in tally.items() if count)
    return hashlib.sha256(json.dumps(counters).encode()).hexdigest()[:16]


def release_is_due(last: Ledger | None, current: Ledger) -> bool:
    """The release gate: the tenth candidate makes the first release, ten candidates who differ make each next one.

    A candidate who is new, gone, or has other counters differs. `last` is the ledger of the last release, None before
    the first.
    """
    if last is None:
        return len(current) >= MINIMUM
    differing = sum(last.get(candidate) != current.get(candidate) for candidate in {**last, **current})
    return differing >= MINIMUM


def company_signals(company_key: str, candidates: Mapping[str, Tally]) -> Signals | None:
    """The figures of a release, each only if ten candidates stand behind it. `candidates` are tallies by pseudonym."""
    present = [tally for tally in candidates.values() if tally.get("inbound", 0) > 0]
    if len(present) < MINIMUM:
        return None
    tally = total(present)
    tracked = tally.get("tracked", 0) if _behind(present, "tracked") >= MINIMUM else None
    strong, maybe, misfit = shares([tally.get(f"fit:{fit}", 0) for fit in ("strong_fit", "maybe", "misfit")])
    topics = [topic for topic, _ in ranked(tally, "topic:") if _behind(present, f"topic:{topic}") >= MINIMUM]
    return Signals(
        company_name_normalized=company_key,
        total_interactions=tally["inbound"],
        strong_fit_rate=strong,
        maybe_rate=maybe,
        misfit_rate=misfit,
        outcome_interview_rate=None
        if tracked is None
        else rate(tally.get(f"reached:{Outcome.INTERVIEWED}", 0), tracked),
        outcome_offer_rate=None if tracked is None else rate(tally.get(f"reached:{Outcome.OFFERED}", 0), tracked),
        top_topics=topics[:LISTED],
        sample_size=len(present),
    )


def _behind(tallies: list[Tally], counter: str) -> int:
    return sum(tally.get(counter, 0) > 0 for tally in tallies)
