"""What the provider's replies mean: how a call ended, what it cost, and whether a second one can help.

The rule: pure. A reply is read here and nowhere else; `shared.claude.client` makes the calls.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Never

from pydantic import BaseModel

from shared.infra.errors import Unavailable

PAUSE_SECONDS = 0.5  # before a second call, where the provider names no time
LONGEST_RETRY_AFTER = 300  # seconds


class CallOutcome(StrEnum):
    """How a call ended. All but the first become Unavailable, unless a second call mends it."""

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


class _Block(BaseModel):
    type: str
    text: str = ""


class _Usage(BaseModel):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class Reply(BaseModel):
    """What is read of a response. The SDK's own models are unchecked: with them a proxy's page passes as a message."""

    model: str
    stop_reason: str | None
    content: list[_Block]
    usage: _Usage


def read[Answer](reply: Reply, parse: Callable[[str], Answer], seconds: float) -> End[Answer]:
    """What a complete response means. The stop reason comes first: what is refused or cut is not worth parsing."""
    answer = None
    if reply.stop_reason == "refusal":
        outcome = CallOutcome.REFUSED
    elif reply.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        outcome = CallOutcome.CUT
    else:
        try:
            answer = parse("".join(block.text for block in reply.content if block.type == "text"))
            outcome = CallOutcome.ANSWERED
        except ValueError:
            outcome = CallOutcome.OFF_SCHEMA
    call = Call(
        outcome,
        reply.model,
        seconds,
        reply.usage.input_tokens,
        reply.usage.output_tokens,
        reply.usage.cache_read_input_tokens or 0,
        reply.usage.cache_creation_input_tokens or 0,
    )
    # Contract 9: a refusal counts when it comes twice, so the same is asked again, at once.
    return End(call, answer, pause=0.0 if outcome is CallOutcome.REFUSED else None)


def read_error(status: int, headers: Mapping[str, str], model: str, seconds: float) -> End[Never]:
    """What an error status means. What neither load nor an accident explains, the same request would meet again."""
    match status:
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


def unavailable(end: End[object]) -> Unavailable:
    """The caller's 503 for a call that gave no answer."""
    retry_after = min(max(1, math.ceil(end.retry_after)), LONGEST_RETRY_AFTER)
    if end.call.outcome is CallOutcome.REFUSED:
        detail = "The analysis of this job description was declined. Shorten it to the job itself, or try again later."
    else:
        detail = "The analysis is temporarily unavailable. Try again after the number of seconds in Retry-After."
    return Unavailable(detail, retry_after=retry_after)
