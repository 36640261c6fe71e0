"""Warm requests: what our own code takes, with DynamoDB answering at once, and beside a bare handler on DynamoDB Local.

Run in a process of its own (`python -m benchmarks.warm`), because what a function logs goes to standard output.
"""

import importlib
import io
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from benchmarks.lambda_runtime import ROOT
from benchmarks.meter import Meter
from benchmarks.tables import EVENT_ORDER, NO_TOMBSTONE, TEAM, USER, Tables, event, furnish, services
from benchmarks.targets import WITHOUT_CLAUDE
from local.commands import run
from local.template import read_template
from shared.claude.client import ReadKey
from shared.domain.periods import Quarter
from shared.domain.profiles import Profile
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import CandidateKey
from shared.infra.aws import client

_REQUESTS, _WARMING = 600, 100
_ROUNDS = 5
ENDPOINTS = (*WITHOUT_CLAUDE, "summarize_job")


def measure(tables: Tables) -> dict[str, Any]:
    """Milliseconds a request, p50, and the share of them that is our processor's."""
    # Not in the child process, whose Logger is to be made by _main.
    from benchmarks.growth import candidates, met
    from local.demo.people import PROFILES
    from local.stand_in import start_stand_in

    key = furnish(tables.store)
    met(tables, {CandidateKey("stripe", name): of for name, of in candidates(100).items()})
    profile = Profile.model_validate(PROFILES["user_maya"])
    tables.store.accounts.put_profile(USER, profile, NO_TOMBSTONE, EVENT_ORDER)
    environ = {**os.environ, **tables.environ, "BENCHMARK_KEY": key, "POWERTOOLS_SERVICE_NAME": "intelligence-api"}
    for function in read_template().functions.values():
        environ |= function.environment
    environ["PERIOD"] = str(Quarter.containing(datetime.now(UTC)))
    stand_in = start_stand_in()
    environ["ANTHROPIC_BASE_URL"] = stand_in.url
    command = [sys.executable, "-m", "benchmarks.warm"]
    with services() as running:
        environ["AWS_ENDPOINT_URL"] = running.url
        done = run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    stand_in.stop()
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _percentiles(calls: dict[str, Callable[[], object]]) -> dict[str, dict[str, float]]:
    """Of each call, interleaved with the others: wall and processor milliseconds, p50."""
    wall: dict[str, list[float]] = {name: [] for name in calls}
    processor: dict[str, list[float]] = {name: [] for name in calls}
    for n in range(_REQUESTS + _WARMING):
        for name, call in calls.items():
            started, worked = time.perf_counter(), time.process_time()
            call()
            if n >= _WARMING:
                wall[name].append(1000 * (time.perf_counter() - started))
                processor[name].append(1000 * (time.process_time() - worked))
    return {
        name: {"p50_ms": round(median(wall[name]), 3), "processor_ms": round(median(processor[name]), 3)}
        for name in calls
    }


def _main() -> None:
    sys.path.insert(0, str(Path(__file__).parent / "baselines"))
    context = SimpleNamespace(function_name="function", aws_request_id="request")
    log = io.StringIO()
    with redirect_stdout(log):  # Powertools' Logger keeps the stream that it finds
        handlers = {name: importlib.import_module(f"functions.{name}").handler for name in ENDPOINTS}
        bare = importlib.import_module("bare").handler
        authorizer = importlib.import_module("functions.authorizer").handler
        key = {"authorizationToken": f"Bearer {os.environ['BENCHMARK_KEY']}"}
        events = {name: event(name) for name in ENDPOINTS}
        get, check = events["get_career_health"], event("authorizer", **key)
        calls: dict[str, Callable[[], object]] = {
            "bare": lambda: bare(get, context),
            "authorizer": lambda: authorizer(check, context),
        }
        calls |= {name: partial(handlers[name], events[name], context) for name in ENDPOINTS}
        ingest_events: Any = importlib.import_module("functions.ingest_events")
        ingest_events.pseudonyms = lambda: Pseudonyms("a key for benchmarks")
        calls["ingest_events"] = lambda: ingest_events.handler(_a_new_message(), context)
        summarize_job: Any = importlib.import_module("functions.summarize_job")
        summarize_job.key_from_secrets_manager = _any_key
        outcomes = cycle(["interviewed", "offered"])  # the same one again would write nothing
        record, patch = handlers["record_outcome"], events["record_outcome"] | {"isBase64Encoded": False}
        calls["record_outcome"] = lambda: record(patch | {"body": json.dumps({"outcome": next(outcomes)})}, context)
        for name in ENDPOINTS:
            answer: Any = calls[name]()
            assert answer["statusCode"] in (200, 201), (name, answer)
        dynamodb: Any = client("dynamodb")
        read = {
            "TableName": os.environ["REPORTS_TABLE"],
            "Key": {"subject": {"S": f"user#{USER}"}, "period": {"S": f"{TEAM}#{os.environ['PERIOD']}"}},
            "ConsistentRead": True,
        }
        calls["our client alone"] = lambda: dynamodb.get_item(**read)
        real = _percentiles(calls)
        functions = {name: call for name, call in calls.items() if name not in ("bare", "our client alone")}
        needs = {name: _needs(call, dynamodb, log) for name, call in functions.items()}
        del functions["summarize_job"]  # it waits for Claude, or whoever stands in
        stubbed = _stubbed(functions, dynamodb)
    p50 = {name: of["p50_ms"] for name, of in real.items()}
    real = {name: {**of, **needs.get(name, {})} for name, of in real.items()}
    result: dict[str, Any] = {"stubbed": stubbed, "dynamodb_local": real}
    result["of_bare"] = round(p50["get_career_health"] / p50["bare"], 2)
    result["of_our_client_alone"] = round(p50["get_career_health"] / p50["our client alone"], 2)
    print(json.dumps(result))


def _a_new_message() -> dict[str, Any]:
    """One MessageTriaged of one user, and of a message that nobody has seen."""
    [record] = [each for each in event("ingest_events")["Records"] if "msg_abc123" in each["body"]]
    return {"Records": [record | {"body": record["body"].replace("msg_abc123", str(uuid.uuid4()))}]}


def _stubbed(calls: dict[str, Callable[[], object]], dynamodb: Any) -> dict[str, dict[str, float]]:
    """Functions with what DynamoDB answers to each, once for all, in the order in which it asks."""
    methods = ("batch_get_item", "get_item", "put_item", "query", "transact_write_items", "update_item")
    its_own = {method: getattr(dynamodb, method) for method in methods}
    answers: list[Any] = []
    playing: Iterator[Any] = iter(())

    def record(method: str, **parameters: Any) -> Any:
        answers.append(its_own[method](**parameters))
        return answers[-1]

    def stubbed(call: Callable[[], object]) -> Callable[[], object]:
        nonlocal answers
        answers = []
        call()
        again = cycle(answers)

        def run() -> object:
            nonlocal playing
            playing = again
            return call()

        return run

    for method in methods:
        setattr(dynamodb, method, partial(record, method))
    recorded = {name: stubbed(call) for name, call in calls.items()}
    for method in methods:
        setattr(dynamodb, method, lambda **_: next(playing))
    # One after the other, as an environment has one function; in rounds, so that no moment is one function's alone.
    rounds = [{name: _percentiles({name: run})[name] for name, run in recorded.items()} for _ in range(_ROUNDS)]
    for method in methods:
        delattr(dynamodb, method)  # the client's own again
    return {
        name: {figure: median(found[name][figure] for found in rounds) for figure in rounds[0][name]}
        for name in recorded
    }


def _any_key(_secret_id: str, _client: object) -> ReadKey:
    def read_key(*, refresh: bool) -> str:
        del refresh  # the stand-in takes any key
        return "stand-in"

    return read_key


def _needs(call: Callable[[], object], dynamodb: Any, log: io.StringIO) -> dict[str, Any]:
    """Calls and units of one request, and what its function logs."""
    log.seek(0)
    log.truncate()
    with Meter(dynamodb).attached() as meter:
        call()
    written = meter.write_units + meter.transaction_units(dynamodb)
    needed = {"calls": meter.counted, "read_units": meter.read_units, "write_units": written}
    return {**needed, "log_bytes": len(log.getvalue()), "log_lines": log.getvalue().count("\n")}


if __name__ == "__main__":
    _main()
