"""More plan changes than API Gateway takes keys: the events slow down, and none ends in the dead-letter queue."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

import shared.infra.aws
import shared.infra.deployment_secrets
import shared.store
from functions import ingest_events
from local.template import read_template
from shared.domain.keys import usage_key
from shared.domain.plans import Plan
from tests.builders import an_event, an_id

CACHES: list[Any] = [
    shared.infra.aws.client,
    shared.store.store,
    shared.infra.deployment_secrets.pseudonyms,
]
TEAMS, A_ROUND = 8, 3
"""Teams whose plan changes at once, and keys that API Gateway makes in each round."""


class Account:
    """Tables, queues and usage plans on moto, for the function in this process."""

    def __init__(self) -> None:
        template = read_template()
        os.environ |= template.functions["IngestEventsFunction"].environment
        self.sqs, gateway = shared.infra.aws.client("sqs"), shared.infra.aws.client("apigateway")
        for table in template.tables.values():
            shared.infra.aws.client("dynamodb").create_table(**table.definition)
        for name in ("INGEST_QUEUE_URL", "EVENTS_DLQ_URL"):
            os.environ[name] = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        for plan in Plan:
            os.environ[f"USAGE_PLAN_{plan.name}"] = gateway.create_usage_plan(name=plan)["id"]
        manager: Any = shared.infra.aws.client("secretsmanager")
        manager.create_secret(Name=os.environ["PSEUDONYM_SECRET_ID"], SecretString="a key for tests")
        self.left, self.delays = 0, list[int]()
        gateway.meta.events.register("before-call.apigateway.CreateApiKey", self._throttle)
        self.sqs.meta.events.register("provide-client-params.sqs.SendMessage", self._at_once)

    def _throttle(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        self.left -= 1
        if self.left >= 0:
            return None
        refused = {"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": {"HTTPStatusCode": 429}}
        return AWSResponse("https://apigateway", 429, HTTPHeaders(), None), refused

    def _at_once(self, params: dict[str, Any], **_: Any) -> None:
        self.delays.append(params.pop("DelaySeconds", 0))

    def receive(self) -> list[dict[str, Any]]:
        """Takes everything out of the ingest queue, as Lambda's poller gives it to the function."""
        records = []
        asked = {"MaxNumberOfMessages": 10, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
        url = os.environ["INGEST_QUEUE_URL"]
        while messages := self.sqs.receive_message(QueueUrl=url, **asked).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                attributes = {
                    name: {"stringValue": value["StringValue"], "dataType": "String"}
                    for name, value in message.get("MessageAttributes", {}).items()
                }
                records.append(
                    {
                        "messageId": message["MessageId"],
                        "receiptHandle": message["ReceiptHandle"],
                        "body": message["Body"],
                        "attributes": message["Attributes"],
                        "messageAttributes": attributes,
                        "eventSource": "aws:sqs",
                    }
                )
        return records


@pytest.fixture
def account() -> Iterator[Account]:
    before = dict(os.environ)
    for cache in CACHES:
        cache.cache_clear()
    with mock_aws():
        shared.infra.aws._session.cache_clear()
        yield Account()
    for cache in (*CACHES, shared.infra.aws._session):
        cache.cache_clear()
    os.environ.clear()
    os.environ.update(before)


def test_a_burst_of_plan_changes_is_slow_and_loses_nothing(account: Account) -> None:
    teams = [an_id("team") for _ in range(TEAMS)]
    for team in teams:
        shared.store.store().accounts.put_team(team, "Acme", Plan.PRO, "2026-01-01")
        shared.store.store().accounts.note_metered(team)
        event = an_event("TeamUpdated", team_id=team, name="Acme", plan="enterprise")
        account.sqs.send_message(QueueUrl=os.environ["INGEST_QUEUE_URL"], MessageBody=json.dumps(event))
    sent: dict[str, str] = {}
    account.delays.clear()
    rounds = 0
    while records := account.receive():
        for record in records:
            taken = record["attributes"]["SentTimestamp"]
            first_sent = record["messageAttributes"].get("first_sent", {"stringValue": taken})["stringValue"]
            assert sent.setdefault(record["body"], taken) == first_sent
        account.left = A_ROUND
        assert ingest_events.handler({"Records": records}, None) == {"batchItemFailures": []}
        rounds += 1
    assert rounds == -(-TEAMS // A_ROUND)
    assert account.delays
    assert all(30 <= delay <= 120 for delay in account.delays)
    assert account.sqs.receive_message(QueueUrl=os.environ["EVENTS_DLQ_URL"]).get("Messages", []) == []
    plan_id = os.environ["USAGE_PLAN_ENTERPRISE"]
    listed = shared.infra.aws.client("apigateway").get_usage_plan_keys(usagePlanId=plan_id)["items"]
    expected = {usage_key(os.environ["API_ID"], team, Plan.ENTERPRISE) for team in teams}
    assert {key["value"] for key in listed} == expected
    assert all(team.plan is Plan.ENTERPRISE for team in shared.store.store().accounts.teams(teams))
