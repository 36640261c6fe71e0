"""Reading events (contract 11)."""

from typing import Any

import pytest

from shared.domain import events
from shared.domain.events import BadEvent, read_event
from tests.builders import a_message_triaged, an_event


def test_unknown_fields_are_ignored() -> None:
    event = an_event("TeamUpdated", team_id="t", name="Acme", plan="pro", founded=1999) | {"region": "eu-west-1"}
    assert read_event(event).detail == events.TeamUpdated.model_validate(
        {"team_id": "t", "name": "Acme", "plan": "pro"}
    )


def test_a_member_who_left_is_not_one_who_joined() -> None:
    assert isinstance(read_event(an_event("MemberLeft", team_id="t", user_id="u")).detail, events.MemberLeft)
    assert not isinstance(read_event(an_event("MemberJoined", team_id="t", user_id="u")).detail, events.MemberLeft)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("text", "event"),
        ([], "event"),
        ({}, "detail-type"),
        (an_event("CoffeeMade", cups=1), "unknown detail-type"),
        (an_event("TeamUpdated", team_id="t", name="Acme", plan="gold"), "detail.plan"),
        (an_event("TeamUpdated", name="Acme", plan="pro"), "detail.team_id"),
        (an_event("CandidateErased", user_id=""), "detail.user_id"),
        (an_event("CandidateErased", time="yesterday", user_id="u"), "time"),
        (an_event("CandidateErased", user_id="u") | {"source": "elsewhere"}, "source"),
        (a_message_triaged(received_at="2026-02-10T09:30:00"), "detail.received_at"),
        (a_message_triaged(received_at=1770715800), "detail.received_at"),
        (a_message_triaged(fit="perfect"), "detail.fit"),
        (a_message_triaged(action="ignored"), "detail.action"),
        (a_message_triaged(company="  "), "detail.company"),
        (a_message_triaged(topics="compensation"), "detail.topics"),
        (a_message_triaged(user_id="\ud800"), "detail.user_id"),
        (an_event("TeamUpdated", team_id="t", name="\ud800", plan="pro"), "detail.name"),
        (an_event("TeamUpdated", team_id="t", name="x" * 10_001, plan="pro"), "detail.name"),
        (an_event("CandidateErased", time="0001-01-01T00:00:00+14:00", user_id="u"), "^time"),
        (a_message_triaged(received_at="9999-12-31T23:59:59-14:00"), "detail.received_at"),
        (
            an_event(
                "OutcomeVerified", message_id="m", outcome="hired", verified_at="2026-01-01T00:00:00Z", source="x"
            ),
            "outcome",
        ),
    ],
)
def test_a_bad_event_is_refused_with_its_reason(event: Any, reason: str) -> None:
    with pytest.raises(BadEvent, match=reason):
        read_event(event)


def test_a_reason_names_every_fault_and_no_value() -> None:
    with pytest.raises(BadEvent) as refused:
        read_event(a_message_triaged(fit="ada@example.com", action="+44 20 7946 0000"))
    assert "detail.fit" in str(refused.value)
    assert "detail.action" in str(refused.value)
    assert "ada" not in str(refused.value)
    assert "7946" not in str(refused.value)
