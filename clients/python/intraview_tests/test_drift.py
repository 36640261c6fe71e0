"""The client has what the API's document has: every operation, every field, every value, every code."""

from __future__ import annotations

import dataclasses
import json
import re
import typing
from pathlib import Path
from typing import Any

import pytest

from intraview import Client, errors, models
from intraview.cli.arguments import OUTCOMES

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="needs the repository of the API")
SPEC: dict[str, Any] = json.loads(DOCUMENT.read_text()) if DOCUMENT.exists() else {}
SCHEMAS: dict[str, Any] = SPEC.get("components", {}).get("schemas", {})

METHODS = {
    "get_career_health": Client.career_health,
    "regenerate_career_health": Client.regenerate_career_health,
    "get_company_signals": Client.company_signals,
    "summarize_job": Client.job_summary,
    "get_team_analytics": Client.team_analytics,
    "record_outcome": Client.record_outcome,
    "list_messages": Client.threads_page,
    "get_message": Client.thread,
    "whoami": Client.whoami,
}
"""By operationId."""


def operations() -> dict[str, Any]:
    found = [operation for methods in SPEC.get("paths", {}).values() for operation in methods.values()]
    return {operation["operationId"]: operation for operation in found}


def answer_schema(operation: Any) -> Any:
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def resolved(schema: Any) -> Any:
    schema = next((each for each in schema.get("anyOf", []) if each.get("type") != "null"), schema)
    return resolved(SCHEMAS[schema["$ref"].rpartition("/")[2]]) if "$ref" in schema else schema


@pytest.mark.parametrize("name", operations())
def test_an_operation_has_a_method_that_returns_every_field(name: str) -> None:
    returned = typing.get_type_hints(METHODS[name], vars(models) | {"Any": Any})["return"]
    compare(returned, answer_schema(operations()[name]), name)


def compare(wanted: Any, schema: Any, place: str) -> None:
    schema = resolved(schema)
    arguments = [each for each in typing.get_args(wanted) if each is not type(None)]
    if dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        hints.pop("meta", None)
        assert hints.keys() == schema["properties"].keys(), place
        for field, hint in hints.items():
            compare(hint, schema["properties"][field], f"{place}.{field}")
    elif typing.get_origin(wanted) is typing.Literal:
        assert set(arguments) == set(schema["enum"]), place
    elif typing.get_origin(wanted) is list:
        compare(arguments[0], schema["items"], place)
    elif arguments:  # or None
        compare(arguments[0], schema, place)
    else:
        kinds = {str: "string", int: "integer", float: "number", bool: "boolean"}
        assert schema["type"] == kinds.get(wanted, "string"), place
        assert (schema.get("format") == "date-time") == (wanted.__name__ == "datetime"), place


@pytest.mark.parametrize("name", operations())
def test_a_method_takes_every_parameter_and_every_field_of_the_body(name: str) -> None:
    operation, code = operations()[name], METHODS[name].__code__
    taken = {"message_id" if each == "id" else each for each in wanted_arguments(operation)}
    assert taken <= set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def wanted_arguments(operation: Any) -> set[str]:
    named = {each["name"] for each in operation.get("parameters", []) if "name" in each}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return named | resolved(body).get("properties", {}).keys()


def codes() -> set[str]:
    found = re.findall(r'"x-problem-codes": (\[[^]]*\])', json.dumps(SPEC))
    return {code for each in found for code in json.loads(each)}


def classes() -> set[type[errors.ApiError]]:
    return {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.ApiError)}


@pytest.mark.parametrize("code", sorted(codes()))
def test_a_code_has_a_class_of_its_own(code: str) -> None:
    assert [each for each in classes() if each.code == code]


def test_the_command_knows_every_outcome() -> None:
    assert list(OUTCOMES) == SCHEMAS["Outcome"]["enum"] == list(typing.get_args(models.Outcome))
