"""What template.yaml makes of tables, secrets and queues: no slip loses data, no asynchronous path ends in nothing."""

import json

import pytest

from tests.translated import Json, references, resources, source, translated

TABLES = [
    "AccountsTable",
    "ApiKeysTable",
    "IntegrationsTable",
    "MessagesTable",
    "ReportsTable",
    "TalliesTable",
    "WebhooksTable",
]
CONSUMERS = {
    "ApplyFactsFunction": "FactsQueue",
    "IngestEventsFunction": "IngestQueue",
    "MakeTeamSnapshotFunction": "SnapshotQueue",
    "DeliverWebhookFunction": "DeliveriesQueue",
}


def test_the_tables_are_these() -> None:
    assert sorted(resources("AWS::DynamoDB::Table")) == TABLES


@pytest.mark.parametrize("name", TABLES)
def test_a_table_survives_slips(name: str) -> None:
    table = resources("AWS::DynamoDB::Table")[name]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert translated()["Resources"][name]["DeletionPolicy"] == "Retain"
    assert translated()["Resources"][name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("AccountsTable", ["pk", "sk"]),
        ("ApiKeysTable", ["key_id"]),
        ("IntegrationsTable", ["pk", "sk"]),
        ("MessagesTable", ["message_id"]),
        ("TalliesTable", ["subject", "sort_key"]),
        ("ReportsTable", ["subject", "period"]),
        ("WebhooksTable", ["pk", "sk"]),
    ],
)
def test_a_table_is_keyed_as_the_code_reads_it(name: str, keys: list[str]) -> None:
    assert [part["AttributeName"] for part in resources("AWS::DynamoDB::Table")[name]["KeySchema"]] == keys


@pytest.mark.parametrize("name", TABLES)
def test_a_busy_partition_may_be_split_at_any_key(name: str) -> None:
    """AWS, "Designing partition keys": no partition is split within its key range under a local secondary index."""
    assert "LocalSecondaryIndexes" not in resources("AWS::DynamoDB::Table")[name]


def test_only_what_ages_has_a_time_to_live() -> None:
    live = {
        name: table["TimeToLiveSpecification"]
        for name, table in resources("AWS::DynamoDB::Table").items()
        if "TimeToLiveSpecification" in table
    }
    ages = {"AttributeName": "ttl", "Enabled": True}
    tables = ("AccountsTable", "ApiKeysTable", "IntegrationsTable", "ReportsTable", "WebhooksTable")
    assert live == dict.fromkeys(tables, ages)  # of accounts and keys, what belongs to a console session


def test_the_indexes_hold_no_more_than_is_read_from_them() -> None:
    indexes = {
        (name, index["IndexName"]): index["Projection"]
        for name, table in resources("AWS::DynamoDB::Table").items()
        for index in table.get("GlobalSecondaryIndexes", [])
    }
    assert indexes == {
        ("AccountsTable", "by_plan"): {"ProjectionType": "KEYS_ONLY"},
        ("WebhooksTable", "by_due"): {"ProjectionType": "KEYS_ONLY"},
        ("WebhooksTable", "by_time"): {"ProjectionType": "KEYS_ONLY"},
        ("ApiKeysTable", "by_team"): {"ProjectionType": "KEYS_ONLY"},
        ("ApiKeysTable", "by_user"): {"ProjectionType": "KEYS_ONLY"},
        ("MessagesTable", "by_user"): {
            "ProjectionType": "INCLUDE",
            "NonKeyAttributes": [
                "spelling",
                "fit",
                "topics",
                "action",
                "received_at",
                "outcome",
                "outcome_recorded_at",
                "verified",
            ],
        },
    }


def test_the_key_of_pseudonyms_is_made_by_aws_and_kept() -> None:
    secret = translated()["Resources"]["PseudonymSecret"]
    assert secret["Properties"]["GenerateSecretString"]["PasswordLength"] >= 32
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_key_that_encrypts_customers_secrets_rotates_and_is_kept() -> None:
    key = translated()["Resources"]["IntegrationsKey"]
    assert key["Properties"]["EnableKeyRotation"] is True
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_claude_key_comes_from_an_operator_and_no_template() -> None:
    assert (
        not {"SecretString", "GenerateSecretString"}
        & resources("AWS::SecretsManager::Secret")["ClaudeKeySecret"].keys()
    )


@pytest.mark.parametrize(("function", "queue"), CONSUMERS.items())
def test_a_queue_waits_for_its_function_and_gives_up_into_dead_letters(function: str, queue: str) -> None:
    properties = resources("AWS::SQS::Queue")[queue]
    assert properties["VisibilityTimeout"] >= 6 * resources("AWS::Lambda::Function")[function]["Timeout"]
    assert properties["RedrivePolicy"]["maxReceiveCount"] == 5
    [dead] = references(properties["RedrivePolicy"]["deadLetterTargetArn"])
    assert "RedrivePolicy" not in resources("AWS::SQS::Queue")[dead]


@pytest.mark.parametrize(("function", "queue"), CONSUMERS.items())
def test_a_function_reports_which_messages_of_a_batch_failed(function: str, queue: str) -> None:
    [mapping] = [
        m for m in resources("AWS::Lambda::EventSourceMapping").values() if references(m["EventSourceArn"]) == {queue}
    ]
    assert mapping["FunctionName"] == {"Ref": f"{function}Aliaslive"}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    in_batches = {"ApplyFactsFunction", "DeliverWebhookFunction", "IngestEventsFunction"}
    assert mapping["BatchSize"] == (10 if function in in_batches else 1)


def test_queues_keep_what_they_hold_for_two_weeks_and_encrypted() -> None:
    for queue in resources("AWS::SQS::Queue").values():
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert queue["SqsManagedSseEnabled"] is True


def test_the_platform_s_events_reach_the_ingest_queue_or_the_dead_letters() -> None:
    [rule] = resources("AWS::Events::Rule").values()
    [target] = rule["Targets"]
    assert rule["EventPattern"] == {"source": ["intraview"]}
    assert references(target["Arn"]) == {"IngestQueue"}
    assert references(target["DeadLetterConfig"]) == {"EventsDeadLetterQueue"}


def test_only_named_principals_may_put_events_and_only_the_platforms() -> None:
    """Without a name, this account: then its IAM policies decide."""
    policies = resources("AWS::Events::EventBusPolicy")
    named = {"Fn::If": ["NamePublishers", {"Ref": "EventPublishers"}, {"Ref": "AWS::AccountId"}]}
    allow, deny = (policies[f"{of}PublishersPolicy"]["Statement"] for of in ("Event", "Other"))
    assert len(policies) == 2
    for statement in (allow, deny):
        assert statement["Action"] == "events:PutEvents"
        assert references(statement["Resource"]) == {"EventBus"}
    assert (allow["Effect"], allow["Principal"]) == ("Allow", {"AWS": named})
    assert allow["Condition"] == {"StringEquals": {"events:source": "intraview"}}
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    # Both keys have to differ for the denial: whoever is named by its account or by its role passes.
    assert deny["Condition"] == {"StringNotEquals": {"aws:PrincipalAccount": named, "aws:PrincipalArn": named}}


def test_only_the_rule_may_send_to_the_event_queues() -> None:
    [policy] = resources("AWS::SQS::QueuePolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert references(statement["Condition"]) == {"IngestRule"}
    assert references(statement["Resource"]) == {"IngestQueue", "EventsDeadLetterQueue"}


def test_the_snapshots_are_planned_monthly_with_the_scheduled_time() -> None:
    schedule = resources("AWS::Scheduler::Schedule")["PlanTeamSnapshotsFunctionMonthly"]
    assert schedule["ScheduleExpression"] == "cron(0 3 1 * ? *)"
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert json.loads(schedule["Target"]["Input"]) == {"time": "<aws.scheduler.scheduled-time>"}
    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 24 * 3600


def test_what_a_schedule_cannot_start_or_its_function_cannot_do_ends_in_dead_letters() -> None:
    started = [name for name, resource in source()["Resources"].items() if "ScheduleV2" in _triggers(resource)]
    targets = [schedule["Target"] for schedule in resources("AWS::Scheduler::Schedule").values()]
    assert sorted(target["Arn"]["Ref"] for target in targets) == sorted(f"{name}Aliaslive" for name in started)
    for target in targets:
        assert references(target["DeadLetterConfig"]) == {"SnapshotsDeadLetterQueue"}
    for name in started:
        assert references(resources("AWS::Lambda::Function")[name]["DeadLetterConfig"]) == {"SnapshotsDeadLetterQueue"}


def _triggers(resource: Json) -> set[str]:
    return {event["Type"] for event in resource.get("Properties", {}).get("Events", {}).values()}
