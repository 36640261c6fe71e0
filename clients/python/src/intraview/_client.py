"""The client: one method per operation of the API.

Models are imported with the first answer: defining their dataclasses takes longer than all other imports together.
"""

from __future__ import annotations

import json
import os
import time
from collections import OrderedDict
from urllib.parse import quote, urlencode

from ._retries import retry_after_seconds, wait_before_retry
from ._transport import HttpTransport, Secret
from .errors import ApiError, ConfigurationError, ConnectionFailed, api_error
from .version import __version__

TYPE_CHECKING = False  # importing typing would take as long as the rest
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeVar

    from ._transport import Answer, Transport
    from .models import (
        CareerHealth,
        CompanySignals,
        JobFit,
        Meta,
        Outcome,
        RecordedOutcome,
        TeamAnalytics,
        Thread,
        ThreadDetail,
        ThreadPage,
        WhoAmI,
    )

    T = TypeVar("T")

DEFAULT_BASE_URL = "https://app.intraview.io"
RETRIED = frozenset({429, 503})
KEPT_ANSWERS = 128
"""Answers with an ETag that a client keeps, the least recently used first to go."""


class Client:
    """The Intelligence API with one key.

    `api_key` and `base_url` default to the variables INTRAVIEW_API_KEY and INTRAVIEW_BASE_URL. `timeout` limits one
    call in seconds, retries included: after a 429 or 503 the client waits as long as Retry-After says and tries again.
    If the wait would not end in time, it raises at once.

    Answers with an ETag are kept: asking again sends If-None-Match, and a 304 returns what is kept.
    A client may be used by several threads.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 60.0,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        key = (api_key if api_key is not None else os.environ.get("INTRAVIEW_API_KEY", "")).strip()
        if not key:
            raise ConfigurationError("There is no API key. Set INTRAVIEW_API_KEY, or pass one.")
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ConfigurationError("The API key holds characters that no key has. Copy it again.")
        if not timeout > 0:
            raise ConfigurationError("The timeout is a positive number of seconds.")
        self.base_url = base_url or os.environ.get("INTRAVIEW_BASE_URL") or DEFAULT_BASE_URL
        self.timeout = timeout
        self._transport = transport or HttpTransport(self.base_url, Secret(key))
        self._sleep, self._clock, self._jitter = sleep, clock, jitter or _random
        self._kept: OrderedDict[str, Any] = OrderedDict()

    def __repr__(self) -> str:
        return f"Client(base_url={self.base_url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        if isinstance(self._transport, HttpTransport):
            self._transport.close()

    def career_health(self, *, timeout: float | None = None) -> CareerHealth:
        """The report of the current quarter, at most a day old."""
        from . import models

        return self._call(models.CareerHealth, "GET", "/api/agent/career-health", timeout=timeout)

    def regenerate_career_health(self, period: str | None = None, *, timeout: float | None = None) -> CareerHealth:
        """The report of a quarter such as "2026-Q1", or of the current one, made anew."""
        from . import models

        body = {} if period is None else {"period": period}
        return self._call(models.CareerHealth, "POST", "/api/agent/career-health", body=body, timeout=timeout)

    def company_signals(self, company: str, *, timeout: float | None = None) -> CompanySignals:
        """What is published about a company, by its name in any spelling."""
        from . import models

        query = {"company": company}
        return self._call(models.CompanySignals, "GET", "/api/agent/company-signals", query=query, timeout=timeout)

    def job_summary(self, job_description: str, *, timeout: float | None = None) -> JobFit:
        """How a job fits the member's profile. Each call costs the team's budget."""
        from . import models

        body = {"job_description": job_description}
        return self._call(models.JobFit, "POST", "/api/agent/job-summary", body=body, timeout=timeout)

    def team_analytics(self, period: str | None = None, *, timeout: float | None = None) -> TeamAnalytics:
        """The newest snapshot of the team, or that of a quarter (Enterprise only)."""
        from . import models

        query = {"period": period}
        return self._call(models.TeamAnalytics, "GET", "/api/team/agent/analytics", query=query, timeout=timeout)

    def threads(
        self, *, period: str | None = None, outcome: str | None = None, page_size: int = 100
    ) -> Iterator[Thread]:
        """The member's threads, the newest first, over as many pages as there are.

        `outcome` is one of the nine or "none". Each page is a call of its own, with its own timeout.
        """
        cursor = None
        while True:
            page = self.threads_page(period=period, outcome=outcome, limit=page_size, cursor=cursor)
            yield from page.messages
            cursor = page.next_cursor
            if cursor is None:
                return

    def threads_page(
        self,
        *,
        period: str | None = None,
        outcome: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        timeout: float | None = None,
    ) -> ThreadPage:
        """One page of threads. It may be short or empty while `next_cursor` is set."""
        from . import models

        query = {"period": period, "outcome": outcome, "limit": limit, "cursor": cursor}
        return self._call(models.ThreadPage, "GET", "/api/agent/messages", query=query, timeout=timeout)

    def thread(self, message_id: str, *, timeout: float | None = None) -> ThreadDetail:
        """A thread with the reports of its outcomes."""
        from . import models

        return self._call(models.ThreadDetail, "GET", f"/api/agent/messages/{_segment(message_id)}", timeout=timeout)

    def record_outcome(
        self, message_id: str, outcome: Outcome, notes: str | None = None, *, timeout: float | None = None
    ) -> RecordedOutcome:
        """Records what became of a thread. Needs a key with the scope `write`; a repetition changes no figure."""
        from . import models

        body = {"outcome": outcome} if notes is None else {"outcome": outcome, "notes": notes}
        path = f"/api/agent/messages/{_segment(message_id)}/outcome"
        return self._call(models.RecordedOutcome, "PATCH", path, body=body, timeout=timeout)

    def whoami(self, *, timeout: float | None = None) -> WhoAmI:
        """The key at hand: whose it is, its plan, scopes and end."""
        from . import models

        return self._call(models.WhoAmI, "GET", "/api/agent/whoami", timeout=timeout)

    def _call(
        self,
        cls: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
        timeout: float | None = None,
    ) -> T:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{path}?{urlencode(given)}" if given else path
        kept = self._kept.get(target) if method == "GET" else None
        headers = {"Accept": "application/json", "User-Agent": f"intraview-python/{__version__}"}
        if kept is not None:
            headers["If-None-Match"] = kept.meta.etag
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        answer = self._send(method, target, headers, content, timeout or self.timeout)
        if answer.status == 304 and kept is not None:
            meta = _meta(answer, kept.meta.document, etag=kept.meta.etag, not_modified=True)
            confirmed: T = _with_meta(kept, meta)
            return confirmed
        result = _result(cls, answer)
        if method == "GET" and result.meta.etag:
            self._keep(target, result)
        returned: T = result
        return returned

    def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> Answer:
        """The first answer that is not to be retried. Raises ApiError, ConnectionFailed."""
        deadline, attempt = self._clock() + timeout, 0
        while True:
            answer = self._transport.send(method, target, headers, body, deadline - self._clock())
            if answer.status < 400:
                return answer
            error = _error(answer)
            wait = wait_before_retry(error.retry_after, attempt, self._jitter())
            if answer.status not in RETRIED or self._clock() + wait >= deadline:
                raise error
            self._sleep(wait)
            attempt += 1

    def _keep(self, target: str, result: Any) -> None:
        self._kept[target] = result
        self._kept.move_to_end(target)
        while len(self._kept) > KEPT_ANSWERS:
            self._kept.popitem(last=False)


def _random() -> float:
    from random import random

    return random()  # noqa: S311 - spreads retries, protects nothing


def _segment(message_id: str) -> str:
    if not message_id or message_id in {".", ".."}:
        raise ConfigurationError("A message id is a text such as msg_abc123.")
    return quote(message_id, safe="")


def _error(answer: Answer) -> ApiError:
    try:
        problem = json.loads(answer.body)
    except ValueError:
        problem = None
    retry_after = retry_after_seconds(answer.headers.get("retry-after"), time.time())
    request_id = answer.headers.get("x-request-id", "")
    return api_error(
        answer.status, problem if isinstance(problem, dict) else {}, request_id=request_id, retry_after=retry_after
    )


def _result(cls: type[Any], answer: Answer) -> Any:
    from ._decoding import UnexpectedDocument, decode

    try:
        document = json.loads(answer.body)
        result = decode(cls, document)
    except (ValueError, UnexpectedDocument) as error:
        reason = error if isinstance(error, UnexpectedDocument) else "it is not JSON"
        message = f"The answer (status {answer.status}) is not one of this API: {reason}. Check the base URL."
        raise ConnectionFailed(message) from error
    return _with_meta(result, _meta(answer, document, etag=answer.headers.get("etag")))


def _meta(answer: Answer, document: dict[str, Any], *, etag: str | None, not_modified: bool = False) -> Meta:
    from .models import Meta

    return Meta(
        request_id=answer.headers.get("x-request-id", ""),
        etag=etag,
        not_modified=not_modified,
        rate_limit=answer.headers.get("ratelimit-policy"),
        model=answer.headers.get("x-model"),
        document=document,
    )


def _with_meta(result: Any, meta: Meta) -> Any:
    from dataclasses import replace

    return replace(result, meta=meta)
