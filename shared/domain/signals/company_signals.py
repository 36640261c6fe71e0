"""Company signals: what is published about a company, and when (reference, contract 8).

Numbers about few people are numbers about persons. So every figure needs ten candidates behind it, and what is served
is never live but the last *release*; a new one is made only when ten candidates differ from the last. A caller who
polls and subtracts learns about ten people at once, or nothing. `docs/privacy.md` says what that protects from, and
what it does not.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from pydantic import BaseModel

from shared.domain.career_health import LISTED
from shared.domain.outcomes import Outcome
from shared.domain.signals.dominance import Mix, capped
from shared.domain.signals.precision import EXACT, Precision
from shared.domain.tallies import Tally, ranked, total

MINIMUM = 10
"""Candidates behind every published figure, and candidates who differ between two releases."""

WITHDRAWN_AFTER = timedelta(days=30)
"""How long a release may outlive the erasure of a candidate in it."""

LARGE = 1_000
"""Candidates from which on a due release is looked for by a job, once in `LARGE_CHECKED_EVERY`, not on each read."""

LARGE_CHECKED_EVERY = timedelta(hours=1)


_FITS = ("inbound", "fit:strong_fit", "fit:maybe", "fit:misfit")
_OUTCOMES = ("tracked", f"reached:{Outcome.INTERVIEWED}", f"reached:{Outcome.OFFERED}")


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


type Ledger = Mapping[str, int]
"""Who is in a release, or would be in one made now: each candidate's pseudonym with a digest of what the candidate adds
to it.
"""


@dataclass(frozen=True, slots=True)
class Release:
    """What is served for a company until the next release.

    `candidates` were in its ledger when it was made, `gone` of them have been erased since. The ledger is None where
    it has not been read. `number` and `parts` are the store's: which change of the company's release this one was, and
    in how many parts its ledger is kept.
    """

    signals: Signals | None
    candidates: int
    released_at: datetime
    ledger: Ledger | None = None
    gone: int = 0
    withdraw_at: datetime | None = None
    number: int = 0
    parts: int = 1

    @property
    def is_large(self) -> bool:
        """Whether looking for the next release is left to the job."""
        return self.candidates >= LARGE

    def served(self, now: datetime) -> Signals | None:
        """The signals, unless an erased candidate has been in them for too long."""
        return None if self.withdraw_at is not None and self.withdraw_at <= now else self.signals


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a company stands after its last release, as far as that is known without its candidates.

    `noted` are the candidates who changed since, of whom ten at most are counted: everybody who differs is among them.
    `number` is what a next release must name. `left_to_job` says that reads do not look.
    """

    release: Release | None = None
    noted: int = 0
    number: int = 0
    left_to_job: bool = False

    @property
    def gone(self) -> int:
        """How many candidates were erased from the last release."""
        return self.release.gone if self.release else 0

    @property
    def may_be_due(self) -> bool:
        """Whether a next release is worth a look at the candidates: some of the noted may have changed back."""
        return self.noted + self.gone >= MINIMUM


@dataclass(frozen=True, slots=True)
class Survey:
    """Some of a company's candidates, or all: who they are, the sum of their tallies, and how many stand behind each
    counter. Those of disjoint groups add up. `writes` are the last that changed each tally, if that was asked.

    `fits` says how many candidates have each mix of fits (all, strong, maybe, misfit), `outcomes` each mix of tracked
    threads (all, interviewed, offered).
    """

    ledger: Ledger
    tally: Counter[str]
    behind: Counter[str]
    writes: Mapping[str, str]
    fits: Counter[Mix]
    outcomes: Counter[Mix]


def ledger_of(candidates: Mapping[str, Tally]) -> Ledger:
    """The ledger of tallies by pseudonym. A candidate whose messages were all corrected away is none."""
    return {
        candidate: sum(map(_hash, tally, tally.values())) % 2**64  # in no order, and of hashes that mostly are known
        for candidate, tally in candidates.items()
        if tally.get("inbound", 0) > 0
    }


def survey(candidates: Mapping[str, Tally], writes: Mapping[str, str] = MappingProxyType({})) -> Survey:
    """Surveys tallies by pseudonym."""
    ledger = ledger_of(candidates)
    present = [candidates[candidate] for candidate in ledger]
    behind = Counter(name for tally in present for name, count in tally.items() if count > 0)
    fits = Counter(_mix(tally, _FITS) for tally in present)
    outcomes = Counter(_mix(tally, _OUTCOMES) for tally in present)
    return Survey(ledger, total(present), behind, writes, fits, outcomes)


def _mix(tally: Tally, names: Iterable[str]) -> Mix:
    return tuple(tally.get(name, 0) for name in names)


def combined(surveys: Iterable[Survey]) -> Survey:
    """The survey of all the candidates of surveys that have none in common."""
    parts = list(surveys)
    ledger = {candidate: digest for part in parts for candidate, digest in part.ledger.items()}
    writes = {candidate: write for part in parts for candidate, write in part.writes.items()}
    return Survey(
        ledger,
        total(part.tally for part in parts),
        total(part.behind for part in parts),
        writes,
        sum((part.fits for part in parts), Counter()),
        sum((part.outcomes for part in parts), Counter()),
    )


@lru_cache(10_000)
def _hash(name: str, count: int) -> int:
    """56 bits, whose sum Python adds up as machine words; 0 of a counter that has come to nothing, which is as if it
    never was.
    """
    return int.from_bytes(hashlib.sha256(f"{name} {count}".encode()).digest()[:7]) if count else 0


def differing(last: Ledger, current: Ledger) -> set[str]:
    """The candidates who are new, gone, or have other counters."""
    return {candidate for candidate, _ in last.items() ^ current.items()}


def release_is_due(last: Ledger, current: Ledger, gone: int = 0) -> bool:
    """The release gate: ten candidates who differ make a next release, so the tenth of all makes the first.

    `last` is the ledger of the last release, empty before the first; `gone` candidates were erased from it since.
    """
    return len(differing(last, current)) + gone >= MINIMUM


def new_release(company_key: str, company: Survey, now: datetime, precision: Precision = EXACT) -> Release:
    """A release of the company as it is, to be made only when it is due."""
    signals = company_signals(company_key, company, precision)
    return Release(signals, len(company.ledger), released_at=now, ledger=company.ledger)


def company_signals(company_key: str, company: Survey, precision: Precision = EXACT) -> Signals | None:
    """The figures of a release, each only if ten candidates stand behind it; no candidate is over a fifth of a rate."""
    if len(company.ledger) < MINIMUM:
        return None
    tally, behind = company.tally, company.behind
    strong, maybe, misfit = precision.shares(capped(company.fits)[1:])
    tracked, interviewed, offered = capped(company.outcomes)
    has_outcomes = behind["tracked"] >= MINIMUM
    topics = [topic for topic, _ in ranked(tally, "topic:") if behind[f"topic:{topic}"] >= MINIMUM]
    return Signals(
        company_name_normalized=company_key,
        total_interactions=precision.count(tally["inbound"]),
        strong_fit_rate=strong,
        maybe_rate=maybe,
        misfit_rate=misfit,
        outcome_interview_rate=precision.rate(interviewed, tracked) if has_outcomes else None,
        outcome_offer_rate=precision.rate(offered, tracked) if has_outcomes else None,
        top_topics=topics[:LISTED],
        sample_size=precision.count(len(company.ledger)),
    )
