"""CloudFormation accepts what SAM makes of template.yaml, with the default parameters and with any other.

CloudFormation refuses a stack whose resources depend on each other in a circle. Deployment groups and aliases, which
close most circles, exist only after SAM's translation. All rules of cfn-lint run in tests/packaging/test_lint.py.
"""

import json
from collections.abc import Mapping
from functools import cache

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from cfnlint.rules import RulesCollection
from cfnlint.rules.resources.CircularDependency import CircularDependency
from cfnlint.rules.resources.DependsOn import DependsOn

from tests.translated import Json, translate, translated, variations


def _found(document: Json) -> list[str]:
    """Circles and dependencies on what may not exist. Neither depends on the values of parameters."""
    return _lint(json.dumps({name: part for name, part in document.items() if name != "Parameters"}))


@cache
def _lint(text: str) -> list[str]:
    rules = RulesCollection()
    rules.extend([CircularDependency(), DependsOn()])
    return [f"{match.rule.id} {match.message}" for match in lint(text, rules=rules, config=ManualArgs())]


@pytest.mark.parametrize("parameters", [pytest.param(values, id=name) for name, values in variations()])
def test_no_resources_depend_on_each_other_in_a_circle(parameters: Mapping[str, str]) -> None:
    assert _found(translate(parameters=parameters)) == []


def test_a_circle_would_be_found() -> None:
    """An alarm of a deployment that refers to a function closes one."""
    document = json.loads(json.dumps(translated()))
    alarm = document["Resources"]["BackgroundErrorsAlarm"]["Properties"]
    dimension = alarm["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"][0]
    dimension["Value"] = {"Ref": "IngestEventsFunction"}
    assert any(found.startswith("E3004") for found in _found(document))
