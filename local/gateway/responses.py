"""API Gateway's gateway responses: what the gateway says itself, with the template's statuses, headers and bodies.

The types and their default statuses are AWS's ("Gateway response types", API Gateway Developer Guide). A body
substitutes `$context.*` and nothing else, and so does the access log; a header is a quoted constant or an unquoted
`context.*`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_STATUSES = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
}

_DEFAULTS = {"DEFAULT_4XX", "DEFAULT_5XX"}
_AWS_BODY = '{"message": $context.error.messageString}'
_VARIABLE = re.compile(r"\$context\.([A-Za-z_.]*[A-Za-z_])")
_FOREIGN = re.compile(r"\$(?!context\.)[A-Za-z]+")
_EMULATED = re.compile(
    r"requestId|error\.(message|messageString|responseType)|authorizer\.\w+|httpMethod|path|resourcePath|stage"
)

_LOGGED = re.compile(_EMULATED.pattern + r"|requestTime|status|responseLatency|integration\.latency")


class Unsupported(Exception):
    """The template asks API Gateway for something that the local gateway does not do. The message names it."""


@dataclass(frozen=True)
class GatewayResponse:
    """One gateway response: `status` None keeps the default one, `headers` are as the template spells them."""

    status: int | None
    headers: Mapping[str, str]
    body: str

    def rendered(self, context: Mapping[str, str]) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body for a request's `$context`. A header whose variable has no value is left out, as on AWS."""
        headers = []
        for name, value in self.headers.items():
            text = value[1:-1] if value.startswith("'") else context.get(value.removeprefix("context."), "")
            if text:
                headers.append((name, text))
        return headers, substituted(self.body, context).encode()


def substituted(text: str, context: Mapping[str, str], default: str = "") -> str:
    """A text with its `$context.*` replaced by a request's values."""
    return _VARIABLE.sub(lambda match: context.get(match[1], default), text)


def response_for(
    kind: str, responses: Mapping[str, GatewayResponse], default_status: int | None = None
) -> tuple[int, GatewayResponse]:
    """The status and response of a type: its own, else DEFAULT_4XX or DEFAULT_5XX, else what AWS says when nothing is
    declared.
    """
    status = default_status or DEFAULT_STATUSES[kind]
    fallback = responses.get("DEFAULT_4XX" if status < 500 else "DEFAULT_5XX")
    response = (
        responses.get(kind) or fallback or GatewayResponse(None, {"Content-Type": "'application/json'"}, _AWS_BODY)
    )
    return response.status or status, response


def read_gateway_responses(declared: Mapping[str, Any], where: str) -> dict[str, GatewayResponse]:
    """The template's GatewayResponses. Raises Unsupported for a type AWS does not have and for what it could not
    substitute.
    """
    responses = {}
    for kind, properties in declared.items():
        place = f"{where}.{kind}"
        if kind not in DEFAULT_STATUSES.keys() | _DEFAULTS or kind == "REQUEST_TOO_LARGE":
            raise Unsupported(place)
        for name in properties.keys() - {"StatusCode", "ResponseParameters", "ResponseTemplates"}:
            raise Unsupported(f"{place}.{name}")
        parameters = properties.get("ResponseParameters", {})
        for name in parameters.keys() - {"Headers"}:
            raise Unsupported(f"{place}.ResponseParameters.{name}")
        headers = parameters.get("Headers", {})
        for name, value in headers.items():
            constant = re.fullmatch(r"'[^']*'", value)
            variable = value.startswith("context.") and _EMULATED.fullmatch(value.removeprefix("context."))
            if not constant and not variable:
                raise Unsupported(f"{place}.ResponseParameters.Headers.{name}: {value}")
        responses[kind] = GatewayResponse(properties.get("StatusCode"), headers, _read_body(properties, place))
    return responses


def read_log_format(setting: Mapping[str, Any], where: str) -> str:
    """The template's AccessLogSetting. Raises Unsupported for what it could not substitute."""
    log_format = str(setting.get("Format", ""))
    for variable in _VARIABLE.findall(log_format):
        if not _LOGGED.fullmatch(variable):
            raise Unsupported(f"{where}.Format: $context.{variable}")
    return log_format


def _read_body(properties: Mapping[str, Any], place: str) -> str:
    templates = properties.get("ResponseTemplates", {"application/json": _AWS_BODY})
    if len(templates) != 1:
        raise Unsupported(f"{place}.ResponseTemplates for more than one content type")
    body = str(next(iter(templates.values())))
    for foreign in _FOREIGN.findall(body):
        raise Unsupported(f"{place}.ResponseTemplates: {foreign}")
    for variable in _VARIABLE.findall(body):
        if not _EMULATED.fullmatch(variable):
            raise Unsupported(f"{place}.ResponseTemplates: $context.{variable}")
    json.loads(_VARIABLE.sub("0", body))
    return body
