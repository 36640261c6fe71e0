"""Hypothesis strategies for what the domain's laws are about: small alphabets, so that collisions are common."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.domain.companies.identity import counted_as
from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.outcomes import Outcome, OutcomeReport
from tests.builders import a_message

USERS = ("user_a", "user_b", "user_c")
TEAMS = ("team_1", "team_2")
NO_COMPANY = "N/A"
COMPANIES = ("Stripe", "Stripe, Inc.", "Notion", "Linear GmbH", NO_COMPANY)
TOPICS = ("compensation", "remote_policy", "team_size")

moments = st.integers(min_value=0, max_value=400).map(
    lambda day: datetime(2025, 6, 1, 12, tzinfo=UTC) + timedelta(days=day)
)

outcome_reports = st.builds(
    OutcomeReport,
    at=moments,
    verified=st.booleans(),
    outcome=st.sampled_from(Outcome),
    source=st.sampled_from(["", "greenhouse"]),
)


@st.composite
def triages(draw: st.DrawFn) -> Triage:
    """Any triage."""
    company = draw(st.sampled_from(COMPANIES))
    company_key, spelling = counted_as(company)
    return Triage(
        user_id=draw(st.sampled_from(USERS)),
        team_id=draw(st.sampled_from(TEAMS)),
        received_at=draw(moments),
        company=company,
        company_key=company_key,
        spelling=spelling,
        fit=draw(st.sampled_from(Fit)),
        topics=tuple(sorted(draw(st.sets(st.sampled_from(TOPICS))))),
        action=draw(st.sampled_from(Action)),
        event_order=f"{draw(moments).isoformat(timespec='microseconds')} event",
    )


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any triaged message with any history."""
    triage = draw(triages())
    reports = draw(st.lists(outcome_reports, max_size=4))
    fields = {name: getattr(triage, name) for name in Triage.__dataclass_fields__}
    return a_message(*reports, candidate=triage.user_id.encode().hex()[:24], **fields)


@st.composite
def message_events(draw: st.DrawFn, size: int = 12) -> list[dict[str, Any]]:
    """Events about a few messages of a few users: triages, corrections, even of the user, and confirmed outcomes, some
    of them for messages unseen.
    """
    result = []
    for number in range(draw(st.integers(min_value=1, max_value=size))):
        message_id = draw(st.sampled_from(["m1", "m2", "m3", "m4"]))
        time = draw(moments).isoformat()
        if draw(st.booleans()):
            detail: dict[str, Any] = {
                "message_id": message_id,
                "user_id": draw(st.sampled_from(USERS)),
                "team_id": draw(st.sampled_from(TEAMS)),
                "received_at": draw(moments).isoformat(),
                "company": draw(st.sampled_from(COMPANIES)),
                "fit": draw(st.sampled_from(Fit)).value,
                "topics": draw(st.lists(st.sampled_from(TOPICS), max_size=3)),
                "action": draw(st.sampled_from(Action)).value,
            }
            kind = "MessageTriaged"
        else:
            outcome = draw(st.sampled_from(Outcome)).value
            detail = {"message_id": message_id, "outcome": outcome, "verified_at": time, "source": "greenhouse"}
            kind = "OutcomeVerified"
        event = {"id": f"event_{number}", "source": "intraview", "detail-type": kind, "time": time, "detail": detail}
        result.append(event)
    return result


def _plausible(tally: dict[str, int]) -> dict[str, int]:
    """No more interviews than outcomes."""
    most = tally.get("tracked", 0)
    return {name: min(count, most) if name == "reached:interviewed" else count for name, count in tally.items()}


_COUNTERS = ("fit:strong_fit", "fit:maybe", "fit:misfit", "tracked", "reached:interviewed", "topic:a", "topic:b")

candidate_tallies = st.fixed_dictionaries(
    {"inbound": st.integers(0, 3)}, optional={name: st.integers(0, 3) for name in _COUNTERS}
).map(_plausible)
"""What candidates may have added to a company; a candidate without inbound has left it."""

companies = st.dictionaries(st.integers(0, 30).map(lambda n: f"{n:024x}"), candidate_tallies, max_size=25)
"""Tallies of a company by pseudonym, many with too few candidates and many with enough."""
