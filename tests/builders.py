"""Test data: valid values of everything, of which a test names only what it is about."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from shared.domain.companies.identity import counted_as
from shared.domain.history import History
from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.outcomes import Outcome, OutcomeReport
from tests import leaks

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)

_run = secrets.token_hex(3)
_numbers = count(1)


def an_id(kind: str = "id") -> str:
    """An id that no other test has, nor the same test in another run against the same server."""
    return f"{kind}_{_run}{next(_numbers)}"


def a_triage(**changes: Any) -> Triage:
    """A triage in the first quarter of 2026."""
    triage = Triage(
        user_id="user_1",
        team_id="team_1",
        received_at=datetime(2026, 2, 10, 9, 30, tzinfo=UTC),
        company="Stripe",
        company_key="stripe",
        spelling="Stripe",
        fit=Fit.STRONG_FIT,
        topics=("compensation",),
        action=Action.AUTO_REPLIED,
        event_order="2026-02-10T09:30:05.000000+00:00 event_1",
    )
    if "company" in changes:
        changes = dict(zip(("company_key", "spelling"), counted_as(changes["company"]), strict=True)) | changes
    return replace(triage, **changes)


def a_message(
    *outcomes: OutcomeReport, message_id: str = "msg_1", candidate: str = "ab" * 12, **triage: Any
) -> Message:
    """A triaged message with these outcome reports."""
    return Message(message_id, a_triage(**triage), candidate, a_history(*outcomes))


def a_history(*reports: OutcomeReport) -> History:
    """The history that these reports come to, the owner's at their own times."""
    history = History()
    for report in reports:
        if report.verified:
            history = history.with_verified_event(report)
        else:
            history = history.with_own(history.own.with_report(report))
    return history


def self_report(outcome: Outcome, day: int = 1) -> OutcomeReport:
    """The candidate's report on a day of March 2026."""
    return OutcomeReport(datetime(2026, 3, day, tzinfo=UTC), verified=False, outcome=outcome)


def verified(outcome: Outcome, day: int = 1) -> OutcomeReport:
    """An integration's report on a day of March 2026."""
    return OutcomeReport(datetime(2026, 3, day, tzinfo=UTC), verified=True, outcome=outcome, source="greenhouse")


def an_event(
    detail_type: str,
    *,
    time: str = "2026-03-01T00:00:00Z",
    id: str | None = None,  # noqa: A002 - the envelope's own name
    **detail: Any,
) -> dict[str, Any]:
    """One EventBridge event. No log may ever hold what it says of anybody."""
    leaks.said(detail)
    return {
        "id": id or an_id("event"),
        "source": "intraview",
        "detail-type": detail_type,
        "time": time,
        "detail": detail,
    }


STORY = {
    "story_id": "s1",
    "title": "Activation funnel",
    "context": "A self-serve product with falling activation.",
    "action": "I led activation experiments with engineering and design.",
    "result": "Activation rose by a third.",
    "learning": "Start from the data.",
    "proof": True,
}
"""A story of a profile, as the event ProfileUpdated has it."""


def a_message_triaged(time: str = "2026-03-01T00:00:00Z", **changes: Any) -> dict[str, Any]:
    """A MessageTriaged event."""
    detail = {
        "message_id": an_id("msg"),
        "user_id": "user_1",
        "team_id": "team_1",
        "received_at": "2026-02-10T09:30:00Z",
        "company": "Stripe",
        "fit": "strong_fit",
        "topics": ["compensation"],
        "action": "auto_replied",
    }
    return an_event("MessageTriaged", time=time, **(detail | changes))


def days(number: float) -> timedelta:
    """A span of time."""
    return timedelta(days=number)
