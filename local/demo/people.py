"""Who lives in the demo data: teams, candidates, and the profiles of the callers whose keys `make serve` prints.

Everyone is invented. The stories say what was done, with figures, so that a job summary has something to rest on: the
job description asks for much of what the Enterprise caller did, for part of what the Pro caller did, and for little of
the Team caller's work.
"""

from dataclasses import dataclass
from typing import Any

from shared.domain.plans import Plan


@dataclass(frozen=True, slots=True)
class Team:
    """A team, its plan, and its members' user ids."""

    team_id: str
    name: str
    plan: Plan
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """A member who gets a demo key: messages in the whole current quarter, and its ratio to the quarter before."""

    team_id: str
    user_id: str
    volume: int
    growth: float


def _members(names: str) -> tuple[str, ...]:
    return tuple(f"user_{name}" for name in names.split())


_ACME = _members("maya jonas amara kenji sofia tariq ines lukas chloe ravi nadia owen")

TEAMS = (
    Team("team_acme", "Acme Talent Collective", Plan.ENTERPRISE, _ACME),
    Team("team_harbor", "Harbor Engineering Alumni", Plan.TEAM, _members("tomas grace yusuf elin")),
    Team("team_priya", "Priya Raman", Plan.PRO, _members("priya")),
    Team("team_northwind", "Northwind", Plan.ENTERPRISE, _members("hannah mateo aisha viktor leila dmitri paula")),
    Team("team_juniper", "Juniper Cohort 12", Plan.TEAM, _members("noor felix bianca samuel mei oscar")),
    Team("team_lumen", "Lumen Guild", Plan.TEAM, _members("carla henrik zainab marco freya")),
    Team("team_diego", "Diego Fuentes", Plan.PRO, _members("diego")),
    Team("team_alice", "Alice Wood", Plan.PRO, _members("alice")),
    Team("team_minh", "Minh Tran", Plan.PRO, _members("minh")),
)

SIGN_INS = (
    ("team_acme", "user_maya", "admin"),
    ("team_acme", "user_jonas", "member"),
    ("team_acme", "user_amara", "member"),
    ("team_harbor", "user_tomas", "admin"),
    ("team_priya", "user_priya", "admin"),
    ("team_northwind", "user_hannah", "admin"),
    ("team_northwind", "user_jonas", "member"),
)
"""Who may sign in to the console: team, member, and role. A member's identity at the local provider is the user's id.
Jonas is in two teams, and has no threads in the second.
"""

DEMO_CALLERS: dict[Plan, Caller] = {
    Plan.PRO: Caller("team_priya", "user_priya", volume=46, growth=1.2),
    Plan.TEAM: Caller("team_harbor", "user_tomas", volume=38, growth=0.8),
    Plan.ENTERPRISE: Caller("team_acme", "user_maya", volume=54, growth=1.04),
}
"""The members whose keys are printed at start-up, by plan: demand for them rises, falls, and stays as it is."""

# One paragraph without quotes or backslashes: it is pasted into a shell inside a JSON string.
JOB_DESCRIPTION = (
    "We are looking for a Senior Product Manager to lead our Growth team. You will own the full funnel from "
    "acquisition through activation and retention for a self-serve product used by 40,000 small businesses. You will "
    "run the experimentation program end to end, from hypothesis to A/B test to decision, and work day to day with "
    "engineering, design and data science. You have improved onboarding and activation with measurable results, you "
    "are fluent in SQL and product analytics, you write clearly, and you have led cross-functional teams without "
    "formal authority. Experience with pricing and packaging is a plus, and so is experience with an enterprise sales "
    "motion. Remote within Europe or the US East Coast, team of nine, reports to the VP Product."
)


def _story(story_id: str, title: str, *carl: str, proof: bool = False) -> dict[str, Any]:
    context, action, result, learning = carl
    told = {"context": context, "action": action, "result": result, "learning": learning}
    return {"story_id": story_id, "title": title, **told, "proof": proof}


_MAYA = {
    "headline": "Growth product manager, self-serve SaaS, 8 years",
    "summary": "Product manager for acquisition, activation and retention of self-serve products. "
    "Runs experimentation programs with engineering, design and data science, and writes down what was learned.",
    "skills": [
        *("product management", "growth", "activation", "onboarding", "experimentation", "A/B testing"),
        *("SQL", "product analytics", "pricing", "cross-functional leadership"),
    ],
    "stories": [
        _story(
            "story_maya_activation",
            "Rebuilt onboarding and raised activation by 31 %",
            "Only 22 % of new self-serve accounts of a scheduling product booked a meeting within a week.",
            "Mapped the activation funnel with data science, cut onboarding from eleven steps to four, and shipped six "
            "A/B tests in one quarter with five engineers and a designer.",
            "Week-one activation rose from 22 % to 29 %, and paid conversion by 14 %, confirmed on a holdout.",
            "Removing a step beats explaining it; the two tests that failed saved a quarter of roadmap.",
            proof=True,
        ),
        _story(
            "story_maya_program",
            "Made experimentation a habit across four teams",
            "Four product teams shipped without measuring; nobody could say which releases had moved retention.",
            "Wrote the experiment template, started a weekly review with engineering, design and analytics, and taught "
            "product managers to read confidence intervals.",
            "From 3 experiments a quarter to 41 within a year; 12 changed a roadmap decision.",
            "Leading without authority works when the review is useful to those who come.",
            proof=True,
        ),
        _story(
            "story_maya_pricing",
            "Repackaged pricing from seats to usage",
            "Small businesses left when they had to pay for seats they used twice a month.",
            "Interviewed 35 customers, modelled five packages in SQL on two years of billing data, and tested two "
            "of them in one region.",
            "Net revenue retention of small accounts went from 88 % to 97 % in two quarters.",
            "Pricing is a product surface, and support should see it before customers do.",
        ),
        _story(
            "story_maya_referral",
            "An acquisition loop that paid for itself",
            "The cost of paid acquisition had doubled in a year while referrals brought 4 % of sign-ups.",
            "Built an invitation into the moment after the first success, with one designer and one engineer.",
            "Referrals grew to 17 % of sign-ups, at a ninth of the cost of a paid one.",
            "Ask at the moment of success, never at sign-up.",
        ),
    ],
}

_PRIYA = {
    "headline": "Product manager, marketplaces and payments, 6 years",
    "summary": "Product manager who came from analytics. Launched seller onboarding in five countries and owned "
    "checkout conversion for a marketplace of 12,000 sellers.",
    "skills": [
        *("product management", "marketplaces", "onboarding", "payments"),
        *("SQL", "product analytics", "localisation"),
    ],
    "stories": [
        _story(
            "story_priya_sellers",
            "Seller onboarding in five countries",
            "Sellers outside the home market waited nine days for identity checks, and 40 % gave up.",
            "Split onboarding into what the law needs at once and what can wait, with legal, engineering and a bank.",
            "Time to first listing fell from nine days to one; completed onboarding rose from 60 % to 83 %.",
            "Regulation leaves more freedom in the order of steps than anyone assumes.",
            proof=True,
        ),
        _story(
            "story_priya_checkout",
            "Checkout conversion up by 6 % with local payment methods",
            "Half of the carts in the Netherlands and Poland were abandoned at the payment step.",
            "Sized the gap in SQL, added two local payment methods and ran an A/B test over four weeks.",
            "Checkout conversion rose by 6.2 % in both markets, worth 1.8 million euros a year.",
            "Measure by country first: the average had hidden the whole problem.",
            proof=True,
        ),
        _story(
            "story_priya_search",
            "A search redesign that was rolled back",
            "Buyers said that search felt slow, and leadership wanted a redesign for the spring campaign.",
            "Shipped the redesign to 20 % of buyers behind a flag, with guardrail metrics agreed beforehand.",
            "Purchases fell by 3 %, and it was rolled back in two days instead of after the campaign.",
            "Agreeing on the reason to stop before the launch makes stopping easy.",
        ),
    ],
}

_TOMAS = {
    "headline": "Staff backend engineer, distributed systems, 11 years",
    "summary": "Backend engineer for event-driven systems in Go and Python. Cares for migrations nobody notices and "
    "for calm on-call rotas.",
    "skills": ["Go", "Python", "PostgreSQL", "Kafka", "AWS", "distributed systems", "observability", "mentoring"],
    "stories": [
        _story(
            "story_tomas_ledger",
            "Moved a payments ledger without downtime",
            "A ledger of 900 million rows had outgrown its single PostgreSQL primary.",
            "Designed dual writes with reconciliation, and moved tenants in 40 small waves behind a flag.",
            "No downtime and no lost entry; p99 write latency fell from 480 ms to 35 ms.",
            "Reconciliation is worth writing first: it found two old bugs before the move began.",
            proof=True,
        ),
        _story(
            "story_tomas_oncall",
            "Cut pages by 80 %",
            "Seven engineers shared 60 pages a week, most of them for nothing a person could do.",
            "Replaced cause-based alerts by four service objectives and gave every remaining page a runbook.",
            "From 60 pages a week to 12, and two engineers withdrew their notice.",
            "An alert without an action is a meeting that should not exist.",
        ),
    ],
}

PROFILES: dict[str, dict[str, Any]] = {"user_maya": _MAYA, "user_priya": _PRIYA, "user_tomas": _TOMAS}
"""The callers' profiles, by user id, as `ProfileUpdated` carries them."""

ROLES = (
    ("Backend engineer", ["Python", "Go", "PostgreSQL", "AWS"]),
    ("Frontend engineer", ["TypeScript", "React", "accessibility", "design systems"]),
    ("Data scientist", ["Python", "SQL", "causal inference", "experimentation"]),
    ("Product designer", ["interaction design", "user research", "prototyping", "Figma"]),
    ("Machine learning engineer", ["Python", "PyTorch", "ranking", "model serving"]),
    ("Engineering manager", ["hiring", "coaching", "delivery", "architecture"]),
    ("Site reliability engineer", ["Kubernetes", "Terraform", "observability", "incident response"]),
)
"""What the other candidates do, and with what: they have told their agent this much and no story yet."""
