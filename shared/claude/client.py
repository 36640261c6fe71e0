"""Asking Claude: the only module that imports `anthropic`, with one deadline for everything it does.

The rule (contract 9): whatever the provider does, the caller has an answer or `Unavailable` by the deadline, after at
most two calls, and the second is made only where it can help. Every call is recorded with its cost and its end, and
without a word of what was asked or answered.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, Self

import anthropic
import httpx2
from anthropic.types import OutputConfigParam, TextBlockParam
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from shared.claude.replies import PAUSE_SECONDS, Call, CallOutcome, End, Reply, error_status, failure, read, read_error
from shared.domain.job_fit.prompt import Prompt
from shared.infra.settings import required

BUDGET_SECONDS = 27.0  # from the request's start: contract 9 promises 28, and API Gateway gives up at 29
CONNECT_SECONDS = 3.0
LEAST_SECONDS = 3.0  # no answer comes faster: a second call with less time left would only cost money


class ClaudeSettings(BaseModel):
    """How Claude is reached. The effort "default" leaves it to the model, for those that do not have the parameter."""

    model_config = ConfigDict(frozen=True)

    provider: Literal["anthropic", "bedrock"]
    model: str
    effort: Literal["low", "medium", "high", "xhigh", "max", "default"]
    max_tokens: PositiveInt
    key_secret_id: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Reads the CLAUDE_ variables. Raises MissingSetting or ValidationError, which name what is wrong.

        With Bedrock the function's IAM role is the key, and CLAUDE_KEY_SECRET_ID is not read.
        """
        provider = required(environ, "CLAUDE_PROVIDER")
        return cls.model_validate(
            {
                "provider": provider,
                "model": required(environ, "CLAUDE_MODEL"),
                "effort": required(environ, "CLAUDE_EFFORT"),
                "max_tokens": required(environ, "CLAUDE_MAX_TOKENS"),
                "key_secret_id": "" if provider == "bedrock" else required(environ, "CLAUDE_KEY_SECRET_ID"),
            }
        )


class KeyUnusable(Exception):
    """The provider's key cannot be read, or is none."""


class ReadKey(Protocol):
    """Gives the provider's key; `refresh` reads past the cache. Raises KeyUnusable."""

    def __call__(self, *, refresh: bool) -> str: ...


def key_from_secrets_manager(secret_id: str, client: Any) -> ReadKey:
    """Reads the key through Powertools parameters, which keeps it for an hour. `client` is a Secrets Manager client."""
    secrets = SecretsProvider(boto3_client=client)

    def read_key(*, refresh: bool) -> str:
        try:
            key = str(secrets.get(secret_id, max_age=3600, force_fetch=refresh)).strip()
        except GetParameterError as error:
            raise KeyUnusable from error
        if not key or not key.isascii() or not key.isprintable():
            raise KeyUnusable
        return key

    return read_key


class Claude:
    """A way to ask Claude. `record` is called once for each call to the provider; `read_key` is None for Bedrock."""

    def __init__(
        self,
        settings: ClaudeSettings,
        read_key: ReadKey | None,
        record: Callable[[Call], None],
        *,
        base_url: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._read_key = read_key
        self._record = record
        self._base_url = base_url
        self._clock = clock
        self._sleep = sleep
        # One for all calls, since each makes a TLS context of megabytes. It keeps no connection: an environment that
        # was frozen would find it dead, and lose its retry.
        self._http = anthropic.DefaultHttpxClient(limits=httpx2.Limits(max_keepalive_connections=0))

    def ask[Answer](self, prompt: Prompt, parse: Callable[[str], Answer], *, deadline: float) -> tuple[Answer, str]:
        """The parsed answer, and the model that gave it.

        `parse` raises ValueError for an answer off the schema; `deadline` is a reading of the clock. Raises
        Unavailable, or InputTooLong when the model cannot read so long a prompt.
        """
        for second in (False, True):
            end = self._call_by(deadline, prompt, parse)
            self._record(end.call)
            if end.answer is not None:
                return end.answer, end.call.model
            if second or end.pause is None or self._clock() + end.pause + LEAST_SECONDS > deadline:
                break
            self._sleep(end.pause)
        raise failure(end)

    def _call_by[Answer](self, deadline: float, prompt: Prompt, parse: Callable[[str], Answer]) -> End[Answer]:
        """One call, given up at the deadline.

        In a thread, because no timeout of the HTTP client covers the whole: it knows neither name resolution nor a
        reply that comes byte by byte. A call given up ends with its own timeouts, or with the process.
        """
        started = self._clock()
        late = Call(CallOutcome.TIMED_OUT, self._settings.model, max(0.0, deadline - started))
        if deadline <= started:
            return End(late)
        ends: queue.SimpleQueue[End[Answer] | Exception] = queue.SimpleQueue()

        def call() -> None:
            try:
                ends.put(self._call(prompt, parse, started, deadline))
            except Exception as error:  # noqa: BLE001 - raised again below, in the caller's thread
                ends.put(error)

        threading.Thread(target=call, daemon=True).start()
        try:
            end = ends.get(timeout=max(0.0, deadline - started))
        except queue.Empty:
            return End(late)
        if isinstance(end, Exception):
            raise end
        return end

    def _call[Answer](
        self, prompt: Prompt, parse: Callable[[str], Answer], started: float, deadline: float
    ) -> End[Answer]:
        def failed(outcome: CallOutcome, *, pause: float | None = None, retry_after: float = 5.0) -> End[Answer]:
            return End(Call(outcome, self._settings.model, self._clock() - started), None, pause, retry_after)

        try:
            key = self._read_key(refresh=False) if self._read_key else ""
            status, headers, body = self._send(prompt, key, deadline - self._clock())
            seconds = self._clock() - started
            if status == 401 and self._read_key and self._read_key(refresh=True) != key:
                return failed(CallOutcome.KEY_REPLACED, pause=0.0)
            if status != 200:
                return read_error(status, headers, body, self._settings.model, seconds)
            reply = Reply.model_validate_json(body)
        except KeyUnusable:
            return failed(CallOutcome.MISCONFIGURED, retry_after=60)
        except ValidationError:
            return failed(CallOutcome.OFF_SCHEMA)
        except anthropic.APITimeoutError as error:
            if isinstance(error.__cause__, httpx2.ConnectTimeout):
                return failed(CallOutcome.UNREACHABLE, pause=PAUSE_SECONDS)
            return failed(CallOutcome.TIMED_OUT)
        except anthropic.APIConnectionError:
            return failed(CallOutcome.UNREACHABLE, pause=PAUSE_SECONDS)
        return read(reply, parse, seconds, asked_model=self._settings.model)

    def _send(self, prompt: Prompt, key: str, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of the response. Raises the SDK's errors when there is none."""
        timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        output: OutputConfigParam = {}
        if self._settings.effort != "default":
            output["effort"] = self._settings.effort
        client: anthropic.Anthropic | anthropic.AnthropicBedrock
        if self._settings.provider == "bedrock":
            client = anthropic.AnthropicBedrock(
                base_url=self._base_url, timeout=timeout, max_retries=0, http_client=self._http
            )
        else:
            client = anthropic.Anthropic(
                api_key=key, base_url=self._base_url, timeout=timeout, max_retries=0, http_client=self._http
            )
            # Bedrock's InvokeModel refuses this for several current models; the instructions describe every field too.
            output["format"] = {"type": "json_schema", "schema": prompt.schema}
        system: list[TextBlockParam] = [
            {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}} for text in prompt.system
        ]
        try:
            response = client.messages.with_raw_response.create(
                model=self._settings.model,
                max_tokens=self._settings.max_tokens,
                system=system,
                messages=[{"role": "user", "content": prompt.user}],
                output_config=output,
            ).http_response
        except anthropic.APIStatusError as error:
            response = error.response
        body = response.read()
        return error_status(response.status_code, body), response.headers, body
