"""The career health report: one candidate's quarter, as a pure function of tallies (reference, contract 7)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter, timestamp
from shared.domain.rounding import percentage_change, rate
from shared.domain.tallies import CompanyTallies, Tally, ranked, total

TOP_N = 5
"""How many companies and topics a report lists."""

CACHED_FOR = timedelta(hours=24)

type Demand = Literal["increasing", "stable", "decreasing", "insufficient_data"]
_DEMAND_NEEDS = 5


class InboundVolume(BaseModel):
    """Messages received; `trend_vs_prior` is a percentage change, null when the prior quarter had none."""

    total: int
    trend_vs_prior: float | None


class FitDistribution(BaseModel):
    """Messages by how well the job fits."""

    strong_fit: int
    maybe: int
    misfit: int

    @classmethod
    def of(cls, tally: Tally) -> "FitDistribution":
        """Read from the `fit:` counters."""
        return cls(
            strong_fit=tally.get("fit:strong_fit", 0),
            maybe=tally.get("fit:maybe", 0),
            misfit=tally.get("fit:misfit", 0),
        )


class EngagedCompany(BaseModel):
    """A company by how often it wrote; `fit_rate` is its strong fits among these."""

    name: str
    count: int
    fit_rate: float


class FrequentTopic(BaseModel):
    """A topic by how many messages touched it."""

    topic: str
    count: int


class OutcomeSummary(BaseModel):
    """What became of the threads with any outcome; the verified among them are those that an integration confirms."""

    total_tracked: int
    interview_rate: float
    offer_rate: float
    verified_count: int
    unverified_count: int
    verification_rate: float
    verified_interview_rate: float


class CareerHealth(BaseModel):
    """The report, field for field as the reference shows it."""

    period: str
    generated_at: str
    inbound_volume: InboundVolume
    fit_distribution: FitDistribution
    top_companies: list[EngagedCompany]
    top_topics: list[FrequentTopic]
    outcome_summary: OutcomeSummary
    market_demand_signal: Demand


def company_rows(companies: CompanyTallies) -> Iterator[tuple[str, int, float]]:
    """Yields, for each company that a report lists, its name, its messages, and the rate of strong fits among them.

    The name is the most frequent spelling, then the first by code point (contract 7).
    """
    sums = {company: total(by_spelling.values()) for company, by_spelling in companies.items()}
    for company, count in ranked({company: tally["inbound"] for company, tally in sums.items()}, "")[:TOP_N]:
        spellings = {spelling: tally.get("inbound", 0) for spelling, tally in companies[company].items()}
        yield ranked(spellings, "")[0][0], count, rate(sums[company]["fit:strong_fit"], count)


def career_health(
    quarter: Quarter,
    tally: Tally,
    companies: CompanyTallies,
    prior_total: int,
    now: datetime,
) -> CareerHealth:
    """Returns the report on a quarter.

    `tally` is the quarter's, `companies` its parts by company and spelling, `prior_total` the messages of the quarter
    before.
    """
    inbound = tally.get("inbound", 0)
    return CareerHealth(
        period=str(quarter),
        generated_at=timestamp(now),
        inbound_volume=InboundVolume(total=inbound, trend_vs_prior=percentage_change(inbound, prior_total)),
        fit_distribution=FitDistribution.of(tally),
        top_companies=[
            EngagedCompany(name=name, count=count, fit_rate=fit_rate)
            for name, count, fit_rate in company_rows(companies)
        ],
        top_topics=[FrequentTopic(topic=topic, count=count) for topic, count in ranked(tally, "topic:")[:TOP_N]],
        outcome_summary=_outcome_summary(tally),
        market_demand_signal=_demand(quarter, inbound, prior_total, now),
    )


def _outcome_summary(tally: Tally) -> OutcomeSummary:
    tracked, verified = tally.get("tracked", 0), tally.get("verified", 0)
    return OutcomeSummary(
        total_tracked=tracked,
        interview_rate=rate(tally.get(f"reached:{Outcome.INTERVIEWED}", 0), tracked),
        offer_rate=rate(tally.get(f"reached:{Outcome.OFFERED}", 0), tracked),
        verified_count=verified,
        unverified_count=tracked - verified,
        verification_rate=rate(verified, tracked),
        verified_interview_rate=rate(tally.get(f"verified:reached:{Outcome.INTERVIEWED}", 0), verified),
    )


def _demand(quarter: Quarter, total: int, prior_total: int, now: datetime) -> Demand:
    """Messages a day, the quarter so far against all of the quarter before, compared exactly: ten per cent is a
    change.
    """
    if min(total, prior_total) < _DEMAND_NEEDS:
        return "insufficient_data"
    whole = timedelta(days=quarter.days)
    elapsed = min(now - quarter.start, whole) // timedelta(microseconds=1)
    prior_length = timedelta(days=quarter.previous.days) // timedelta(microseconds=1)
    current, before = total * prior_length, prior_total * elapsed
    if 10 * current >= 11 * before:
        return "increasing"
    if 10 * current <= 9 * before:
        return "decreasing"
    return "stable"


def is_fresh(generated_at: datetime, now: datetime) -> bool:
    """Whether a cached report may be served (contract 7)."""
    return now - generated_at <= CACHED_FOR
