"""The whole template, deployed by `sam deploy` with its defaults to a CloudFormation engine on loopback, and read back.

The engine creates resources but runs no functions: tests/packaging/test_runtime.py is about those. The tests run in the
order they are written in: the stack is created, read, used, updated and deleted, and another one is created beside it.
"""

import importlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.yaml_helper import yaml_parse

import shared.infra.aws
import shared.infra.deployment_secrets
import shared.store
from local.aws.runtime import LambdaContext
from local.template import read_template
from tests.builders import an_event
from tests.packaging.engine import running
from tests.packaging.sam import ROOT, sam
from tests.permissions import as_list
from tests.translated import resources, source, translate

pytestmark = pytest.mark.timeout(1200)  # the first test builds the bundles and deploys them
STACK = "intelligence-api"
NOT_MADE = {
    "AWS::CodeDeploy::Application": "the engine has no CodeDeploy",
    "AWS::CodeDeploy::DeploymentGroup": "likewise; an alias serves its version at once",
    "AWS::CloudWatch::Dashboard": "the engine has CloudWatch's metrics and alarms only",
    "AWS::Logs::MetricFilter": "the engine stores logs, and makes no metrics of them",
    "AWS::Cognito::UserPool": "the engine has no Cognito",
    "AWS::Cognito::UserPoolClient": "likewise",
    "AWS::Cognito::UserPoolDomain": "likewise",
    "AWS::Cognito::ManagedLoginBranding": "likewise",
}
"""Resource types that the engine skips. It has to create all others. No parameter of the product is switched for it."""
NAMED_WITHIN_ANOTHER = {"AWS::ApiGateway::Stage"}
"""Resource types whose physical ids are unique within an API only."""
PLANS = {"ProUsagePlan": 20, "TeamUsagePlan": 100, "EnterpriseUsagePlan": 1000}
CACHES: list[Any] = [
    shared.infra.aws.client,
    shared.store.store,
    shared.infra.deployment_secrets.pseudonyms,
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A running engine: the environment that leads there."""
    with running(tmp_path_factory.mktemp("engine")) as environ:
        yield environ


def _deploy(bundles: Path, engine: dict[str, str], *options: str) -> str:
    template = ["--template-file", str(bundles / "template.yaml"), "--config-file", str(ROOT / "samconfig.toml")]
    return sam("deploy", *template, "--no-confirm-changeset", "--no-progressbar", *options, environ=engine)


@pytest.fixture(scope="module")
def aws(bundles: Path, engine: dict[str, str]) -> Any:
    """Clients of the account that the stack has been deployed to: `aws("sqs")`."""
    _deploy(bundles, engine)
    return lambda service: boto3.client(service, endpoint_url=engine["AWS_ENDPOINT_URL"])


def _stack(aws: Any, stack: str = STACK) -> dict[str, tuple[str, str, str]]:
    """Type, status and physical id of each resource, by logical id."""
    pages = aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        r["LogicalResourceId"]: (r["ResourceType"], r["ResourceStatus"], r.get("PhysicalResourceId", ""))
        for page in pages
        for r in page["StackResourceSummaries"]
    }


def _id(aws: Any, name: str) -> str:
    return _stack(aws)[name][2]


def test_every_resource_of_the_template_is_made(aws: Any) -> None:
    template = translate()
    off = {"SendAlarms", "UseDomain", "UseWaf"}  # conditions that do not hold with the defaults
    made = _stack(aws)
    assert {status for _, status, _ in made.values()} == {"CREATE_COMPLETE"}
    assert {kind for kind, _, physical_id in made.values() if "unknown" in physical_id} == NOT_MADE.keys()
    assert not [name for name, (_, _, physical_id) in made.items() if not physical_id]
    assert sorted(kind for kind, _, _ in made.values()) == sorted(
        r["Type"] for r in template["Resources"].values() if r.get("Condition") not in off
    )


def test_the_api_takes_usage_plan_keys_from_the_authorizer_on_every_method_that_needs_a_key(aws: Any) -> None:
    api, client = _id(aws, "Api"), aws("apigateway")
    assert client.get_rest_api(restApiId=api)["apiKeySource"] == "AUTHORIZER"
    [authorizer] = client.get_authorizers(restApiId=api)["items"]
    assert authorizer["type"] == "TOKEN"
    assert authorizer["authorizerUri"].endswith(f":function:{STACK}-authorizer:live/invocations")
    assert authorizer["authorizerResultTtlInSeconds"] == 60
    found = {
        (method, resource["path"]): (definition["apiKeyRequired"], definition.get("authorizerId"))
        for resource in client.get_resources(restApiId=api, embed=["methods"])["items"]
        for method, definition in resource.get("resourceMethods", {}).items()
    }
    assert found == {
        (route.method, route.path): (route.api_key_required, authorizer["id"] if route.authorized else None)
        for route in read_template().api.routes
    }


def test_the_usage_plans_list_the_stage_with_their_exact_rates(aws: Any) -> None:
    for name, a_minute in PLANS.items():
        plan = aws("apigateway").get_usage_plan(usagePlanId=_id(aws, name))
        assert plan["throttle"] == {"rateLimit": a_minute / 60, "burstLimit": a_minute}
        assert plan["apiStages"] == [{"apiId": _id(aws, "Api"), "stage": "live"}]


def _as_deployed(aws: Any, name: str) -> Any:
    """A resource's properties in the template that the stack was made from, SAM translated by the engine.

    For what the engine takes without a word but does not keep: gateway responses inside an API's definition, deletion
    protection and point-in-time recovery of tables.
    """
    body = aws("cloudformation").get_template(StackName=STACK, TemplateStage="Processed")["TemplateBody"]
    document = yaml_parse(body) if isinstance(body, str) else body
    return document["Resources"][name]["Properties"]


def test_the_gateway_responses_are_problem_documents(aws: Any) -> None:
    responses = _as_deployed(aws, "Api")["Body"]["x-amazon-apigateway-gateway-responses"]
    assert responses.keys() == source()["Resources"]["Api"]["Properties"]["GatewayResponses"].keys()
    assert str(responses["THROTTLED"]["statusCode"]) == "429"
    assert str(responses["API_CONFIGURATION_ERROR"]["statusCode"]) == "503"
    assert responses["THROTTLED"]["responseParameters"]["gatewayresponse.header.Retry-After"] == "'3'"
    for response in responses.values():
        assert "https://app.intraview.io/docs/guide.html#" in response["responseTemplates"]["application/json"]


@pytest.mark.parametrize("name", read_template().tables)
def test_a_table_has_its_keys_and_indexes_and_survives_slips(name: str, aws: Any) -> None:
    expected, client, table = read_template().tables[name], aws("dynamodb"), _id(aws, name)
    made = client.describe_table(TableName=table)["Table"]
    assert made["KeySchema"] == expected.definition["KeySchema"]
    asked_for = _as_deployed(aws, name)
    assert asked_for["DeletionProtectionEnabled"] is True
    assert asked_for["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert {index["IndexName"] for index in made.get("GlobalSecondaryIndexes", [])} == {
        index["IndexName"] for index in expected.definition.get("GlobalSecondaryIndexes", [])
    }
    ttl = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert ttl.get("AttributeName") == expected.ttl_attribute


def test_the_queues_redrive_into_their_dead_letter_queues(aws: Any) -> None:
    client = aws("sqs")
    for queue, dead_letters in (
        ("IngestQueue", "EventsDeadLetterQueue"),
        ("SnapshotQueue", "SnapshotsDeadLetterQueue"),
    ):
        attributes = client.get_queue_attributes(QueueUrl=_id(aws, queue), AttributeNames=["All"])["Attributes"]
        assert f'"maxReceiveCount": {5}' in attributes["RedrivePolicy"].replace('":5', '": 5').replace('"5"', "5")
        assert _id(aws, dead_letters).rpartition("/")[2] in attributes["RedrivePolicy"]


def test_events_reach_the_queue_and_the_queue_the_published_function(aws: Any) -> None:
    [target] = aws("events").list_targets_by_rule(
        Rule=_id(aws, "IngestRule").rpartition("|")[2].rpartition("/")[2], EventBusName=STACK
    )["Targets"]
    assert target["Arn"].endswith(_id(aws, "IngestQueue").rpartition("/")[2])
    assert "DeadLetterConfig" in target
    mappings = aws("lambda").list_event_source_mappings()["EventSourceMappings"]
    fed = {mapping["FunctionArn"].partition(":function:")[2]: mapping["FunctionResponseTypes"] for mapping in mappings}
    consumers = {subscription.function for subscription in read_template().subscriptions} | {"PublishEventsFunction"}
    assert fed == {alias: ["ReportBatchItemFailures"] for alias in _published(consumers)}


def _published(functions: Iterable[str]) -> set[str]:
    """The aliases of functions, as an ARN ends."""
    names = {source()["Resources"][name]["Properties"]["FunctionName"]["Fn::Sub"] for name in functions}
    return {name.replace("${AWS::StackName}", STACK) + ":live" for name in names}


def test_the_schedules_start_the_published_functions(aws: Any) -> None:
    client = aws("scheduler")
    made = [client.get_schedule(Name=listed["Name"]) for listed in client.list_schedules()["Schedules"]]
    started = {schedule["Target"]["Arn"].partition(":function:")[2]: schedule for schedule in made}
    assert started.keys() == _published(schedule.function for schedule in read_template().schedules)
    monthly = started[f"{STACK}-plan-team-snapshots:live"]
    assert (monthly["ScheduleExpression"], monthly["ScheduleExpressionTimezone"]) == ("cron(0 3 1 * ? *)", "UTC")
    assert monthly["Target"]["Input"] == '{"time": "<aws.scheduler.scheduled-time>"}'
    assert all(schedule["Target"]["DeadLetterConfig"]["Arn"] for schedule in made)


def test_the_alarms_are_there_and_go_to_the_topic(aws: Any) -> None:
    alarms = aws("cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]
    assert len(alarms) == len(resources("AWS::CloudWatch::Alarm"))
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {_id(aws, "AlarmTopic")}


def test_every_function_is_published_behind_its_alias(aws: Any) -> None:
    for name in read_template().functions:
        alias = aws("lambda").get_alias(FunctionName=_id(aws, name), Name="live")
        assert alias["FunctionVersion"] == "1"


def test_the_key_of_pseudonyms_is_made_and_that_of_claude_is_left_to_the_operator(aws: Any) -> None:
    client = aws("secretsmanager")
    assert len(client.get_secret_value(SecretId=_id(aws, "PseudonymSecret"))["SecretString"]) == 64
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_secret_value(SecretId=_id(aws, "ClaudeKeySecret"))


def test_the_key_of_a_teams_plan_is_made_with_its_first_key_and_on_a_change_of_plan(
    aws: Any, engine: dict[str, str]
) -> None:
    """A key is never moved: another one is made in the new plan before the plan is written."""
    before = dict(os.environ)
    try:
        joined = an_event("MemberJoined", time="2026-03-01T00:00:00Z", team_id="team_1", user_id="u")
        _ingest(aws, engine, _team_on("pro", "2026-03-01T00:00:00Z"), joined)
        made = _invoke(
            aws, engine, "ManageKeysFunction", {"action": "create", "team_id": "team_1", "user_id": "u", "name": "CI"}
        )
        assert made["statusCode"] == 201
        assert _plans_with_a_key(aws) == ["ProUsagePlan"]
        _ingest(aws, engine, _team_on("enterprise", "2026-03-02T00:00:00Z"))
        assert _plans_with_a_key(aws) == ["ProUsagePlan", "EnterpriseUsagePlan"]
    finally:
        os.environ.clear()
        os.environ.update(before)
        for cache in CACHES:
            cache.cache_clear()


def _team_on(plan: str, time: str) -> dict[str, Any]:
    return an_event("TeamUpdated", time=time, team_id="team_1", name="Acme", plan=plan)


def _ingest(aws: Any, engine: dict[str, str], *events: dict[str, Any]) -> None:
    """Has the deployed function apply events, one a message."""
    record = json.loads((ROOT / "events" / "ingest_events.json").read_text())["Records"][0]
    records = [record | {"messageId": f"m{n}", "body": json.dumps(event)} for n, event in enumerate(events)]
    assert _invoke(aws, engine, "IngestEventsFunction", {"Records": records}) == {"batchItemFailures": []}


def _plans_with_a_key(aws: Any) -> list[str]:
    client = aws("apigateway")
    return [name for name in PLANS if client.get_usage_plan_keys(usagePlanId=_id(aws, name))["items"]]


def _invoke(aws: Any, engine: dict[str, str], name: str, event: object) -> Any:
    """Runs a deployed function's handler here, with the environment that it was deployed with."""
    deployed = aws("lambda").get_function_configuration(FunctionName=_id(aws, name), Qualifier="1")
    os.environ |= engine | deployed["Environment"]["Variables"]
    for cache in CACHES:
        cache.cache_clear()
    module, _, function = deployed["Handler"].rpartition(".")
    context = LambdaContext(name, 512, "request-1", deployed["FunctionArn"], 0)
    return getattr(importlib.import_module(module), function)(event, context)


def test_an_update_of_the_stack_changes_what_it_is_to_change(aws: Any, bundles: Path, engine: dict[str, str]) -> None:
    """Nothing that publishes a version: the engine cannot point an alias elsewhere, only make it once."""
    _deploy(bundles, engine, "--parameter-overrides", "AlarmEmail=on-call@example.com")
    assert aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE"
    [subscription] = aws("sns").list_subscriptions()["Subscriptions"]
    assert (subscription["TopicArn"], subscription["Endpoint"]) == (_id(aws, "AlarmTopic"), "on-call@example.com")


def test_the_environments_deploy_beside_it_without_a_question(aws: Any, bundles: Path, engine: dict[str, str]) -> None:
    """No resource of the second stack is one of the first, or has its name."""
    first = _stack(aws)
    _deploy(bundles, engine, "--config-env", "dev")
    [dev] = aws("cloudformation").describe_stacks(StackName=f"{STACK}-dev")["Stacks"]
    assert dev["StackStatus"] == "CREATE_COMPLETE"
    assert {tag["Key"]: tag["Value"] for tag in dev["Tags"]} == {"Application": STACK, "Environment": "dev"}
    ids = {kind: {i for k, _, i in first.values() if k == kind} for kind, _, _ in first.values()}
    shared = [
        (name, kind)
        for name, (kind, _, physical_id) in _stack(aws, f"{STACK}-dev").items()
        if kind not in NOT_MADE.keys() | NAMED_WITHIN_ANOTHER and physical_id in ids.get(kind, ())
    ]
    assert shared == []


def test_a_deleted_stack_leaves_its_tables_and_the_key_of_pseudonyms(aws: Any, engine: dict[str, str]) -> None:
    tables = {_id(aws, name) for name in read_template().tables}
    secret = _id(aws, "PseudonymSecret")
    sam("delete", "--stack-name", STACK, "--no-prompts", environ=engine)
    assert tables <= set(aws("dynamodb").list_tables()["TableNames"])
    assert aws("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    functions = {f["FunctionName"] for f in as_list(aws("lambda").list_functions()["Functions"])}
    assert {name for name in functions if not name.startswith(f"{STACK}-dev-")} == set()
