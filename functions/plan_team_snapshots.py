"""Monthly, by EventBridge Scheduler: queues one snapshot task for every Enterprise team (contract 10).

The task carries the scheduled time, not the time of the run. So when the schedule or the queue delivers twice, the
second snapshot finds the first and changes nothing; and a run that crashes half way is simply run again.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from shared.domain.fields import parse_time
from shared.domain.periods import sortable
from shared.domain.plans import Plan
from shared.domain.team_analytics import quarter_of_the_month_that_ended
from shared.infra.aws import aws_call, client
from shared.infra.errors import Unavailable
from shared.infra.settings import required
from shared.store import preload, store

preload("accounts")

_EPOCH, _CLOCKS_DIFFER = datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=5)

_BATCH = 10
"""Messages that SQS takes in one call."""


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """`event` is `{"time": "2026-04-01T03:00:00Z"}`, the scheduled time. Answers how many teams were queued.

    Raises Unavailable when a task cannot be queued: the scheduler then runs it all again.
    """
    scheduled = parse_time(event["time"])
    if not _EPOCH <= scheduled <= datetime.now(UTC) + _CLOCKS_DIFFER:
        raise ValueError("the time of a run must have passed, since 1970")
    quarter = quarter_of_the_month_that_ended(scheduled)
    queued = 0
    for teams in batched(store().accounts.teams_on(Plan.ENTERPRISE), _BATCH, strict=False):
        tasks = [json.dumps({"team_id": team, "period": str(quarter), "as_of": sortable(scheduled)}) for team in teams]
        entries = [{"Id": str(i), "MessageBody": task} for i, task in enumerate(tasks)]
        answer = aws_call(
            client("sqs").send_message_batch, QueueUrl=required(os.environ, "SNAPSHOT_QUEUE_URL"), Entries=entries
        )
        if answer.get("Failed"):
            raise Unavailable
        queued += len(entries)
    return {"queued": queued}
