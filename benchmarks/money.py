"""What a million requests of each endpoint, and a million events, cost at list prices: from measured calls, units,
processor time and log lines.

The formula, for one request:
    API Gateway + authorizer's share + Lambda's request + memory x duration + its share of starts
    + units read and written + kilobytes logged
A duration is processor time, stretched where the memory buys less than a whole processor, and the time DynamoDB takes;
so the curve over memory is computed, from a processor time that was measured at full speed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.prices import DATED, PRICES
from benchmarks.tables import EVENTS
from local.gateway.responses import substituted
from local.template import read_template

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
WAITING_MS = {
    "GetItem": 4,
    "BatchGetItem": 5,
    "Query": 6,
    "PutItem": 5,
    "UpdateItem": 5,
    "DeleteItem": 5,
    "TransactWriteItems": 15,
}
CLAUDE_MS = 5_000
"""Assumed, not measured: what DynamoDB takes in its own region, and Claude. Change them for your own."""
CHECKS_A_REQUEST = 0.1
"""Assumed: the share of requests whose verdict API Gateway does not have from the minute before."""
RESTORES_A_THOUSAND = 1.0
"""Assumed: requests of a thousand that find no environment and have a snapshot restored."""
LOG_OVERHEAD = 26
"""Bytes that CloudWatch Logs adds to each line."""
BATCH = 10
"""Events that an invocation takes: template.yaml's BatchSize."""


@dataclass(frozen=True)
class Request:
    """What one invocation was measured to need."""

    processor_ms: float
    calls: Mapping[str, float]
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


def measure(warm: Mapping[str, Any], snapshots: Mapping[str, Any]) -> dict[str, Any]:
    """From what benchmarks.warm and benchmarks.snapshots measured: processor time, calls, units, log lines."""
    requests = {
        name: Request(
            of["processor_ms"], of["calls"], of["read_units"], of["write_units"], of["log_bytes"], of["log_lines"]
        )
        for name, of in warm["dynamodb_local"].items()
        if "calls" in of
    }
    requests["summarize_job"] = replace(requests["summarize_job"], claude_ms=CLAUDE_MS)
    team = {name: snapshots[f"{name}_a_team"] for name in ("calls", "read_units", "write_units", "processor_ms")}
    requests["make_team_snapshot"] = Request(
        team["processor_ms"], {"Query": team["calls"]}, team["read_units"], team["write_units"], 0, 0
    )
    memory = {function.handler.split(".")[1]: function.memory for function in read_template().functions.values()}
    authorizer = requests["authorizer"]
    checks = CHECKS_A_REQUEST * (LAMBDA_REQUEST + authorizer.compute(memory["authorizer"]) + authorizer.data())
    access = access_log_bytes()
    result: dict[str, Any] = {"prices": DATED, "access_log_bytes": access}
    result["by_memory"] = {name: _by_memory(request, memory[name]) for name, request in requests.items()}
    of_queue = {name: requests.pop(name) for name in ("authorizer", "ingest_events", "make_team_snapshot")}
    result["endpoints"] = {name: _of_request(of, memory[name], checks, access) for name, of in requests.items()}
    result["event"] = _of_event(of_queue["ingest_events"], memory["ingest_events"])
    floor = Request(0.0, {"GetItem": 1}, 1, 0, 0, 0)
    result["floor"] = round(GATEWAY + LAMBDA_REQUEST + floor.data() + floor.compute(128), 2)
    return result


def _by_memory(request: Request, memory: int) -> dict[str, Any]:
    """Dollars a million and milliseconds, by memory."""
    return {
        "memory": memory,
        "milliseconds": {size: round(request.milliseconds(size), 1) for size in MEMORIES},
        "compute": {size: round(request.compute(size), 3) for size in MEMORIES},
    }


def _of_request(request: Request, memory: int, checks: float, access_log_bytes: int) -> dict[str, Any]:
    logged = request.log_bytes + access_log_bytes + LOG_OVERHEAD * (request.log_lines + 1)
    logs = 1e6 * logged / 1e9 * PRICES["CloudWatch Logs, a GB"]
    starts = 1e3 * RESTORES_A_THOUSAND * memory / 1024 * PRICES["SnapStart, a GB restored"]
    compute = request.compute(memory)
    return {
        "compute": round(compute, 3),
        "starts": round(starts, 3),
        "data": round(request.data(), 3),
        "logs": round(logs, 3),
        "log_kilobytes": round(logged / 1000, 2),
        "authorizer": round(checks, 3),
        "total": round(GATEWAY + LAMBDA_REQUEST + checks + compute + starts + request.data() + logs, 2),
    }


def _of_event(ingested: Request, memory: int) -> dict[str, Any]:
    """A MessageTriaged event."""
    units = ingested.write_units + 1  # the index of Messages: one more write of under a kilobyte
    data, compute = replace(ingested, write_units=units).data(), ingested.compute(memory)
    queue = QUEUE_REQUEST * (1 + 2 / BATCH)
    return {
        "write_units": units,
        "data": round(data, 2),
        "compute": round(compute, 2),
        "bus_and_queue": round(EVENT + queue, 2),
        "total": round(EVENT + queue + LAMBDA_REQUEST / BATCH + compute + data, 2),
    }


def access_log_bytes() -> int:
    """An access log line of template.yaml, with values as long as they are in production."""
    request = json.loads((EVENTS / "get_career_health.json").read_text())["requestContext"]
    context = {
        "requestId": request["requestId"],
        "requestTime": "13/Mar/2026:12:00:00 +0000",
        "httpMethod": "GET",
        "resourcePath": request["resourcePath"],
        "status": "200",
        "responseLatency": "120",
        "integration.latency": "110",
        "authorizer.latency": "40",
        **{f"authorizer.{name}": request["authorizer"][name] for name in ("key_id", "team_id", "plan")},
    }
    return len(substituted(read_template().api.log_format, context, default="-"))
