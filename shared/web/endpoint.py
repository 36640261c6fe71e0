"""What every endpoint shares: the caller, authorization, and the conversion of every error to a problem document.
`shared.web.input` parses and validates input.

A function creates a resolver, registers one route, and wraps it: `handler = endpoint(app, scope=Scope.READ,
plans=ALL_PLANS)`. The route returns its response body or raises a `Problem`. It needs no try block.
"""

import hashlib
import json
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from shared.domain.plans import Plan, Scope, rate_limit_policy
from shared.infra.errors import Unavailable
from shared.infra.telemetry import logger
from shared.web.decoding import body_text, path_errors, query_errors
from shared.web.input import field_error, invalid, read_json
from shared.web.problems import (
    PROBLEM_JSON,
    BadRequest,
    FieldError,
    Forbidden,
    InternalError,
    NotFound,
    PlanNotEntitled,
    Problem,
    ScopeMissing,
    Unauthorized,
    problem_of,
)

type Event = dict[str, Any]
type Handler = Callable[[Event, Any], dict[str, Any]]
type FindErrors = Callable[["Caller", Mapping[str, str]], Iterable[FieldError]]
"""Returns errors of parameters that types cannot express. Receives the query parameters that are given exactly once."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The member that the key belongs to, as the authorizer returned it (contract 2)."""

    team_id: str
    user_id: str
    plan: Plan
    scopes: frozenset[Scope]
    key_id: str
    key_name: str = ""
    key_expires_at: str | None = None
    session: str = ""
    """The identity that opened the console session (`KeyRecord.session`); empty for an API key."""

    @classmethod
    def of(cls, event: Event) -> "Caller":
        """Reads the authorizer's context."""
        context = event["requestContext"]["authorizer"]
        return cls(
            team_id=context["team_id"],
            user_id=context["user_id"],
            plan=Plan(context["plan"]),
            scopes=frozenset(map(Scope, context["scopes"].split())),
            key_id=context["key_id"],
            key_name=context.get("key_name", ""),
            key_expires_at=context.get("key_expires_at") or None,
            session=context.get("session", ""),
        )


class Resolver(APIGatewayRestResolver):
    """Powertools' resolver with this API's input rules: it reports all errors of a request before a route runs.

    `further_errors` returns errors that types cannot express, for example of two parameters together. It also runs
    when validation by type has found errors.
    """

    def __init__(self, further_errors: FindErrors = lambda _caller, _given: ()) -> None:
        super().__init__(
            enable_validation=True, response_validation_error_http_code=500, json_body_deserializer=read_json
        )
        self.further_errors = further_errors
        self.exception_handler(Exception)(self._answer)
        self.use([_refuse_odd_parameters])

    @property
    def caller(self) -> Caller:
        """The caller of the current request."""
        return Caller.of(self.current_event.raw_event)

    def _answer(self, error: Exception) -> Response[str]:
        problem, request_id = self._problem(error), self.current_event.request_context.request_id
        if problem.status >= 500:
            _log_failure(problem, error, request_id, self.caller)
        status, headers, body = _problem_answer(problem, request_id)
        return Response(status_code=status, content_type=PROBLEM_JSON, body=body, headers={**headers})

    def _problem(self, error: Exception) -> Problem:
        """Converts an exception to a problem. This is the only place that does so for endpoints with a key."""
        match error:
            case Problem():
                return error
            case Unavailable():
                return problem_of(error)
            case RequestValidationError():
                return invalid([*_unexpected_parameters(self), *map(field_error, error.errors())])
            case NotFoundError():
                return NotFound("This path does not exist. The reference under /docs/ lists the endpoints.")
            case _:
                return InternalError()


def endpoint(
    app: Resolver, *, scope: Scope | None, plans: Collection[Plan], etag: bool = False, console: bool = False
) -> Handler:
    """Returns the Lambda handler of a resolver's routes.

    `scope` is None for an endpoint that any key may call. `console` marks an endpoint that accepts only the keys of
    console sessions. The handler checks plan and scope before it reads the request. It decodes the body, sets the
    headers of every response, and handles If-None-Match if `etag` is set. API Gateway writes one log line for each
    request; the function adds one only when it fails.
    """

    def handler(event: Event, context: Any) -> dict[str, Any]:
        request_id, caller = event["requestContext"]["requestId"], Caller.of(event)
        try:
            _refuse_expired(caller, event)
            _authorize(caller, scope, plans, console=console)
            event = _with_text_body(event)
        except (Unauthorized, Forbidden, BadRequest) as problem:
            status, headers, body = _problem_answer(problem, request_id)
            headers["Content-Type"] = PROBLEM_JSON
        else:
            answer = app.resolve(_with_json_content_type(event), context)
            status, body = answer["statusCode"], answer["body"]
            headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        headers["x-request-id"] = request_id
        if status != Unauthorized.status:
            headers["RateLimit-Policy"] = rate_limit_policy(caller.plan)
        headers["Cache-Control"] = "no-store"
        if etag and status == 200:
            tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
            headers |= {"ETag": tag, "Cache-Control": "private, no-cache"}
            if event["httpMethod"] == "GET" and _if_none_match(event, tag):
                status, body = 304, ""
                headers.pop("Content-Type")
        return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}

    return handler


def _refuse_expired(caller: Caller, event: Event) -> None:
    """Raises Unauthorized if the key has expired since the authorizer ran. API Gateway caches its result for 60 s."""
    if caller.key_expires_at is None:
        return
    received_at = datetime.fromtimestamp(event["requestContext"]["requestTimeEpoch"] / 1000, UTC)
    if datetime.fromisoformat(caller.key_expires_at) <= received_at:
        raise Unauthorized


def _authorize(caller: Caller, scope: Scope | None, plans: Collection[Plan], *, console: bool) -> None:
    if console and not caller.session:
        raise Forbidden("This endpoint is for the console only. It does not accept API keys. Sign in to the console.")
    if caller.plan not in plans:
        allowed = " or ".join(plan.capitalize() for plan in Plan if plan in plans)
        raise PlanNotEntitled(f"This endpoint needs the {allowed} plan; your team is on {caller.plan.capitalize()}.")
    if scope is not None and scope not in caller.scopes:
        raise ScopeMissing(f"This endpoint needs a key with the scope {scope}. Ask for a {scope}-scoped key.")


def _log_failure(problem: Problem, error: Exception, request_id: str | None, caller: Caller) -> None:
    """Logs the place and class of an exception, without its message, which may contain personal data."""
    cause = error.__cause__ or error
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-8:]
    ]
    logger.error(
        "request failed",
        request_id=request_id,
        key_id=caller.key_id,
        team_id=caller.team_id,
        status=problem.status,
        error=type(cause).__name__,
        frames=frames,
    )


def _problem_answer(problem: Problem, request_id: str | None) -> tuple[int, dict[str, str], str]:
    return problem.status, {**problem.headers}, json.dumps(problem.document(request_id or ""), ensure_ascii=False)


def _with_text_body(event: Event) -> Event:
    """Returns the event with its body decoded. Raises BadRequest if the body is too large or not UTF-8."""
    return {**event, "body": body_text(event), "isBase64Encoded": False}


def _with_json_content_type(event: Event) -> Event:
    """Replaces the Content-Type, so that a body is read as JSON whatever it is; `curl -d` works (contract 1)."""
    headers = {name: value for name, value in (event["headers"] or {}).items() if name.lower() != "content-type"}
    return {**event, "headers": {**headers, "content-type": "application/json"}}


def _if_none_match(event: Event, tag: str) -> bool:
    lines = (event["multiValueHeaders"] or {}).items()  # the header may be sent on several lines
    given = ",".join(value for name, values in lines if name.lower() == "if-none-match" for value in values)
    return given.strip() == "*" or tag in [candidate.strip().removeprefix("W/") for candidate in given.split(",")]


def _refuse_odd_parameters(app: Resolver, next_middleware: NextMiddleware) -> Response[Any]:
    if errors := _unexpected_parameters(app):
        raise invalid(errors)
    return next_middleware(app)


def _unexpected_parameters(app: Resolver) -> list[FieldError]:
    """Returns errors for parameters that are not UTF-8, unknown or repeated, and the route's `further_errors`."""
    known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
    event = app.current_event.raw_event
    given = event.get("multiValueQueryStringParameters") or {}
    unknown = [
        FieldError(parameter=name, detail="is not a parameter of this endpoint; remove it")
        for name in given
        if name not in known
    ]
    repeated = [
        FieldError(parameter=name, detail="is given more than once; give it once")
        for name, values in given.items()
        if name in known and len(values) > 1
    ]
    once = {name: values[0] for name, values in given.items() if name in known and len(values) == 1}
    return [*path_errors(event), *query_errors(given), *unknown, *repeated, *app.further_errors(app.caller, once)]
