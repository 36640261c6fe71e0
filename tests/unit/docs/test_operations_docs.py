"""docs/operations.md against the template: outputs, parameters and alarms exist, and costs are those of the formula."""

import re

import pytest

from benchmarks.monthly_cost import BEGIN, DOCUMENT, END, LOADS, Load, cost, table
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
