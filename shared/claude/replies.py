"""What the provider's replies mean: how a call ended, what it cost, and whether a second one can help.

The rule: pure. A reply is read here and nowhere else; `shared.claude.client` makes the calls.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Never

from pydantic import BaseModel, BeforeValidator, ValidationError

from shared.infra.errors import InputTooLong, Unavailable

PAUSE_SECONDS = 0.5  # before a second call, where the provider names no time
LONGEST_RETRY_AFTER = 300  # seconds


class CallOutcome(StrEnum):
    """How a call ended. All but the first become Unavailable, unless a second call succeeds."""

    ANSWERED = "answered"
    REFUSED = "refused"
    CUT = "cut"
    OFF_SCHEMA = "off_schema"
    OVERLOADED = "overloaded"
    RATE_LIMITED = "rate_limited"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    KEY_REPLACED = "key_replaced"  # the key was refused, and the secret holds a newer one
    TOO_LONG = "too_long"  # the profile and the description exceed the model's window: the caller must shorten them
    MISCONFIGURED = "misconfigured"  # an operator must act: the key, the account, the model or our request is wrong


@dataclass(frozen=True)
class Call:
    """One call to the provider, for metrics: no personal data. Input tokens do not include those of the cache."""

    outcome: CallOutcome
    model: str
    seconds: float
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True)
class End[Answer]:
    """A call and its answer. Without one, `pause` is the seconds before a second call could help; None: never."""

    call: Call
    answer: Answer | None = None
    pause: float | None = None
    retry_after: float = 5.0


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _dictionary(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


type _Count = Annotated[int, BeforeValidator(_count)]
type _String = Annotated[str, BeforeValidator(_string)]


class _Block(BaseModel):
    type: _String = ""
    text: _String = ""


class _Usage(BaseModel):
    input_tokens: _Count = 0
    output_tokens: _Count = 0
    cache_read_input_tokens: _Count = 0
    cache_creation_input_tokens: _Count = 0


class Reply(BaseModel):
    """What is read of a response. Only `content` is needed: no answer that was paid for is lost for another field.

    The SDK's own models are unchecked: with them a proxy's page passes as a message.
    """

    model: _String = ""
    stop_reason: _String = ""
    content: list[_Block]
    usage: Annotated[_Usage, BeforeValidator(_dictionary)] = _Usage()


class _Error(BaseModel):
    type: _String = ""
    message: _String = ""


class _ErrorReply(BaseModel):
    error: _Error


def read[Answer](reply: Reply, parse: Callable[[str], Answer], seconds: float, *, asked_model: str) -> End[Answer]:
    """What a complete response means. A complete answer counts with every stop reason except a refusal."""
    answer = None
    if reply.stop_reason == "refusal":
        outcome = CallOutcome.REFUSED
    else:
        try:
            answer = parse("".join(block.text for block in reply.content if block.type == "text"))
            outcome = CallOutcome.ANSWERED
        except ValueError:
            is_cut = reply.stop_reason in ("max_tokens", "model_context_window_exceeded")
            outcome = CallOutcome.CUT if is_cut else CallOutcome.OFF_SCHEMA
    call = Call(
        outcome,
        reply.model or asked_model,
        seconds,
        reply.usage.input_tokens,
        reply.usage.output_tokens,
        reply.usage.cache_read_input_tokens,
        reply.usage.cache_creation_input_tokens,
    )
    # Contract 9: a refusal counts when it comes twice, so the same is asked again, at once.
    return End(call, answer, pause=0.0 if outcome is CallOutcome.REFUSED else None)


# https://platform.claude.com/docs/en/api/errors
_STATUS_OF_ERROR = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
_TOO_LONG = re.compile(
    r"(?:prompt|input) is too long|too many input tokens|input length .{0,80}exceed|exceeds? .{0,40}context",
    re.IGNORECASE,
)


def error_status(status: int, body: bytes) -> int:
    """The status that a response stands for: its own, or in a 200 that of the error in its body."""
    if status != 200 or (error := _error(body)) is None:
        return status
    return _STATUS_OF_ERROR.get(error.type, 500)


def _error(body: bytes) -> _Error | None:
    try:
        document = json.loads(body)
        return None if "content" in document else _ErrorReply.model_validate(document).error
    except (ValueError, TypeError, ValidationError):
        return None


def _is_too_long(status: int, body: bytes) -> bool:
    """Whether the provider refuses the length of the prompt, and not another mistake in our request."""
    if status == 413:
        return True
    error = _error(body)
    message = error.message if error else body[:1000].decode(errors="replace")
    return status == 400 and _TOO_LONG.search(message) is not None


def read_error(status: int, headers: Mapping[str, str], body: bytes, model: str, seconds: float) -> End[Never]:
    """What an error status means. What neither load nor an accident explains, the same request would meet again."""
    match status:
        case 400 | 413 if _is_too_long(status, body):
            return End(Call(CallOutcome.TOO_LONG, model, seconds))
        case 529:
            outcome = CallOutcome.OVERLOADED
        case 429:
            outcome = CallOutcome.RATE_LIMITED
        case 408 | 409 | 424:  # 424: Bedrock's ModelErrorException
            outcome = CallOutcome.FAILED
        case _:
            outcome = CallOutcome.FAILED if status >= 500 else CallOutcome.MISCONFIGURED
    call = Call(outcome, model, seconds)
    if outcome is CallOutcome.MISCONFIGURED:
        return End(call, retry_after=60)
    wait = _retry_after(headers)
    if headers.get("x-should-retry") == "false":
        return End(call, retry_after=5.0 if wait is None else wait)
    return End(call, pause=PAUSE_SECONDS if wait is None else wait, retry_after=5.0 if wait is None else wait)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that the provider asks to wait. It sends no dates, and a date would need a clock."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def failure(end: End[object]) -> Unavailable | InputTooLong:
    """What the caller is told of a call that gave no answer."""
    if end.call.outcome is CallOutcome.TOO_LONG:
        return InputTooLong(
            "Your profile and this job description together are longer than the analysis can read. Shorten the job "
            "description or the stories of your profile."
        )
    retry_after = min(max(1, math.ceil(end.retry_after)), LONGEST_RETRY_AFTER)
    if end.call.outcome is CallOutcome.REFUSED:
        detail = "The analysis of this job description was declined. Shorten it to the job itself, or try again later."
    else:
        detail = "The analysis is temporarily unavailable. Try again after the number of seconds in Retry-After."
    return Unavailable(detail, retry_after=retry_after)
