"""Company signals: what is published about a company, and when (reference, contract 8).

Figures about few people identify persons. So every figure needs ten candidates behind it, and the API serves the last
*release*, never live figures. A new release is made only when ten candidates differ from the last one. A caller who
polls and subtracts learns about ten people at once, or nothing. `docs/privacy.md` states what that protects against,
and what it does not.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from pydantic import BaseModel

from shared.domain.career_health import TOP_N
from shared.domain.outcomes import Outcome
from shared.domain.signals.dominance import Mix, capped
from shared.domain.signals.precision import EXACT, Precision
from shared.domain.tallies import Tally, ranked, total

MIN_CANDIDATES = 10
"""The least number of candidates behind a published figure, and of those who differ between two releases."""

WITHDRAWN_AFTER = timedelta(days=30)
"""How long a release stays served after a candidate in it is erased."""

LARGE_COMPANY = 1_000
"""A job, not reads, evaluates companies with at least this many candidates, once in `LARGE_COMPANY_INTERVAL`."""

LARGE_COMPANY_INTERVAL = timedelta(hours=1)


_FITS = ("inbound", "fit:strong_fit", "fit:maybe", "fit:misfit")
_OUTCOMES = ("tracked", f"reached:{Outcome.INTERVIEWED}", f"reached:{Outcome.OFFERED}")


class Signals(BaseModel):
    """The published figures, field for field as in the reference. Outcome rates are null below the threshold."""

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
    """The response. Below the threshold `signals` is null, for nine candidates as for none (contract 8)."""

    signals: Signals | None


type Roster = Mapping[str, int]
"""The candidates in a release: each pseudonym with a digest of the candidate's counters."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is served for a company until the next release.

    `candidates` is the length of the roster when the release was made. `erased_since_release` counts those of them who
    have been erased since. `roster` is None if it has not been read. `version` is the version of the release state that
    this release made; `parts` is the number of items that hold the roster.
    """

    signals: Signals | None
    candidates: int
    released_at: datetime
    roster: Roster | None = None
    erased_since_release: int = 0
    withdraw_at: datetime | None = None
    version: int = 0
    parts: int = 1

    @property
    def is_large(self) -> bool:
        """Whether a job, not reads, evaluates the company."""
        return self.candidates >= LARGE_COMPANY

    def served(self, now: datetime) -> Signals | None:
        """Returns the signals; None once the release is withdrawn because of an erasure."""
        return None if self.withdraw_at is not None and self.withdraw_at <= now else self.signals


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A company's last release, and what is known about the next one without reading the candidates.

    `pending` counts the candidates with a marker, up to ten. Every candidate who differs from the release has one.
    A write of the next release must name `version`. With `evaluated_by_job`, reads do not evaluate the company.
    """

    release: Release | None = None
    pending: int = 0
    version: int = 0
    evaluated_by_job: bool = False

    @property
    def erased_since_release(self) -> int:
        """How many candidates of the last release have been erased."""
        return self.release.erased_since_release if self.release else 0

    @property
    def may_be_due(self) -> bool:
        """Whether the candidates must be read to decide. Pending candidates may have changed back."""
        return self.pending + self.erased_since_release >= MIN_CANDIDATES


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The sums over a group of a company's candidates. Aggregates of disjoint groups can be merged.

    `support` counts the candidates behind each counter. `writes` holds the id of the last write to each tally, if the
    caller passed it. `fits` counts the candidates with each mix of fits (all, strong, maybe, misfit), `outcomes` those
    with each mix of tracked threads (all, interviewed, offered).
    """

    roster: Roster
    tally: Counter[str]
    support: Counter[str]
    writes: Mapping[str, str]
    fits: Counter[Mix]
    outcomes: Counter[Mix]


def roster_of(candidates: Mapping[str, Tally]) -> Roster:
    """Returns the roster of tallies by pseudonym, without candidates whose messages were all corrected away."""
    return {
        candidate: sum(map(_hash, tally, tally.values())) % 2**64  # a sum needs no order, and most hashes are cached
        for candidate, tally in candidates.items()
        if tally.get("inbound", 0) > 0
    }


def aggregate(candidates: Mapping[str, Tally], writes: Mapping[str, str] = MappingProxyType({})) -> Aggregate:
    """Aggregates tallies by pseudonym."""
    roster = roster_of(candidates)
    present = [candidates[candidate] for candidate in roster]
    support = Counter(name for tally in present for name, count in tally.items() if count > 0)
    fits = Counter(_mix(tally, _FITS) for tally in present)
    outcomes = Counter(_mix(tally, _OUTCOMES) for tally in present)
    return Aggregate(roster, total(present), support, writes, fits, outcomes)


def _mix(tally: Tally, names: Iterable[str]) -> Mix:
    return tuple(tally.get(name, 0) for name in names)


def merge(aggregates: Iterable[Aggregate]) -> Aggregate:
    """Merges aggregates of disjoint groups of candidates."""
    parts = list(aggregates)
    roster = {candidate: digest for part in parts for candidate, digest in part.roster.items()}
    writes = {candidate: write for part in parts for candidate, write in part.writes.items()}
    return Aggregate(
        roster,
        total(part.tally for part in parts),
        total(part.support for part in parts),
        writes,
        sum((part.fits for part in parts), Counter()),
        sum((part.outcomes for part in parts), Counter()),
    )


@lru_cache(10_000)
def _hash(name: str, count: int) -> int:
    """Returns 56 bits, so that sums stay machine words; 0 for a counter of zero, which equals no counter."""
    return int.from_bytes(hashlib.sha256(f"{name} {count}".encode()).digest()[:7]) if count else 0


def differing(last: Roster, current: Roster) -> set[str]:
    """Returns the candidates who joined, left, or have other counters."""
    return {candidate for candidate, _ in last.items() ^ current.items()}


def release_is_due(last: Roster, current: Roster, erased_since_release: int = 0) -> bool:
    """The release gate: a next release needs ten candidates who differ. So the tenth candidate makes the first release.

    `last` is the roster of the last release, empty before the first.
    """
    return len(differing(last, current)) + erased_since_release >= MIN_CANDIDATES


def new_release(company_key: str, company: Aggregate, now: datetime, precision: Precision = EXACT) -> Release:
    """Returns a release of the company's current figures. Call it only when a release is due."""
    signals = company_signals(company_key, company, precision)
    return Release(signals, len(company.roster), released_at=now, roster=company.roster)


def company_signals(company_key: str, company: Aggregate, precision: Precision = EXACT) -> Signals | None:
    """Returns the figures of a release. Each needs ten candidates; no candidate is more than a fifth of a rate."""
    if len(company.roster) < MIN_CANDIDATES:
        return None
    tally, support = company.tally, company.support
    strong, maybe, misfit = precision.shares(capped(company.fits)[1:])
    tracked, interviewed, offered = capped(company.outcomes)
    has_outcomes = support["tracked"] >= MIN_CANDIDATES
    topics = [topic for topic, _ in ranked(tally, "topic:") if support[f"topic:{topic}"] >= MIN_CANDIDATES]
    return Signals(
        company_name_normalized=company_key,
        total_interactions=precision.count(tally["inbound"]),
        strong_fit_rate=strong,
        maybe_rate=maybe,
        misfit_rate=misfit,
        outcome_interview_rate=precision.rate(interviewed, tracked) if has_outcomes else None,
        outcome_offer_rate=precision.rate(offered, tracked) if has_outcomes else None,
        top_topics=topics[:TOP_N],
        sample_size=precision.count(len(company.roster)),
    )
