"""POST /api/agent/job-summary: how a job fits the caller's profile, asked of Claude and checked against the profile."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body

from shared.claude.client import BUDGET_SECONDS, Claude, ClaudeSettings, key_from_secrets_manager
from shared.claude.replies import Call, CallOutcome
from shared.domain.job_fit.grounding import JobDescription, JobFit
from shared.domain.plans import ALL_PLANS, Scope
from shared.infra.aws import client
from shared.infra.errors import InputTooLong, Unavailable
from shared.infra.settings import required
from shared.infra.telemetry import count, logger
from shared.services.job_summary import summarize
from shared.store import preload, spend, store
from shared.web.endpoint import Resolver, endpoint
from shared.web.problems import DailyBudgetSpent, ProfileMissing, SummariesBusy, SummaryInputTooLong
from shared.web.requests import RequestBody

preload("accounts", "spend")

app = Resolver()


class SummarizeJob(RequestBody):
    """The job to compare with the caller's profile."""

    job_description: JobDescription


@app.post("/api/agent/job-summary")
def summarize_job(body: Annotated[SummarizeJob, Body()]) -> Response[JobFit]:
    """Analyzes a job description against the authenticated candidate's profile."""
    deadline = time.monotonic() + BUDGET_SECONDS - _seconds_since_the_request()
    profile = store().accounts.profile(app.caller.user_id)
    if profile is None:
        raise ProfileMissing("You have no profile yet, so there is nothing to compare the job with. Complete it first.")
    with _within_the_limits(app.caller.team_id):
        try:
            summary = summarize(profile, body.job_description, claude(), nonce=secrets.token_hex(16), deadline=deadline)
        except InputTooLong as error:
            raise SummaryInputTooLong(error.detail) from error
    if summary.grounded.dropped_claims:
        count("ClaimsDropped", summary.grounded.dropped_claims)
    if summary.grounded.unsettled:
        count("RequirementsUnsettled", summary.grounded.unsettled)
    return Response(200, content_types.APPLICATION_JSON, summary.grounded.job_fit, headers={"x-model": summary.model})


def _seconds_since_the_request() -> float:
    """What a cold start has used up of the caller's time; API Gateway's clock may differ a little from this one."""
    started = app.current_event.request_context.request_time_epoch / 1000
    return min(max(0.0, time.time() - started), 10.0)


@contextmanager
def _within_the_limits(team_id: str) -> Iterator[None]:
    """One of the team's summaries under way, with its tokens counted afterwards (contract 3)."""
    now = datetime.now(UTC)
    at_once, budget = (int(required(os.environ, name)) for name in ("CLAUDE_AT_ONCE", "CLAUDE_DAILY_TOKENS"))
    try:
        lease = store().spend.begin(team_id, now, at_once=at_once, budget=budget)
    except spend.SummariesBusy as error:
        detail = f"Your team has as many job summaries under way as it may ({at_once}). Try again in 5 seconds."
        raise SummariesBusy(detail, retry_after=5) from error
    except spend.DailyBudgetSpent as error:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        detail = "Your team has used its budget of job summaries for today. It starts again at midnight UTC."
        raise DailyBudgetSpent(detail, retry_after=int((midnight - now).total_seconds()) + 1) from error
    _tokens.clear()
    try:
        yield
    finally:
        try:
            store().spend.end(lease, sum(_tokens))
        except Unavailable:  # an answer that was paid for is not lost; the lease ends by itself
            logger.warning("tokens of a job summary were not counted", team_id=team_id, tokens=sum(_tokens))


_tokens: list[int] = []  # of the calls of the request at hand; a function serves one request at a time


@cache
def claude() -> Claude:
    """The way to Claude that the environment asks for."""
    settings = ClaudeSettings.from_env(os.environ)
    if settings.provider == "bedrock":
        return Claude(settings, None, record_call)
    return Claude(settings, key_from_secrets_manager(settings.key_secret_id, client("secretsmanager")), record_call)


def record_call(call: Call) -> None:
    """Cost and end of a call to the provider, without a word of what was said: one line, of which template.yaml's
    metric filters make metrics by model, and a metric of its own if it calls for attention.
    """
    logger.info(
        "Claude",
        request_id=app.current_event.request_context.request_id,
        outcome=call.outcome,
        model=call.model,
        latency_ms=round(1000 * call.seconds),
        input=call.input_tokens,
        output=call.output_tokens,
        cache_read=call.cache_read_tokens,
        cache_write=call.cache_write_tokens,
    )
    tokens = call.input_tokens + call.output_tokens + call.cache_read_tokens + call.cache_write_tokens
    if call.outcome is CallOutcome.TIMED_OUT:  # the provider charges it, and does not say what
        tokens = int(os.environ.get("CLAUDE_MAX_TOKENS", "0"))
    if tokens:
        _tokens.append(tokens)
        count("ClaudeTokens", tokens)
    if call.outcome not in (CallOutcome.ANSWERED, CallOutcome.KEY_REPLACED, CallOutcome.TOO_LONG):
        count("ClaudeFailure")
    if call.outcome is CallOutcome.MISCONFIGURED:
        count("ClaudeMisconfigured")


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS)
