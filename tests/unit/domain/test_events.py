"""Reading events (contract 11)."""

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

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


RECEIVED = datetime(2026, 3, 1, tzinfo=UTC)
TEAM = {"team_id": "t", "name": "Acme", "plan": "pro"}
VERIFIED = {"message_id": "m", "outcome": "offered", "source": "x"}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (lambda time: an_event("TeamUpdated", time=time, **TEAM), "time"),
        (lambda time: an_event("TeamUpdated", occurred_at=time, **TEAM), "detail.occurred_at"),
        (lambda time: an_event("ProfileUpdated", occurred_at=time, user_id="u"), "detail.occurred_at"),
        (lambda time: an_event("OutcomeVerified", verified_at=time, **VERIFIED), "detail.verified_at"),
        (lambda time: a_message_triaged(received_at=time), "detail.received_at"),
    ],
)
def test_a_time_more_than_15_minutes_ahead_of_the_receipt_is_a_bad_event(
    event: Callable[[str], dict[str, Any]], field: str
) -> None:
    assert read_event(event("2026-03-01T00:15:00Z"), RECEIVED)
    for time in ("2026-03-01T00:15:00.000001Z", "2062-01-01T00:00:00Z", "2026-03-01T01:16:00+01:00"):
        with pytest.raises(BadEvent, match=f"^{field}: is more than 15 minutes ahead of the receipt$"):
            read_event(event(time), RECEIVED)


def test_an_erasure_is_never_refused_for_being_ahead() -> None:
    assert read_event(an_event("CandidateErased", time="2062-01-01T00:00:00Z", user_id="u"), RECEIVED)


NOT_A_TIME = ["20260331", "1381340626859", "1381340626", 1381340626, "2026-03-31", "2026-03-31T00:00:00", True, None]


@pytest.mark.parametrize("time", NOT_A_TIME)
@pytest.mark.parametrize("kind", ["time", "occurred_at", "received_at", "verified_at"])
def test_digits_and_times_without_an_offset_are_a_bad_event(kind: str, time: Any) -> None:
    events_ = {
        "time": an_event("TeamUpdated", **TEAM) | {"time": time},
        "occurred_at": an_event("TeamUpdated", **TEAM, occurred_at=time),
        "received_at": a_message_triaged(received_at=time),
        "verified_at": an_event("OutcomeVerified", verified_at=time, **VERIFIED),
    }
    if kind == "occurred_at" and time is None:
        assert read_event(events_[kind])  # as if it were not there
        return
    with pytest.raises(BadEvent, match=kind):
        read_event(events_[kind])


@pytest.mark.parametrize("bad", ["", "x" * 129, "a b", "a/b", "a#b", "ä", 7, None, ["a"], True])
@pytest.mark.parametrize("field", ["message_id", "user_id", "team_id"])
def test_an_id_of_other_characters_is_a_bad_event(field: str, bad: Any) -> None:
    with pytest.raises(BadEvent, match=f"detail.{field}"):
        read_event(a_message_triaged(**{field: bad}))


def test_an_event_s_own_time_is_occurred_at() -> None:
    event = read_event(an_event("TeamUpdated", **TEAM, occurred_at="2026-02-28T23:59:59.25Z"))
    assert event.time == datetime(2026, 2, 28, 23, 59, 59, 250_000, tzinfo=UTC)
    assert event.event_order.startswith("2026-02-28T23:59:59.250000+00:00")


def subclasses(model: type[BaseModel]) -> set[type[BaseModel]]:
    return {model}.union(*(subclasses(child) for child in model.__subclasses__()))


NOT_INPUT = {
    "answers of the API, some of them read back from our own tables": {
        "AgentUtilization", "CareerHealth", "CompanySignals", "EngagedCompany", "FitDistribution", "FrequentTopic",
        "InboundVolume", "JobFit", "OutcomeFunnel", "OutcomeSummary", "RecordedOutcome", "Signals", "TeamAnalytics",
        "ReportedOutcome", "TeamCompany", "Thread", "ThreadPage", "ThreadSummary", "WhoAmI",
    },
    "made of validated parts": {"Event"},
    "the environment, whose numbers are texts": {"ClaudeSettings"},
    "the provider's answers": {"Reply", "_Block", "_Error", "_ErrorReply", "_Usage"},
}  # fmt: skip


def test_every_model_that_reads_input_is_strict() -> None:
    for path in [*Path("functions").glob("*.py"), *Path("shared").rglob("*.py")]:
        importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    ours = {model for model in subclasses(BaseModel) if model.__module__.startswith(("functions.", "shared."))}
    lax = {model.__name__ for model in ours if not model.model_config.get("strict")}
    assert lax <= set().union(*NOT_INPUT.values()), "derive it from shared.domain.fields.StrictModel"
