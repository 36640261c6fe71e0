"""From a change to a customer's endpoint, on DynamoDB Local and moto (contract 14)."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from functions.deliver_webhook import deliver
from shared.domain.messages import receipt_of
from shared.domain.plans import Plan
from shared.domain.webhooks.events import WebhookEvent, received
from shared.domain.webhooks.schedule import WAITS, Health
from shared.domain.webhooks.signing import secret_of
from shared.domain.webhooks.targets import Target, parse_target
from shared.infra.errors import Unavailable
from shared.infra.outbound import Outbound
from shared.services.webhooks import Deliverer, delete_leftovers, due_deliveries, publish
from shared.store import Store
from shared.store.table import Conflict
from shared.store.webhooks import ATTEMPTS_KEPT, MAX_ENDPOINTS, SLOTS, Claim, Delivery, Endpoint, Task, TooManyEndpoints
from tests.builders import a_triage, an_id
from tests.integration.conftest import PSEUDONYMS

NOW = datetime.now(UTC)


class Receiver:
    """A customer's server on loopback that answers with `status` and remembers what it got."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.requests: list[tuple[dict[str, str], str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                data = b""
                while b"\r\n\r\n" not in data or len(data.split(b"\r\n\r\n", 1)[1]) < _length(data):
                    data += connection.recv(65_536)
                head, _, body = data.partition(b"\r\n\r\n")
                lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
                self.requests.append(({name.lower(): value for name, value in lines}, body.decode()))
                connection.sendall(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nhi" % self.status)

    def close(self) -> None:
        """Stops listening."""
        self._listener.close()


def _length(data: bytes) -> int:
    return int(data.lower().split(b"content-length: ")[1].split(b"\r\n")[0])


@contextmanager
def receiving(status: int = 200) -> Iterator[Receiver]:
    """A running receiver."""
    receiver = Receiver(status)
    try:
        yield receiver
    finally:
        receiver.close()


def deliverer(store: Store, port: int, now: datetime = NOW) -> Deliverer:
    """A deliverer that sends every endpoint's events to a port of loopback."""
    sender = Outbound(lambda _: True, deadline=5)
    return Deliverer(store, sender, lambda _: Target("127.0.0.1", "/", port, "http"), lambda: "secret", lambda: now)


def an_endpoint(store: Store, team_id: str, **changes: object) -> Endpoint:
    """An endpoint of a team that exists."""
    store.accounts.put_team(team_id, "Team", Plan.ENTERPRISE, "2026")
    given = {"endpoint_id": an_id("whe"), "team_id": team_id, "url": "https://example.com/", "created_at": NOW}
    endpoint = Endpoint(**(given | changes))  # type: ignore[arg-type]  # of this test's choice
    store.webhooks.add_endpoint(endpoint)
    return endpoint


def an_event(team_id: str) -> WebhookEvent:
    """The event of a thread that no other test has."""
    return received(an_id("msg"), team_id, receipt_of(a_triage(), NOW))


def published(store: Store, event: WebhookEvent) -> Task:
    """The one delivery that an event leads to."""
    [task] = publish(store, PSEUDONYMS, event, NOW)
    return task


def test_an_event_reaches_every_endpoint_of_its_team_that_takes_it_and_no_other(store: Store) -> None:
    team, other = an_id("team"), an_id("team")
    all_types, named = an_endpoint(store, team), an_endpoint(store, team, events=("message.received",))
    an_endpoint(store, team, events=("snapshot.ready",))
    an_endpoint(store, other)
    tasks = publish(store, PSEUDONYMS, an_event(team), NOW)
    assert {task.endpoint_id for task in tasks} == {all_types.endpoint_id, named.endpoint_id}


def test_a_delivery_is_signed_with_the_endpoint_s_secret_and_recorded(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    with receiving() as receiver:
        assert deliverer(store, receiver.port).deliver(published(store, event)) is None
    [(headers, body)] = receiver.requests
    Webhook(secret_of("secret", endpoint.endpoint_id, 1)).verify(body, headers)
    assert (headers["webhook-id"], body) == (event.event_id, event.body)
    delivery = store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    assert delivery is not None
    assert (delivery.state, [attempt["status"] for attempt in delivery.attempts]) == ("delivered", [200])
    assert delivery.attempts[0]["body"] == "hi"


def test_a_duplicate_of_the_stream_delivers_nothing_twice(store: Store) -> None:
    team = an_id("team")
    an_endpoint(store, team)
    event = an_event(team)
    with receiving() as receiver:
        first, again = published(store, event), published(store, event)
        for task in (first, again):
            deliverer(store, receiver.port).deliver(task)
        assert publish(store, PSEUDONYMS, event, NOW) == []
    assert len(receiver.requests) == 1


def test_a_failing_endpoint_is_tried_on_schedule_and_then_given_up(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    task, at = published(store, event), NOW
    with receiving(500) as receiver:
        for wait in (*WAITS, None):
            due = deliverer(store, receiver.port, at).deliver(task)
            assert due == (at + wait if wait else None)
            if due:
                assert deliverer(store, receiver.port, due - timedelta(seconds=1)).deliver(task) is None
                assert task in list(due_deliveries(store, due))
                at = due
    delivery = store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    assert delivery is not None
    assert (delivery.state, len(delivery.attempts)) == ("failed", 8)
    assert {headers["webhook-id"] for headers, _ in receiver.requests} == {event.event_id}


@pytest.mark.parametrize("status", [301, 302, 308, 400, 401, 404, 429, 503])
def test_whatever_is_not_2xx_is_tried_again(local_store: Store, status: int) -> None:
    team = an_id("team")
    an_endpoint(local_store, team)
    with receiving(status) as receiver:
        assert deliverer(local_store, receiver.port).deliver(published(local_store, an_event(team))) is not None


def test_gone_disables_the_endpoint_and_ends_what_waits(store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(store, team)
    task, waiting = published(store, an_event(team)), published(store, an_event(team))
    with receiving(410) as receiver:
        assert deliverer(store, receiver.port).deliver(task) is None
        assert deliverer(store, receiver.port).deliver(waiting) is None
    assert len(receiver.requests) == 1
    found = store.webhooks.endpoint(team, endpoint.endpoint_id)
    assert found is not None
    assert found.health.disabled
    assert publish(store, PSEUDONYMS, an_event(team), NOW) == []


def test_a_replay_works_on_a_disabled_endpoint_keeps_the_id_and_changes_no_health(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    task = published(store, event)
    with receiving(410) as receiver:
        deliverer(store, receiver.port).deliver(task)
        receiver.status = 200
        deliverer(store, receiver.port).deliver(Task(team, endpoint.endpoint_id, event.event_id, replay=True))
    assert [headers["webhook-id"] for headers, _ in receiver.requests] == [event.event_id] * 2
    found, delivery = (
        store.webhooks.endpoint(team, endpoint.endpoint_id),
        store.webhooks.delivery(endpoint.endpoint_id, event.event_id),
    )
    assert found is not None
    assert delivery is not None
    assert found.health.disabled
    assert delivery.state == "delivered"


def test_of_many_attempts_the_latest_are_kept(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    published(store, event)
    task = Task(team, endpoint.endpoint_id, event.event_id, replay=True)
    with receiving(500) as receiver:
        for _ in range(ATTEMPTS_KEPT):
            deliverer(store, receiver.port).deliver(task)
        receiver.status = 200
        deliverer(store, receiver.port).deliver(task)
    delivery = store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    assert delivery is not None
    assert (delivery.state, len(delivery.attempts)) == ("delivered", ATTEMPTS_KEPT)
    assert [attempt["status"] for attempt in delivery.attempts[-2:]] == [500, 200]


def test_of_simultaneous_new_endpoints_no_more_are_made_than_a_team_may_have(local_store: Store) -> None:
    team = an_id("team")
    first = [an_endpoint(local_store, team) for _ in range(MAX_ENDPOINTS - 3)]

    def add(_: int) -> bool:
        try:
            an_endpoint(local_store, team)
        except TooManyEndpoints:
            return False
        return True

    with ThreadPoolExecutor(8) as executor:
        assert sum(executor.map(add, range(24))) == 3
    assert len(local_store.webhooks.endpoints(team)) == MAX_ENDPOINTS
    for _ in range(2):  # a repeated deletion makes no second place
        local_store.webhooks.delete_endpoint(team, first[0].endpoint_id)
    assert [add(0), add(0)] == [True, False]


def test_a_change_of_an_endpoint_undoes_no_other_and_makes_no_deleted_one_again(store: Store) -> None:
    team = an_id("team")
    read = an_endpoint(store, team)
    rotated = replace(read, secret_version=2, rotated_at=NOW)
    store.webhooks.change_endpoint(read, rotated)
    store.webhooks.change_endpoint(read, replace(read, url="https://example.com/new"))
    found = store.webhooks.endpoint(team, read.endpoint_id)
    assert found == replace(rotated, url="https://example.com/new")
    with pytest.raises(Conflict):
        store.webhooks.change_endpoint(read, rotated)
    store.webhooks.delete_endpoint(team, read.endpoint_id)
    with pytest.raises(Conflict):
        store.webhooks.change_endpoint(found, replace(found, url="https://example.com/other"))
    assert store.webhooks.endpoints(team) == []


def test_an_attempt_under_way_does_not_enable_an_endpoint_that_was_disabled_meanwhile(store: Store) -> None:
    team = an_id("team")
    read = an_endpoint(store, team, health=Health(NOW - timedelta(days=1)))
    store.webhooks.change_endpoint(read, replace(read, health=Health(read.health.failing_since, disabled=True)))
    assert store.webhooks.change_health(read, lambda health: health.after(200, NOW)) == Health(disabled=True)
    found = store.webhooks.endpoint(team, read.endpoint_id)
    assert found is not None
    assert found.health == Health(disabled=True)
    store.webhooks.delete_endpoint(team, read.endpoint_id)
    store.webhooks.change_health(found, lambda health: health.after(500, NOW))
    assert store.webhooks.endpoint(team, read.endpoint_id) is None


def test_the_many_deliveries_of_a_deleted_endpoint_go_a_portion_at_a_time(local_store: Store) -> None:
    while delete_leftovers(local_store, 500):
        """Those of other tests."""
    team = an_id("team")
    endpoint, other = an_endpoint(local_store, team), an_endpoint(local_store, team)
    for event in (an_event(team) for _ in range(41)):
        publish(local_store, PSEUDONYMS, event, NOW)
    local_store.webhooks.delete_endpoint(team, endpoint.endpoint_id)
    assert [delete_leftovers(local_store, 20) for _ in range(4)] == [20, 20, 1, 0]
    assert local_store.webhooks.deleted_endpoints() == []
    assert local_store.webhooks.deliveries(endpoint.endpoint_id, 100) == []
    assert len(local_store.webhooks.deliveries(other.endpoint_id, 100)) == 41


def test_a_delivery_that_an_endpoint_left_behind_is_deleted_and_not_attempted(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    task = published(store, event)
    store.webhooks.delete_endpoint(team, endpoint.endpoint_id)
    store.webhooks.add_delivery(endpoint, event, NOW, "")
    with receiving() as receiver:
        assert deliverer(store, receiver.port).deliver(task) is None
    assert not receiver.requests
    assert task not in list(due_deliveries(store, NOW))


def test_an_endpoint_whose_url_is_no_target_any_more_fails_in_words(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team, url="https://10.0.0.1/"), an_event(team)
    sender = Outbound(lambda _: True)
    Deliverer(store, sender, parse_target, lambda: "secret", lambda: NOW).deliver(published(store, event))
    delivery = store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    assert delivery is not None
    said = "The endpoint's URL must name a host by its full DNS name, not by an address."
    assert (delivery.attempts[0]["status"], delivery.attempts[0]["body"]) == (None, said)


def test_after_a_rotation_both_secrets_sign_for_a_day(store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(store, team, secret_version=2, rotated_at=NOW)
    with receiving() as receiver:
        deliverer(store, receiver.port).deliver(published(store, an_event(team)))
        later = deliverer(store, receiver.port, NOW + timedelta(hours=24))
        later.deliver(published(store, an_event(team)))
    counts = [len(headers["webhook-signature"].split()) for headers, _ in receiver.requests]
    assert counts == [2, 1]
    headers, body = receiver.requests[0]
    Webhook(secret_of("secret", endpoint.endpoint_id, 1)).verify(body, headers)


def test_an_endpoint_has_ten_places_and_a_full_one_waits_without_an_attempt(store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(store, team)
    under_way = Delivery(endpoint.endpoint_id, an_event(team), NOW)
    for slot in range(SLOTS):
        assert store.webhooks.free_slots(endpoint.endpoint_id, NOW) == list(range(slot, SLOTS))
        assert store.webhooks.claim(under_way, slot, NOW, NOW + timedelta(minutes=1), replay=True) is Claim.TAKEN
    with receiving() as receiver:
        due = deliverer(store, receiver.port).deliver(published(store, an_event(team)))
        assert due is not None
        assert not receiver.requests
        after = NOW + timedelta(minutes=2)
        event = an_event(team)
        assert deliverer(store, receiver.port, after).deliver(published(store, event)) is None
    assert len(receiver.requests) == 1, "places of functions that died are free again"


def records(*tasks: Task) -> dict[str, Any]:
    """Tasks as SQS hands them over, by the event's id."""
    return {"Records": [{"messageId": task.event_id, "body": json.dumps(asdict(task))} for task in tasks]}


class FailsFor:
    """A DynamoDB client that cannot write what names a word."""

    def __init__(self, client: Any, word: str) -> None:
        self._client = client
        self._word = word

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self._client, operation)

        def call(**parameters: Any) -> Any:
            if operation == "transact_write_items" and self._word in str(parameters):
                raise Unavailable
            return method(**parameters)

        return call


def test_of_a_batch_only_what_a_failing_backend_stopped_comes_again(local_store: Store) -> None:
    team = an_id("team")
    an_endpoint(local_store, team)
    tasks = [published(local_store, an_event(team)) for _ in range(3)]
    failing = Store(local_store._environ, FailsFor(local_store.webhooks._table.client, tasks[1].event_id))
    with receiving() as receiver:
        found = deliver(records(*tasks), deliverer(failing, receiver.port))
        assert found == {"batchItemFailures": [{"itemIdentifier": tasks[1].event_id}]}
        assert len(receiver.requests) == 2
        assert deliver(records(*tasks), deliverer(local_store, receiver.port)) == {"batchItemFailures": []}
    assert sorted(headers["webhook-id"] for headers, _ in receiver.requests) == sorted(task.event_id for task in tasks)


def test_a_receiver_that_hangs_delays_no_other_of_its_batch(local_store: Store) -> None:
    team = an_id("team")
    with socket.create_server(("127.0.0.1", 0)) as hanging, receiving() as receiver:
        ports = (hanging.getsockname()[1], receiver.port)
        endpoints = [an_endpoint(local_store, team, url=f"http://127.0.0.1:{port}/") for port in ports]
        tasks = publish(local_store, PSEUDONYMS, an_event(team), NOW)
        sender = Outbound(lambda _: True, deadline=8)
        at = Deliverer(
            local_store, sender, lambda url: Target("127.0.0.1", "/", int(url[17:-1]), "http"), lambda: "secret"
        )
        batch = threading.Thread(target=at.deliver_all, args=[tasks])
        batch.start()
        ends = time.monotonic() + 6
        while not local_store.webhooks.deliveries(endpoints[1].endpoint_id, 1)[0].attempts:
            assert time.monotonic() < ends
            time.sleep(0.02)
        assert batch.is_alive(), "the other one hangs still"
        batch.join()
    [hung] = local_store.webhooks.deliveries(endpoints[0].endpoint_id, 1)
    assert (hung.state, hung.failed) == ("pending", 1)


def test_an_erased_thread_is_in_no_delivery_and_comes_into_none(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    task = published(store, event)
    tombstone = PSEUDONYMS.erased_message(event.message_id)
    store.messages.erase(event.message_id, tombstone, "2027")
    store.webhooks.delete_about(event.message_id)
    assert store.webhooks.delivery(endpoint.endpoint_id, event.event_id) is None
    assert publish(store, PSEUDONYMS, event, NOW) == []
    with receiving() as receiver:
        assert deliverer(store, receiver.port).deliver(task) is None
    assert not receiver.requests


def test_a_function_that_dies_during_an_attempt_leaves_the_delivery_due_again(store: Store) -> None:
    team = an_id("team")
    endpoint, event = an_endpoint(store, team), an_event(team)
    published(store, event)
    delivery = store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    assert delivery is not None
    later = NOW + timedelta(minutes=1)
    assert store.webhooks.claim(delivery, 0, NOW, later) is Claim.TAKEN
    assert store.webhooks.claim(delivery, 1, NOW, later) is Claim.LATE, "one function makes the attempt"
    assert store.webhooks.claim(delivery, 0, NOW, later, replay=True) is Claim.FULL
    assert store.webhooks.free_slots(endpoint.endpoint_id, NOW) == list(range(1, SLOTS)), "the late one took no place"
    task = Task(team, endpoint.endpoint_id, event.event_id)
    assert task not in list(due_deliveries(store, NOW))
    assert task in list(due_deliveries(store, NOW + timedelta(minutes=1)))
