"""What an applicant tracking system confirmed is in its thread, whatever fails on the way (contract 15).

Signed events of two connections come repeated, shuffled and partly forged, and are sent again until they are accepted,
while DynamoDB fails and workers are killed. Threads are linked meanwhile.
"""

import hashlib
import hmac
import json
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from shared.domain.ats.facts import Fact
from shared.domain.ats.greenhouse import facts_of
from shared.domain.ats.links import ApplicationKey
from shared.domain.ats.reports import reports_of
from shared.domain.ats.signatures import Provider
from shared.services.verification import verify
from shared.store import Store
from tests.builders import an_event
from tests.e2e.faults.conftest import AT_ONCE, KILL_EVERY, World
from tests.e2e.faults.queue import INGEST, RedeliveringQueue
from tests.integration.ats import greenhouse, offer, reject

pytestmark = pytest.mark.slow

EVENTS = int(os.environ.get("EVENTS", "10000")) // 10
APPLY, RECEIVE, SECRET = "ApplyFactsFunction", "ReceiveIntegrationFunction", "the secret of the hook"
TRIES = 100
"""A provider sends an event again until it is accepted."""


def some_bodies(application: str, dice: random.Random) -> list[bytes]:
    """Events of one application: some of its life, in any order."""
    life = [
        offer(application, "2026-02-20"),
        offer(application, "2026-02-25", "Deprecated"),
        greenhouse("hire_candidate", application, "2026-03-01T10:00:00Z"),
        greenhouse("unhire_candidate", application, "2026-03-02T10:00:00Z"),
        reject(application, "We rejected them", "2026-03-03T10:00:00Z"),
        greenhouse("unreject_candidate", application, "2026-03-04T10:00:00Z"),
        reject(application, "They rejected us", "2026-03-05T10:00:00Z"),
    ]
    return dice.sample(life, dice.randint(1, len(life)))


class Connection:
    """A connection of a team to Greenhouse, with an application for each of the team's threads."""

    def __init__(self, world: World, team: str, number: int) -> None:
        request = {"action": "create", "team_id": team, "provider": "greenhouse", "secret": SECRET}
        answer = world.stack.invoke("ManageIntegrationsFunction", request)
        assert answer["statusCode"] == 201, answer
        self.world, self.team, self.path = world, team, answer["body"]["path"]
        self.thread_of = {f"{number}{n:03d}": thread for n, thread in enumerate(world.threads[team])}

    def links(self) -> list[dict[str, object]]:
        named = {"team_id": self.team, "provider": "greenhouse"}
        return [
            an_event("ThreadLinked", **named, application_id=application, message_id=thread)
            for application, thread in self.thread_of.items()
        ]

    def post(self, body: bytes, secret: str = SECRET) -> int:
        """Sends an event until it is answered by something else than 503. Returns the status."""
        signature = "sha256 " + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        for _ in range(TRIES):
            answer = self.world.stack.gateway.handle("POST", self.path, [("Signature", signature)], body)
            if answer.status != 503:
                return answer.status
            time.sleep(0.05)
        raise AssertionError("the service never came back")


@pytest.mark.timeout(1800)
def test_what_a_provider_confirmed_is_in_its_thread_and_counted_once(world: World) -> None:
    dice, started = random.Random(6), time.monotonic()
    one, two, *others = world.teams
    connections = [Connection(world, team, number) for number, team in enumerate((one, two), start=1)]
    facts = RedeliveringQueue(world.stack, APPLY, AT_ONCE)
    sent: list[tuple[Connection, bytes]] = []
    while len(sent) < EVENTS:
        connection = dice.choice(connections)
        application = dice.choice(list(connection.thread_of))
        sent += [(connection, body) for body in some_bodies(application, dice)]
    forged = dice.sample(sent, len(sent) // 10)
    posts = [(*each, SECRET) for each in sent + dice.sample(sent, len(sent) // 4)]
    posts += [(*each, "not the secret") for each in forged]
    dice.shuffle(posts)
    assert world.proxy
    world.proxy.rate = 0.3
    with world.killing(KILL_EVERY, INGEST, APPLY, RECEIVE) as killed, ThreadPoolExecutor(2) as pool:
        links = [link for connection in connections for link in connection.links()]
        linking = pool.submit(world.queue.take_in, links)
        statuses: list[int] = []

        def post_all() -> None:
            with ThreadPoolExecutor(AT_ONCE) as providers:
                statuses.extend(providers.map(lambda each: each[0].post(each[1], each[2]), posts))

        facts.deliver_while(post_all)
        linking.result()
    faults = sum(count for name, count in world.proxy.counts.items() if name != "none")
    world.proxy.rate = 0.0
    world.queue.redrive()
    redriven = facts.redrive()
    wrong_statuses = [
        status
        for status, (_, _, secret) in zip(statuses, posts, strict=True)
        if status != (200 if secret == SECRET else 401)
    ]
    lost = differing = 0
    store = Store(world.stack.template.functions[APPLY].environment, world.stack.dynamodb)
    now = datetime.now(UTC)
    for connection in connections:
        for application, thread in connection.thread_of.items():
            key = ApplicationKey(connection.team, Provider.GREENHOUSE, application)
            stored = store.applications.read(key, now).facts
            confirmed = [fact for of, body in sent if of is connection for fact in facts_of_body(body, now)]
            expected = {fact.key for fact in confirmed if fact.application_id == application}
            lost += len(expected ^ {fact.key for fact in stored})
            message = store.messages.get(thread)
            assert message
            reported = message.history.providers.get("greenhouse")
            differing += [*(reported.kept if reported else ())] != sorted(reports_of(stored, Provider.GREENHOUSE))
    untouched = [store.messages.get(thread) for team in others for thread in world.threads[team]]
    found = verify(world.store, world.stack.pseudonyms, lambda _: None)
    print(  # noqa: T201 - the figures
        f"\n{len(posts)} requests of 2 connections, {faults} faults, {len(killed)} kills, {redriven} redriven:"
        f" {lost} facts lost or too many, {differing} threads differ, {len(found.differences)} tallies differ;"
        f" {time.monotonic() - started:.0f} s"
    )
    assert wrong_statuses == []
    assert all(message and not message.history.providers for message in untouched)
    assert (lost, differing, found.differences) == (0, 0, [])


def facts_of_body(body: bytes, now: datetime) -> list[Fact]:
    return facts_of(json.loads(body), "", now)
