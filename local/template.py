"""The only reader of template.yaml: the local stack and the tests learn about the deployment from this module only.

It reads the little of CloudFormation and SAM that this template uses. Whatever of the API, its authorizer, its usage
plans or its gateway responses the local gateway does not emulate is refused by name, so that the laptop never silently
differs from AWS. Locally a resource's physical name is its logical id.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local.cloudformation import Document, queue_url, referenced_id
from local.deployment import (
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
from local.gateway.responses import Unsupported, read_gateway_responses, read_log_format

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"

_INTEGRATION_SECONDS = 29
"""API Gateway waits no longer for a function."""


def read_template(text: str | None = None) -> Template:
    """Reads the template, by default the project's own.

    Raises Unsupported, naming it, when the template asks for something that the local stack does not emulate.
    """
    return _Reader(Document(text or TEMPLATE.read_text())).read()


_GATEWAY_RESOURCES = {"AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::Account"}

# What each part may say. The second half of each set changes nothing that a caller or a function could see.
_API = {
    "StageName", "ApiKeySourceType", "Auth", "GatewayResponses", "DefinitionBody", "AccessLogSetting", "MethodSettings",
    "BinaryMediaTypes",
    "Name", "Description", "OpenApiVersion", "EndpointConfiguration", "TracingEnabled", "Tags", "MergeDefinitions",
}  # fmt: skip
_KEY_SOURCE = "x-amazon-apigateway-api-key-source"
_BINARY_TYPES = "x-amazon-apigateway-binary-media-types"
_DEFINITION = {_KEY_SOURCE, _BINARY_TYPES, "paths"} | {"openapi", "info"}
_EVERY_TYPE = ["*/*"]
_AUTH = {"DefaultAuthorizer", "ApiKeyRequired", "Authorizers"}
_AUTHORIZER = {"FunctionPayloadType", "FunctionArn", "Identity"}
_IDENTITY = {"Header", "ValidationExpression", "ReauthorizeEvery"}
_METHOD_SETTING = {"ResourcePath", "HttpMethod", "ThrottlingRateLimit", "ThrottlingBurstLimit"}
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
    def __init__(self, document: Document) -> None:
        self._document = document
        self._globals = document.globals

    def read(self) -> Template:
        for name, resource in self._document.resources.items():
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
                Subscription(referenced_id(event["Queue"]), function, event.get("BatchSize", 10))
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
            encryption_keys=tuple(name for name, _ in self._of("AWS::KMS::Key")),
        )

    def _of(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        return [
            (name, resource["Properties"])
            for name, resource in self._document.resources.items()
            if resource["Type"] == kind
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
        definition = only(_DEFINITION, properties.get("DefinitionBody", {}), f"{name}.DefinitionBody")
        for path, operations in definition.get("paths", {}).items():
            only(set(), operations, f"{name}.DefinitionBody.paths.{path}")
        if {properties.get("ApiKeySourceType"), definition.get(_KEY_SOURCE, "AUTHORIZER")} != {"AUTHORIZER"}:
            raise Unsupported(f"{name}.ApiKeySourceType other than AUTHORIZER")
        binary = properties.get("BinaryMediaTypes")
        if binary != _EVERY_TYPE or definition.get(_BINARY_TYPES, binary) != binary:
            raise Unsupported(f"{name}.BinaryMediaTypes other than {_EVERY_TYPE}")
        auth = only(_AUTH, properties["Auth"], f"{name}.Auth")
        required = bool(auth.get("ApiKeyRequired", False))
        throttles = self._throttles(properties.get("MethodSettings", []), f"{name}.MethodSettings")
        return Api(
            id=name,
            stage=properties["StageName"],
            authorizer=self._authorizer(auth, f"{name}.Auth"),
            routes=tuple(self._route(function, event, required, throttles) for function, event in self._events("Api")),
            responses=read_gateway_responses(properties.get("GatewayResponses", {}), f"{name}.GatewayResponses"),
            log_format=read_log_format(properties.get("AccessLogSetting", {}), f"{name}.AccessLogSetting"),
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
            function=referenced_id(properties["FunctionArn"]),
            header=identity.get("Header", "Authorization"),
            pattern=re.compile(identity.get("ValidationExpression", "(?s:.*)")),
            ttl=identity.get("ReauthorizeEvery", 300),
        )

    def _route(
        self,
        function: str,
        event: Mapping[str, Any],
        required: bool,
        throttles: Mapping[tuple[str, str], UsagePlan],
    ) -> Route:
        where = f"{function}.Events"
        only(_ROUTE, event, where)
        auth = only({"ApiKeyRequired", "Authorizer"}, event.get("Auth", {}), f"{where}.Auth")
        method, path = event["Method"].upper(), event["Path"]
        if method == "ANY" or auth.get("Authorizer", "NONE") != "NONE" or "+}/" in path:
            raise Unsupported(f"{where}: {method} {path}")
        key_required, authorized = bool(auth.get("ApiKeyRequired", required)), "Authorizer" not in auth
        return Route(method, path, function, key_required, authorized, throttles.get((path, method)))

    def _throttles(self, settings: Iterable[Mapping[str, Any]], where: str) -> dict[tuple[str, str], UsagePlan]:
        """The throttles of single methods, by path and method. They hold for all callers together."""
        found = {}
        for setting in settings:
            only(_METHOD_SETTING, setting, where)
            path = setting["ResourcePath"].removeprefix("/").replace("~1", "/")
            rate, burst = float(setting["ThrottlingRateLimit"]), int(setting["ThrottlingBurstLimit"])
            found[path, setting["HttpMethod"]] = UsagePlan(f"{setting['HttpMethod']} {path}", rate, burst)
        return found

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
            environment={
                variable: self._document.text(value, f"{name}.{variable}") for variable, value in variables.items()
            },
            timeout=timeout,
            memory=setting.get("MemorySize", 128),
            layers=tuple(map(referenced_id, [*self._globals.get("Layers", []), *properties.get("Layers", [])])),
        )

    def _table(self, name: str, properties: Mapping[str, Any]) -> Table:
        definition = {key: properties[key] for key in _TABLE if key in properties}
        if stream := properties.get("StreamSpecification"):
            definition["StreamSpecification"] = {"StreamEnabled": True, **stream}
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
            url=queue_url(name),
            dead_letters=referenced_id(redrive["deadLetterTargetArn"]) if redrive else None,
            max_receives=redrive["maxReceiveCount"] if redrive else None,
        )
