"""Webhook deliveries a second on DynamoDB Local, beside plain posts by the same sender to the same receiver; and what a
delivery takes in calls, units and dollars.

A delivery is what `publish_events` and `deliver_webhook` do for one event and one endpoint, without the queue. The
receiver is a process of its own and answers at once.
"""

import asyncio
import io
import math
import multiprocessing
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import shared.infra.aws
from benchmarks.meter import Meter
from benchmarks.money import LAMBDA_REQUEST, LOG_OVERHEAD, QUEUE_REQUEST, Request
from benchmarks.prices import DATED, PRICES
from benchmarks.tables import TEAM, Tables
from local.template import read_template
from shared.domain.event_log import Receipt
from shared.domain.plans import Plan
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.webhooks.events import WebhookEvent, received
from shared.domain.webhooks.targets import Target
from shared.infra.outbound import Outbound
from shared.services.webhooks import Deliverer, publish
from shared.store import Store
from shared.store.webhooks import SLOTS, Endpoint, Task

ENDPOINTS, EVENTS, ROUNDS = 8, 25, 5
"""Each event goes to every endpoint."""
SENDERS, BATCH = 2, 10
"""Processes that publish, deliver and post, each so many at once: template.yaml's BatchSize."""
RECEIVER_MS = 100
"""Assumed, not measured: how long a customer's server takes, TLS included."""
SENT_KB = 2
"""Assumed: what leaves for a delivery, TLS and headers included."""
PLATFORM_LOG_BYTES = 500
"""Assumed: what Lambda logs of an invocation."""
INDEX_UNITS = 5
"""Write units of indexes, which the meter does not see: a new delivery enters by_due and by_time, a claim moves it in
by_due (2), and its end takes it out.
"""
SHARED = {"BatchGetItem"}
"""Calls that a batch makes once."""
_PSEUDONYMS = Pseudonyms("a key for a benchmark")
_RESPONSE = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def measure(tables: Tables) -> dict[str, Any]:
    """Deliveries, publications and posts a second, medians of interleaved rounds; calls, units and dollars of one."""
    tables.store.accounts.put_team(TEAM, "Acme", Plan.ENTERPRISE, "2026")
    for n in range(ENDPOINTS):
        tables.store.webhooks.add_endpoint(Endpoint(f"whe_{n}", TEAM, "https://example.com/", datetime.now(UTC)))
    with ExitStack() as stack:
        port = stack.enter_context(_process(_receive)).recv()
        senders = [stack.enter_context(_process(_sender, tables.environ, port)) for _ in range(SENDERS)]
        rounds = [_round(senders) for _ in range(ROUNDS + 1)][1:]  # the first one warms
        deliverer = Deliverer(tables.store, Outbound(lambda _: True), lambda _: _target(port), lambda: "a secret")
        publishing, attempting = _one_delivery(tables, deliverer)
    of = {figure: median(each[figure] for each in rounds) for figure in rounds[0]}
    return {
        "deliveries_a_second": round(of["delivered"]),
        "posts_a_second": round(of["posted"]),
        "of_posts": round(median(each["delivered"] / each["posted"] for each in rounds), 3),
        "published_a_second": round(of["published"]),
        "load": [round(load, 1) for load in os.getloadavg()],
        "at_once": SENDERS * BATCH,
        "processor_ms": {step: round(of[f"{step}_ms"], 2) for step in ("published", "delivered", "posted")},
        "prices": DATED,
        **_money(
            replace(publishing, processor_ms=of["published_ms"]), replace(attempting, processor_ms=of["delivered_ms"])
        ),
    }


def _target(port: int) -> Target:
    return Target("127.0.0.1", "/", port, "http")


def _round(senders: Sequence[Connection]) -> dict[str, float]:
    """Publishes events, delivers them and posts as many bodies.

    Returns the rates a second of all senders together, and the milliseconds that one takes of their processor.
    """
    figures = {}
    for step in ("published", "delivered", "posted"):
        for sender in senders:
            sender.send(step)
        done = [sender.recv() for sender in senders]
        number = sum(number for number, _, _ in done)
        figures[step] = number / max(seconds for _, seconds, _ in done)
        figures[f"{step}_ms"] = 1000 * sum(processor for _, _, processor in done) / number
    return figures


def _sender(orders: Connection, environ: Mapping[str, str], port: int) -> None:
    """A process that sends, as an environment of Lambda does, with the client that functions have; until the order is
    empty.
    """
    os.environ.update(environ)
    store, sender = Tables(shared.infra.aws.client("dynamodb"), dict(environ)).store, Outbound(lambda _: True)
    deliverer = Deliverer(store, sender, lambda _: _target(port), lambda: "a secret")
    events: list[WebhookEvent] = []
    tasks: list[Task] = []

    def published() -> int:
        events[:] = [_an_event() for _ in range(EVENTS)]
        tasks[:] = [task for some in executor.map(partial(_published, store), events) for task in some]
        return len(tasks)

    def delivered() -> int:
        return sum(len(deliverer.deliver_all(batch)) for batch in batched(tasks, BATCH, strict=False))

    def posted() -> int:
        bodies = [event.body.encode() for event in events] * ENDPOINTS
        return len(list(executor.map(partial(sender.post, _target(port), {}), bodies)))

    steps = {step.__name__: step for step in (published, delivered, posted)}
    with ThreadPoolExecutor(BATCH) as executor, redirect_stdout(io.StringIO()):
        while order := orders.recv():
            began, worked = time.perf_counter(), time.process_time()
            number = steps[order]()
            orders.send((number, time.perf_counter() - began, time.process_time() - worked))
            if order == "delivered" and not all(_is_delivered(store, task) for task in tasks):
                raise RuntimeError("an attempt was not recorded as delivered")


def _is_delivered(store: Store, task: Task) -> bool:
    delivery = store.webhooks.delivery(task.endpoint_id, task.event_id)
    return delivery is not None and delivery.state == "delivered"


def _published(store: Store, event: WebhookEvent) -> list[Task]:
    return publish(store, _PSEUDONYMS, event, datetime.now(UTC))


def _an_event() -> WebhookEvent:
    now = datetime.now(UTC)
    return received(
        f"msg_{secrets.token_hex(8)}", TEAM, Receipt(now, now, "Company of the usual length", "maybe", "drafted")
    )


def _one_delivery(tables: Tables, deliverer: Deliverer) -> tuple[Request, Request]:
    """What publishing takes for one delivery, and what the attempt takes."""
    publishing, tasks = _request(tables, EVENTS, ENDPOINTS, lambda: _published(tables.store, _an_event()))
    queue = batched([task for some in tasks for task in some], BATCH, strict=False)
    attempting, _ = _request(tables, EVENTS * ENDPOINTS // BATCH, BATCH, lambda: deliverer.deliver_all(next(queue)))
    return publishing, attempting


def _request[Result](
    tables: Tables, times: int, deliveries: int, work: Callable[[], Result]
) -> tuple[Request, list[Result]]:
    """What a delivery takes of work that is done so many times, for so many deliveries each, but for the processor."""
    with Meter(tables.dynamodb).attached() as meter, redirect_stdout(io.StringIO()) as log:
        results = [work() for _ in range(times)]
    written = meter.write_units + meter.transaction_units(tables.dynamodb)
    number, lines = times * deliveries, log.getvalue().splitlines()
    return Request(
        0.0,
        {name: called / number for name, called in meter.counted.items()},
        meter.read_units / number,
        written / number,
        sum(map(len, lines)) // number,
        len(lines) // number,
    ), results


def _money(publishing: Request, attempting: Request) -> dict[str, Any]:
    """Dollars a million deliveries at list prices, and what a thousand a second need, in full batches of the queue.

    Attempts of a batch wait together, and share the processor.
    """
    functions = {function.handler.split(".")[1]: function for function in read_template().functions.values()}
    batch = replace(
        attempting,
        processor_ms=BATCH * attempting.processor_ms,
        calls={name: number * (BATCH if name in SHARED else 1) for name, number in attempting.calls.items()},
        claude_ms=RECEIVER_MS,
    )
    one = replace(attempting, calls={"TransactWriteItems": 1}, claude_ms=RECEIVER_MS)  # while it has its place
    memory = functions["deliver_webhook"].memory
    batch_ms = batch.milliseconds(memory)
    units = publishing.write_units + attempting.write_units + INDEX_UNITS
    reads = publishing.read_units + attempting.read_units
    logged = attempting.log_bytes + LOG_OVERHEAD * attempting.log_lines + PLATFORM_LOG_BYTES * (1 + 1 / BATCH)
    dollars = {
        "compute": publishing.compute(functions["publish_events"].memory) + batch.compute(memory) / BATCH,
        "requests": (1 + 1 / BATCH) * LAMBDA_REQUEST,
        "queue": (1 + 2 / BATCH) * QUEUE_REQUEST,  # sent alone; received and deleted in batches
        "data": replace(attempting, read_units=reads, write_units=units).data(),
        "logs": 1e6 * logged / 1e9 * PRICES["CloudWatch Logs, a GB"],
        "data_out": SENT_KB * PRICES["Data out, a GB"],
    }
    return {
        "calls": {"publish": _rounded(publishing.calls), "attempt": _rounded(attempting.calls)},
        "read_units": round(reads, 2),
        "write_units": round(units, 2),
        "dollars_a_million": _rounded(dollars | {"total": sum(dollars.values())}),
        "on_paper": {
            "batch_ms": round(batch_ms),
            "environments_for_1000_a_second": math.ceil(1000 / BATCH * batch_ms / 1000),
            "write_units_for_1000_a_second": round(1000 * units),
            "most_a_second_to_one_endpoint": math.floor(1000 * SLOTS / one.milliseconds(memory)),
        },
    }


def _rounded(calls: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, 2) for name, number in calls.items()}


@contextmanager
def _process(work: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    """A process that does some work until the end; yields the connection to it."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.terminate()
        process.join()


def _receive(started: Connection) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        writer.write(_RESPONSE)
        await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        started.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
