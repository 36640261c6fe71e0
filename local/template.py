"""The only reader of template.yaml: what the local stack and the tests know of the deployment, they know through here.

It reads the little of CloudFormation and SAM that this template uses. Whatever of the API, its authorizer, its usage
plans or its gateway responses the local gateway does not emulate is refused by name, so that the laptop never silently
differs from AWS. Locally a resource's physical name is its logical id.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.deployment import (
    ACCOUNT_ID,
    REGION,
    Api,
    Authorizer,
    Function,
    Queue,
    Route,
    Schedule,
    Subscription,
    Table,
    Template,
    UsagePlan,
)
from local.gateway_responses import Unsupported, read_gateway_responses

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

_INTEGRATION_SECONDS = 29
"""API Gateway waits no longer for a function."""


def read_template(text: str | None = None) -> Template:
    """Reads the template, by default the project's own.

    Raises Unsupported, naming it, when the template asks for something that the local stack does not emulate.
    """
    document = yaml.load(text or TEMPLATE.read_text(), Loader=_Loader)  # noqa: S506  (a safe loader, with tags)
    return _Reader(document).read()


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

_GATEWAY_RESOURCES = {"AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::Account"}

# What each part may say. The second half of each set changes nothing that a caller or a function could see.
_API = {"StageName", "ApiKeySourceType", "Auth", "GatewayResponses"} | {
    "Name", "Description", "OpenApiVersion", "EndpointConfiguration", "AccessLogSetting", "TracingEnabled", "Tags", "MergeDefinitions", "DefinitionBody",
}  # fmt: skip
_AUTH = {"DefaultAuthorizer", "ApiKeyRequired", "Authorizers"}
_AUTHORIZER = {"FunctionPayloadType", "FunctionArn", "Identity"}
_IDENTITY = {"Header", "ValidationExpression", "ReauthorizeEvery"}
_ROUTE = {"RestApiId", "Method", "Path", "Auth"}
_PLAN = {"ApiStages", "Throttle"} | {"UsagePlanName", "Description", "Tags"}
_TABLE = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def only(known: set[str], properties: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """`properties`, once they are known to hold nothing that is not emulated."""
    for name in properties:
        if name not in known:
            raise Unsupported(f"{where}.{name}")
    return properties


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._conditions: Mapping[str, Any] = document.get("Conditions", {})
        self._globals = document.get("Globals", {}).get("Function", {})
        parameters = document.get("Parameters", {})
        self._values = {name: str(parameter.get("Default", "")) for name, parameter in parameters.items()}
        self._values |= {
            "AWS::StackName": "local",
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::Partition": "aws",
        }
        self._resources: Mapping[str, Any] = {
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
                return self._text(left, "Conditions") == self._text(right, "Conditions")
            case {"Fn::Not": [negated]}:
                return not self._holds(negated)
            case _:
                raise Unsupported(f"Conditions: {condition}")

    def read(self) -> Template:
        for name, resource in self._resources.items():
            kind = resource["Type"]
            if kind.startswith(("AWS::ApiGateway::", "AWS::WAF")) and kind not in _GATEWAY_RESOURCES:
                raise Unsupported(f"{name} ({kind})")
        return Template(
            api=self._api(),
            functions={
                name: self._function(name, properties) for name, properties in self._of("AWS::Serverless::Function")
            },
            tables={name: self._table(name, properties) for name, properties in self._of("AWS::DynamoDB::Table")},
            usage_plans={
                name: self._usage_plan(name, properties) for name, properties in self._of("AWS::ApiGateway::UsagePlan")
            },
            queues={name: self._queue(name, properties) for name, properties in self._of("AWS::SQS::Queue")},
            subscriptions=tuple(
                Subscription(self._id(event["Queue"]), function, event.get("BatchSize", 10))
                for function, event in self._events("SQS")
            ),
            schedules=tuple(
                Schedule(
                    function,
                    event["ScheduleExpression"],
                    event.get("ScheduleExpressionTimezone", "UTC"),
                    event["Input"],
                )
                for function, event in self._events("ScheduleV2")
            ),
            secrets=tuple(name for name, _ in self._of("AWS::SecretsManager::Secret")),
        )

    def _of(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (name, resource["Properties"]) for name, resource in self._resources.items() if resource["Type"] == kind
        ]

    def _events(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (function, event["Properties"])
            for function, properties in self._of("AWS::Serverless::Function")
            for event in properties.get("Events", {}).values()
            if event["Type"] == kind
        ]

    def _api(self) -> Api:
        [(name, properties)] = self._of("AWS::Serverless::Api")
        only(_API, properties, name)
        if properties.get("ApiKeySourceType") != "AUTHORIZER":
            raise Unsupported(f"{name}.ApiKeySourceType other than AUTHORIZER")
        auth = only(_AUTH, properties["Auth"], f"{name}.Auth")
        required = bool(auth.get("ApiKeyRequired", False))
        return Api(
            id=name,
            stage=properties["StageName"],
            authorizer=self._authorizer(auth, f"{name}.Auth"),
            routes=tuple(self._route(function, event, required) for function, event in self._events("Api")),
            responses=read_gateway_responses(properties.get("GatewayResponses", {}), f"{name}.GatewayResponses"),
        )

    def _authorizer(self, auth: Mapping[str, Any], where: str) -> Authorizer:
        [(name, properties)] = auth["Authorizers"].items()
        where = f"{where}.Authorizers.{name}"
        only(_AUTHORIZER, properties, where)
        if auth.get("DefaultAuthorizer") != name:
            raise Unsupported(f"{where} that is not the default")
        if properties.get("FunctionPayloadType", "TOKEN") != "TOKEN":
            raise Unsupported(f"{where}.FunctionPayloadType other than TOKEN")
        identity = only(_IDENTITY, properties.get("Identity", {}), f"{where}.Identity")
        return Authorizer(
            function=self._id(properties["FunctionArn"]),
            header=identity.get("Header", "Authorization"),
            pattern=re.compile(identity.get("ValidationExpression", "(?s:.*)")),
            ttl=identity.get("ReauthorizeEvery", 300),
        )

    def _route(self, function: str, event: Mapping[str, Any], required: bool) -> Route:
        where = f"{function}.Events"
        only(_ROUTE, event, where)
        auth = only({"ApiKeyRequired"}, event.get("Auth", {}), f"{where}.Auth")
        if "+}" in event["Path"] or event["Method"].upper() == "ANY":
            raise Unsupported(f"{where}: {event['Method']} {event['Path']}")
        return Route(event["Method"].upper(), event["Path"], function, bool(auth.get("ApiKeyRequired", required)))

    def _function(self, name: str, properties: Mapping[str, Any]) -> Function:
        setting = {**self._globals, **properties}
        timeout = setting.get("Timeout", 3)
        if timeout > _INTEGRATION_SECONDS and any(
            event["Type"] == "Api" for event in properties.get("Events", {}).values()
        ):
            raise Unsupported(f"{name}.Timeout of more than the {_INTEGRATION_SECONDS} s that API Gateway waits")
        variables = {
            **self._globals.get("Environment", {}).get("Variables", {}),
            **properties.get("Environment", {}).get("Variables", {}),
        }
        return Function(
            name=name,
            handler=setting["Handler"],
            environment={variable: self._text(value, f"{name}.{variable}") for variable, value in variables.items()},
            timeout=timeout,
            memory=setting.get("MemorySize", 128),
        )

    def _table(self, name: str, properties: Mapping[str, Any]) -> Table:
        definition = {key: properties[key] for key in _TABLE if key in properties}
        return Table(
            name, {"TableName": name, **definition}, properties.get("TimeToLiveSpecification", {}).get("AttributeName")
        )

    def _usage_plan(self, name: str, properties: Mapping[str, Any]) -> UsagePlan:
        only(_PLAN, properties, name)
        for stage in properties["ApiStages"]:
            only({"ApiId", "Stage"}, stage, f"{name}.ApiStages")
        throttle = properties["Throttle"]
        return UsagePlan(name, float(throttle["RateLimit"]), int(throttle["BurstLimit"]))

    def _queue(self, name: str, properties: Mapping[str, Any]) -> Queue:
        redrive = properties.get("RedrivePolicy")
        return Queue(
            name=name,
            url=_queue_url(name),
            dead_letters=self._id(redrive["deadLetterTargetArn"]) if redrive else None,
            max_receives=redrive["maxReceiveCount"] if redrive else None,
        )

    def _id(self, value: Mapping[str, str]) -> str:
        """The logical id that a reference names, whichever attribute of it is meant."""
        [reference] = value.values()
        return re.split(r"[.}]", reference.removeprefix("${"))[0]

    def _text(self, value: object, where: str) -> str:
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
        kind = self._resources.get(name, {}).get("Type")
        if kind == "AWS::SQS::Queue":
            return _queue_url(name)
        if kind in {
            "AWS::DynamoDB::Table",
            "AWS::ApiGateway::UsagePlan",
            "AWS::SecretsManager::Secret",
            "AWS::Events::EventBus",
        }:
            return name
        raise Unsupported(f"{where}: a reference to {name}")


def _queue_url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}"
