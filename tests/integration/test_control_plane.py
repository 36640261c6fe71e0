"""The local control plane: events in, keys, monthly snapshots. What the API then says is in tests/e2e."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.control_plane import ControlPlane
from local.gateway.proxy import Response
from local.stack import Stack
from shared.domain.periods import timestamp
from shared.domain.tallies import MAX_QUARTER_TOPICS
from shared.domain.topics import MAX_TOPICS
from tests.builders import a_message_triaged, an_event, an_id


def a_team(control: ControlPlane, plan: str = "pro", members: int = 1) -> tuple[str, list[str]]:
    team, users = an_id("team"), [an_id("user") for _ in range(members)]
    publish(control, an_event("TeamUpdated", team_id=team, name="Team", plan=plan))
    publish(control, *(an_event("MemberJoined", team_id=team, user_id=user) for user in users))
    return team, users


def publish(control: ControlPlane, *events: Any) -> dict[str, Any]:
    answer = control.answer(lambda: control.apply_events(json.dumps(events).encode()))
    assert answer.status == 200, answer
    document: dict[str, Any] = answer.document
    return document


def make_key(control: ControlPlane, team: str, user: str, *scopes: str) -> dict[str, str]:
    request = {"team_id": team, "user_id": user, "scopes": scopes or ["read"], "name": "test"}
    answer = control.answer(lambda: control.create_key(json.dumps(request).encode()))
    assert answer.status == 201, answer
    document: dict[str, str] = answer.document
    return document


def call(stack: Stack, key: str, method: str = "GET", path: str = "/api/agent/career-health", **body: Any) -> Response:
    payload = json.dumps(body).encode() if body else b""
    return stack.gateway.handle(method, path, [("Authorization", f"Bearer {key}")], payload)


@pytest.fixture(scope="module")
def control(stack: Stack) -> ControlPlane:
    return ControlPlane(stack)


def test_one_event_alone_is_taken_as_well_as_a_list(control: ControlPlane) -> None:
    event = an_event("TeamUpdated", team_id=an_id("team"), name="Team", plan="pro")
    answer = control.answer(lambda: control.apply_events(json.dumps(event).encode()))
    assert answer.document == {"accepted": 1, "rejected": []}


def test_bad_events_are_rejected_by_their_place_and_the_others_are_applied(control: ControlPlane) -> None:
    good = [an_event("TeamUpdated", team_id=an_id("team"), name="Team", plan="pro") for _ in range(12)]
    bad = [
        an_event("TeamUpdated", team_id=an_id("team"), name="Team", plan="platinum"),
        an_event("TeamDissolved"),
        {},
        "a string",
        None,
        7,
    ]
    answer = publish(control, *bad[:3], *good, *bad[3:])
    assert answer["accepted"] == 12
    assert [rejection["index"] for rejection in answer["rejected"]] == [0, 1, 2, 15, 16, 17]
    assert all(rejection["reason"] for rejection in answer["rejected"])
    assert answer["rejected"][3]["reason"] == "not a JSON object"


def test_a_message_beyond_the_topics_of_a_quarter_is_rejected_with_that_reason(control: ControlPlane) -> None:
    team, [user] = a_team(control)
    topics = [f"topic_{n}" for n in range(MAX_QUARTER_TOPICS + 1)]
    messages = [
        a_message_triaged(user_id=user, team_id=team, topics=topics[start : start + MAX_TOPICS])
        for start in range(0, len(topics), MAX_TOPICS)
    ]
    assert publish(control, *messages[:-1])["rejected"] == []
    [rejection] = publish(control, messages[-1])["rejected"]
    assert rejection["reason"] == "detail.topics: would be more than 500 different topics in the quarter"


def test_no_events_are_no_error(control: ControlPlane) -> None:
    assert publish(control) == {"accepted": 0, "rejected": []}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, "[]".encode("utf-16"), b'["\xed\xa0\x80"]'])
def test_a_body_that_is_no_json_is_a_bad_request(control: ControlPlane, body: bytes) -> None:
    for call_of in (control.apply_events, control.create_key, control.make_team_snapshots):
        answer = control.answer(lambda call_of=call_of: call_of(body))  # type: ignore[misc]  # bound for this round
        assert (answer.status, answer.document["code"]) == (400, "invalid_json")


def test_concurrent_calls_are_told_about_their_own_events(control: ControlPlane) -> None:
    def publish_one(bad: bool) -> int:
        plan = "platinum" if bad else "pro"
        event = an_event("TeamUpdated", team_id=an_id("team"), name="Team", plan=plan)
        return len(publish(control, event)["rejected"])

    with ThreadPoolExecutor(8) as executor:
        wanted = [i % 2 == 0 for i in range(24)]
        assert list(executor.map(publish_one, wanted)) == [int(bad) for bad in wanted]


def test_a_key_cannot_be_made_for_nothing(control: ControlPlane) -> None:
    unknown = {"team_id": an_id("team"), "user_id": "u", "scopes": ["read"], "name": "x"}
    assert control.answer(lambda: control.create_key(json.dumps(unknown).encode())).status == 404
    assert control.answer(lambda: control.create_key(b"[]")).status == 400
    assert control.answer(lambda: control.create_key(b"{}")).status == 400


def test_a_revoked_key_is_refused_at_once(stack: Stack, control: ControlPlane) -> None:
    team, [user] = a_team(control)
    made, other = make_key(control, team, user), make_key(control, team, user)
    assert call(stack, made["key"]).status == 200
    assert control.answer(lambda: control.revoke_key(made["key_id"])).status == 204
    assert call(stack, made["key"]).status == 401
    assert call(stack, other["key"]).status == 200


def test_an_unknown_key_cannot_be_revoked(control: ControlPlane) -> None:
    answer = control.answer(lambda: control.revoke_key("key_of_nobody"))
    assert (answer.status, answer.document["code"]) == (404, "not_found")


def test_the_monthly_job_makes_a_snapshot_for_each_enterprise_team(stack: Stack, control: ControlPlane) -> None:
    team, [user] = a_team(control, "enterprise")
    key = make_key(control, team, user)["key"]
    body = b'{"time": "2026-04-01T03:00:00Z"}'
    first = control.answer(lambda: control.make_team_snapshots(body))
    assert first.status == 200
    assert first.document["snapshots"] >= 1
    assert control.answer(lambda: control.make_team_snapshots(body)).document == first.document
    snapshot = json.loads(call(stack, key, path="/api/team/agent/analytics?period=2026-Q1").body)
    assert (snapshot["team_id"], snapshot["generated_at"]) == (team, "2026-04-01T03:00:00Z")


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"time": 7}', b'{"time": "April"}', b'{"time": "2026-04-01T03:00:00"}']
)
def test_the_monthly_job_wants_a_time(control: ControlPlane, body: bytes) -> None:
    assert control.answer(lambda: control.make_team_snapshots(body)).status == 400


@pytest.mark.parametrize(
    "time", ["20260401", "1775012400", "2026-04-01 03:00:00Z", "2999-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]
)
def test_the_monthly_job_wants_an_rfc_3339_time_of_the_past(control: ControlPlane, time: str) -> None:
    answer = control.answer(lambda: control.make_team_snapshots(json.dumps({"time": time}).encode()))
    assert (answer.status, answer.document["errors"][0]["pointer"]) == (400, "#/time")


def test_an_event_from_the_future_is_rejected_with_its_reason_and_one_of_a_fast_clock_is_not(
    control: ControlPlane,
) -> None:
    now = datetime.now(UTC)
    times = [(now + timedelta(minutes=minutes)).isoformat() for minutes in (14, 16)]
    answer = publish(
        control, *(an_event("TeamUpdated", time=time, team_id=an_id("team"), name="T", plan="pro") for time in times)
    )
    assert answer["accepted"] == 1
    assert answer["rejected"] == [{"index": 1, "reason": "time: is more than 15 minutes ahead of the receipt"}]


def test_an_event_that_waited_in_the_queue_is_compared_with_the_time_it_was_first_taken(
    stack: Stack, control: ControlPlane
) -> None:
    team, now = an_id("team"), time.time()
    body = json.dumps(
        an_event("TeamUpdated", time=timestamp(datetime.fromtimestamp(now, UTC)), team_id=team, name="T", plan="pro")
    )
    record = {"messageId": "m1", "receiptHandle": "m1", "body": body, "md5OfBody": "", "awsRegion": "us-east-1",
              "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:IngestQueue"}  # fmt: skip
    an_hour_ago = {"stringValue": str(int(1000 * (now - 3600))), "dataType": "String"}
    sent = {"SentTimestamp": str(int(1000 * now)), "ApproximateReceiveCount": "1"}
    for attributes, known in (({"first_sent": an_hour_ago}, 404), ({}, 204)):
        stack.invoke(
            "IngestEventsFunction", {"Records": [record | {"attributes": sent, "messageAttributes": attributes}]}
        )
        assert control.answer(lambda: control.resume_team(team)).status == known
