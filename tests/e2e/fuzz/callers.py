"""Callers to fuzz with: enough teams that no plan's limit gets in the way, each with a message and a profile."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from shared.domain.plans import REQUESTS_A_MINUTE, Plan, Scope
from tests.builders import STORY, a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi


def make_callers(api: RunningApi, plan: Plan, scopes: Sequence[Scope], requests: int) -> dict[str, list[str]]:
    """Keys, each of a team of its own, for that many requests at once; with the ids of their holders' messages."""
    today, events, members = datetime.now(UTC).isoformat(), [], []
    for _ in range(math.ceil(requests / REQUESTS_A_MINUTE[plan])):
        team, user, message = an_id("team"), an_id("user"), an_id("msg")
        members.append((team, user, message))
        events += [
            an_event("TeamUpdated", team_id=team, name="A team", plan=plan),
            an_event("MemberJoined", team_id=team, user_id=user),
            an_event("ProfileUpdated", user_id=user, headline="PM", summary="", skills=["SQL"], stories=[STORY]),
            a_message_triaged(message_id=message, user_id=user, team_id=team, received_at=today),
        ]
    api.publish(*events)
    return {api.make_key(team, user, *scopes): [message] for team, user, message in members}
