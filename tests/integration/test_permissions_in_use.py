"""Each function's role against the calls that the function really makes: nothing is missing, and nothing is to spare.

Every path that calls AWS is taken once, in this process, on moto; a hook in botocore notes who called what.
"""

import importlib
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import shared.aws
import shared.deployment_secrets
import shared.store
import shared.usage_plans
from functions import summarize_job
from local.runtime import LambdaContext
from local.services import Services
from local.stand_in import start_stand_in
from local.template import read_template
from tests.builders import a_message_triaged, an_event
from tests.permissions import Grant, functions, grants

EVENTS = Path(__file__).resolve().parents[2] / "events"
ON_LAMBDAS_BEHALF = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
"""What Lambda itself does with the role, to feed the function from its queue."""
ONLY_ON_FAILURE = {("PlanTeamSnapshotsFunction", ("sqs:SendMessage", "SnapshotsDeadLetterQueue"))}
"""Done by Lambda when the function has failed for good."""
CACHES: list[Any] = [
    shared.aws.client,
    shared.store.store,
    shared.usage_plans.usage_plans,
    shared.deployment_secrets.pseudonyms,
    summarize_job.claude,
]


class Account:
    """An AWS account with the template's tables, secrets, queues and plans, which notes what each function calls."""

    def __init__(self, log: Path) -> None:
        self._template = read_template()
        self._running = ""
        self.used: dict[str, set[Grant]] = {name: set() for name in self._template.functions}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.services = Services(self._template, port, dict.fromkeys(self._template.secrets, "not one"), log)

    def prepare(self) -> None:
        """Makes the tables, sets the functions' environment, and begins to note."""
        os.environ["AWS_ENDPOINT_URL"] = self.services.url
        for function in self._template.functions.values():
            os.environ |= function.environment
        for table in self._template.tables.values():
            shared.aws.client("dynamodb").create_table(**table.definition)
        for service in ("dynamodb", "secretsmanager", "sqs", "apigateway"):
            events = shared.aws.client(service).meta.events
            events.register(f"provide-client-params.{service}", self._note, unique_id=service)

    def invoke(self, function: str, event: object) -> Any:
        """Runs a function's handler. What it does is noted under its name."""
        module, _, name = self._template.functions[function].handler.rpartition(".")
        context = LambdaContext(function, 512, "request-1", f"arn:aws:lambda:::{function}", time.monotonic() + 30)
        self._running = function
        try:
            return getattr(importlib.import_module(module), name)(event, context)
        finally:
            self._running = ""

    def play(self, function: str, **changes: Any) -> Any:
        """Invokes a function with its payload of events/, changed at the top."""
        module = self._template.functions[function].handler.split(".")[1]
        return self.invoke(function, json.loads((EVENTS / f"{module}.json").read_text()) | changes)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._running:
            service = model.service_model.service_name
            self.used[self._running] |= set(self._needs(service, model.name, params))

    def _needs(self, service: str, operation: str, params: dict[str, Any]) -> Iterator[Grant]:
        match service, operation:
            case "dynamodb", "TransactWriteItems":
                for item in params["TransactItems"]:
                    [(kind, write)] = item.items()
                    yield f"dynamodb:{kind}Item", write["TableName"]
            case "dynamodb", "BatchGetItem":
                yield from (("dynamodb:BatchGetItem", table) for table in params["RequestItems"])
            case "dynamodb", _:
                index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
                yield f"dynamodb:{operation}", params["TableName"] + index
            case "secretsmanager", _:
                yield f"secretsmanager:{operation}", params["SecretId"]
            case "sqs", _:
                yield f"sqs:{operation.removesuffix('Batch')}", params["QueueUrl"].rpartition("/")[2]
            case "apigateway", "CreateApiKey":
                yield "apigateway:POST", "/apikeys"
            case "apigateway", "DeleteApiKey":
                yield "apigateway:DELETE", "/apikeys/*"
            case "apigateway", "CreateUsagePlanKey":
                yield "apigateway:POST", f"/usageplans/{params['usagePlanId']}/keys"
            case "apigateway", "DeleteUsagePlanKey":
                yield "apigateway:DELETE", f"/usageplans/{params['usagePlanId']}/keys/*"
            case _:
                raise ValueError(f"{service}:{operation}: say here what IAM calls it")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Grant]]:
    """What each function called in the course of everything that can happen."""
    before = dict(os.environ)
    for cache in CACHES:
        cache.cache_clear()
    account, stand_in = Account(tmp_path_factory.mktemp("services") / "log"), start_stand_in()
    try:
        account.prepare()
        os.environ["ANTHROPIC_BASE_URL"] = stand_in.url
        _everything_that_can_happen(account)
    finally:
        account.services.stop()
        stand_in.stop()
        for cache in CACHES:
            cache.cache_clear()
        os.environ.clear()
        os.environ.update(before)
    return account.used


def _everything_that_can_happen(account: Account) -> None:
    _ingest(account, *(json.loads(r["body"]) for r in json.loads((EVENTS / "ingest_events.json").read_text())["Records"]))
    _ingest(account, *(a_message_triaged(user_id=f"user_{n}", team_id="team_acme") for n in range(2, 13)))
    made = account.play("ManageKeysFunction")["body"]
    account.play("ManageKeysFunction", action="list")
    _ingest(account, an_event("MemberJoined", team_id="team_acme", user_id="user_2"))
    other = account.play("ManageKeysFunction", user_id="user_2")["body"]
    for action in ("rotate", "revoke"):
        account.invoke("ManageKeysFunction", {"action": action, "team_id": "team_acme", "key_id": other["key_id"]})
    account.play("AuthorizerFunction", authorizationToken=f"Bearer {made['key']}")
    for function in ("GetCareerHealthFunction", "RegenerateCareerHealthFunction", "GetCompanySignalsFunction"):
        assert account.play(function)["statusCode"] == 200
    assert account.play("GetCompanySignalsFunction")["statusCode"] == 200
    assert account.play("SummarizeJobFunction")["statusCode"] == 200
    assert account.play("RecordOutcomeFunction")["statusCode"] == 200
    assert account.play("GetTeamAnalyticsFunction")["statusCode"] == 200
    assert account.play("GetTeamAnalyticsFunction", multiValueQueryStringParameters=None)["statusCode"] == 200
    account.play("PlanTeamSnapshotsFunction")
    account.play("MakeTeamSnapshotFunction")
    plan = {"team_id": "team_acme", "name": "Acme Talent"}
    for n, name in enumerate(("pro", "team", "enterprise"), 1):
        _ingest(account, an_event("TeamUpdated", time=f"2026-04-0{n}T00:00:00Z", **plan, plan=name))
    _ingest(account, an_event("CandidateErased", user_id="user_1"), an_event("NoSuchThing"))


def _ingest(account: Account, *events: object) -> None:
    record = json.loads((EVENTS / "ingest_events.json").read_text())["Records"][0]
    records = [record | {"messageId": f"m{n}", "body": json.dumps(event)} for n, event in enumerate(events)]
    assert account.invoke("IngestEventsFunction", {"Records": records}) == {"batchItemFailures": []}


@pytest.mark.parametrize("function", functions())
def test_a_role_allows_every_call_its_function_makes(function: str, used: dict[str, set[Grant]]) -> None:
    assert used[function] - grants(function) == set()


@pytest.mark.parametrize("function", functions())
def test_a_role_allows_nothing_its_function_never_does(function: str, used: dict[str, set[Grant]]) -> None:
    spare = {
        (action, resource)
        for action, resource in grants(function) - used[function]
        if not action.startswith(("logs:", "bedrock:"))
        and action not in ON_LAMBDAS_BEHALF
        and (function, (action, resource)) not in ONLY_ON_FAILURE
    }
    assert spare == set()
