"""What the API returns, field for field.

Unknown fields are ignored, so that a newer API does not break an older client; `meta.document` holds the whole document
as it was sent. Closed sets of values are typed as `Literal`; a value that a newer API adds arrives as a plain string.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Fit = Literal["strong_fit", "maybe", "misfit"]
Demand = Literal["increasing", "stable", "decreasing", "insufficient_data"]
Action = Literal["auto_replied", "drafted", "declined"]
Plan = Literal["pro", "team", "enterprise"]
Scope = Literal["read", "write"]
Outcome = Literal[
    "no_response",
    "ghosted",
    "screening_scheduled",
    "interviewed",
    "offered",
    "accepted",
    "declined_by_candidate",
    "declined_by_company",
    "withdrew",
]


@dataclass(frozen=True)
class Meta:
    """The response that a result came in."""

    request_id: str = ""
    etag: str | None = None
    not_modified: bool = False
    """True if the API confirmed the result that the client held (304)."""
    rate_limit: str | None = None
    """The limit of the team's plan, as the API words it: `"pro";q=20;w=60` is 20 requests in 60 seconds."""
    model: str | None = None
    """The model that wrote a job summary; `stand-in` on a local stack without Claude."""
    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundVolume:
    """Messages received; `trend_vs_prior` is a change in percent, None if the prior quarter had none."""

    total: int
    trend_vs_prior: float | None


@dataclass(frozen=True)
class FitDistribution:
    """Messages by how well the job fits."""

    strong_fit: int
    maybe: int
    misfit: int


@dataclass(frozen=True)
class EngagedCompany:
    """A company by how many messages came from it; `fit_rate` is the share of strong fits among these."""

    name: str
    count: int
    fit_rate: float


@dataclass(frozen=True)
class FrequentTopic:
    """A topic by how many messages touched it."""

    topic: str
    count: int


@dataclass(frozen=True)
class OutcomeSummary:
    """The threads with any outcome; an integration confirmed the verified ones."""

    total_tracked: int
    interview_rate: float
    offer_rate: float
    verified_count: int
    unverified_count: int
    verification_rate: float
    verified_interview_rate: float


@dataclass(frozen=True)
class CareerHealth:
    """The report on one member's quarter."""

    period: str
    generated_at: datetime
    inbound_volume: InboundVolume
    fit_distribution: FitDistribution
    top_companies: list[EngagedCompany]
    top_topics: list[FrequentTopic]
    outcome_summary: OutcomeSummary
    market_demand_signal: Demand
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class Signals:
    """The published figures of a company. Outcome rates are None below ten candidates with an outcome."""

    company_name_normalized: str
    total_interactions: int
    strong_fit_rate: float
    maybe_rate: float
    misfit_rate: float
    outcome_interview_rate: float | None
    outcome_offer_rate: float | None
    top_topics: list[str]
    sample_size: int


@dataclass(frozen=True)
class CompanySignals:
    """A company's signals, or None while fewer than ten candidates have met it."""

    signals: Signals | None
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class JobFit:
    """How a job fits the member's profile."""

    overall_fit: Fit
    matched_areas: list[str]
    gaps: list[str]
    talking_points: list[str]
    one_line_pitch: str
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class TeamCompany:
    """A company by how many messages the team got from it."""

    name: str
    count: int
    avg_fit_rate: float


@dataclass(frozen=True)
class OutcomeFunnel:
    """The team's threads with an outcome, and how many of them reached each stage or went beyond it."""

    total_tracked: int
    screening_count: int
    interview_count: int
    offer_count: int
    accept_count: int


@dataclass(frozen=True)
class AgentUtilization:
    """What the agents did with messages, as shares of one whole."""

    auto_reply_rate: float
    draft_rate: float
    decline_rate: float


@dataclass(frozen=True)
class TeamAnalytics:
    """A snapshot of a team's quarter (Enterprise only)."""

    team_id: str
    period: str
    generated_at: datetime
    member_count: int
    total_inbound: int
    total_auto_replied: int
    total_drafted: int
    total_declined: int
    fit_distribution: FitDistribution
    top_companies: list[TeamCompany]
    outcome_funnel: OutcomeFunnel
    agent_utilization: AgentUtilization
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class RecordedOutcome:
    """The outcome on record; repeating an outcome keeps `outcome_recorded_at`."""

    id: str
    outcome: Outcome
    outcome_recorded_at: datetime
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class Thread:
    """A recruiter thread of the key's member. `outcome` and its time are None while none is recorded."""

    id: str
    company: str
    fit: Fit
    topics: list[str]
    action: Action
    received_at: datetime
    outcome: Outcome | None
    outcome_recorded_at: datetime | None
    verified: bool


@dataclass(frozen=True)
class ThreadPage:
    """One page of threads, the newest first. A page may be short or empty while `next_cursor` is set."""

    messages: list[Thread]
    next_cursor: str | None
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class OutcomeReport:
    """One report of an outcome. `source` is "self", or the name of the integration that verified it."""

    outcome: Outcome
    recorded_at: datetime
    verified: bool
    source: str
    notes: str | None


@dataclass(frozen=True)
class ThreadDetail(Thread):
    """A thread with its reports, the oldest first."""

    history: list[OutcomeReport]
    meta: Meta = field(default=Meta(), compare=False, repr=False)


@dataclass(frozen=True)
class WhoAmI:
    """The key at hand: whose it is and what it may do. `expires_at` is None for a key without an end."""

    team_id: str
    user_id: str
    plan: Plan
    scopes: list[Scope]
    key_id: str
    key_name: str
    expires_at: datetime | None
    meta: Meta = field(default=Meta(), compare=False, repr=False)
