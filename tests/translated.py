"""template.yaml as CloudFormation sees it: put through AWS's own SAM translator, with no network and no account.

Tests look here where SAM adds or decides something: versions, aliases, permissions, the API's definition.
"""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from boto3 import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

type Json = Any
type Resources = Mapping[str, Json]


@cache
def source() -> Json:
    """template.yaml, parsed. Not to be changed."""
    return yaml_parse(TEMPLATE.read_text())


def translate(changed: Mapping[str, str] | None = None, parameters: Mapping[str, str] | None = None) -> Json:
    """The translated template.

    `changed` names resources whose code changed, with the name of the new upload, as `sam package` would write it.
    """
    document = deepcopy(source())
    document["Globals"]["Function"]["CodeUri"] = "s3://uploads/functions"
    for name, resource in document["Resources"].items():
        upload = (changed or {}).get(name, name)
        if "ContentUri" in resource.get("Properties", {}):
            resource["Properties"]["ContentUri"] = f"s3://uploads/{upload}"
        elif resource["Type"] == "AWS::Serverless::Function" and name in (changed or {}):
            resource["Properties"]["CodeUri"] = f"s3://uploads/{upload}"
    # The default values of parameters count only where translation itself needs them.
    values = {name: str(parameter["Default"]) for name, parameter in document["Parameters"].items()}
    values |= parameters or {}
    return Translator(None, Parser(), boto_session=Session(region_name="us-east-1")).translate(
        document, parameter_values=values
    )


@cache
def translated() -> Json:
    """The translated template with default parameters. Not to be changed."""
    return translate()


def resources(kind: str) -> Resources:
    """The properties of all resources of a type, by logical id."""
    return {
        name: resource["Properties"] for name, resource in translated()["Resources"].items() if resource["Type"] == kind
    }


def api_definition() -> Json:
    """The OpenAPI document of the REST API."""
    [api] = resources("AWS::ApiGateway::RestApi").values()
    return api["Body"]


def methods() -> Mapping[tuple[str, str], Json]:
    """The definition of each method of the API, by its name in capitals and its path."""
    return {
        (method.upper(), path): operation
        for path, operations in api_definition()["paths"].items()
        for method, operation in operations.items()
    }


def references(value: Json) -> set[str]:
    """The logical ids (and parameters) that a value refers to."""
    match value:
        case {"Ref": str(name)}:
            return {name}
        case {"Fn::GetAtt": [str(name), *_]}:
            return {name}
        case {"Fn::Sub": str(text)}:
            return {part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:]}
        case dict():
            return set().union(*(references(part) for part in value.values()))
        case list():
            return set().union(*(references(part) for part in value))
        case _:
            return set()
