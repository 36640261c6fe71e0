"""No webhook event is lost, unsigned, doubled under another id, or another team's, whatever fails (contract 14).

Threads change while DynamoDB fails, receivers fail, and workers of every function on the way are killed. What should
arrive is derived from the stream of Messages: the writes that really took place.
"""

import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook

from local.aws.streams import Stream
from local.webhook_pump import DELIVER
from shared.domain.outcomes import Outcome
from shared.store.message_items import message_of
from shared.store.table import from_dynamodb
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.faults.conftest import AT_ONCE, KILL_EVERY, World
from tests.e2e.faults.queue import INGEST

pytestmark = pytest.mark.slow

EVENTS = int(os.environ.get("EVENTS", "10000")) // 10
PATCHES = int(os.environ.get("OUTCOMES", "2000")) // 10
PUBLISH = "PublishEventsFunction"
VERIFIED_ONLY = ["outcome.verified"]


class Receiver:
    """A customer's server. A share of its answers are failures, and while it `hangs` there are none."""

    def __init__(self, failing: float, *, hangs: bool = False) -> None:
        self.failing, self.hangs = failing, hangs
        self.requests: list[tuple[dict[str, str], bytes, bool]] = []
        """Headers, body, and whether the sender was told that it arrived."""
        self._dice = random.Random(3)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.hangs:
                    time.sleep(2)  # then the connection ends without an answer
                fails = receiver.hangs or receiver._dice.random() < receiver.failing
                receiver.requests.append((dict(self.headers), body, not fails))
                if fails and receiver._dice.random() < 0.5:
                    return  # the connection is closed
                self.send_response(500 if fails else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Endpoint:
    """An endpoint of a team, with its receiver."""

    def __init__(self, world: World, team: str, types: list[str], receiver: Receiver) -> None:
        self.team, self.types, self.receiver = team, types, receiver
        request = {"action": "create", "team_id": team, "url": receiver.url, "events": types}
        answer = world.stack.invoke("ManageWebhooksFunction", request)
        assert answer["statusCode"] == 201, answer
        self.secret: str = answer["body"]["secret"]

    def takes(self, event_type: str) -> bool:
        return not self.types or event_type in self.types


@contextmanager
def receivers(world: World) -> Iterator[list[Endpoint]]:
    """Endpoints of three teams: all types, one type, two at one team of which one hangs."""
    one, two, three, *_ = world.teams
    made = [Receiver(0.3), Receiver(0.3), Receiver(0.3), Receiver(0.0, hangs=True)]
    yield [
        Endpoint(world, team, types, receiver)
        for team, types, receiver in zip((one, two, three, three), ([], VERIFIED_ONLY, [], []), made, strict=True)
    ]
    for receiver in made:
        receiver.stop()


type Fact = tuple[Any, ...]
"""What a receiver should hear of a thread: that it is new, or the outcome, stage and verification that it has now."""


def facts_of(records: list[dict[str, Any]]) -> dict[str, Counter[Fact]]:
    """What happened in each team, from what was written."""
    facts: dict[str, Counter[Fact]] = defaultdict(Counter)
    for record in records:
        images = (record["dynamodb"].get(name) for name in ("OldImage", "NewImage"))
        before, after = (message_of(from_dynamodb(image)) if image else None for image in images)
        if after is None or after.triage is None:
            continue
        team, thread = after.triage.team_id, after.message_id
        if before is None or before.triage is None:
            facts[team]["new", thread] += 1
        shown = [(each.history.status if each else None) for each in (before, after)]
        old, new = ((s.outcome, s.stage, s.verified) if s else (None, None, False) for s in shown)
        if old != new:
            facts[team]["changed", thread, *new] += 1
    return facts


def fact_of(body: dict[str, Any]) -> Fact:
    data = body["data"]
    if body["type"] == "message.received":
        return "new", data["id"]
    return "changed", data["id"], data["outcome"], data["stage"], data["verified"]


def is_change(fact: Fact) -> bool:
    return bool(fact[0] == "changed")


def some_threads(world: World, dice: random.Random) -> list[dict[str, Any]]:
    """New threads of the first three teams and of others, some of them corrected, and some of the events twice."""
    teams = list(world.teams)[:5]
    events = []
    for _ in range(EVENTS * 3 // 4):
        team = dice.choice(teams)
        about: dict[str, Any] = {"message_id": an_id("msg"), "user_id": world.teams[team], "team_id": team}
        events.append(a_message_triaged("2026-03-01T00:00:00Z", **about))
        if dice.random() < 0.3:
            events.append(a_message_triaged("2026-03-02T00:00:00Z", **about, fit="misfit"))
    events += dice.sample(events, len(events) // 4)
    dice.shuffle(events)
    return events


def some_outcomes(threads: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """Confirmed outcomes of half of the threads, some of them twice."""
    ids = sorted({event["detail"]["message_id"] for event in threads})
    events = []
    for thread in dice.sample(ids, len(ids) // 2):
        for day in range(1, dice.choice([2, 3])):
            detail = {"message_id": thread, "outcome": dice.choice(list(Outcome)), "source": "ats"}
            events.append(an_event("OutcomeVerified", **detail, verified_at=f"2026-03-1{day}T00:00:00Z"))
    return events + dice.sample(events, len(events) // 4)


@pytest.mark.timeout(1800)
def test_no_event_is_lost_unsigned_or_another_teams(world: World) -> None:
    dice, started = random.Random(4), time.monotonic()
    stream = Stream(world.stack.streams, world.stack.stream_arn("MessagesTable"))
    assert world.proxy
    with receivers(world) as endpoints:
        threads = some_threads(world, dice)
        owned = world.threads[endpoints[0].team]
        patches = [(dice.choice(owned), dice.choice(list(Outcome))) for _ in range(PATCHES)]
        world.proxy.rate = 0.3
        with world.killing(KILL_EVERY, INGEST, PUBLISH, DELIVER) as killed, ThreadPoolExecutor(2) as pool:
            for events in (threads, some_outcomes(threads, dice)):
                taking = pool.submit(world.queue.take_in, events)
                list(ThreadPoolExecutor(AT_ONCE).map(lambda patch: world.record(*patch), patches))
                taking.result()
                world.queue.redrive()  # so that each thread is there before its outcomes
        faults = sum(count for name, count in world.proxy.counts.items() if name != "none")
        world.proxy.rate = 0.0
        for endpoint in endpoints:
            endpoint.receiver.hangs, endpoint.receiver.failing = False, 0.0
        world.published()
        world.stack.webhooks.run_until(datetime.now(UTC) + timedelta(days=2))
        facts = facts_of(list(stream.records()))
        lost = unexpected = unsigned = 0
        bodies: dict[str, set[bytes]] = defaultdict(set)
        for endpoint in endpoints:
            arrived: dict[str, Fact] = {}
            for headers, body, told in endpoint.receiver.requests:
                try:
                    document = Webhook(endpoint.secret).verify(body.decode(), headers)
                except Exception:  # noqa: BLE001 - the library raises several kinds
                    unsigned += 1
                    continue
                bodies[headers["webhook-id"]].add(body)
                assert document["data"]["team_id"] == endpoint.team
                assert endpoint.takes(document["type"])
                if told:
                    arrived[headers["webhook-id"]] = fact_of(document)
            named = {
                fact: count for fact, count in facts[endpoint.team].items() if not endpoint.types or is_change(fact)
            }
            expected, heard = Counter(named), Counter(arrived.values())
            lost += (expected - heard).total()
            unexpected += (heard - expected).total()
        requests = sum(len(endpoint.receiver.requests) for endpoint in endpoints)
        print(  # noqa: T201 - the figures
            f"\n{len(threads)} events, {faults} faults, {len(killed)} kills: {len(bodies)} webhook events in {requests}"
            f" requests; {lost} lost, {unexpected} unexpected, {unsigned} unsigned; {time.monotonic() - started:.0f} s"
        )
        assert len(bodies) > EVENTS // 10
        assert all(len(texts) == 1 for texts in bodies.values()), "one id has one body"
        assert (lost, unexpected, unsigned) == (0, 0, 0)
