"""Any number of stacks deploy side by side in one account, a new one included, and without a question."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.translated import Json, references, resources, source, translated

SAMCONFIG = tomllib.loads((Path(__file__).resolve().parents[3] / "samconfig.toml").read_text())
ENVIRONMENTS = ["dev", "prod"]
NO_PHYSICAL_NAME = {
    "AWS::ApiGateway::Stage": {"StageName"},
    "AWS::Lambda::Alias": {"Name"},
    "AWS::CloudWatch::Alarm": {"MetricName"},
    "AWS::Cognito::UserPoolClient": {"ClientName"},
    "AWS::IAM::Policy": {"PolicyName"},
    "AWS::CodeDeploy::DeploymentGroup": {"DeploymentConfigName"},
}
"""Names within one API, function or namespace, and of something that AWS provides."""
ONE_FOR_THE_ACCOUNT = {"AWS::ApiGateway::Account"}
"""Settings of the account. A stack can leave them alone: each has a condition."""


def _names() -> Iterator[tuple[str, str, Json]]:
    for name, resource in translated()["Resources"].items():
        for key, value in resource.get("Properties", {}).items():
            if key.endswith("Name") and key not in NO_PHYSICAL_NAME.get(resource["Type"], ()):
                yield name, key, value


def test_every_physical_name_comes_from_the_stack_or_from_another_resource() -> None:
    found = [*_names()]
    assert len(found) > 50
    assert [(name, key) for name, key, value in found if not references(value)] == []
    assert "AWS::StackName" in references(resources("AWS::Events::EventBus")["EventBus"]["Name"])


def test_a_function_s_log_group_and_metrics_are_its_stack_s_own() -> None:
    for group in resources("AWS::Logs::LogGroup").values():
        assert "AWS::StackName" in references(group["LogGroupName"])
    namespace = {"Fn::Sub": "IntelligenceApi/${AWS::StackName}"}
    for function in resources("AWS::Lambda::Function").values():
        assert function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == namespace
    for metric_filter in resources("AWS::Logs::MetricFilter").values():
        assert all(metric["MetricNamespace"] == namespace for metric in metric_filter["MetricTransformations"])
    for name, alarm in resources("AWS::CloudWatch::Alarm").items():
        assert alarm.get("Namespace") == namespace or str(alarm.get("Namespace", "AWS/")).startswith("AWS/"), name


def test_a_setting_of_the_account_can_be_left_to_another_stack() -> None:
    for name, resource in translated()["Resources"].items():
        if resource["Type"] in ONE_FOR_THE_ACCOUNT:
            assert "Condition" in resource, name
            assert resource["DeletionPolicy"] == "Retain", "other stacks may rely on it"


def test_nothing_is_reserved_that_a_new_account_does_not_have() -> None:
    """A new account may run as few as 10 functions at once, and refuses to reserve any of them."""
    for name, resource in translated()["Resources"].items():
        properties = resource.get("Properties", {})
        reserved = properties.get("ReservedConcurrentExecutions")
        assert reserved is None or name == "AuthorizerFunction", name
        assert "ProvisionedConcurrencyConfig" not in properties, name
    authorizer = resources("AWS::Lambda::Function")["AuthorizerFunction"]
    assert authorizer["ReservedConcurrentExecutions"]["Fn::If"][2] == {"Ref": "AWS::NoValue"}
    assert source()["Parameters"]["AuthorizerConcurrency"]["Default"] == 0


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_of_samconfig_is_a_stack_of_its_own_with_its_tags(environment: str) -> None:
    config = SAMCONFIG[environment]
    assert config["global"]["parameters"]["stack_name"] == f"intelligence-api-{environment}"
    deploy = config["deploy"]["parameters"]
    assert deploy["confirm_changeset"] is False
    assert deploy["resolve_s3"] is True
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert set(deploy["tags"]) == {"Application=intelligence-api", f"Environment={environment}"}


def test_the_guided_deployment_tags_too() -> None:
    assert SAMCONFIG["default"]["deploy"]["parameters"]["tags"] == ["Application=intelligence-api"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_sets_parameters_of_the_template_to_values_it_takes(environment: str) -> None:
    for override in SAMCONFIG[environment]["deploy"]["parameters"].get("parameter_overrides", []):
        name, _, value = override.partition("=")
        allowed = source()["Parameters"][name].get("AllowedValues", [value])
        assert value in map(str, allowed), override
