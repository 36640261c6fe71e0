"""What each function loads before its first request, counted in modules: a start's time follows them, and they can be
counted on any machine. A budget is what was measured when it was set, and a little air.
"""

import json
import re
import sys
from collections import Counter
from functools import cache, cached_property
from pathlib import Path

import pytest

from benchmarks.budgets import BUDGETS
from local.commands import run
from local.template import read_template
from shared.store import Store

ROOT = Path(__file__).parents[3]
FUNCTIONS = {function.handler.split(".")[1]: function for function in read_template().functions.values()}
NEVER = {
    "aws_xray_sdk": "Lambda's own tracing needs no SDK, and X-Ray's is in maintenance",
    "boto3": "its clients are botocore's, and importing it takes a tenth of a start",
}
"""What no function may load, and why."""
EXCEPT = {
    ("summarize_job", "boto3"): "Powertools' parameters import it; beside anthropic's 2,900 modules its 41 are few"
}

# -P: nothing from the current folder. The environment is Lambda's where it matters: tables are opened at the start.
# Each function is imported in a fork of a process that has a client, which is what all of them are compared with.
SCRIPT = """
import json, os, sys
from botocore.session import get_session
import botocore.loaders
get_session().create_client("dynamodb")
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
for function, environment in json.loads(sys.argv[2]).items():
    if not os.fork():
        os.environ.update(environment)
        __import__(f"functions.{function}")
        print(json.dumps([function, sorted(set(sys.modules) - before)]), flush=True)
        os._exit(0)
    if os.wait()[1]:
        sys.exit(f"functions.{function} cannot be imported")
"""
LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def loaded(function: str) -> frozenset[str]:
    """The modules that a function adds by the time it takes its first request."""
    return _loaded_by_function()[function]


@cache
def _loaded_by_function() -> dict[str, frozenset[str]]:
    environments = {name: dict(function.environment) for name, function in FUNCTIONS.items()}
    done = run(
        [sys.executable, "-P", "-c", SCRIPT, str(ROOT), json.dumps(environments)],
        env=LAMBDA,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: frozenset(modules) for name, modules in map(json.loads, done.stdout.splitlines())}


def test_every_function_has_a_budget() -> None:
    assert BUDGETS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("function", BUDGETS)
def test_a_function_keeps_within_its_budget_of_modules(function: str) -> None:
    found, budget = loaded(function), BUDGETS[function].modules
    by_package = Counter(name.partition(".")[0] for name in found).most_common(5)
    assert len(found) <= budget, f"{len(found)} modules, mostly {by_package}"


@pytest.mark.parametrize("function", BUDGETS)
def test_a_budget_follows_when_a_function_gets_lighter(function: str) -> None:
    assert len(loaded(function)) >= 0.9 * BUDGETS[function].modules, "lower it: what was saved must not creep back"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_never_loads_what_it_can_do_without(function: str) -> None:
    for package, why in NEVER.items():
        if (function, package) not in EXCEPT:
            assert package not in loaded(function), why


def test_the_authorizer_starts_without_pydantic_and_without_a_resolver() -> None:
    """It stands in front of every request, so it starts the most often."""
    assert not {"pydantic", "aws_lambda_powertools.event_handler"} & loaded("authorizer")


SEVERAL_TABLES = {"table_scan"}
TABLE_OF = {
    **dict.fromkeys(("applications", "connections"), "integrations"),
    **dict.fromkeys(("events", "threads"), "messages"),
    **dict.fromkeys(("releases", "renormalizations", "snapshots", "spend"), "reports"),
}
PARTS = {name for name, part in vars(Store).items() if isinstance(part, cached_property)} - SEVERAL_TABLES


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_loads_at_its_start_what_it_names_and_nothing_of_another_table(function: str) -> None:
    named = {variable.removesuffix("_TABLE").lower() for variable in FUNCTIONS[function].environment}
    source = (ROOT / "functions" / f"{function}.py").read_text()
    preloaded = set(re.findall(r'"(\w+)"', source.partition("\npreload(")[2].partition(")")[0])) - SEVERAL_TABLES
    assert preloaded or "store()" not in source, "a function names the parts of the store that its requests use"
    assert {part for part in PARTS if f"shared.store.{part}" in loaded(function)} == preloaded
    assert {TABLE_OF.get(part, part) for part in preloaded} <= named
