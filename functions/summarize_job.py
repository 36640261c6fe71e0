"""POST /api/agent/job-summary: how a job fits the caller's profile, asked of Claude and checked against the profile."""

import os
import secrets
import time
from functools import cache
from typing import Annotated

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Body

from shared.claude.client import BUDGET_SECONDS, Claude, ClaudeSettings, key_from_secrets_manager
from shared.claude.replies import Call, CallOutcome
from shared.domain.job_fit.grounding import JobDescription, JobFit
from shared.domain.plans import ALL_PLANS, Scope
from shared.infra.aws import client
from shared.infra.errors import InputTooLong
from shared.infra.telemetry import count, logger
from shared.services.job_summary import summarize
from shared.store import preload, store
from shared.web.endpoint import Resolver, endpoint
from shared.web.problems import ProfileMissing, SummaryInputTooLong
from shared.web.requests import RequestBody

preload("accounts")

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
    if call.outcome not in (CallOutcome.ANSWERED, CallOutcome.KEY_REPLACED, CallOutcome.TOO_LONG):
        count("ClaudeFailure")
    if call.outcome is CallOutcome.MISCONFIGURED:
        count("ClaudeMisconfigured")


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS)
