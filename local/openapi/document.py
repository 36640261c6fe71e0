"""The OpenAPI document of the public API, made from the code: `make openapi` writes docs/openapi.json.

Routes, parameters and models come from the functions' own resolvers, so they cannot say other than the code does;
words, examples and headers from words.yaml; the examples are the reference's, as data. Powertools' own merge silently
overwrites schemas of the same name: here two that differ are an error.
"""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shared.web.problems import TITLES, TYPE_PREFIX

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent.parent / "docs" / "openapi.json"

ETAGGED = ("get_career_health", "regenerate_career_health", "get_company_signals", "get_team_analytics")
POWERTOOLS_OWN = {"HTTPValidationError", "ValidationError", "ResponseValidationError"}
"""Schemas of the framework's answers, which shared.web.endpoint replaces with problem documents."""

_COMPONENT = {str(status): title.replace(" ", "") for status, title in TITLES.items()} | {"413": "TooLarge"}

type Json = Any


def openapi_document() -> Json:
    """The whole document. Raises ValueError if two functions have different models of the same name."""
    words = yaml.safe_load((FOLDER / "words.yaml").read_text())
    document, schemas = words["document"], words["document"]["components"]["schemas"]
    document["paths"] = {}
    document["components"]["responses"] = {
        _COMPONENT[status]: _problem(int(status), response, response["codes"])
        for status, response in words["responses"].items()
    }
    for name, operation_words in words["operations"].items():
        generated = _resolver_schema(name)
        for schema_name, schema in generated["components"]["schemas"].items():
            if schema_name in POWERTOOLS_OWN:
                continue
            known = schemas.setdefault(schema_name, schema)
            if _without_words(known) != _without_words(schema):
                raise ValueError(f"two models are called {schema_name}")
            schemas[schema_name] = schema | known
        [(path, methods)] = generated["paths"].items()
        [(method, operation)] = methods.items()
        made = _operation(name, method, operation, operation_words, words["responses"])
        document["paths"].setdefault(path, {})[method] = made
    for name, schema in schemas.items():
        _describe_schema(name, schema, words["schemas"])
        _describe(schema, words["properties"])
    for operation in operations(document):
        for parameter in operation.get("parameters", []):
            if "name" in parameter:
                _say(parameter, parameter["schema"], words["properties"][parameter["name"]])
    return document


def operations(document: Json) -> Iterator[Json]:
    """Every operation of a document."""
    for methods in document["paths"].values():
        yield from methods.values()


def _without_words(schema: Json) -> Json:
    """Returns what a schema demands: one enumeration may be described at one of its places only."""
    return {name: value for name, value in schema.items() if name not in ("title", "description")}


def _resolver_schema(function: str) -> Json:
    app = importlib.import_module(f"functions.{function}").app
    schema = app.get_openapi_schema(title="", version="")
    return schema.model_dump(mode="json", by_alias=True, exclude_none=True)


def _operation(name: str, method: str, generated: Json, words: Json, responses: Json) -> Json:
    examples = json.loads((FOLDER / "reference_examples.json").read_text())
    given = examples[name]
    parameters = [_parameter(parameter, given) for parameter in generated.get("parameters", [])]
    headers = ["x-request-id", "RateLimit-Policy"]
    answers: dict[str, Json] = {"200": {"description": words["answer"]}}
    if name in ETAGGED:
        headers.append("ETag")
        if method == "get":
            parameters.append({"$ref": "#/components/parameters/IfNoneMatch"})
            answers["304"] = {"description": "The answer you hold still holds.", "headers": _headers(headers)}
    if name == "summarize_job":
        headers.append("x-model")
    schema = generated["responses"]["200"]["content"]["application/json"]["schema"]
    example = given.get("response") or {**examples["get_career_health"]["response"], **given["request"]}
    answers["200"] |= {
        "headers": _headers(headers),
        "content": {"application/json": {"schema": schema, "example": example}},
        **({"links": words["links"]} if "links" in words else {}),
    }
    for status, response in responses.items():
        if more := words.get("codes", {}).get(status):
            answers[status] = _problem(int(status), response, response["codes"] + more)
        elif status != "413" or method != "get":
            answers[status] = {"$ref": f"#/components/responses/{_COMPONENT[status]}"}
    operation = {
        "operationId": name,
        **{key: words[key] for key in ("summary", "description", "tags")},
        **({"parameters": parameters} if parameters else {}),
    }
    if "requestBody" in generated:
        body = generated["requestBody"]["content"]["application/json"]["schema"]
        body.pop("default", None)
        content = {"application/json": {"schema": body, "example": given["request"]}}
        operation["requestBody"] = {"required": generated["requestBody"].get("required", False), "content": content}
    return {**operation, "responses": answers}


def _parameter(generated: Json, given: Json) -> Json:
    parameter = dict(generated)
    schemas = generated["schema"].get("anyOf", [generated["schema"]])
    parameter["schema"] = next(schema for schema in schemas if schema.get("type") != "null")  # a query has no null
    if example := given.get("parameters", {}).get(parameter["name"]):
        parameter["example"] = example
    return parameter


def _headers(names: list[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem(status: int, response: Json, codes: list[str]) -> Json:
    headers = _headers(["x-request-id", *response["headers"]])
    if not codes:  # API Gateway's own words, which no template changes
        schema: Json = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
        return {"description": response["description"], "content": {"application/json": {"schema": schema}}}
    example = {
        "type": TYPE_PREFIX + codes[0],
        "title": TITLES[status],
        "status": status,
        "detail": response["description"],
        "code": codes[0],
        "request_id": "c6af9ac6-7b61-11e6-9a41-693e8c98d1cb",
    }
    # A plain reference: generators drop a response whose schema combines it with constants of the status.
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    named = ", ".join(f"`{code}`" for code in codes)
    description = f"{response['description']} Codes: {named}."
    return {"description": description, "headers": headers, "content": content, "x-problem-codes": codes}


def _describe_schema(name: str, schema: Json, words: Json) -> None:
    """Replaces a model's docstring, which addresses readers of the code. Raises ValueError if words.yaml has none."""
    if name not in words:
        raise ValueError(f"describe the schema {name} under schemas in local/openapi/words.yaml")
    schema.pop("title", None)
    schema["description"] = words[name]


def _describe(schema: Json, words: Json) -> None:
    """Gives each property its description and what its type leaves open."""
    for name, described in schema.get("properties", {}).items():
        described.pop("title", None)
        if "description" not in described:
            _say(described, described, words[name])


def _say(place: Json, schema: Json, words: Json) -> None:
    said = dict(words)
    place["description"] = said.pop("description")
    schema.pop("title", None)
    if schema.get("default") == "":
        del schema["default"]  # how the code says "left out"; sent as such it is refused
    open_part = next((part for part in schema.get("anyOf", []) if part.get("type") != "null"), schema)
    open_part |= said


def main() -> None:
    """Writes the document to docs/openapi.json."""
    DOCUMENT.write_text(json.dumps(openapi_document(), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
