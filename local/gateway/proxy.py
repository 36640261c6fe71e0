"""Lambda proxy integration of REST APIs: the event a function is given, and the response that is read from its answer.

The shapes are AWS's ("Lambda proxy integrations in API Gateway"). A body arrives in base64, since the API declares
every media type as binary. A path arrives percent-encoded as it was sent, with a trailing slash if it had one; path
parameters and the query arrive decoded, with U+FFFD in place of bytes that are not UTF-8.
"""

import base64
import binascii
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from local.deployment import ACCOUNT_ID, Api, Route
from local.gateway.authorization import Authorization

Headers = Sequence[tuple[str, str]]

_REMAPPED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "host",
        "server",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
        "www-authenticate",
    }
)
"""Headers that a function cannot set: API Gateway renames them ("Important notes for REST APIs")."""


@dataclass(frozen=True)
class Response:
    """What goes back to the caller."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Request:
    """A request as it came in; `path` as sent, `query` without its question mark."""

    id: str
    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    received_at: float

    @property
    def time(self) -> str:
        """When it came, in UTC, as `$context.requestTime` has it."""
        return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.received_at))

    def header(self, name: str) -> str | None:
        """The last value of a header, whatever the case of its name."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)


def proxy_event(
    request: Request,
    api: Api,
    route: Route,
    path_parameters: dict[str, str],
    authorization: Authorization | None,
    key_id: str | None,
) -> dict[str, Any]:
    """The event of a request, with what the authorizer returned if the route has one."""
    headers = _grouped([*request.headers, ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "http")])
    query = _grouped(parse_qsl(request.query, keep_blank_values=True), fold=False)
    event: dict[str, Any] = {
        "resource": route.path,
        "path": request.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": path_parameters or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": api.id,
            "domainName": request.header("host") or "localhost",
            "domainPrefix": "localhost",
            "extendedRequestId": request.id,
            "httpMethod": request.method,
            "identity": {
                "accessKey": None,
                "accountId": None,
                "apiKey": authorization.usage_key if authorization else None,
                "apiKeyId": key_id,
                "caller": None,
                "cognitoAuthenticationProvider": None,
                "cognitoAuthenticationType": None,
                "cognitoIdentityId": None,
                "cognitoIdentityPoolId": None,
                "principalOrgId": None,
                "sourceIp": "127.0.0.1",
                "user": None,
                "userAgent": request.header("user-agent"),
                "userArn": None,
            },
            "path": request.path,
            "protocol": "HTTP/1.1",
            "requestId": request.id,
            "requestTime": request.time,
            "requestTimeEpoch": int(request.received_at * 1000),
            "resourceId": route.function,
            "resourcePath": route.path,
            "stage": api.stage,
        },
        "body": base64.b64encode(request.body).decode() or None,
        "isBase64Encoded": bool(request.body),
    }
    if authorization:
        found = {"principalId": authorization.principal, "integrationLatency": 0}
        event["requestContext"]["authorizer"] = {**authorization.context, **found}
    return event


def _grouped(pairs: Iterable[tuple[str, str]], *, fold: bool = True) -> dict[str, list[str]]:
    """All values of each name, in order; names of headers (`fold`) are one whatever their case, under their first
    spelling.
    """
    spellings: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        spelling = spellings.setdefault(name.lower() if fold else name, name)
        values.setdefault(spelling, []).append(value)
    return values


def read_answer(payload: Any) -> Response | None:
    """The response in a function's answer, or None for what API Gateway calls a malformed Lambda proxy response.

    Every media type is binary, so a body with `isBase64Encoded` is decoded; any other is passed on as it is.
    """
    match payload:
        case {"statusCode": int(status), **rest} if 100 <= status <= 599 and rest.keys() <= {
            "headers", "multiValueHeaders", "body", "isBase64Encoded",
        }:  # fmt: skip
            body = _answered_body(rest.get("body") or "", rest.get("isBase64Encoded"))
            headers = _answered_headers(rest.get("headers") or {}, rest.get("multiValueHeaders") or {})
            return None if body is None or headers is None else Response(status, headers, body)
        case _:
            return None


def _answered_body(body: Any, base64_encoded: Any) -> bytes | None:
    if not isinstance(body, str):
        return None
    if base64_encoded is not True:
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


def _answered_headers(single: Any, multiple: Any) -> Headers | None:
    """Both kinds as one list, several values winning over one, or None when they are not what they should be."""
    if not isinstance(single, dict) or not isinstance(multiple, dict):
        return None
    merged: dict[str, tuple[str, list[Any]]] = {name.lower(): (name, [value]) for name, value in single.items()}
    for name, values in multiple.items():
        if not isinstance(values, list):
            return None
        merged[name.lower()] = (name, values)
    merged.setdefault("content-type", ("Content-Type", ["application/json"]))
    headers = [(name, value) for name, values in merged.values() for value in values]
    if not all(isinstance(value, str | int | float) for _, value in headers):
        return None
    return [(f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name, str(value)) for name, value in headers]
