"""Nothing is lost and nothing is counted twice when DynamoDB fails or an ingest worker dies.

10,000 events with repeats go in, shuffled, while 2,000 outcomes are recorded at the same time. At the end every tally
is the sum over its messages, every acknowledged write is there, and every event was applied, or is in the dead-letter
queue and is applied when it is redriven.
"""

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.domain.events import read_event
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.services.ingestion import outcome_report_of, triage_of
from shared.services.verification import verify
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.faults.conftest import AT_ONCE, World
from tests.e2e.faults.queue import INGEST

pytestmark = pytest.mark.slow

EVENTS, PATCHES = int(os.environ.get("EVENTS", "10000")), int(os.environ.get("OUTCOMES", "2000"))


def some_events(dice: random.Random) -> list[dict[str, Any]]:
    """Triages, corrections of them and confirmed outcomes, a third of them twice, in no order; a few that are bad."""
    distinct: list[dict[str, Any]] = []
    users = [an_id("user") for _ in range(60)]
    while len(distinct) < EVENTS * 3 // 4 - 20:
        message, user, company = an_id("msg"), dice.choice(users), f"Company {dice.randrange(40)}"
        for day in range(1, dice.choice([2, 2, 3])):
            fit = dice.choice(["strong_fit", "maybe", "misfit"])
            time_ = f"2026-03-0{day}T00:00:00Z"
            distinct.append(a_message_triaged(time_, message_id=message, user_id=user, company=company, fit=fit))
        if dice.random() < 0.5:
            outcome = dice.choice(list(Outcome))
            detail = {"message_id": message, "outcome": outcome, "verified_at": "2026-03-09T00:00:00Z", "source": "ats"}
            distinct.append(an_event("OutcomeVerified", **detail))
    distinct += [an_event("CoffeeMade") for _ in range(20)]
    events = distinct + dice.sample(distinct, EVENTS - len(distinct))
    dice.shuffle(events)
    return events


def expected_messages(events: list[dict[str, Any]]) -> dict[str, Message]:
    """The messages that the events come to, folded in this process."""
    messages: dict[str, Message] = {}
    for raw in events:
        event = read_event(raw)
        message_id = raw["detail"]["message_id"]
        message = messages.get(message_id) or Message(message_id)
        if raw["detail-type"] == "MessageTriaged":
            message = message.triaged(triage_of(event.detail, event.event_order), "")  # type: ignore[arg-type]  # by its type
        else:
            report = outcome_report_of(event.detail, event.time)  # type: ignore[arg-type]  # likewise
            message = message.with_history(message.history.with_verified_event(report))
        messages[message_id] = message
    return messages


def run(world: World, seed: int, *, kill_every: float = 0.0) -> None:
    """Feeds events and outcomes in at the same time, then compares everything with everything."""
    dice, started = random.Random(seed), time.monotonic()
    events = some_events(dice)
    patches = [(dice.choice(list(world.owners)), dice.choice(list(Outcome))) for _ in range(PATCHES)]
    with world.killing(kill_every, INGEST) as killed, ThreadPoolExecutor(8) as pool:
        draining = pool.submit(world.queue.take_in, events)
        answers = list(ThreadPoolExecutor(AT_ONCE).map(lambda patch: world.record(*patch), patches))
        draining.result()
    assert world.proxy
    world.proxy.rate = 0.0
    faults = {name: count for name, count in world.proxy.counts.items() if name != "none"}
    statuses = Counter(status for status, _ in answers)
    good = [event for event in events if event["detail-type"] != "CoffeeMade"]
    dead = world.queue.dead()
    redriven = [event for event in dead if event["detail-type"] != "CoffeeMade"]  # its workers died five times
    world.queue.take_in(redriven)  # as an operator would (docs/operations.md)
    expected = expected_messages(good)
    differing = lost = 0
    for message_id, message in expected.items():
        kept = world.store.messages.get(message_id)
        if kept is None or (kept.triage, kept.history) != (message.triage, message.history):
            differing += 1
            print(f"\nexpected {message}\nfound    {kept}")  # noqa: T201 - a lost event is found by what is missing
    for (message_id, outcome), (status, _) in zip(patches, answers, strict=True):
        kept = world.store.messages.get(message_id)
        assert kept
        lost += status == 200 and outcome not in recorded(kept)
    found = verify(world.store, world.stack.pseudonyms, lambda _: None)
    print(  # noqa: T201 - the figures
        f"\n{EVENTS} events, {PATCHES} outcomes: answers {dict(statuses)}, {sum(faults.values())} faults {faults},"
        f" {len(killed)} kills, {len(dead)} dead letters, {len(redriven)} redriven;"
        f" {len(expected)} messages, {differing} differ; {lost} acknowledged outcomes lost;"
        f" {found.users} users, {len(found.differences)} tallies differ; {time.monotonic() - started:.0f} s"
    )
    assert set(statuses) <= {200, 503}
    assert all(retry_after.isdecimal() for status, retry_after in answers if status == 503)
    assert {event["id"] for event in events if event not in good} <= {event["id"] for event in dead}
    assert (differing, lost, found.differences) == (0, 0, [])


def recorded(message: Message) -> set[Outcome]:
    """Every outcome that a message's history still knows of."""
    return {report.outcome for report in message.history.reports} | {message.history.status.outcome or Outcome.GHOSTED}


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_faults_of_dynamodb_lose_nothing_and_count_nothing_twice(world: World, rate: float) -> None:
    assert world.proxy
    world.proxy.rate = rate
    run(world, seed=1)


@pytest.mark.timeout(1800)
def test_killed_ingest_workers_lose_nothing_and_count_nothing_twice(world: World) -> None:
    run(world, seed=2, kill_every=0.5)
