"""Webhook events published again from the tables, on DynamoDB Local and its streams (contract 14)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.session import get_session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.aws.streams import Stream
from shared.domain.event_log import KEPT_FOR
from shared.domain.periods import Quarter
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.webhooks.events import WebhookEvent
from shared.services.reports import make_scheduled_snapshot
from shared.services.republication import Republished, republish
from shared.services.webhooks import publish
from shared.store import Store
from shared.store.events import Cursor
from shared.store.item_events import new_events
from shared.store.table import from_dynamodb
from shared.store.webhooks import Endpoint, Task
from tests.builders import a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_tallies_law import renamed, take_in
from tests.integration.test_webhooks import NOW, an_endpoint, deliverer, receiving
from tests.strategies import message_events

ALWAYS = (NOW - KEPT_FOR, NOW + timedelta(days=1))
JOB = datetime(2026, 4, 1, 3, tzinfo=UTC)


def again(
    store: Store, team: str, times: tuple[datetime, datetime] = ALWAYS, **more: Any
) -> tuple[Republished, list[Task]]:
    """Republishes a team's events; returns what was done and what was queued."""
    queued: list[Task] = []
    done = republish(store, PSEUDONYMS, team, *times, NOW, queue=queued.extend, **more)
    return done, queued


def delivered_to(store: Store, endpoint: Endpoint) -> set[WebhookEvent]:
    """The events of which an endpoint has deliveries."""
    return {delivery.event for delivery in store.webhooks.deliveries(endpoint.endpoint_id, 1_000)}


@pytest.fixture(scope="module")
def streams(dynamodb_local: str, local_tables: tuple[Any, dict[str, str]]) -> list[Stream]:
    """The streams of Messages and Reports, from now on."""
    client, environment = local_tables
    credentials: Any = {"region_name": "us-east-1", "endpoint_url": dynamodb_local}
    names = (environment["MESSAGES_TABLE"], environment.get("REPORTS_TABLE", "ReportsTable"))
    arns = (client.describe_table(TableName=name)["Table"]["LatestStreamArn"] for name in names)
    return [Stream(get_session().create_client("dynamodbstreams", **credentials), arn) for arn in arns]


def told(streams: list[Stream], team: str) -> Iterator[WebhookEvent]:
    """The events of a team that the streams have given since the last call."""
    for stream in streams:
        for record in stream.records():
            change = record["dynamodb"]
            images = (change.get(name) for name in ("OldImage", "NewImage"))
            events = new_events(*(from_dynamodb(image) if image else None for image in images))
            yield from (event for event in events if event.team_id == team)


@given(given_events=message_events(), erased=st.booleans())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_republication_of_everything_gives_exactly_the_events_that_the_streams_gave(
    local_store: Store, streams: list[Stream], given_events: list[dict[str, Any]], erased: bool
) -> None:
    run = an_id("run").replace("_", "")
    team, owner = f"team_{run}", {"m1": "user_a", "m2": "user_b", "m3": "user_b", "m4": "user_b"}
    for event in given_events:  # a thread stays with its owner
        if event["detail-type"] == "MessageTriaged":
            event["detail"] |= {"user_id": owner[event["detail"]["message_id"]], "team_id": team}
    take_in(local_store, *renamed(given_events, run))
    for period, at in ((1, JOB), (1, JOB + timedelta(days=1)), (2, JOB), (1, JOB)):
        make_scheduled_snapshot(local_store, team, Quarter(2026, period), at, at)
    if erased:
        take_in(local_store, an_event("CandidateErased", user_id=f"{run}-user_a"))
    stream_gave = list(told(streams, team))
    assert len({event.event_id for event in stream_gave}) == len(stream_gave) >= 3
    expected = {event for event in stream_gave if not erased or event.message_id != f"{run}-m1"}

    endpoint = an_endpoint(local_store, team)
    done, queued = again(local_store, team)
    assert (done.events, done.resume) == (len(expected), None)
    assert delivered_to(local_store, endpoint) == expected
    assert {task.event_id for task in queued} == {event.event_id for event in expected}
    assert again(local_store, team) == (Republished(events=len(expected)), [])


def a_thread_of(store: Store, team: str) -> str:
    """A thread of a team, with one outcome, as the tables hold it."""
    message = an_id("msg")
    take_in(
        store,
        a_message_triaged(message_id=message, team_id=team, user_id=an_id("user")),
        an_event(
            "OutcomeVerified", message_id=message, outcome="offered", verified_at="2026-03-02T00:00:00Z", source="x"
        ),
    )
    return message


def test_an_endpoint_gets_again_only_what_was_never_delivered_to_it(local_store: Store) -> None:
    team = an_id("team")
    endpoint, other = an_endpoint(local_store, team), an_endpoint(local_store, team, events=("snapshot.ready",))
    for _ in range(3):
        a_thread_of(local_store, team)
    again(local_store, team)
    delivered, given_up, waiting, *_ = local_store.webhooks.deliveries(endpoint.endpoint_id, 10)
    with receiving() as receiver:
        deliverer(local_store, receiver.port).deliver(Task(team, endpoint.endpoint_id, delivered.event.event_id))
    failed = deliver_in_vain(local_store, endpoint, given_up.event)
    assert failed.state == "failed"

    _, queued = again(local_store, team)
    assert queued == [Task(team, endpoint.endpoint_id, given_up.event.event_id)]
    renewed = local_store.webhooks.delivery(endpoint.endpoint_id, given_up.event.event_id)
    assert renewed is not None
    assert (renewed.state, renewed.failed, renewed.due_at, renewed.attempts) == ("pending", 0, NOW, failed.attempts)
    left = local_store.webhooks.delivery(endpoint.endpoint_id, waiting.event.event_id)
    assert left == waiting
    assert not delivered_to(local_store, other)


def deliver_in_vain(store: Store, endpoint: Endpoint, event: WebhookEvent) -> Any:
    """Makes all attempts of a delivery, each of which fails; returns it as it is then."""
    at = NOW
    with receiving(500) as receiver:
        while due := deliverer(store, receiver.port, at).deliver(
            Task(event.team_id, endpoint.endpoint_id, event.event_id)
        ):
            at = due
    return store.webhooks.delivery(endpoint.endpoint_id, event.event_id)


def test_only_what_was_written_between_the_times_is_published_again(local_store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(local_store, team)
    before = datetime.now(UTC).replace(microsecond=0)
    a_thread_of(local_store, team)
    after = datetime.now(UTC) + timedelta(seconds=1)
    assert again(local_store, team, (after, after + timedelta(days=1)))[0].events == 0
    assert again(local_store, team, (before - timedelta(days=1), before))[0].events == 0
    assert not delivered_to(local_store, endpoint)
    assert again(local_store, team, (before, after))[0].events == 2


def test_a_republication_is_taken_up_where_it_stopped(local_store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(local_store, team)
    for _ in range(4):
        a_thread_of(local_store, team)
    make_scheduled_snapshot(local_store, team, Quarter(2026, 1), JOB, JOB)
    events, resume, calls = 0, None, 0
    while True:
        done, _ = again(local_store, team, resume=resume, enough=lambda: True)
        events, calls = events + done.events, calls + 1
        if done.resume is None:
            break
        resume = Cursor(*done.resume)
    assert (events, len(delivered_to(local_store, endpoint))) == (9, 9)
    assert calls > 5


def test_without_a_team_every_team_gets_its_own_events(local_store: Store) -> None:
    teams = [an_id("team") for _ in range(2)]
    endpoints = [an_endpoint(local_store, team) for team in teams]
    for team in teams:
        a_thread_of(local_store, team)
        make_scheduled_snapshot(local_store, team, Quarter(2026, 1), JOB, JOB)
    again(local_store, "")
    for team, endpoint in zip(teams, endpoints, strict=True):
        found = delivered_to(local_store, endpoint)
        assert (len(found), {event.team_id for event in found}) == (3, {team})


def test_what_the_stream_still_gives_after_a_republication_is_no_second_delivery(local_store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(local_store, team)
    a_thread_of(local_store, team)
    _, tasks = again(local_store, team)
    with receiving() as receiver:
        for task in tasks:
            deliverer(local_store, receiver.port).deliver(task)
        for event in delivered_to(local_store, endpoint):
            assert publish(local_store, PSEUDONYMS, event, NOW) == []
    assert len(receiver.requests) == 2


def test_an_erasure_during_a_republication_leaves_no_delivery(local_store: Store) -> None:
    team, user, message = an_id("team"), an_id("user"), an_id("msg")
    endpoint = an_endpoint(local_store, team)
    take_in(local_store, a_message_triaged(message_id=message, team_id=team, user_id=user))

    class ErasingPseudonyms(Pseudonyms):
        """Erases the person between the scan and the write."""

        def erased_message(self, message_id: str) -> str:
            take_in(local_store, an_event("CandidateErased", user_id=user))
            return super().erased_message(message_id)

    done = republish(local_store, ErasingPseudonyms("a key for tests"), team, *ALWAYS, NOW, queue=lambda _: None)
    assert done.events == 1
    assert not delivered_to(local_store, endpoint)
