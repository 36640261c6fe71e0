"""What a million requests of each endpoint, and a million events, cost at list prices: from measured calls, units,
processor time and log lines.

The formula, for one request:
    API Gateway + authorizer's share + Lambda's request + memory x duration + units read and written + kilobytes logged
A duration is processor time, stretched where the memory buys less than a whole processor, and the time DynamoDB takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.growth import a_message
from benchmarks.meter import Meter
from benchmarks.prices import DATED, PRICES
from benchmarks.tables import EVENTS, Tables
from local.template import read_template
from shared.periods import Quarter

GATEWAY, LAMBDA_REQUEST, READ_UNIT, WRITE_UNIT, EVENT, QUEUE_REQUEST = (
    1e6 * PRICES[name]
    for name in (
        "API Gateway, a request",
        "Lambda, a request",
        "DynamoDB on demand, a read unit",
        "DynamoDB on demand, a write unit",
        "EventBridge, an event",
        "SQS, a request",
    )
)
"""Dollars a million."""

MEMORIES = (128, 256, 512, 1024, 1769)
WHOLE_PROCESSOR_MB = 1769  # Lambda Developer Guide, "Configure Lambda function memory"
WAITING_MS = {"GetItem": 4, "BatchGetItem": 5, "Query": 6, "PutItem": 5, "UpdateItem": 5, "TransactWriteItems": 15}
CLAUDE_MS = 5_000
"""Assumed, not measured: what DynamoDB takes in its own region, and Claude. Change them for your own."""
CHECKS_A_REQUEST = 0.1
"""Assumed: the share of requests whose verdict API Gateway does not have from the minute before."""
LOG_OVERHEAD = 26
"""Bytes that CloudWatch Logs adds to each line."""
BATCH = 10


@dataclass(frozen=True)
class Request:
    """What one invocation was measured to need."""

    processor_ms: float
    calls: Mapping[str, int]
    read_units: float
    write_units: float
    log_bytes: int
    log_lines: int
    claude_ms: int = 0

    def milliseconds(self, memory: int) -> float:
        """How long Lambda would bill it."""
        waiting = self.claude_ms + sum(WAITING_MS[name] * number for name, number in self.calls.items())
        return waiting + self.processor_ms * max(1.0, WHOLE_PROCESSOR_MB / memory)

    def compute(self, memory: int) -> float:
        """Dollars a million for memory and time."""
        return 1e6 * memory / 1024 * self.milliseconds(memory) / 1000 * PRICES["Lambda on arm64, a GB-second"]

    def data(self) -> float:
        """Dollars a million for DynamoDB."""
        return self.read_units * READ_UNIT + self.write_units * WRITE_UNIT


def measure(tables: Tables, warm: Mapping[str, Any]) -> dict[str, Any]:
    """`warm` is what benchmarks.warm measured: it holds each function's processor time, calls and units."""
    access = _access_log_bytes()
    requests = {
        name: Request(
            of["processor_ms"], of["calls"], of["read_units"], of["write_units"], of["log_bytes"], of["log_lines"]
        )
        for name, of in warm["dynamodb_local"].items()
        if name != "bare"
    }
    memory = {function.handler.split(".")[1]: function.memory for function in read_template().functions.values()}
    authorizer, job = requests.pop("authorizer"), requests["summarize_job"]
    requests["summarize_job"] = replace(job, claude_ms=CLAUDE_MS)
    result: dict[str, Any] = {"prices": DATED, "access_log_bytes": access, "endpoints": {}}
    for name, request in requests.items():
        result["endpoints"][name] = _of_request(request, memory[name], authorizer, access)
    result["event"] = _of_event(requests["record_outcome"], tables)
    floor = Request(0.0, {"GetItem": 1}, 1, 0, 0, 0)
    result["floor"] = round(GATEWAY + LAMBDA_REQUEST + floor.data() + floor.compute(128), 2)
    return result


def _of_request(request: Request, memory: int, authorizer: Request, access_log_bytes: int) -> dict[str, Any]:
    checks = CHECKS_A_REQUEST * (LAMBDA_REQUEST + authorizer.compute(512) + authorizer.data())
    by_memory = {size: round(request.compute(size), 3) for size in MEMORIES}
    logged = request.log_bytes + access_log_bytes + LOG_OVERHEAD * (request.log_lines + 1)
    logs = 1e6 * logged / 1e9 * PRICES["CloudWatch Logs, a GB"]
    return {
        "memory": memory,
        "milliseconds": {size: round(request.milliseconds(size), 1) for size in MEMORIES},
        "compute": by_memory,
        "data": round(request.data(), 3),
        "logs": round(logs, 3),
        "log_kilobytes": round(logged / 1000, 2),
        "authorizer": round(checks, 3),
        "total": round(GATEWAY + LAMBDA_REQUEST + checks + by_memory[memory] + request.data() + logs, 2),
    }


def _of_event(outcome: Request, tables: Tables) -> dict[str, Any]:
    """A MessageTriaged event: measured on the store; its processor time is taken to be that of an outcome."""
    meter = Meter(tables.dynamodb)
    with meter.attached():
        message = a_message(0, "money", Quarter(2026, 1))
        guards = {"unless_erased_person": "erased#nobody_at_all", "unless_erased_message": "erased#nothing_at_all"}
        tables.store.messages.change(message.message_id, lambda _: message, **guards)
    units = meter.transaction_units(tables.dynamodb) + 1  # the index of Messages: one more write of under a kilobyte
    request = Request(outcome.processor_ms, meter.counted, meter.read_units, units, 0, 0)
    compute = request.compute(512)
    queue = QUEUE_REQUEST * (1 + 2 / BATCH)
    return {
        "write_units": units,
        "data": round(request.data(), 2),
        "compute": round(compute, 2),
        "bus_and_queue": round(EVENT + queue, 2),
        "total": round(EVENT + queue + LAMBDA_REQUEST / BATCH + compute + request.data(), 2),
    }


def _access_log_bytes() -> int:
    """An access log line of template.yaml, with values as long as they are in production."""
    payload = json.loads((EVENTS / "get_career_health.json").read_text())["requestContext"]
    caller = payload["authorizer"]
    line = {
        "request_id": payload["requestId"],
        "time": "13/Mar/2026:12:00:00 +0000",
        "key_id": caller["key_id"],
        "team_id": caller["team_id"],
        "plan": caller["plan"],
        "method": "GET",
        "resource": payload["resourcePath"],
        "status": "200",
        "answered_by": "-",
        "latency_ms": "120",
        "function_ms": "110",
        "authorizer_ms": "40",
    }
    return len(json.dumps(line))
