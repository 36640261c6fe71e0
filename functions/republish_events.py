"""Publishes webhook events again that no stream holds any more. An operator invokes it directly, with IAM
(`make republish-events`), after an outage that lasted longer than the 24 hours of a stream.

Takes `{"team_id", "since", "until", "resume"}`: the events that were written from `since` until `until`, of one team,
or of all teams without `team_id`. Returns `{"statusCode", "body"}`, where the body has the numbers of these events and
of the deliveries queued, and `resume`: pass it to the next invocation, until it is null. Of events before the last 30
days nobody knows who has them, so they are left out; `since` in the body is where it began.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ValidationInfo

from shared.domain.event_log import KEPT_FOR
from shared.domain.fields import Id, Moment
from shared.domain.periods import timestamp
from shared.infra.deployment_secrets import pseudonyms
from shared.services.republication import republish
from shared.store import preload, store
from shared.store.events import Cursor
from shared.web.direct import direct
from shared.web.input import read
from shared.web.requests import RequestBody

preload("events", "webhooks")

_SPARE_MILLISECONDS = 60_000
"""The time reserved for finishing an item: a thread's events for twenty endpoints."""


class Resume(RequestBody):
    """Where an earlier invocation stopped, as it said."""

    table: Literal["messages", "reports"]
    after: dict[str, str] | None = None


def _after_since(until: datetime, info: ValidationInfo) -> datetime:
    if until <= info.data.get("since", datetime.min.replace(tzinfo=UTC)):
        raise ValueError("must be after since")
    return until


class RepublishEvents(RequestBody):
    """Whose events, of which times, and where to go on."""

    team_id: Id | None = None
    since: Moment
    until: Annotated[Moment, AfterValidator(_after_since)]
    resume: Resume | None = None


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns `{"statusCode", "body"}`; see the module's docstring."""
    return direct(
        lambda request: _republish(request, lambda: context.get_remaining_time_in_millis() < _SPARE_MILLISECONDS)
    )(event, context)


def _republish(event: dict[str, Any], enough: Callable[[], bool]) -> tuple[int, Any]:
    now = datetime.now(UTC)
    request = read(RepublishEvents, event)
    since = max(request.since, now - KEPT_FOR)
    resume = Cursor(**request.resume.model_dump()) if request.resume else None
    done = republish(store(), pseudonyms(), request.team_id or "", since, request.until, now, resume, enough)
    return 200, {
        "since": timestamp(since),
        "events": done.events,
        "queued": done.queued,
        "resume": done.resume and done.resume._asdict(),
    }
