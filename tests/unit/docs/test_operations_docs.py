"""docs/operations.md against the template: outputs, parameters and alarms exist, and costs are those of the formula."""

import re

import pytest

from benchmarks.monthly_cost import BEGIN, DOCUMENT, END, LOADS, Load, cost, table
from tests.permissions import Grant, grants
from tests.translated import resources, source, translated

TEXT = DOCUMENT.read_text()
FUNCTIONS = resources("AWS::Lambda::Function")


def test_every_output_that_a_command_uses_exists() -> None:
    used = set(re.findall(r"\$\(output (\w+)\)", TEXT))
    assert used
    assert used <= translated()["Outputs"].keys()


def test_every_parameter_is_explained() -> None:
    rows = "".join(line for line in TEXT.splitlines() if line.startswith("| `"))
    assert {name for name in source()["Parameters"] if f"`{name}`" in rows} == source()["Parameters"].keys()


def test_the_longest_name_of_a_stack_leaves_room_for_the_functions_names() -> None:
    suffixes = [f["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}") for f in FUNCTIONS.values()]
    longest = 64 - max(map(len, suffixes))  # Lambda's limit for a name is 64 characters
    assert f"({longest} characters at most)" in TEXT


def test_every_alarm_is_explained() -> None:
    explained = set(re.findall(r"`(\w+Alarm)`", TEXT))
    latency = {name for name in resources("AWS::CloudWatch::Alarm") if name.endswith("LatencyAlarm")}
    assert "…LatencyAlarm" in TEXT
    assert explained == resources("AWS::CloudWatch::Alarm").keys() - latency


def test_the_table_of_costs_is_that_of_the_formula() -> None:
    assert TEXT.partition(BEGIN)[2].partition(END)[0].strip() == table(), "run make cost-table"


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_every_service_costs_something(load: Load) -> None:
    assert all(dollars > 0 for dollars in cost(load).values())


def test_a_restore_stops_every_function_that_may_write_a_table_but_those_that_its_steps_use() -> None:
    stopped = set(
        " ".join(re.findall(r'^(?:consumers|functions)="([^"]+)"', TEXT, re.MULTILINE)).replace("\\", "").split()
    )
    names = {name: f["FunctionName"]["Fn::Sub"].partition("${AWS::StackName}-")[2] for name, f in FUNCTIONS.items()}
    writing = {name for function, name in names.items() if any(writes(grant) for grant in grants(function))}
    assert stopped <= set(names.values())
    assert writing - stopped == {"verify-tallies", "verify-usage-plans", "manage-teams", "authorizer"}


def writes(grant: Grant) -> bool:
    action, _ = grant
    return action in ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")


def test_a_restore_says_of_every_table_whether_it_is_restored() -> None:
    rows = " ".join(line for line in TEXT.splitlines() if re.match(r"\| [A-Z][A-Za-z, ]+ \|", line))
    for table_name in resources("AWS::DynamoDB::Table"):
        assert table_name.removesuffix("Table") in rows, table_name
