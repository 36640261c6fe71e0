"""What recruiters write about in the demo data, and how their threads go: companies, topics, and the odds of each step.

The odds are chosen so that reports look like the reference's examples: of the threads tracked about two in five reach
an interview and one in eight an offer, and integrations confirm a quarter, more often those that got somewhere. The
companies exist, the numbers are invented.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate
from random import Random

from shared.domain.messages import Action, Fit
from shared.domain.outcomes import STAGES, Outcome

COMPANIES: tuple[tuple[str, ...], ...] = (
    ("Stripe", "Stripe, Inc.", "STRIPE"),
    ("Google", "Google LLC"),
    ("Datadog", "Datadog, Inc."),
    ("Notion", "notion"),
    ("Spotify", "Spotify AB"),
    ("Shopify", "Shopify Inc."),
    ("Figma", "Figma, Inc."),
    ("Zalando", "Zalando SE"),
    ("Anthropic",),
    ("Airbnb", "Airbnb, Inc."),
    ("Adyen", "Adyen N.V."),
    ("Cloudflare", "Cloudflare, Inc."),
    ("Canva", "Canva Pty Ltd"),
    ("Snowflake", "Snowflake Inc."),
    ("Linear",),
    ("Personio", "Personio SE & Co. KG"),
    ("Vercel", "Vercel Inc"),
    ("GitLab", "GitLab Inc.", "Gitlab"),
    ("Klarna", "Klarna AB"),
    ("MongoDB", "MongoDB, Inc."),
    ("Celonis", "Celonis SE"),
    ("Ramp",),
    ("Delivery Hero", "Delivery Hero SE"),
    ("Mercari", "Mercari, Inc."),
    ("Monzo",),
    ("Atlassian", "Atlassian Pty Ltd"),
    ("Grafana Labs",),
    ("Doctolib", "Doctolib SAS"),
    ("SAP", "SAP SE"),
    ("Supabase", "Supabase, Inc."),
    ("Intercom",),
    ("HelloFresh", "HelloFresh SE"),
    ("Pleo",),
    ("N26", "N26 GmbH"),
    ("PostHog", "PostHog Inc."),
    ("Typeform",),
    ("Back Market",),
    ("Tractive", "Tractive GmbH"),
    ("Wolt", "Wolt Oy"),
    ("Ecosia", "Ecosia GmbH"),
)
"""Each company's spellings, the usual one first; companies from the busiest to the rarest."""

DEMO_COMPANY = COMPANIES[0][0]
"""A company that every candidate has met, with an outcome, however little data there is: its signals are published."""

# Zipf's law with a softened head, and two steps down at the tail: of the last twelve companies four are met by ten
# candidates but with few outcomes to publish, and eight stay below the privacy threshold.
_TAIL = [0.5] * 4 + [0.1] * 8
_SCALE = [1.0] * (len(COMPANIES) - len(_TAIL)) + _TAIL
_COMPANY_ODDS = list(accumulate(scale * (rank + 6) ** -1.2 for rank, scale in enumerate(_SCALE)))

TOPICS = {
    "compensation": 30,
    "remote_policy": 22,
    "team_size": 15,
    "tech_stack": 12,
    "equity": 10,
    "growth_path": 9,
    "interview_process": 8,
    "company_stage": 6,
    "relocation": 5,
    "visa_sponsorship": 4,
    "start_date": 4,
    "on_call": 3,
}
"""Topics of recruiter messages, each with its weight."""
_TOPIC_ODDS = list(accumulate(TOPICS.values()))

SOURCES = ("greenhouse", "lever", "ashby", "workday")
"""Integrations that confirm outcomes."""

_FIT_ODDS = {Fit.STRONG_FIT: 0.46, Fit.MAYBE: 0.32, Fit.MISFIT: 0.22}
_PULL = {spellings[0]: Random(spellings[0]).uniform(0.7, 1.6) for spellings in COMPANIES}  # noqa: S311 - invented data, no secret
_ACTION_ODDS = {  # auto_replied, drafted, declined: two thirds, a quarter and an eighth of all
    Fit.STRONG_FIT: (0.72, 0.26, 0.02),
    Fit.MAYBE: (0.63, 0.32, 0.05),
    Fit.MISFIT: (0.42, 0.10, 0.48),
}

TRACKED = {Fit.STRONG_FIT: 0.56, Fit.MAYBE: 0.42, Fit.MISFIT: 0.24}
"""How likely a candidate says what became of a thread, by fit."""
_NEXT_STAGE = {  # the odds of each stage once the one before is reached, and the longest wait for it in days
    Outcome.SCREENING_SCHEDULED: ({Fit.STRONG_FIT: 0.68, Fit.MAYBE: 0.42, Fit.MISFIT: 0.15}, 8),
    Outcome.INTERVIEWED: ({Fit.STRONG_FIT: 0.82, Fit.MAYBE: 0.7, Fit.MISFIT: 0.5}, 14),
    Outcome.OFFERED: ({Fit.STRONG_FIT: 0.33, Fit.MAYBE: 0.22, Fit.MISFIT: 0.1}, 21),
    Outcome.ACCEPTED: ({Fit.STRONG_FIT: 0.24, Fit.MAYBE: 0.14, Fit.MISFIT: 0.1}, 10),
}
# How a thread ends at the stage it reached; None is still open.
_ENDINGS: dict[Outcome | None, dict[Outcome | None, int]] = {
    None: {
        Outcome.NO_RESPONSE: 40,
        Outcome.GHOSTED: 25,
        Outcome.DECLINED_BY_COMPANY: 20,
        Outcome.DECLINED_BY_CANDIDATE: 15,
    },
    Outcome.SCREENING_SCHEDULED: {
        Outcome.DECLINED_BY_COMPANY: 45,
        Outcome.WITHDREW: 20,
        Outcome.GHOSTED: 20,
        None: 15,
    },
    Outcome.INTERVIEWED: {Outcome.DECLINED_BY_COMPANY: 45, Outcome.WITHDREW: 15, None: 40},
    Outcome.OFFERED: {Outcome.DECLINED_BY_CANDIDATE: 60, None: 40},
    Outcome.ACCEPTED: {None: 1},
}

NOTES: dict[Outcome, tuple[str, ...]] = {
    Outcome.NO_RESPONSE: ("No answer to my reply in two weeks",),
    Outcome.GHOSTED: ("Went quiet after asking for salary expectations", "Two reminders, no reply"),
    Outcome.SCREENING_SCHEDULED: ("Phone screen with hiring manager next Tuesday", "Recruiter call, 30 minutes"),
    Outcome.INTERVIEWED: ("Onsite went well, decision in a week", "Four rounds, a case study among them"),
    Outcome.OFFERED: ("Verbal offer, letter follows", "Offer at the upper end of the band, equity still open"),
    Outcome.ACCEPTED: ("Signed, starting next month",),
    Outcome.DECLINED_BY_CANDIDATE: ("Pay below my floor", "Office four days a week"),
    Outcome.DECLINED_BY_COMPANY: ("They took an internal candidate", "They want more enterprise sales"),
    Outcome.WITHDREW: ("Took myself out, the scope had changed",),
}
"""What candidates write beside an outcome."""


def a_company(rng: Random) -> str:
    """A company, by its usual name; the first ones come most often."""
    return rng.choices(COMPANIES, cum_weights=_COMPANY_ODDS)[0][0]


def a_spelling(rng: Random, company: str) -> str:
    """A company's name as somebody may type it: one time in seven not the usual way."""
    others = next(spellings[1:] for spellings in COMPANIES if spellings[0] == company)
    return rng.choice(others) if others and rng.random() < 1 / 7 else company


def some_topics(rng: Random) -> tuple[str, ...]:
    """One to four topics, each once."""
    return tuple(dict.fromkeys(rng.choices(list(TOPICS), cum_weights=_TOPIC_ODDS, k=rng.randint(1, 4))))


def a_fit(rng: Random, company: str) -> Fit:
    """A fit: some companies write to the right people more often than others."""
    weights = [_FIT_ODDS[Fit.STRONG_FIT] * _PULL[company], _FIT_ODDS[Fit.MAYBE], _FIT_ODDS[Fit.MISFIT]]
    return rng.choices(list(_FIT_ODDS), weights)[0]


def an_action(rng: Random, fit: Fit) -> Action:
    """What the agent does with a message of this fit."""
    return rng.choices([Action.AUTO_REPLIED, Action.DRAFTED, Action.DECLINED], _ACTION_ODDS[fit])[0]


def a_journey(rng: Random, fit: Fit) -> list[tuple[timedelta, Outcome]]:
    """The outcomes of a thread that somebody keeps track of, each with the time since the message came; at least one.

    People often skip a step when they report, so a stage before the last one is told only two times in five.
    """
    waited = timedelta()
    reached: list[tuple[timedelta, Outcome]] = []
    for stage in STAGES:
        odds, days = _NEXT_STAGE[stage]
        if rng.random() >= odds[fit]:
            break
        waited += _wait(rng, days)
        reached.append((waited, stage))
    told = [step for step in reached[:-1] if rng.random() < 0.4] + reached[-1:]
    endings = _ENDINGS[reached[-1][1] if reached else None]
    ending = rng.choices(list(endings), list(endings.values()))[0]
    return [*told, (waited + _wait(rng, 16), ending)] if ending else told


def _wait(rng: Random, days: int) -> timedelta:
    return timedelta(seconds=rng.randint(86_400, days * 86_400))


def is_verified(rng: Random, outcomes: Sequence[Outcome]) -> bool:
    """Whether an integration confirms a thread's outcomes: more often when it got to an interview."""
    return rng.random() < (0.45 if any(outcome in STAGES[1:] for outcome in outcomes) else 0.22)
