"""The career health report: one candidate's quarter, as a pure function of tallies (reference, contract 7)."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter, timestamp
from shared.domain.rounding import percentage_change, rate
from shared.domain.tallies import Tally, ranked

LISTED = 5
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


def top_companies(companies: Mapping[str, Tally]) -> list[str]:
    """The companies a report lists, by normalised name: the most frequent, then by name."""
    counts = {company: tally.get("inbound", 0) for company, tally in companies.items()}
    return [company for company, _ in ranked(counts, "")[:LISTED]]


def company_rows(companies: Mapping[str, Tally], names: Mapping[str, str]) -> Iterator[tuple[str, int, float]]:
    """Of each company that a report lists the name to show, the messages, and the rate of strong fits among them."""
    for company in top_companies(companies):
        count, strong = companies[company]["inbound"], companies[company].get("fit:strong_fit", 0)
        yield names.get(company, company), count, rate(strong, count)


def career_health(
    quarter: Quarter,
    tally: Tally,
    companies: Mapping[str, Tally],
    names: Mapping[str, str],
    prior_total: int,
    now: datetime,
) -> CareerHealth:
    """The report on a quarter.

    `tally` is the quarter's, `companies` its tallies by normalised company name, `names` the spelling to show for each
    company listed (that last seen), `prior_total` the messages of the quarter before.
    """
    total = tally.get("inbound", 0)
    return CareerHealth(
        period=str(quarter),
        generated_at=timestamp(now),
        inbound_volume=InboundVolume(total=total, trend_vs_prior=percentage_change(total, prior_total)),
        fit_distribution=FitDistribution.of(tally),
        top_companies=[
            EngagedCompany(name=name, count=count, fit_rate=fit_rate)
            for name, count, fit_rate in company_rows(companies, names)
        ],
        top_topics=[FrequentTopic(topic=topic, count=count) for topic, count in ranked(tally, "topic:")[:LISTED]],
        outcome_summary=_outcome_summary(tally),
        market_demand_signal=_demand(quarter, total, prior_total, now),
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


def is_fresh(quarter: Quarter, generated_at: datetime, now: datetime) -> bool:
    """Whether a cached report may be served: at most a day old, and not from before its quarter ended if it has
    (contract 7).
    """
    made_of_a_whole_quarter = quarter.has_ended(generated_at)
    return now - generated_at <= CACHED_FOR and (made_of_a_whole_quarter or not quarter.has_ended(now))
