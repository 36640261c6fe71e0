"""Monthly, by EventBridge Scheduler: queues one snapshot task for every Enterprise team (contract 10).

The task carries the scheduled time, not the time of the run. So when the schedule or the queue delivers twice, the
second snapshot finds the first and changes nothing; and a run that crashes half way is simply run again.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Annotated, Any

from pydantic import AfterValidator

from shared.domain.fields import Moment
from shared.domain.periods import sortable
from shared.domain.plans import Plan
from shared.domain.team_analytics import quarter_of_the_month_that_ended
from shared.infra.aws import aws_call, client
from shared.infra.errors import Unavailable
from shared.infra.settings import required
from shared.store import preload, store
from shared.web.requests import RequestBody

preload("accounts")

_EPOCH, _CLOCKS_DIFFER = datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=5)

_BATCH = 10
"""Messages that SQS takes in one call."""


def _has_passed(moment: datetime) -> datetime:
    if not _EPOCH <= moment <= datetime.now(UTC) + _CLOCKS_DIFFER:
        raise ValueError("must have passed, and not before 1970")
    return moment


class Run(RequestBody):
    """One run of the monthly job: the time it was scheduled for."""

    time: Annotated[Moment, AfterValidator(_has_passed)]


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """`event` is `{"time": "2026-04-01T03:00:00Z"}`, the scheduled time. Answers how many teams were queued.

    Raises ValidationError for anything else, and Unavailable when a task cannot be queued: the scheduler then runs it
    all again.
    """
    scheduled = Run.model_validate(event).time
    quarter = quarter_of_the_month_that_ended(scheduled)
    queued = 0
    for teams in batched(store().accounts.teams_on(Plan.ENTERPRISE), _BATCH, strict=False):
        tasks = [
            json.dumps({"team_id": team, "period": str(quarter), "snapshot_time": sortable(scheduled)})
            for team in teams
        ]
        entries = [{"Id": str(i), "MessageBody": task} for i, task in enumerate(tasks)]
        answer = aws_call(
            client("sqs").send_message_batch, QueueUrl=required(os.environ, "SNAPSHOT_QUEUE_URL"), Entries=entries
        )
        if answer.get("Failed"):
            raise Unavailable
        queued += len(entries)
    return {"queued": queued}
