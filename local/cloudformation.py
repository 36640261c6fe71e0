"""The little of CloudFormation that template.yaml uses: short tags, parameters, conditions and references.

Parameters have their defaults, and a reference is the resource's local name. Anything else is refused by name.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from local.deployment import ACCOUNT_ID, REGION
from local.gateway.responses import Unsupported

_NAMED_BY_LOGICAL_ID = {
    "AWS::DynamoDB::Table",
    "AWS::ApiGateway::UsagePlan",
    "AWS::Serverless::Api",
    "AWS::SecretsManager::Secret",
    "AWS::Events::EventBus",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
}


def queue_url(name: str) -> str:
    """What a reference to a queue stands for. A client with an endpoint of its own sends it there all the same."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}"


def key_alias(name: str) -> str:
    """What a reference to a KMS key stands for: KMS itself chooses a key's id."""
    return f"alias/{name}"


def referenced_id(value: Mapping[str, str]) -> str:
    """The logical id that `!Ref`, `!GetAtt` or `!Sub` names, whichever attribute of it is meant."""
    [reference] = value.values()
    return re.split(r"[.}]", reference.removeprefix("${"))[0]


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags: `!Ref x` reads as {"Ref": "x"}, any other `!Name x` as {"Fn::Name": x}."""


def _intrinsic(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise Unsupported(f"!{tag} with a mapping")
    return {tag if tag == "Ref" else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _intrinsic)


class Document:
    """A template with its conditions decided: `resources` are those that are to be there."""

    def __init__(self, text: str) -> None:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is yaml.SafeLoader, with tags
        self._conditions: Mapping[str, Any] = document.get("Conditions", {})
        self.globals: Mapping[str, Any] = document.get("Globals", {}).get("Function", {})
        parameters = document.get("Parameters", {})
        self._values = {name: str(parameter.get("Default", "")) for name, parameter in parameters.items()}
        self._values |= {
            "AWS::StackName": "local",
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::Partition": "aws",
        }
        self.resources: Mapping[str, Any] = {
            name: resource
            for name, resource in document["Resources"].items()
            if "Condition" not in resource or self._holds({"Condition": resource["Condition"]})
        }

    def _holds(self, condition: Mapping[str, Any]) -> bool:
        """A condition, with the parameters' defaults."""
        match condition:
            case {"Condition": name}:
                return self._holds(self._conditions[name])
            case {"Fn::Equals": [left, right]}:
                return self.text(left, "Conditions") == self.text(right, "Conditions")
            case {"Fn::Not": [negated]}:
                return not self._holds(negated)
            case _:
                raise Unsupported(f"Conditions: {condition}")

    def text(self, value: object, where: str) -> str:
        """A value of a function's environment, its references replaced by local names."""
        match value:
            case str() | int() | float():
                return str(value)
            case {"Ref": str(name)}:
                return self._reference(name, where)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^!][^}]*)\}", lambda match: self._reference(match[1], where), text)
            case _:
                raise Unsupported(f"{where}: {value}")

    def _reference(self, name: str, where: str) -> str:
        if name in self._values:
            return self._values[name]
        kind = self.resources.get(name, {}).get("Type")
        if kind == "AWS::SQS::Queue":
            return queue_url(name)
        if kind == "AWS::KMS::Key":
            return key_alias(name)
        if kind in _NAMED_BY_LOGICAL_ID:
            return name
        raise Unsupported(f"{where}: a reference to {name}")
