"""Permissions of template.yaml: exact actions, exact resources; docs/security.md lists the same.

That the roles suffice, and hold nothing to spare, is tests/integration/test_permissions_in_use.py.
"""

import re

import pytest

from tests.permissions import BEGIN, DOCUMENT, END, as_list, functions, grants, statements, table
from tests.translated import Json, resources

NO_NARROWER_ARN = {
    "/apikeys/*": "API Gateway gives a key its id when it is made",
    "/usageplans/ProUsagePlan/keys/*": "likewise",
    "/usageplans/TeamUsagePlan/keys/*": "likewise",
    "/usageplans/EnterpriseUsagePlan/keys/*": "likewise",
    "foundation-model/anthropic.*": "an inference profile calls its model in regions and under ids of its own",
}


@pytest.mark.parametrize("function", functions())
def test_a_role_is_one_function_s_own(function: str) -> None:
    role = resources("AWS::Lambda::Function")[function]["Role"]
    assert [name for name in functions() if resources("AWS::Lambda::Function")[name]["Role"] == role] == [function]
    [name] = role["Fn::GetAtt"][:1]
    properties = resources("AWS::IAM::Role")[name]
    [trust] = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "ManagedPolicyArns" not in properties, "AWS's own policy for Lambda allows all log groups"


@pytest.mark.parametrize("function", functions())
def test_a_role_names_its_actions_one_by_one(function: str) -> None:
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        assert all(re.fullmatch(r"[a-z-]+:[A-Za-z]+", action) for action in as_list(statement["Action"]))


@pytest.mark.parametrize("function", functions())
def test_a_role_names_its_resources_as_far_as_aws_lets_it(function: str) -> None:
    assert {resource for _, resource in grants(function) if "*" in resource} <= NO_NARROWER_ARN.keys()


@pytest.mark.parametrize("function", functions())
def test_a_role_writes_to_its_own_log_group_only(function: str) -> None:
    logs = {resource for action, resource in grants(function) if action.startswith("logs:")}
    assert logs == {function.removesuffix("Function") + "LogGroup"}


@pytest.mark.parametrize("function", functions())
def test_a_function_may_use_exactly_the_resources_that_its_environment_names(function: str) -> None:
    named = {
        value["Ref"]
        for variable, value in resources("AWS::Lambda::Function")[function]["Environment"]["Variables"].items()
        if isinstance(value, dict)
        and not variable.startswith(
            ("CLAUDE_", "SIGNALS_", "POWERTOOLS_", "API_ID", "CONSOLE_CLIENT_ID", "DEPLOYMENT_")
        )
    }
    used = {re.split("/", resource.removeprefix("/usageplans/"))[0] for _, resource in grants(function)}
    from_triggers = {"IngestQueue", "SnapshotsDeadLetterQueue", "DeliveriesDeadLetterQueue"}
    if function == "PublishEventsFunction":
        from_triggers |= {"MessagesTable/stream", "ReportsTable/stream", "ReportsTable"}
    if function == "ApplyFactsFunction":
        from_triggers |= {"FactsQueue"}
    if "DEPLOYMENT_PARAMETER" in resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]:
        from_triggers |= {"ProUsagePlan", "TeamUsagePlan", "EnterpriseUsagePlan", "parameter"}  # named at run time
    if function == "MakeTeamSnapshotFunction":
        from_triggers |= {"SnapshotQueue"}
    others = {
        "",
        "ClaudeKeySecret",
        "foundation-model",
        "inference-profile",
        function.removesuffix("Function") + "LogGroup",
    }
    assert used - (from_triggers - named) - others == named


def test_no_role_at_all_may_do_anything_to_everything() -> None:
    def everything(value: Json) -> bool:
        return value == "*" or (isinstance(value, list) and "*" in value)

    for name, role in resources("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                for inner in statement["Fn::If"][1:] if "Fn::If" in statement else [statement]:
                    assert not everything(inner["Action"]), name
                    assert not everything(inner["Resource"]), name


def test_the_table_in_the_documentation_is_that_of_the_template() -> None:
    text = DOCUMENT.read_text()
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == table(), "run make security-table"
