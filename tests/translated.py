"""template.yaml as CloudFormation sees it: put through AWS's own SAM translator, with no network and no account.

Tests look here where SAM adds or decides something: versions, aliases, permissions, the API's definition.
"""

from collections.abc import Callable, Iterator, Mapping
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


def translate(
    changed: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    edit: Callable[[Json], object] = lambda _: None,
) -> Json:
    """The translated template.

    `changed` names resources whose code changed, with the name of the new upload, as `sam package` would write it.
    `parameters` become the defaults of the result.
    `edit` may change the parsed template first.
    """
    document = deepcopy(source())
    edit(document)
    document["Globals"]["Function"]["CodeUri"] = "s3://uploads/functions"
    for name, resource in document["Resources"].items():
        upload = (changed or {}).get(name, name)
        if "ContentUri" in resource.get("Properties", {}):
            resource["Properties"]["ContentUri"] = f"s3://uploads/{upload}"
        elif resource["Type"] == "AWS::Serverless::Function" and name in (changed or {}):
            resource["Properties"]["CodeUri"] = f"s3://uploads/{upload}"
    for name, value in (parameters or {}).items():
        parameter = document["Parameters"][name]
        parameter["Default"] = type(parameter["Default"])(value)
    values = {name: str(parameter["Default"]) for name, parameter in document["Parameters"].items()}
    return Translator(None, Parser(), boto_session=Session(region_name="us-east-1")).translate(
        document, parameter_values=values
    )


def variations() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Parameters of stacks to check: the defaults, each parameter with another value, and all with another value."""
    other = {name: _other_value(name, parameter) for name, parameter in source()["Parameters"].items()}
    together = {"CertificateArn": ("DomainName",), "DomainName": ("CertificateArn",)}
    yield "defaults", {}
    for name in other:
        yield name, {each: other[each] for each in (name, *together.get(name, ()))}
    yield "everything", other


def _other_value(name: str, parameter: Json) -> str:
    values = map(str, parameter.get("AllowedValues", _OTHER_VALUES.get(name, ())))
    return next(value for value in values if value != str(parameter["Default"]))


_OTHER_VALUES = {
    "AlarmEmail": ["on-call@example.com"],
    "AuthorizerConcurrency": ["100"],
    "CertificateArn": ["arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"],
    "ClaudeMaxTokens": ["500"],
    "ClaudeModel": ["another-model"],
    "DomainName": ["api.example.com"],
    "EventPublishers": ["123456789012,arn:aws:iam::123456789012:role/publisher"],
    "SignalsClamp": ["10"],
    "SpendAlarmTokens": ["1000000"],
    "SummariesAtOnce": ["2"],
    "SummaryTokensADay": ["100000"],
    "WebAclArn": ["arn:aws:wafv2:us-east-1:123456789012:regional/webacl/front/1234abcd-12ab-34cd-56ef-1234567890ab"],
}
"""Values of the parameters that take any text or number. A new parameter of that kind needs one here."""


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
