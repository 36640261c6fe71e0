"""The OpenAPI document is current, covers the reference and is valid (reference, contract 1)."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from local.openapi.document import DOCUMENT, ETAGGED, FOLDER, openapi_document, operations
from local.template import read_template
from shared.web import problems

SPEC: dict[str, Any] = json.loads(DOCUMENT.read_text())
EXAMPLES: dict[str, dict[str, Any]] = json.loads((FOLDER / "reference_examples.json").read_text())
OPERATIONS = {operation["operationId"]: operation for operation in operations(SPEC)}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` of the document points at."""
    if "$ref" not in node:
        return node
    target: Any = SPEC
    for step in node["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return resolved(target)


def is_valid(instance: object, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": SPEC["components"]}).validate(instance)


def test_the_committed_document_is_what_the_code_says() -> None:
    assert openapi_document() == SPEC, "run make openapi"


def test_it_is_valid_openapi() -> None:
    validate(SPEC)


def test_its_routes_are_those_of_the_template() -> None:
    documented = {(method.upper(), path) for path, methods in SPEC["paths"].items() for method in methods}
    authorized = {(route.method, route.path) for route in read_template().api.routes if route.authorized}
    assert documented == {route for route in authorized if not route[1].startswith("/console/")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_reference_validate_and_are_in_it(name: str) -> None:
    example, operation = EXAMPLES[name], OPERATIONS[name]
    if "request" in example:
        content = operation["requestBody"]["content"]["application/json"]
        assert content["example"] == example["request"]
        is_valid(example["request"], content["schema"])
    if "response" in example:
        content = operation["responses"]["200"]["content"]["application/json"]
        assert content["example"] == example["response"]
        is_valid(example["response"], content["schema"])
    for parameter in operation.get("parameters", []):
        if "name" in parameter and (given := example.get("parameters", {}).get(parameter["name"])):
            assert parameter["example"] == given
            is_valid(given, parameter["schema"])


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "response" in EXAMPLES[name]])
def test_every_field_of_an_example_is_documented_and_required(name: str) -> None:
    def check(value: object, schema: dict[str, Any]) -> None:
        schema = resolved(schema)
        schema = resolved(next((s for s in schema.get("anyOf", []) if s != {"type": "null"}), schema))
        if isinstance(value, dict):
            assert value.keys() == schema["properties"].keys() == set(schema["required"])
            for field, inner in value.items():
                assert schema["properties"][field]["description"]
                check(inner, schema["properties"][field])
        if isinstance(value, list):
            for inner in value:
                check(inner, schema["items"])

    check(EXAMPLES[name]["response"], OPERATIONS[name]["responses"]["200"]["content"]["application/json"]["schema"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_code_of_the_reference_is_documented_with_its_headers(name: str) -> None:
    answers = {status: resolved(answer) for status, answer in OPERATIONS[name]["responses"].items()}
    assert {"200", "400", "401", "403", "404", "429", "500", "503"} <= answers.keys()
    for status, answer in answers.items():
        assert status == "413" or "x-request-id" in answer["headers"]
    assert "WWW-Authenticate" in answers["401"]["headers"]
    assert "Retry-After" in answers["429"]["headers"]
    assert "Retry-After" in answers["503"]["headers"]
    for status in answers.keys() - {"401", "413"}:
        assert "RateLimit-Policy" in answers[status]["headers"]
    for status in answers.keys() - {"200", "304", "413"}:
        assert "application/problem+json" in answers[status]["content"]


REFERENCE_CODES = {  # "Error Codes" of the reference
    "400": ("Bad Request", "Missing or invalid parameters."),
    "401": ("Unauthorized", "Missing or invalid API key."),
    "403": ("Forbidden", "Your plan does not include this endpoint"),
    "429": ("Too Many Requests", "Rate limit exceeded. Check Retry-After header."),
    "500": ("Server Error", "Something went wrong on our end."),
    "503": ("Service Unavailable", "Backend service is temporarily unavailable."),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_code_has_the_title_and_the_words_of_the_reference(name: str) -> None:
    for status, (title, words) in REFERENCE_CODES.items():
        answer = resolved(OPERATIONS[name]["responses"][status])
        example = answer["content"]["application/problem+json"]["example"]
        assert (example["status"], example["title"]) == (int(status), title)
        is_valid(example, SPEC["components"]["schemas"]["Problem"])
        assert answer["description"].startswith(words)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_example_validates_against_its_schema(name: str) -> None:
    operation = OPERATIONS[name]
    for place in [operation.get("requestBody", {}), operation["responses"]["200"]]:
        for content in place.get("content", {}).values():
            is_valid(content["example"], content["schema"])


def test_values_and_limits_are_those_of_the_reference() -> None:
    schemas = SPEC["components"]["schemas"]
    assert schemas["Demand"]["enum"] == ["increasing", "stable", "decreasing", "insufficient_data"]
    assert schemas["Fit"]["enum"] == ["strong_fit", "maybe", "misfit"]
    assert " ".join(schemas["Outcome"]["enum"]) == (
        "no_response ghosted screening_scheduled interviewed offered accepted"
        " declined_by_candidate declined_by_company withdrew"
    )
    assert schemas["JobDescription"]["maxLength"] == 10_000
    assert schemas["Signals"]["properties"]["sample_size"]["minimum"] == 10
    assert SPEC["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    for limit in ("Enterprise 1,000 requests/min", "Team 100 requests/min", "Pro 20 requests/min"):
        assert limit in SPEC["info"]["description"].replace("\n", " ")


def test_enterprise_only_is_said_where_it_holds() -> None:
    for name, operation in OPERATIONS.items():
        only = name == "get_team_analytics"
        assert ("Plan: Enterprise only." if only else "Plan: Pro, Team, Enterprise.") in operation["description"]


@pytest.mark.parametrize("name", [name for name in ETAGGED if name.startswith("get_")])
def test_reports_carry_an_etag_and_are_answered_304(name: str) -> None:
    answers = OPERATIONS[name]["responses"]
    assert "ETag" in answers["200"]["headers"]
    assert "content" not in answers["304"]


def documented_codes() -> set[str]:
    answers = [resolved(answer) for operation in OPERATIONS.values() for answer in operation["responses"].values()]
    return {code for answer in answers for code in answer.get("x-problem-codes", [])}


@pytest.mark.parametrize("remark", ["contract", "field for field", "the reference", "shared.", "docstring", "nobody"])
def test_nothing_that_is_written_for_readers_of_the_code_is_in_it(remark: str) -> None:
    described = [line for line in json.dumps(SPEC, indent=0).splitlines() if '"description"' in line]
    assert [line for line in described if remark in line.lower()] == []


def test_every_code_of_the_functions_and_of_the_gateway_is_documented_and_no_other() -> None:
    def tree(kind: type[problems.Problem]) -> set[str]:
        return {kind.code}.union(*(tree(child) for child in kind.__subclasses__()))

    gateway = {json.loads(response.body)["code"] for response in read_template().api.responses.values()}
    of_functions = tree(problems.Problem) - {"already_rotated", "revoked"}  # manage_keys returns these, no endpoint
    assert documented_codes() == of_functions | gateway
