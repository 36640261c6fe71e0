"""API Gateway on a laptop, as template.yaml configures it: an object first, `Gateway.handle`, and a server second
(local/gateway/server.py).

It does what a REST API does, in its order: route, authorizer (with its cache), usage plan of the caller's key, Lambda
proxy integration; whatever ends a request on the way is said by a gateway response of the template. Two things are
simpler than on AWS, where the documentation leaves them open: a plan counts exactly, and counts a key's requests to
all methods together.
"""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from local.aws.environments import REQUEST_TOO_LARGE, THROTTLED, Failed, Returned
from local.deployment import ACCOUNT_ID, REGION, Api, Route, UsagePlan
from local.gateway.authorization import Authorization, MalformedAnswer, read_authorization
from local.gateway.proxy import Headers, Request, Response, proxy_event, read_answer
from local.gateway.responses import response_for, substituted
from local.gateway.token_bucket import TokenBuckets

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a request's body that API Gateway takes."""

INTEGRATION_SECONDS = 29


@dataclass(frozen=True)
class PlanKey:
    """An API Gateway key as the usage plans list it."""

    id: str
    plan: UsagePlan


class Refused(Exception):
    """The gateway answers itself, with its response of this type. `status` is AWS's where it is not the type's usual
    one.
    """

    def __init__(self, kind: str, status: int | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = status


class Gateway:
    """The API with its routes, authorizer and usage plans.

    `invoke(function, event, patience)` runs a function; `plan_keys()` gives the keys of the usage plans by their
    value, as of now; `log(line)` takes the access log; `clock()` gives the seconds since 1970.
    """

    def __init__(
        self,
        api: Api,
        invoke: Callable[[str, Any, float], Returned | Failed],
        plan_keys: Callable[[], Mapping[str, PlanKey]],
        log: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._read_plan_keys = plan_keys
        self._log = log
        self._clock = clock
        self._routes = [(route, route.path.split("/")) for route in api.routes]
        self._buckets = TokenBuckets()
        self._lock = threading.Lock()
        self.flush()

    def flush(self) -> None:
        """Forgets what authorizer and usage plans said, so that a revoked key or a changed plan acts at once. Buckets
        stay.
        """
        with self._lock:
            self._authorizations: dict[str, tuple[float, Authorization]] = {}
            self._plan_keys: Mapping[str, PlanKey] | None = None

    def handle(self, method: str, target: str, headers: Headers = (), body: bytes = b"") -> Response:
        """Answers a request. `target` is the path with its query, as it stands in the request line."""
        path, _, query = target.partition("?")
        request = Request(str(uuid.uuid4()), method, path, query, headers, body, self._clock())
        context = {
            "requestId": request.id,
            "requestTime": request.time,
            "httpMethod": request.method,
            "path": path,
            "stage": self._api.stage,
        }
        response = self._respond(request, context)
        context |= {"status": str(response.status), "responseLatency": self._since(request.received_at)}
        self._log(substituted(self._api.log_format, context, default="-"))
        return response

    def _since(self, started: float) -> str:
        """In whole milliseconds, as `$context` gives latencies."""
        return str(round(1000 * (self._clock() - started)))

    def _respond(self, request: Request, context: dict[str, str]) -> Response:
        if len(request.body) > MAX_BODY:
            return _too_large(request.id)
        try:
            return self._answer(request, context)
        except Refused as refused:
            status, response = response_for(refused.kind, self._api.responses, refused.status)
            message = refused.kind.replace("_", " ").capitalize()
            context |= {
                "error.responseType": refused.kind,
                "error.message": message,
                "error.messageString": f'"{message}"',
            }
            return Response(status, *response.rendered(context))

    def _answer(self, request: Request, context: dict[str, str]) -> Response:
        route, path_parameters = self._route(request)
        context["resourcePath"] = route.path
        authorization = self._authorize(request, context) if route.authorized else None
        if route.throttle and not self._buckets.take(route.throttle, "", request.received_at):
            raise Refused("THROTTLED")
        if authorization:
            context |= {f"authorizer.{name}": value for name, value in authorization.context.items()}
        drawn = authorization if route.api_key_required else None
        key_id = self._draw_on_plan(drawn, request.received_at) if drawn else None
        event = proxy_event(request, self._api, route, path_parameters, authorization, key_id)
        started = self._clock()
        answer = self._invoke(route.function, event, INTEGRATION_SECONDS)
        context["integration.latency"] = self._since(started)
        match answer:
            case Returned(payload):
                if response := read_answer(payload):
                    return response
            case Failed(error_type) if error_type == REQUEST_TOO_LARGE:
                return _too_large(request.id)
            case Failed(error_type) if error_type == THROTTLED:
                raise Refused("DEFAULT_5XX", 500)
        # The function failed, or its answer is no proxy response: AWS has no type of its own for these.
        raise Refused("DEFAULT_5XX", 502)

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        """The route of a path and method; `/x/` is `/x`, and a literal segment goes before a parameter."""
        path = request.path[:-1] if len(request.path) > 1 and request.path.endswith("/") else request.path
        segments = [unquote(segment) for segment in path.split("/")]
        found = [
            (route, parameters)
            for route, pattern in self._routes
            if route.method == request.method and (parameters := _matched(pattern, segments)) is not None
        ]
        if not found:
            # Without a route there is no authorizer: AWS takes an Authorization header for a signature by IAM.
            signed = request.header("authorization") is not None
            raise Refused("INVALID_SIGNATURE" if signed else "MISSING_AUTHENTICATION_TOKEN")
        return min(found, key=lambda match: len(match[1]))

    def _authorize(self, request: Request, context: dict[str, str]) -> Authorization:
        authorizer = self._api.authorizer
        token = request.header(authorizer.header)
        if not token or not authorizer.pattern.fullmatch(token):
            raise Refused("UNAUTHORIZED")
        with self._lock:
            expiry, authorization = self._authorizations.get(token, (0.0, None))
            cache = self._authorizations
        arn = (
            f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{self._api.id}/{self._api.stage}/{request.method}{request.path}"
        )
        if authorization is None or expiry <= request.received_at:
            started = self._clock()
            authorization = self._ask_authorizer(arn, token)
            context["authorizer.latency"] = self._since(started)
            # After a flush this is a dictionary that nobody looks into any more: what was asked before it is not kept.
            cache[token] = (_kept_until(authorization, request.received_at + authorizer.ttl), authorization)
        if not authorization.allows(arn):
            raise Refused("ACCESS_DENIED")
        return authorization

    def _ask_authorizer(self, arn: str, token: str) -> Authorization:
        event = {"type": "TOKEN", "methodArn": arn, "authorizationToken": token}
        match self._invoke(self._api.authorizer.function, event, INTEGRATION_SECONDS):
            case Returned(payload):
                try:
                    return read_authorization(payload)
                except MalformedAnswer:
                    raise Refused("AUTHORIZER_CONFIGURATION_ERROR") from None
            case Failed(message="Unauthorized"):
                raise Refused("UNAUTHORIZED")
            case Failed():
                raise Refused("AUTHORIZER_FAILURE")

    def _draw_on_plan(self, authorization: Authorization, now: float) -> str:
        """Takes a token from the bucket of the caller's key and returns the key's id."""
        value = authorization.usage_key or ""
        with self._lock:
            if self._plan_keys is None or value not in self._plan_keys:  # a session's function may have made it
                self._plan_keys = self._read_plan_keys()
            key = self._plan_keys.get(value)
        if key is None:
            raise Refused("INVALID_API_KEY")
        if not self._buckets.take(key.plan, value, now):
            raise Refused("THROTTLED")
        return key.id


def _matched(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """The path parameters, or None when the path does not match."""
    if pattern[-1].endswith("+}") and len(segments) >= len(pattern):
        rest = "/".join(segments[len(pattern) - 1 :])
        segments = [*segments[: len(pattern) - 1], rest]
    if len(pattern) != len(segments):
        return None
    parameters = {}
    for expected, segment in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            parameters[expected.strip("{+}")] = segment
        elif expected != segment:
            return None
    return None if "" in parameters.values() else parameters


def _too_large(request_id: str) -> Response:
    """API Gateway's own words, which no template changes; the x-request-id is ours, since every answer has one
    (contract 1).
    """
    headers = [("Content-Type", "application/json"), ("x-request-id", request_id)]
    return Response(413, headers, b'{"message":"Request Too Long"}')


def _kept_until(authorization: Authorization, latest: float) -> float:
    """When a verdict is asked for again: at the end of its time, or when the key expires if that is sooner.

    AWS keeps a verdict to the end of its time; there the function refuses the expired key.
    """
    expires_at = authorization.context.get("key_expires_at")
    return min(latest, datetime.fromisoformat(expires_at).timestamp()) if expires_at else latest
