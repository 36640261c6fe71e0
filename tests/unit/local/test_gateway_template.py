"""The reader of template.yaml: what it takes from a template, and what it refuses to leave unsaid."""

import pytest

from local.gateway.responses import Unsupported
from local.template import read_template
from tests.unit.local.a_gateway import TEMPLATE


def refused(before: str, after: str) -> str:
    assert before in TEMPLATE
    with pytest.raises(Unsupported) as refusal:
        read_template(TEMPLATE.replace(before, after, 1))
    return str(refusal.value)


def with_resource(text: str) -> str:
    return f"{TEMPLATE}{text}"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("StageName: live", "StageName: live\n      Cors: x", "Api.Cors"),
        ('BinaryMediaTypes: ["*/*"]', "BinaryMediaTypes: [image/png]", "Api.BinaryMediaTypes"),
        ('BinaryMediaTypes: ["*/*"]', "Name: text", "Api.BinaryMediaTypes"),
        (
            "StageName: live",
            "StageName: live\n      DefinitionBody: {x-amazon-apigateway-binary-media-types: [image/png]}",
            "Api.BinaryMediaTypes",
        ),
        ("StageName: live", "StageName: live\n      MinimumCompressionSize: 0", "Api.MinimumCompressionSize"),
        ("StageName: live", "StageName: live\n      DefinitionUri: x", "Api.DefinitionUri"),
        ("StageName: live", "StageName: live\n      DefinitionBody: {security: []}", "Api.DefinitionBody.security"),
        (
            "StageName: live",
            "StageName: live\n      DefinitionBody: {paths: {/x: {get: {}}}}",
            "Api.DefinitionBody.paths./x.get",
        ),
        (
            "StageName: live",
            "StageName: live\n      DefinitionBody: {x-amazon-apigateway-api-key-source: HEADER}",
            "Api.ApiKeySourceType",
        ),
        (
            "StageName: live",
            "StageName: live\n      MethodSettings: [{CachingEnabled: true}]",
            "Api.MethodSettings.Caching",
        ),
        ("ApiKeySourceType: AUTHORIZER", "ApiKeySourceType: HEADER", "Api.ApiKeySourceType"),
        ("ApiKeyRequired: true", "ApiKeyRequired: true\n        ResourcePolicy: {}", "Api.Auth.ResourcePolicy"),
        ("DefaultAuthorizer: Keys", "DefaultAuthorizer: NONE", "Api.Auth.Authorizers.Keys"),
        ("FunctionArn:", "FunctionPayloadType: REQUEST\n            FunctionArn:", "Keys.FunctionPayloadType"),
        ("FunctionArn:", "FunctionInvokeRole: x\n            FunctionArn:", "Keys.FunctionInvokeRole"),
        ("ReauthorizeEvery: 60", "ReauthorizeEvery: 60, Headers: [x]", "Keys.Identity.Headers"),
        ("AUTHORIZER_FAILURE", "AUTHORISER_FAILURE", "Api.GatewayResponses.AUTHORISER_FAILURE"),
        ("AUTHORIZER_FAILURE", "REQUEST_TOO_LARGE", "Api.GatewayResponses.REQUEST_TOO_LARGE"),
        ("'Bearer'", "Bearer", "UNAUTHORIZED.ResponseParameters.Headers.WWW-Authenticate"),
        ("x-request-id: context.requestId", "x-request-id: method.request.header.x", "Headers.x-request-id"),
        ("$context.requestId", "$input.body", "UNAUTHORIZED.ResponseTemplates: $input"),
        ("$context.requestId", "$context.wafResponseCode", "$context.wafResponseCode"),
        ("BurstLimit: 20}", "BurstLimit: 20}, Quota: {Limit: 1, Period: DAY}", "Plan.Quota"),
        ("{ApiId: !Ref Api, Stage: live}", "{ApiId: !Ref Api, Stage: live, Throttle: {}}", "Plan.ApiStages.Throttle"),
        ("Method: GET, Path: /things", "Method: GET, Path: '/{proxy+}/x'", "GET /{proxy+}/x"),
        ("Method: GET, Path: /things", "Method: any, Path: /things", "ANY /things"),
        ("Method: GET, Path: /things", "Method: GET, Path: /things, RequestModel: x", "Things.Events.RequestModel"),
        (
            "Properties: {Handler: x.y}",
            "Properties: {Handler: x.y, Environment: {Variables: {A: !GetAtt B.C}}}",
            "Authorizer.A",
        ),
        ("Properties:\n      Handler: x.y", "Properties:\n      Timeout: 30\n      Handler: x.y", "Things.Timeout"),
    ],
)
def test_what_the_gateway_does_not_emulate_is_refused_by_name(before: str, after: str, named: str) -> None:
    assert named in refused(before, after)


@pytest.mark.parametrize("kind", ["AWS::ApiGateway::RequestValidator", "AWS::WAFv2::WebACL"])
def test_a_resource_that_changes_what_the_gateway_does_is_refused_by_name(kind: str) -> None:
    with pytest.raises(Unsupported, match="Guard"):
        read_template(with_resource(f"  Guard: {{Type: {kind}, Properties: {{}}}}\n"))


def test_a_resource_whose_condition_does_not_hold_is_not_there() -> None:
    text = with_resource("  Guard: {Type: AWS::WAFv2::WebACL, Condition: Wanted, Properties: {}}\n") + (
        "Parameters:\n  Guarded: {Type: String, Default: 'no'}\n"
        "Conditions:\n  Wanted: !Not [!Equals [!Ref Guarded, 'no']]\n"
    )
    assert read_template(text).api.stage == "live"
    with pytest.raises(Unsupported, match="Guard"):
        read_template(text.replace("Default: 'no'", "Default: 'yes'"))


def test_an_environment_is_read_with_globals_parameters_and_local_names() -> None:
    variables = "Properties: {Handler: x.y, Environment: {Variables: {Q: !Ref Queue, T: !Ref Table}}}"
    template = read_template(
        TEMPLATE.replace("Properties: {Handler: x.y}", variables)
        + """
  Queue: {Type: AWS::SQS::Queue, Properties: {}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST}}
Parameters: {Level: {Type: String, Default: INFO}}
Globals:
  Function: {Timeout: 7, MemorySize: 256, Environment: {Variables: {LEVEL: !Ref Level, P: !Sub "p-${Level}"}}}
"""
    )
    function = template.functions["Authorizer"]
    assert function.environment == {
        "LEVEL": "INFO",
        "P": "p-INFO",
        "Q": "https://sqs.us-east-1.amazonaws.com/123456789012/Queue",
        "T": "Table",
    }
    assert (function.timeout, function.memory) == (7, 256)


def test_the_authorizer_and_the_plans_are_what_the_template_says() -> None:
    template = read_template(TEMPLATE)
    assert template.api.authorizer.function == "Authorizer"
    assert template.api.authorizer.ttl == 60
    assert (template.usage_plans["Plan"].rate, template.usage_plans["Plan"].burst) == (20 / 60, 20)
