"""A gateway for unit tests: a small template, functions that are plain Python, and a clock that is set by hand."""

from collections.abc import Callable
from typing import Any

from local.aws.environments import Failed, Returned
from local.gateway.gateway import Gateway, PlanKey
from local.gateway.proxy import Headers, Response
from local.template import read_template

TEMPLATE = """
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      ApiKeySourceType: AUTHORIZER
      BinaryMediaTypes: ["*/*"]
      Auth:
        DefaultAuthorizer: Keys
        ApiKeyRequired: true
        Authorizers:
          Keys:
            FunctionArn: !Sub ${Authorizer.Arn}:live
            Identity: {ValidationExpression: "Bearer [a-z]+", ReauthorizeEvery: 60}
      GatewayResponses:
        UNAUTHORIZED:
          StatusCode: 401
          ResponseParameters: {Headers: {WWW-Authenticate: "'Bearer'", x-request-id: context.requestId}}
          ResponseTemplates: {application/json: '{"code": "unauthorized", "request_id": "$context.requestId"}'}
        MISSING_AUTHENTICATION_TOKEN: {StatusCode: 404}
        INVALID_SIGNATURE: {StatusCode: 404}
        AUTHORIZER_FAILURE: {StatusCode: 503}
        INTEGRATION_TIMEOUT: {StatusCode: 503}
        THROTTLED:
          ResponseParameters: {Headers: {Retry-After: "'3'", RateLimit-Policy: context.authorizer.policy}}
        DEFAULT_5XX:
          StatusCode: 503
          ResponseParameters: {Headers: {RateLimit-Policy: context.authorizer.policy}}
      AccessLogSetting:
        Format: >-
          {"request_id": "$context.requestId", "time": "$context.requestTime", "key_id": "$context.authorizer.key_id",
          "resource": "$context.resourcePath", "status": "$context.status", "by": "$context.error.responseType",
          "latency_ms": "$context.responseLatency", "function_ms": "$context.integration.latency",
          "authorizer_ms": "$context.authorizer.latency"}
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: {ApiStages: [{ApiId: !Ref Api, Stage: live}], Throttle: {RateLimit: 0.3333333333333333, BurstLimit: 20}}
  BigPlan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: {ApiStages: [{ApiId: !Ref Api, Stage: live}], Throttle: {RateLimit: 10, BurstLimit: 100}}
  Authorizer:
    Type: AWS::Serverless::Function
    Properties: {Handler: x.y}
  Things:
    Type: AWS::Serverless::Function
    Properties:
      Handler: x.y
      Events:
        Get: {Type: Api, Properties: {RestApiId: !Ref Api, Method: GET, Path: /things}}
        Patch: {Type: Api, Properties: {RestApiId: !Ref Api, Method: PATCH, Path: "/things/{id}/state"}}
  Special:
    Type: AWS::Serverless::Function
    Properties:
      Handler: x.y
      Events:
        Patch: {Type: Api, Properties: {RestApiId: !Ref Api, Method: PATCH, Path: /things/special/state}}
"""

BEARER = [("Authorization", "Bearer abc")]

Fake = Callable[[dict[str, Any]], Returned | Failed]


def an_authorization(**changes: Any) -> dict[str, Any]:
    """What an authorizer answers for a caller who may do everything, under the usage key "usage-abc"."""
    allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:Api/live/*/*"}
    return {
        "principalId": "key_1",
        "policyDocument": {"Version": "2012-10-17", "Statement": [allow]},
        "usageIdentifierKey": "usage-abc",
        "context": {"key_id": "key_1", "team_id": "team_1", "policy": '"pro";q=20;w=60'},
        **changes,
    }


class AGateway:
    """The gateway with its surroundings: what functions answer may be set, and what they were asked is kept."""

    def __init__(self) -> None:
        template = read_template(TEMPLATE)
        self.now = 1_000_000.0
        self.plans = template.usage_plans
        self.plan_keys = {"usage-abc": PlanKey("id-abc", self.plans["Plan"])}
        self.answers: dict[str, Fake] = {
            "Authorizer": lambda _: Returned(an_authorization()),
            "Things": lambda _: Returned({"statusCode": 200, "body": "{}"}),
            "Special": lambda _: Returned({"statusCode": 200, "body": "special"}),
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.log: list[str] = []
        self.gateway = Gateway(
            template.api, self._invoke, lambda: dict(self.plan_keys), self.log.append, lambda: self.now
        )

    def _invoke(self, function: str, event: Any, _patience: float) -> Returned | Failed:
        self.asked.append((function, event))
        return self.answers[function](event)

    def get(self, target: str = "/things", headers: Headers = BEARER) -> Response:
        """GETs a target as a caller whom the authorizer knows."""
        return self.gateway.handle("GET", target, headers)

    def event(self, function: str = "Things") -> dict[str, Any]:
        """The last event that a function was given."""
        return next(event for name, event in reversed(self.asked) if name == function)

    def times_asked(self, function: str) -> int:
        """How often a function was invoked."""
        return sum(name == function for name, _ in self.asked)
