"""The team analytics snapshot: the sum of its members' quarters, as a pure function of tallies (reference, contract
10).
"""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel

from shared.domain.career_health import FitDistribution, company_rows
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter, timestamp
from shared.domain.rounding import shares
from shared.domain.tallies import CompanyTallies, Tally


class TeamCompany(BaseModel):
    """A company by how often it wrote to the team; `avg_fit_rate` is its strong fits among these."""

    name: str
    count: int
    avg_fit_rate: float


class OutcomeFunnel(BaseModel):
    """Threads with an outcome, and how many of them reached each stage or went beyond it."""

    total_tracked: int
    screening_count: int
    interview_count: int
    offer_count: int
    accept_count: int


class AgentUtilization(BaseModel):
    """What the agents did with the messages, as shares that add up to 1.00."""

    auto_reply_rate: float
    draft_rate: float
    decline_rate: float


class TeamAnalytics(BaseModel):
    """The snapshot, field for field as the reference shows it."""

    team_id: str
    period: str
    generated_at: str
    member_count: int
    total_inbound: int
    total_auto_replied: int
    total_drafted: int
    total_declined: int
    fit_distribution: FitDistribution
    top_companies: list[TeamCompany]
    outcome_funnel: OutcomeFunnel
    agent_utilization: AgentUtilization


def team_analytics(
    team_id: str,
    quarter: Quarter,
    member_count: int,
    tally: Tally,
    companies: CompanyTallies,
    now: datetime,
) -> TeamAnalytics:
    """The snapshot of a quarter, from the sums of the members' tallies; arguments as in
    `shared.domain.career_health.career_health`.
    """
    actions = [tally.get(f"action:{action}", 0) for action in ("auto_replied", "drafted", "declined")]
    auto_replied, drafted, declined = actions
    auto_reply_rate, draft_rate, decline_rate = shares(actions)
    return TeamAnalytics(
        team_id=team_id,
        period=str(quarter),
        generated_at=timestamp(now),
        member_count=member_count,
        total_inbound=tally.get("inbound", 0),
        total_auto_replied=auto_replied,
        total_drafted=drafted,
        total_declined=declined,
        fit_distribution=FitDistribution.of(tally),
        top_companies=[
            TeamCompany(name=name, count=count, avg_fit_rate=fit_rate)
            for name, count, fit_rate in company_rows(companies)
        ],
        outcome_funnel=OutcomeFunnel(
            total_tracked=tally.get("tracked", 0),
            screening_count=tally.get(f"reached:{Outcome.SCREENING_SCHEDULED}", 0),
            interview_count=tally.get(f"reached:{Outcome.INTERVIEWED}", 0),
            offer_count=tally.get(f"reached:{Outcome.OFFERED}", 0),
            accept_count=tally.get(f"reached:{Outcome.ACCEPTED}", 0),
        ),
        agent_utilization=AgentUtilization(
            auto_reply_rate=auto_reply_rate, draft_rate=draft_rate, decline_rate=decline_rate
        ),
    )


def quarter_of_the_month_that_ended(scheduled: datetime) -> Quarter:
    """The quarter that a monthly run reports on: on 1 April it is the first quarter, on 1 May the second (contract
    10).
    """
    first_of_month = scheduled.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Quarter.containing(first_of_month - timedelta(microseconds=1))
