"""How the bytes of a request become text: strictly, and once (contract 1).

The API declares every media type as binary, so that a body comes as the bytes that were sent, in base64. A path comes
percent-encoded, as it was sent. A query comes decoded, with U+FFFD in place of bytes that are not UTF-8.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from shared.web.problems import BadRequest, FieldError, InvalidJson

MAX_BODY = 128 * 1024
"""Bytes of a body: a job description of 10,000 characters fits when each is written as a pair of `\\u` escapes."""

MAX_INTEGRATION_BODY = 1024 * 1024
"""Bytes of a body under /integrations."""

_REPLACEMENT = "\ufffd"
_NOT_UTF_8 = "is not valid UTF-8; percent-encode it as UTF-8"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def body_bytes(event: Mapping[str, Any], limit: int = MAX_BODY) -> bytes:
    """The body as it was sent. Raises BadRequest when it has more than `limit` bytes."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        if len(body) // 4 * 3 > limit + 2:  # refused before a copy is made; the padding stands for up to two bytes
            raise _too_large(limit)
        try:
            content = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidJson("The body is not valid base64, although the request says that it is.") from None
    else:  # a test event of a console, say
        try:
            content = body.encode()
        except UnicodeEncodeError:
            raise _not_utf_8() from None
    if len(content) > limit:
        raise _too_large(limit)
    return content


def body_text(event: Mapping[str, Any]) -> str:
    """The body, decoded. Raises BadRequest when it is too large or not UTF-8."""
    try:
        return body_bytes(event).decode()
    except UnicodeDecodeError as error:
        raise _not_utf_8(f", at byte {error.start}") from None


def path_errors(event: Mapping[str, Any]) -> list[FieldError]:
    """The path parameters whose percent-encoding is broken or not UTF-8."""
    # From the end: with a custom domain the path starts with a base path that the resource does not have.
    pairs = zip(reversed(event["resource"].split("/")), reversed(event["path"].rstrip("/").split("/")), strict=False)
    return [
        FieldError(parameter=name.strip("{}"), detail=reason)
        for name, segment in pairs
        if name.startswith("{") and (reason := _segment_fault(segment))
    ]


def query_errors(parameters: Mapping[str, Any] | None) -> list[FieldError]:
    """The query parameters whose bytes were not UTF-8, as the replacement character shows."""
    return [
        FieldError(parameter=name, detail=_NOT_UTF_8)
        for name, values in (parameters or {}).items()
        if _REPLACEMENT in name or any(_REPLACEMENT in value for value in values)
    ]


def _segment_fault(segment: str) -> str | None:
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
