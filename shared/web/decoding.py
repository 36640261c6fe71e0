"""Decodes the bytes of a request to text, strictly and once (contract 1).

The API declares every media type as binary. So API Gateway passes the body unchanged, in base64. It passes the path
percent-encoded, and the query decoded, with U+FFFD in place of bytes that are not UTF-8.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from shared.web.problems import BadRequest, FieldError, InvalidJson

MAX_BODY = 128 * 1024
"""In bytes. A job description of 10,000 characters fits, even if each is written as a pair of `\\u` escapes."""

MAX_INTEGRATION_BODY = 1024 * 1024
"""In bytes, for requests under /integrations."""

_REPLACEMENT = "\ufffd"
_NOT_UTF_8 = "is not valid UTF-8; percent-encode it as UTF-8"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def body_bytes(event: Mapping[str, Any], limit: int = MAX_BODY) -> bytes:
    """Returns the body unchanged. Raises BadRequest if it has more than `limit` bytes."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        if len(body) // 4 * 3 > limit + 2:  # checked before decoding makes a copy; padding is up to two bytes
            raise _too_large(limit)
        try:
            content = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidJson("The body is marked as base64 but is not valid base64.") from None
    else:  # for example a test event from the Lambda console
        try:
            content = body.encode()
        except UnicodeEncodeError:
            raise _not_utf_8() from None
    if len(content) > limit:
        raise _too_large(limit)
    return content


def body_text(event: Mapping[str, Any]) -> str:
    """Returns the body decoded. Raises BadRequest if it is too large or not UTF-8."""
    try:
        return body_bytes(event).decode()
    except UnicodeDecodeError as error:
        raise _not_utf_8(f", at byte {error.start}") from None


def path_errors(event: Mapping[str, Any]) -> list[FieldError]:
    """Returns an error for each path parameter whose percent-encoding is broken or not UTF-8."""
    # From the end: with a custom domain the path starts with a base path that the resource does not have.
    pairs = zip(reversed(event["resource"].split("/")), reversed(event["path"].rstrip("/").split("/")), strict=False)
    return [
        FieldError(parameter=name.strip("{}"), detail=reason)
        for name, segment in pairs
        if name.startswith("{") and (reason := _segment_error(segment))
    ]


def query_errors(parameters: Mapping[str, Any] | None) -> list[FieldError]:
    """Returns an error for each query parameter that contains U+FFFD: its bytes were not UTF-8."""
    return [
        FieldError(parameter=name, detail=_NOT_UTF_8)
        for name, values in (parameters or {}).items()
        if _REPLACEMENT in name or any(_REPLACEMENT in value for value in values)
    ]


def _segment_error(segment: str) -> str | None:
    if _BROKEN_ESCAPE.search(segment):
        return "has a % without two hexadecimal digits after it; send a percent sign as %25"
    try:
        decoded = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return _NOT_UTF_8
    return _NOT_UTF_8 if _REPLACEMENT in decoded else None


def _too_large(limit: int) -> BadRequest:
    error = FieldError(pointer="#", detail=f"must have at most {limit:,} bytes")
    return BadRequest(f"The body is larger than {limit // 1024:,} KB. Send a smaller one.", errors=[error])


def _not_utf_8(where: str = "") -> InvalidJson:
    return InvalidJson(f"The body is not valid UTF-8{where}. Send JSON that is encoded as UTF-8.")
