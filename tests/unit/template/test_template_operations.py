"""What template.yaml gives an operator: alarms with a recipient, a dashboard of existing metrics, outputs, switches."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from functions import summarize_job
from shared.claude.replies import Call, CallOutcome
from shared.infra.telemetry import logger
from tests.translated import Json, references, resources, source, translate, translated

EVENTS = Path(__file__).resolve().parents[3] / "events"
ALARMS = sorted(
    name for name, resource in source()["Resources"].items() if resource["Type"] == "AWS::CloudWatch::Alarm"
)
ENDPOINTS = {
    name
    for name, resource in source()["Resources"].items()
    if any(event["Type"] == "Api" for event in resource.get("Properties", {}).get("Events", {}).values())
}
SWITCHED = {
    "AlarmSubscription": "SendAlarms",
    **dict.fromkeys(
        [f"Claude{of}Filter" for of in ("Latency", "Input", "Output", "CacheRead", "CacheWrite")], "MakeDashboard"
    ),
    "ApiGatewayAccount": "SetApiGatewayAccount",
    "ApiGatewayLogsRole": "SetApiGatewayAccount",
    "CustomDomain": "UseDomain",
    "CustomDomainMapping": "UseDomain",
    "Dashboard": "MakeDashboard",
    "InvalidUsageKeyAlarm": "MakeDashboard",
    "InvalidUsageKeyFilter": "MakeDashboard",
    "RateLimitedFilter": "MakeDashboard",
    "WebAclAssociation": "UseWaf",
}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_reaches_the_topic_and_says_what_happened(name: str) -> None:
    alarm = resources("AWS::CloudWatch::Alarm")[name]
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    assert len(alarm["AlarmDescription"]) > 40
    assert len(alarm.get("Metrics", [])) <= 10, "more than CloudWatch allows in one alarm"


def _watched() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Alarm, metric and the resources it looks at, for every metric of every alarm."""
    for name, alarm in resources("AWS::CloudWatch::Alarm").items():
        metrics = [m["MetricStat"]["Metric"] for m in alarm.get("Metrics", []) if "MetricStat" in m] or [alarm]
        for metric in metrics:
            yield name, metric["MetricName"], frozenset(map(_watched_resource, metric.get("Dimensions", [])))


def _watched_resource(dimension: Json) -> str:
    """The logical id of what a dimension names. Alarms of deployments name functions and the API without a `!Ref`."""
    if dimension["Name"] == "FunctionName" and "Ref" not in dimension["Value"]:
        functions = resources("AWS::Lambda::Function").items()
        [name] = [name for name, function in functions if function["FunctionName"] == dimension["Value"]]
        return name
    return min(references(dimension["Value"]), default="")


def test_every_endpoint_has_a_latency_alarm() -> None:
    assert {name for _, metric, watched in _watched() if metric == "Duration" for name in watched} >= ENDPOINTS
    for name in ENDPOINTS:
        assert (
            resources("AWS::CloudWatch::Alarm")[name.replace("Function", "LatencyAlarm")]["ExtendedStatistic"] == "p99"
        )


def test_every_dead_letter_queue_and_every_backlog_has_an_alarm() -> None:
    depth = {
        name for _, metric, watched in _watched() if metric == "ApproximateNumberOfMessagesVisible" for name in watched
    }
    age = {name for _, metric, watched in _watched() if metric == "ApproximateAgeOfOldestMessage" for name in watched}
    queues = resources("AWS::SQS::Queue")
    assert depth == {name for name, queue in queues.items() if "RedrivePolicy" not in queue}
    assert age == {name for name, queue in queues.items() if "RedrivePolicy" in queue}


def test_all_functions_are_watched_for_throttles_and_those_behind_no_endpoint_for_errors() -> None:
    throttled = [watched for _, metric, watched in _watched() if metric == "Throttles"]
    failing = {name for _, metric, watched in _watched() if metric == "Errors" for name in watched}
    assert throttled == [frozenset()], "one alarm on the metric of the account"
    assert ENDPOINTS | {"AuthorizerFunction"} | failing == set(resources("AWS::Lambda::Function"))


@pytest.mark.parametrize("outcome", CallOutcome)
def test_every_way_in_which_claude_can_fail_is_watched(
    outcome: CallOutcome, logged: Callable[[Call], list[Json]]
) -> None:
    _, *lines = logged(Call(outcome, "a-model", seconds=1.5, input_tokens=7))
    counted = [
        (metric["Name"], {dimension: line[dimension] for dimension in metrics["Dimensions"][0]})
        for line in lines
        for metrics in line["_aws"]["CloudWatchMetrics"]
        for metric in metrics["Metrics"]
    ]

    def goes_off(alarm: str) -> bool:
        properties = resources("AWS::CloudWatch::Alarm")[alarm]
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in properties["Dimensions"]}
        return (properties["MetricName"], dimensions) in counted

    nobodys_failure = {CallOutcome.ANSWERED, CallOutcome.KEY_REPLACED, CallOutcome.TOO_LONG}
    assert goes_off("ClaudeFailuresAlarm") == (outcome not in nobodys_failure)
    assert goes_off("ClaudeMisconfiguredAlarm") == (outcome is CallOutcome.MISCONFIGURED)


def test_the_alarm_on_spend_counts_every_token_and_guesses_those_of_a_call_given_up(
    logged: Callable[[Call], list[Json]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_MAX_TOKENS", "4096")
    alarm = resources("AWS::CloudWatch::Alarm")["ClaudeSpendAlarm"]["MetricName"]
    for outcome, tokens in ((CallOutcome.ANSWERED, 10), (CallOutcome.OFF_SCHEMA, 10), (CallOutcome.TIMED_OUT, 4096)):
        used = (0, 0, 0, 0) if outcome is CallOutcome.TIMED_OUT else (1, 2, 3, 4)
        lines = logged(Call(outcome, "a-model", 1.5, *used))
        assert [line[alarm] for line in lines if alarm in line] == [[tokens]]


def test_every_figure_of_a_call_to_claude_is_made_a_metric_by_model(logged: Callable[[Call], list[Json]]) -> None:
    line, *_ = logged(Call(CallOutcome.ANSWERED, "a-model", 1.5, 1, 2, 3, 4))
    made = {}
    for metric_filter in resources("AWS::Logs::MetricFilter").values():
        if metric_filter["LogGroupName"] == {"Ref": "SummarizeJobLogGroup"}:
            assert metric_filter["FilterPattern"] == f'{{ $.message = "{line["message"]}" }}'
            [metric] = metric_filter["MetricTransformations"]
            dimensions = {dimension["Key"]: line[dimension["Value"][2:]] for dimension in metric["Dimensions"]}
            assert dimensions.pop("outcome", "answered") == "answered"
            assert dimensions == {"model": "a-model"}
            made[metric["MetricName"]] = line[metric["MetricValue"][2:]]
    assert made == {
        "ClaudeLatency": 1500,
        "ClaudeInputTokens": 1,
        "ClaudeOutputTokens": 2,
        "ClaudeCacheReadTokens": 3,
        "ClaudeCacheWriteTokens": 4,
    }
    dashboard = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
    assert [name for name in made if f'\\"{name}\\"' not in dashboard] == []


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[Call], list[Json]]:
    """What a call to Claude logs, line by line, within a request."""
    event = json.loads((EVENTS / "summarize_job.json").read_text())
    monkeypatch.setattr(summarize_job.app, "current_event", APIGatewayProxyEvent(event), raising=False)

    def log(call: Call) -> list[Json]:
        monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
        summarize_job.record_call(call)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return log


def test_a_deployment_goes_back_when_an_alarm_goes_off() -> None:
    groups = resources("AWS::CodeDeploy::DeploymentGroup")
    assert len(groups) == len(resources("AWS::Lambda::Function"))
    for group in groups.values():
        assert references(group["AlarmConfiguration"]) == {"ServerErrorsAlarm", "BackgroundErrorsAlarm"}
    at_once = translate(parameters={"GradualDeployment": "false"})["Resources"].values()
    assert not [resource for resource in at_once if "CodeDeploy" in resource["Type"]]


def test_what_costs_or_needs_something_more_is_switched_by_a_parameter() -> None:
    conditions = {
        name: resource["Condition"] for name, resource in translated()["Resources"].items() if "Condition" in resource
    }
    assert conditions == SWITCHED
    assert set(conditions.values()) <= translated()["Conditions"].keys()


def test_every_parameter_has_a_default_so_that_a_stack_deploys_as_it_stands() -> None:
    for name, parameter in source()["Parameters"].items():
        assert "Default" in parameter, name
        assert parameter["Description"], name


def test_the_dashboard_is_json_that_looks_at_resources_of_the_stack() -> None:
    text = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
    assert references({"Fn::Sub": text}) <= {*source()["Resources"], "AWS::Region", "AWS::StackName"}
    widgets = json.loads(re.sub(r"\$\{[^}]*\}", "x", text))["widgets"]
    assert len(widgets) == 10
    assert all(widget["properties"]["metrics"] for widget in widgets)


def test_the_outputs_name_what_an_operator_needs() -> None:
    outputs = translated()["Outputs"]
    needed = {
        "ApiUrl",
        "ManageKeysFunctionArn",
        "ClaudeKeySecretArn",
        "PseudonymSecretArn",
        "EventBusArn",
        "EventsDeadLetterQueueArn",
        "SnapshotsDeadLetterQueueArn",
        "AlarmTopicArn",
        "DashboardUrl",
        "AccessLogGroupName",
    }
    assert needed <= outputs.keys()
    assert {name.replace("Table", "TableName") for name in resources("AWS::DynamoDB::Table")} <= outputs.keys()
    assert {name + "Id" for name in resources("AWS::ApiGateway::UsagePlan")} <= outputs.keys()
    assert all(output["Description"] for output in outputs.values())


def test_all_logs_are_forgotten_in_time() -> None:
    for name, group in resources("AWS::Logs::LogGroup").items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name
