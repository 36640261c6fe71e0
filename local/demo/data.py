"""The demo data that `make serve` starts with: five quarters of threads, as events and as candidates' own reports.

Everything follows from the quarter `now` lies in: the same quarter gives the same data, without what lies after `now`.
It goes in as real data does, through events and outcome reports, so nothing here knows a table or a tally.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypedDict

from local.demo.people import DEMO_CALLERS, PROFILES, ROLES, SIGN_INS, TEAMS
from local.demo.threads import Thread, joined, opening_message_id, recent_quarters, seeded, threads
from shared.domain.outcomes import Outcome
from shared.domain.periods import timestamp
from shared.domain.plans import Plan

_LATE = timedelta(days=80)  # longer than any thread lives


class SelfReport(TypedDict):
    """An outcome that a candidate reports, as if PATCH were called at `at`."""

    message_id: str
    user_id: str
    outcome: Outcome
    notes: str | None
    at: datetime


def demo_events(now: datetime, fraction: float = 1.0) -> list[dict[str, Any]]:
    """EventBridge events of the agent platform (contract 11) up to `now`, in the order of arrival: a few come late.

    About 3,000 of them are MessageTriaged; `fraction` scales those.
    """
    arrivals = list(_account_events(now))
    for thread in threads(now, fraction):
        arrivals += _thread_events(thread)
    arrivals.sort(key=lambda arrival: arrival[0])
    latest = timestamp(now)
    return [event for _, event in arrivals if event["time"] <= latest]


def demo_self_reports(now: datetime, fraction: float = 1.0) -> list[SelfReport]:
    """Outcomes that candidates report themselves up to `now`, in order of time; to be applied after `demo_events`."""
    reports = [
        SelfReport(
            message_id=thread.message_id,
            user_id=thread.user_id,
            outcome=step.outcome,
            notes=step.notes,
            at=step.at,
        )
        for thread in threads(now, fraction)
        for step in thread.steps
        if step.source is None and step.at <= now
    ]
    return sorted(reports, key=lambda report: (report["at"], report["message_id"]))


def caller_message_id(plan: Plan) -> str:
    """A message of the current quarter that the caller of a plan owns, received by now and without an outcome yet."""
    return opening_message_id(DEMO_CALLERS[plan].user_id)


def _account_events(now: datetime) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Teams before the first quarter, members on the eve of theirs, and profiles an hour after their owners."""
    quarters = recent_quarters(now)
    founded = quarters[-1].start - timedelta(days=2)
    for team in TEAMS:
        detail = {"team_id": team.team_id, "name": team.name, "plan": team.plan.value}
        yield founded, _event("TeamUpdated", founded, detail, team.team_id)
        for team_id, user_id, _ in SIGN_INS:
            if team_id == team.team_id and user_id not in team.members:
                yield founded, _event("MemberJoined", founded, _joining(team_id, user_id), f"{team_id} {user_id}")
        for user_id in team.members:
            came = quarters[joined(user_id)].start - timedelta(days=1)
            yield came, _event("MemberJoined", came, _joining(team.team_id, user_id), user_id)
            told = came + timedelta(hours=1)
            yield told, _event("ProfileUpdated", told, {"user_id": user_id} | _profile(user_id), user_id)


def _joining(team_id: str, user_id: str) -> dict[str, Any]:
    detail: dict[str, Any] = {"team_id": team_id, "user_id": user_id}
    for team, user, role in SIGN_INS:
        if (team, user) == (team_id, user_id):
            detail |= {"role": role, "sign_in": {"provider": "Cognito", "subject": user_id}}
    return detail


def _profile(user_id: str) -> dict[str, Any]:
    if user_id in PROFILES:
        return PROFILES[user_id]
    rng = seeded(user_id, "profile")
    role, skills = rng.choice(ROLES)
    summary = f"{role} who is open to a new team and lets an agent answer recruiters."
    return {"headline": f"{role}, {rng.randint(3, 15)} years", "summary": summary, "skills": skills, "stories": []}


def _thread_events(thread: Thread) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """A thread's events with their arrival: a late triage comes after the outcomes and the correction of its thread."""
    message_id = thread.message_id
    triage = {
        "message_id": message_id,
        "user_id": thread.user_id,
        "team_id": thread.team_id,
        "received_at": timestamp(thread.received_at),
        "company": thread.company,
        "fit": thread.fit.value,
        "topics": list(thread.topics),
        "action": thread.action.value,
    }
    arrival = thread.triaged_at + (_LATE if thread.late else timedelta())
    yield arrival, _event("MessageTriaged", thread.triaged_at, triage, message_id)
    if thread.correction:
        at, fit = thread.correction
        yield at, _event("MessageTriaged", at, triage | {"fit": fit.value}, message_id)
    for step in thread.steps:
        if step.source:
            at, outcome = step.at, step.outcome.value
            verified = {
                "message_id": message_id,
                "outcome": outcome,
                "verified_at": timestamp(at),
                "source": step.source,
            }
            yield at, _event("OutcomeVerified", at, verified, f"{message_id}/{outcome}")


def _event(detail_type: str, at: datetime, detail: dict[str, Any], about: str) -> dict[str, Any]:
    time = timestamp(at)
    event_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"intraview/demo/{detail_type}/{about}/{time}"))
    return {"id": event_id, "source": "intraview", "detail-type": detail_type, "time": time, "detail": detail}
