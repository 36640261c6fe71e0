"""The recruiter threads of the demo data, each with its whole life: its arrival, its triage, and what became of it.

A member's threads of a quarter follow from who it is, which quarter, how long ago that was and the fraction asked for,
and from nothing else: adding a member or a team leaves everyone else's threads as they are.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from local.demo.market import (
    DEMO_COMPANY,
    NOTES,
    SOURCES,
    TRACKED,
    a_company,
    a_fit,
    a_journey,
    a_spelling,
    an_action,
    is_verified,
    some_topics,
)
from local.demo.people import DEMO_CALLERS, TEAMS, Team
from shared.domain.messages import Action, Fit
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter

QUARTERS = 5
"""How far the demo data goes back, the current quarter included."""

_CALLERS = {caller.user_id: caller for caller in DEMO_CALLERS.values()}


@dataclass(frozen=True, slots=True)
class Step:
    """One outcome of a thread; `source` is the integration that confirms it, None when the candidate reports it."""

    outcome: Outcome
    at: datetime
    source: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread's whole life.

    `correction` is when the agent thought again and what fit it found then; `late` says that the event of the first
    triage is delivered long after it was due.
    """

    message_id: str
    user_id: str
    team_id: str
    received_at: datetime
    company: str
    fit: Fit
    topics: tuple[str, ...]
    action: Action
    triaged_at: datetime
    steps: tuple[Step, ...] = ()
    correction: tuple[datetime, Fit] | None = None
    late: bool = False


def threads(now: datetime, fraction: float) -> Iterator[Thread]:
    """All threads of the last quarters, what is yet to come of the current one included."""
    quarters = recent_quarters(now)
    for team in TEAMS:
        for user_id in team.members:
            for age in range(joined(user_id) + 1):
                yield from _threads_of(team, user_id, quarters[age], age, fraction)


def recent_quarters(now: datetime) -> list[Quarter]:
    """The current quarter and those before it, the newest first."""
    quarters = [Quarter.containing(now)]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].previous)
    return quarters


def joined(user_id: str) -> int:
    """How many quarters ago a member joined: most at the beginning, everyone before the prior quarter."""
    return QUARTERS - 1 if user_id in _CALLERS else seeded(user_id, "joined").choice((4, 4, 4, 3, 2))


def opening_message_id(user_id: str) -> str:
    """The message that reaches a caller at the first moment of the current quarter. Files of events/ name it."""
    return f"msg_{user_id.removeprefix('user_')}_opening"


def seeded(*seed: object) -> Random:
    """Dice that fall the same way for the same seed."""
    return Random("/".join(map(str, ("demo", *seed))))  # noqa: S311 - invented data, no secret


def _threads_of(team: Team, user_id: str, quarter: Quarter, age: int, fraction: float) -> Iterator[Thread]:
    rng = seeded(user_id, quarter)
    if user_id in _CALLERS:  # so that a caller has a message in the current quarter whatever the time is
        message_id = opening_message_id(user_id) if age == 0 else _message_id(quarter, user_id, "opening")
        yield _thread(rng, team, user_id, message_id, quarter.start, opening=True)
    count = max(1, round(_volume(user_id, age) * fraction))
    for number in range(count):
        # By the end of the prior quarter every candidate has met the demo company and said how it went.
        company = DEMO_COMPANY if age == 1 and number == 0 else None
        received_at = _working_hours(rng, quarter, (number + rng.random()) / count)
        yield _thread(rng, team, user_id, _message_id(quarter, user_id, number), received_at, company=company)


def _volume(user_id: str, age: int) -> float:
    """Messages a member gets in the whole of a quarter that lies `age` quarters back: for most, more each quarter."""
    if caller := _CALLERS.get(user_id):
        return caller.volume / caller.growth**age
    return seeded(user_id, "volume").randint(10, 28) / 1.07**age


def _working_hours(rng: Random, quarter: Quarter, share: float) -> datetime:
    """A moment about that share into the quarter, on a weekday between 7 and 19 o'clock."""
    day = int(share * quarter.days)
    if (quarter.start + timedelta(days=day)).weekday() >= 5:
        day += 2 if day + 2 < quarter.days else -2
    return quarter.start + timedelta(days=day, seconds=rng.randrange(7 * 3600, 19 * 3600))


def _thread(
    rng: Random,
    team: Team,
    user_id: str,
    message_id: str,
    received_at: datetime,
    *,
    company: str | None = None,
    opening: bool = False,
) -> Thread:
    """A thread with the company given, which then has an outcome, or with any; an opening one is still untouched."""
    name = company or a_company(rng)
    fit = a_fit(rng, name)
    diligence = 1.25 if user_id in _CALLERS else 1
    tracked = not opening and (company is not None or rng.random() < TRACKED[fit] * diligence)
    steps = _steps(rng, fit, received_at) if tracked else ()
    triaged_at = received_at if opening else received_at + timedelta(seconds=rng.randint(20, 900))
    other_fit = rng.choice([other for other in Fit if other != fit])
    corrected_at = triaged_at + timedelta(minutes=rng.randint(60, 4000))
    return Thread(
        message_id=message_id,
        user_id=user_id,
        team_id=team.team_id,
        received_at=received_at,
        company=a_spelling(rng, name),
        fit=fit,
        topics=some_topics(rng),
        action=an_action(rng, fit),
        triaged_at=triaged_at,
        steps=steps,
        correction=(corrected_at, other_fit) if not opening and rng.random() < 0.015 else None,
        late=not opening and rng.random() < (0.03 if steps and steps[-1].source else 0.005),
    )


def _steps(rng: Random, fit: Fit, received_at: datetime) -> tuple[Step, ...]:
    """A thread's outcomes, from an integration as far as it can see them, else from the candidate."""
    journey = [(received_at + waited, outcome) for waited, outcome in a_journey(rng, fit)]
    visible = [(at, outcome) for at, outcome in journey if outcome not in {Outcome.NO_RESPONSE, Outcome.GHOSTED}]
    if visible and is_verified(rng, [outcome for _, outcome in visible]):
        source = rng.choice(SOURCES)
        steps = [Step(outcome, at, source) for at, outcome in visible]
        if rng.random() < 0.2:  # the candidate was faster, and the outcome is verified
            steps.insert(-1, _self_reported(rng, visible[-1][1], visible[-1][0] - timedelta(hours=6)))
        return tuple(steps)
    return tuple(_self_reported(rng, outcome, at) for at, outcome in journey)


def _self_reported(rng: Random, outcome: Outcome, at: datetime) -> Step:
    return Step(outcome, at, notes=rng.choice(NOTES[outcome]) if rng.random() < 0.5 else None)


def _message_id(quarter: Quarter, user_id: str, which: object) -> str:
    return "msg_" + hashlib.sha256(f"demo/{quarter}/{user_id}/{which}".encode()).hexdigest()[:12]
