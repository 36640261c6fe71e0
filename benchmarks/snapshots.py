"""All snapshots of a month at once: planned, queued and made by the real functions in several workers, one of which is
killed half way.

A worker does what Lambda's poller does: receives ten tasks, runs the handler, deletes what did not fail. What the
killed one had in hand comes back when its visibility timeout ends.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from benchmarks.lambda_runtime import ROOT
from benchmarks.tables import CREDENTIALS, EVENT_ORDER, Tables, event, services
from local.aws.bulk import write_in_bulk
from local.aws.services import Services, client
from local.commands import start
from local.template import read_template
from shared.domain.periods import Quarter
from shared.domain.plans import Plan
from shared.domain.tallies import CompanyKey, QuarterKey, Tally, TallyKey
from shared.domain.team_analytics import TeamAnalytics
from shared.store.table import Item
from shared.store.tally_writes import whole_tallies

TEAMS, MEMBERS, COMPANIES_A_MEMBER, COMPANIES = 2_000, 20, 3, 10
MESSAGES_A_MEMBER = 100
WORKERS, VISIBILITY_SECONDS = 3, 20
QUEUE = "SnapshotQueue"
_SCHEDULED = datetime(2026, 4, 1, 3, tzinfo=UTC)
_QUARTER = Quarter(2026, 1)


def measure(tables: Tables, teams: int = TEAMS) -> dict[str, Any]:
    """Throughput, units and completeness."""
    started = time.perf_counter()
    write_in_bulk(tables.dynamodb, "AccountsTable", _accounts(teams))
    write_in_bulk(tables.dynamodb, "TalliesTable", _tallies(teams))
    written = time.perf_counter() - started
    template = read_template()
    with services() as running:
        environ = {**os.environ, **tables.environ, "AWS_ENDPOINT_URL": running.url}
        for function in template.functions.values():
            environ |= function.environment
        return {
            "teams": teams,
            "members": teams * MEMBERS,
            "messages_tallied": teams * MEMBERS * MESSAGES_A_MEMBER,
            "write_seconds": round(written, 1),
            **_run(tables, running, environ, teams),
        }


def _accounts(teams: int) -> Iterator[Item]:
    for team in range(teams):
        of_team = {"pk": f"team#scale_{team}", "event_order": EVENT_ORDER, "team_id": f"scale_{team}"}
        yield of_team | {"sk": "team", "team_name": "Scale", "plan": Plan.ENTERPRISE.value}
        for member in range(MEMBERS):
            user_id = f"scale_{team}_{member}"
            yield of_team | {"sk": f"member#{user_id}", "user_id": user_id, "joined": True}


def _tallies(teams: int) -> Iterator[Item]:
    each = MESSAGES_A_MEMBER // COMPANIES_A_MEMBER
    quarter = {"inbound": MESSAGES_A_MEMBER, "fit:strong_fit": 40, "fit:maybe": 35, "fit:misfit": 25, "tracked": 20}
    quarter |= {"action:auto_replied": 60, "action:drafted": 30, "action:declined": 10, "reached:interviewed": 8}
    quarter |= {f"topic:topic_{n}": 12 for n in range(8)}
    for user in range(teams * MEMBERS):
        member = f"scale_{user // MEMBERS}", f"scale_{user // MEMBERS}_{user % MEMBERS}", str(_QUARTER)
        tallies: dict[TallyKey, Tally] = {QuarterKey(*member): quarter}
        for company in _companies(user):
            key = CompanyKey(*member, f"company {company}", f"Company {company}")
            tallies[key] = {"inbound": each, "fit:strong_fit": each // 2}
        yield from whole_tallies(tallies)[0]


def _companies(user: int) -> list[int]:
    """Those that wrote to a user: each company to three members in ten."""
    return [(user + n * 3) % COMPANIES for n in range(COMPANIES_A_MEMBER)]


def _run(tables: Tables, services: Services, environ: dict[str, str], teams: int) -> dict[str, Any]:
    queues = client("sqs", services.url, CREDENTIALS)
    url = queues.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    planned = time.perf_counter()
    [queued] = [json.loads(line)["queued"] for line in _process(environ, "plan").communicate()[0].splitlines()[-1:]]
    started = time.perf_counter()
    workers = [_process(environ, "work", url) for _ in range(WORKERS)]
    rate = 0.0
    while _left(queues, url):
        if not rate and (made := _made(tables)) >= teams // 2:
            rate = made / (time.perf_counter() - started)
            workers[0].kill()
        time.sleep(0.5)
    took = time.perf_counter() - started
    reports = [json.loads(worker.communicate()[0].splitlines()[-1]) for worker in workers[1:]]
    workers[0].communicate()
    made = sum(report["made"] for report in reports)
    return {
        "queued": queued,
        "workers": WORKERS,
        "complete": _right(tables) == teams,
        "redelivered": sum(report["redelivered"] for report in reports),
        "plan_seconds": round(started - planned, 1),
        "make_seconds": round(took, 1),
        "snapshots_a_second_before_the_kill": round(rate, 1),
        "read_units_a_team": round(sum(report["read_units"] for report in reports) / made, 1),
        "write_units_a_team": round(sum(report["write_units"] for report in reports) / made, 1),
        "calls_a_team": round(sum(report["calls"] for report in reports) / made, 1),
        "processor_ms_a_team": round(1000 * sum(report["processor"] for report in reports) / made, 1),
    }


def _process(environ: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return start(
        [sys.executable, "-m", "benchmarks.snapshots", *arguments],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )


def _left(queues: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(int(n) for n in queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


def _made(tables: Tables) -> int:
    pages = tables.dynamodb.get_paginator("scan").paginate(
        TableName="ReportsTable",
        Select="COUNT",
        FilterExpression="begins_with(subject, :scale)",
        ExpressionAttributeValues={":scale": {"S": "team#scale_"}},
    )
    return sum(int(page["Count"]) for page in pages)


def _right(tables: Tables) -> int:
    """Snapshots that say what their team's tallies say."""
    pages = tables.dynamodb.get_paginator("scan").paginate(TableName="ReportsTable")
    bodies = [TeamAnalytics.model_validate_json(item["body"]["S"]) for page in pages for item in page["Items"]]
    return sum(
        (body.member_count, body.total_inbound, len(body.top_companies)) == (MEMBERS, MEMBERS * MESSAGES_A_MEMBER, 5)
        for body in bodies
    )


def _plan() -> None:
    handler = importlib.import_module("functions.plan_team_snapshots").handler
    print(json.dumps(handler({"time": _SCHEDULED.strftime("%Y-%m-%dT%H:%M:%SZ")}, None)))


def _work(url: str) -> None:
    from benchmarks.meter import Meter
    from shared.infra.aws import client as aws_client

    handler = importlib.import_module("functions.make_team_snapshot").handler
    queues = client("sqs", os.environ["AWS_ENDPOINT_URL"], CREDENTIALS)  # Lambda's poller has no deadlines of ours
    record, made, redelivered = event("make_team_snapshot")["Records"][0], 0, 0
    with Meter(aws_client("dynamodb")).attached() as meter:
        while _left(queues, url):
            messages = queues.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=VISIBILITY_SECONDS,
                AttributeNames=["ApproximateReceiveCount"],
            ).get("Messages", [])
            redelivered += sum(each["Attributes"]["ApproximateReceiveCount"] != "1" for each in messages)
            records = [record | {"messageId": each["MessageId"], "body": each["Body"]} for each in messages]
            if not records:
                time.sleep(0.5)
                continue
            failed = {each["itemIdentifier"] for each in handler({"Records": records}, None)["batchItemFailures"]}
            for each in messages:
                if each["MessageId"] not in failed:
                    made += 1
                    with suppress(queues.exceptions.ReceiptHandleIsInvalid):  # too late: another worker has it now
                        queues.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    result = {"made": made, "redelivered": redelivered, "calls": len(meter.calls), "processor": time.process_time()}
    written = meter.transaction_units(client("dynamodb", os.environ["AWS_ENDPOINT_URL_DYNAMODB"], CREDENTIALS))
    print(json.dumps({**result, "read_units": meter.read_units, "write_units": written}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["plan"]:
            _plan()
        case ["work", url]:
            _work(url)
