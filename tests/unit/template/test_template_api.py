"""What template.yaml makes of API Gateway: much of it `sam validate --lint` would let pass wrong."""

import json
import re
from collections.abc import Callable

import botocore.session
import pytest

from shared.domain.ids import is_id
from shared.web.problems import TITLES, TYPE_PREFIX
from tests.translated import Json, api_definition, methods, resources, source, translate, translated

REFERENCE = {
    ("GET", "/api/agent/career-health"): "GetCareerHealthFunction",
    ("POST", "/api/agent/career-health"): "RegenerateCareerHealthFunction",
    ("GET", "/api/agent/company-signals"): "GetCompanySignalsFunction",
    ("POST", "/api/agent/job-summary"): "SummarizeJobFunction",
    ("GET", "/api/team/agent/analytics"): "GetTeamAnalyticsFunction",
    ("PATCH", "/api/agent/messages/{id}/outcome"): "RecordOutcomeFunction",
    ("GET", "/api/agent/messages"): "ListMessagesFunction",
    ("GET", "/api/agent/messages/{id}"): "GetMessageFunction",
    ("GET", "/api/agent/whoami"): "WhoamiFunction",
}
CONSOLE = {
    ("GET", "/console/api/session"): "ConsoleSessionFunction",
    ("DELETE", "/console/api/session"): "ConsoleSessionFunction",
    ("POST", "/console/api/session/team"): "ConsoleSessionFunction",
    ("GET", "/console/api/keys"): "ConsoleKeysFunction",
    ("POST", "/console/api/keys"): "ConsoleKeysFunction",
    ("POST", "/console/api/keys/{key_id}/rotate"): "ConsoleKeysFunction",
    ("DELETE", "/console/api/keys/{key_id}"): "ConsoleKeysFunction",
    ("GET", "/console/api/webhooks"): "ConsoleWebhooksFunction",
    ("POST", "/console/api/webhooks"): "ConsoleWebhooksFunction",
    ("GET", "/console/api/integrations"): "ConsoleIntegrationsFunction",
    ("POST", "/console/api/integrations"): "ConsoleIntegrationsFunction",
}
"""Routes that take the keys of console sessions only, one function a resource."""
WITH_KEY = REFERENCE | CONSOLE
KEYLESS = {
    ("GET", "/docs"): "ServePagesFunction",
    ("GET", "/docs/{file+}"): "ServePagesFunction",
    ("GET", "/console"): "ServePagesFunction",
    ("GET", "/console/{file+}"): "ServePagesFunction",
    ("GET", "/console/api/sign-in"): "SignInFunction",
    ("POST", "/console/api/session"): "SignInFunction",
    ("POST", "/integrations/{provider}/{connection_id}"): "ReceiveIntegrationFunction",
}
"""Routes that need no key. The stage throttles each of them."""
GATEWAY_RESPONSES = sorted(source()["Resources"]["Api"]["Properties"]["GatewayResponses"])
REQUEST_ID = "ab-12"


def test_the_routes_are_those_of_the_reference_each_served_by_a_function_of_its_own() -> None:
    served = {
        (event["Properties"]["Method"].upper(), event["Properties"]["Path"]): name
        for name, resource in source()["Resources"].items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "Api"
    }
    assert served == WITH_KEY | KEYLESS
    assert set(methods()) == set(served)


@pytest.mark.parametrize("route", WITH_KEY)
def test_every_route_needs_the_authorizer_and_a_usage_plan_key(route: tuple[str, str]) -> None:
    assert {name for requirement in methods()[route]["security"] for name in requirement} == {
        "KeyAuthorizer",
        "api_key",
    }


@pytest.mark.parametrize("route", KEYLESS)
def test_a_route_without_a_key_is_throttled_by_the_stage(route: tuple[str, str]) -> None:
    assert {name for requirement in methods()[route]["security"] for name in requirement} <= {"NONE"}
    [stage] = resources("AWS::ApiGateway::Stage").values()
    throttled = {
        (setting["HttpMethod"], setting["ResourcePath"].removeprefix("/").replace("~1", "/"))
        for setting in stage["MethodSettings"]
        if setting["ThrottlingRateLimit"] > 0 and setting["ThrottlingBurstLimit"] > 0
    }
    assert route in throttled


@pytest.mark.parametrize("route", WITH_KEY | KEYLESS)
def test_every_route_calls_the_published_alias_of_its_function(route: tuple[str, str]) -> None:
    integration = methods()[route]["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["httpMethod"]) == ("aws_proxy", "POST")
    assert f"${{{(WITH_KEY | KEYLESS)[route]}Aliaslive}}" in integration["uri"]["Fn::Sub"]


def test_api_gateway_may_call_each_alias_for_its_own_route_only() -> None:
    permissions = [
        p for p in resources("AWS::Lambda::Permission").values() if p["Principal"] == "apigateway.amazonaws.com"
    ]
    allowed = {
        (p["FunctionName"]["Ref"].removesuffix("Aliaslive"), p["SourceArn"]["Fn::Sub"][0].partition("${__Stage__}/")[2])
        for p in permissions
        if "Ref" in p["FunctionName"]
    }
    routes = WITH_KEY | KEYLESS
    assert allowed == {(routes[method, path], method + re.sub(r"\{.*?\}", "*", path)) for method, path in routes}
    [authorizer] = [p for p in permissions if "Ref" not in p["FunctionName"]]
    assert authorizer["FunctionName"] == {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}
    assert authorizer["SourceArn"]["Fn::Sub"][0].endswith("/authorizers/*")


def test_the_authorizer_is_a_token_authorizer_on_the_published_alias() -> None:
    scheme = api_definition()["components"]["securitySchemes"]["KeyAuthorizer"]
    authorizer = scheme["x-amazon-apigateway-authorizer"]
    assert (scheme["in"], scheme["name"]) == ("header", "Authorization")
    assert authorizer["type"] == "token"
    assert authorizer["authorizerResultTtlInSeconds"] == 60
    assert authorizer["authorizerUri"]["Fn::Sub"][1] == {
        "__FunctionArn__": {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}
    }
    assert "AuthorizerFunctionAliaslive" in translated()["Resources"]["Api"]["DependsOn"]


@pytest.mark.parametrize(
    "header", ["Bearer iv_live_" + "a" * 38, "bearer iv_live_" + "Z9" * 19, "BEARER   iv_live_" + "0" * 38]
)
def test_a_header_that_may_hold_a_key_reaches_the_authorizer(header: str) -> None:
    assert re.fullmatch(_validation(), header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "iv_live_" + "a" * 38,
        "Bearer iv_live_" + "a" * 37,
        "Bearer iv_live_" + "é" * 38,
        "Basic iv_live_" + "a" * 38,
    ],
)
def test_any_other_header_is_refused_without_calling_it(header: str) -> None:
    assert not re.fullmatch(_validation(), header)


def _validation() -> str:
    scheme = api_definition()["components"]["securitySchemes"]["KeyAuthorizer"]
    return str(scheme["x-amazon-apigateway-authorizer"]["identityValidationExpression"])


def test_the_usage_plan_key_comes_from_the_authorizer() -> None:
    assert resources("AWS::ApiGateway::RestApi")["Api"]["ApiKeySourceType"] == "AUTHORIZER"
    assert api_definition()["x-amazon-apigateway-api-key-source"] == "AUTHORIZER"


def test_bodies_reach_functions_as_the_bytes_that_were_sent() -> None:
    assert resources("AWS::ApiGateway::RestApi")["Api"]["BinaryMediaTypes"] == ["*/*"]
    assert api_definition()["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def _deployment(edit: Callable[[Json], object] = lambda _: None) -> str:
    [name] = [
        name
        for name, resource in translate(edit=edit)["Resources"].items()
        if resource["Type"] == "AWS::ApiGateway::Deployment"
    ]
    return str(name)


def test_the_definition_names_the_settings_whose_change_sam_would_not_deploy() -> None:
    api = source()["Resources"]["Api"]["Properties"]
    authorizer = source()["Resources"]["AuthorizerFunction"]["Properties"]["FunctionName"]["Fn::Sub"]
    compression = api.get("MinimumCompressionSize", "off")
    endpoint = api["EndpointConfiguration"]["Type"]
    described = f"authorizer {authorizer}, endpoint {endpoint}, compression {compression}"
    assert api["DefinitionBody"]["info"]["description"] == {"Fn::Sub": described}


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (("DefinitionBody", "info"), "description", "authorizer another"),
        ((), "BinaryMediaTypes", []),
        (("Auth", "Authorizers", "KeyAuthorizer", "Identity"), "ReauthorizeEvery", 0),
        (("GatewayResponses", "UNAUTHORIZED"), "StatusCode", 403),
    ],
)
def test_a_change_of_the_api_is_a_new_deployment(where: tuple[str, ...], name: str, value: object) -> None:
    def edit(document: Json) -> None:
        part = document["Resources"]["Api"]["Properties"]
        for step in where:
            part = part[step]
        part[name] = value

    assert _deployment(edit) != _deployment()


def test_another_name_of_the_authorizer_is_a_new_deployment() -> None:
    def rename(document: Json) -> None:
        auth = document["Resources"]["Api"]["Properties"]["Auth"]
        auth["Authorizers"]["Other"] = auth["Authorizers"].pop("KeyAuthorizer")
        auth["DefaultAuthorizer"] = "Other"

    assert _deployment(rename) != _deployment()


def test_there_is_one_stage_and_no_other() -> None:
    [stage] = resources("AWS::ApiGateway::Stage").values()
    assert stage["StageName"] == "live"


@pytest.mark.parametrize(("plan", "a_minute"), [("Pro", 20), ("Team", 100), ("Enterprise", 1000)])
def test_a_plan_lets_exactly_its_requests_a_minute_through_on_the_stage(plan: str, a_minute: int) -> None:
    usage_plan = resources("AWS::ApiGateway::UsagePlan")[f"{plan}UsagePlan"]
    throttle = usage_plan["Throttle"]
    assert throttle["RateLimit"] == a_minute / 60
    assert throttle["BurstLimit"] == a_minute
    assert isinstance(throttle["BurstLimit"], int)
    assert "Quota" not in usage_plan
    assert usage_plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": "live"}]
    assert translated()["Resources"][f"{plan}UsagePlan"]["DependsOn"] == "ApiliveStage"


def _gateway_response(kind: str) -> Json:
    return api_definition()["x-amazon-apigateway-gateway-responses"][kind]


def test_every_gateway_response_that_can_be_customised_is_and_none_is_misspelt() -> None:
    model = botocore.session.get_session().get_service_model("apigateway")
    kinds = set(model.shape_for("GatewayResponseType").metadata["enum"])
    assert set(GATEWAY_RESPONSES) == kinds - {"REQUEST_TOO_LARGE"}


@pytest.mark.parametrize("kind", GATEWAY_RESPONSES)
def test_a_gateway_response_is_a_problem_document(kind: str) -> None:
    response = _gateway_response(kind)
    [template] = response["responseTemplates"].values()
    assert set(re.findall(r"\$[\w.]+", template)) == {"$context.requestId"}
    document = json.loads(template.replace("$context.requestId", REQUEST_ID))
    status = int(response["statusCode"])
    assert document.keys() == {"type", "title", "status", "detail", "code", "request_id"}
    assert document["status"] == status
    assert document["title"] == TITLES[status]
    assert document["type"] == TYPE_PREFIX + document["code"]
    assert document["request_id"] == REQUEST_ID


BEFORE_THE_AUTHORIZER = {
    "UNAUTHORIZED",
    "AUTHORIZER_FAILURE",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "WAF_FILTERED",
    *(kind for kind in GATEWAY_RESPONSES if int(_gateway_response(kind)["statusCode"]) == 404),
}
"""Responses to requests of which no authorizer has returned who sends them."""


@pytest.mark.parametrize("kind", GATEWAY_RESPONSES)
def test_a_gateway_response_has_the_headers_of_its_status(kind: str) -> None:
    response = _gateway_response(kind)
    headers = {
        name.removeprefix("gatewayresponse.header."): value for name, value in response["responseParameters"].items()
    }
    more = {
        "401": {"WWW-Authenticate": "'Bearer'"},
        "429": {"Retry-After": "'3'"},
        "503": {"Retry-After": "'5'"},
    }
    caller = {} if kind in BEFORE_THE_AUTHORIZER else {"RateLimit-Policy": "context.authorizer.rate_limit_policy"}
    expected = {
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        "x-request-id": "context.requestId",
    }
    assert headers == expected | more.get(response["statusCode"], {}) | caller


CODES = {
    "unauthorized": {"UNAUTHORIZED"},
    "not_found": {"MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND", "INVALID_SIGNATURE", "EXPIRED_TOKEN"},
    "forbidden": {"ACCESS_DENIED", "WAF_FILTERED"},
    "rate_limited": {"THROTTLED", "QUOTA_EXCEEDED"},
    "invalid_request": {"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "UNSUPPORTED_MEDIA_TYPE", "DEFAULT_4XX"},
    "service_unavailable": {
        "INVALID_API_KEY",
        "AUTHORIZER_FAILURE",
        "AUTHORIZER_CONFIGURATION_ERROR",
        "API_CONFIGURATION_ERROR",
        "INTEGRATION_FAILURE",
        "INTEGRATION_TIMEOUT",
        "DEFAULT_5XX",
    },
}
STATUSES = {
    "unauthorized": 401,
    "not_found": 404,
    "forbidden": 403,
    "rate_limited": 429,
    "invalid_request": 400,
    "service_unavailable": 503,
}


@pytest.mark.parametrize("code", CODES)
def test_the_gateway_answers_as_the_contract_says(code: str) -> None:
    """An unknown path is 404 with or without an Authorization header, and a throttled or crashed function is 503."""
    found = {
        kind
        for kind in GATEWAY_RESPONSES
        if f'"code": "{code}"' in _gateway_response(kind)["responseTemplates"]["application/json"]
    }
    assert found == CODES[code]
    assert {int(_gateway_response(kind)["statusCode"]) for kind in found} == {STATUSES[code]}


def test_an_unknown_path_looks_the_same_with_and_without_an_authorization_header() -> None:
    responses = [_gateway_response(kind) for kind in CODES["not_found"]]
    assert all(response == responses[0] for response in responses)


def test_the_access_log_follows_a_request_by_ids_and_holds_nothing_personal() -> None:
    [stage] = resources("AWS::ApiGateway::Stage").values()
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert {"request_id", "key_id", "team_id", "status", "latency_ms"} <= line.keys()
    logged = set(line.values())
    assert not {value for value in logged if re.search(r"identity|path$|user_id|querystring|header", value)}


def test_no_value_of_an_access_log_line_can_hold_a_quote_that_ends_it() -> None:
    """API Gateway does not escape what it writes there. A topic, a company or a team's name is no part of a line."""
    [stage] = resources("AWS::ApiGateway::Stage").values()
    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSetting"]["Format"]))
    ids, words = {"authorizer.key_id", "authorizer.team_id"}, {"authorizer.plan", "error.responseType", "resourcePath"}
    numbers = {"status", "responseLatency", "integration.latency", "authorizer.latency"}
    token_of_http, ours = {"httpMethod"}, {"requestId"}
    assert logged == ids | words | numbers | token_of_http | ours
    assert not any(is_id(f"team{character}1") for character in "\"'\\\n\x00 ")
