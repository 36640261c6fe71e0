"""SQS consumer: makes the snapshot of one team and quarter that `plan_team_snapshots` asked for (contract 10)."""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from shared.domain.fields import Id, Moment, StrictModel
from shared.domain.periods import Quarter
from shared.services.reports import make_scheduled_snapshot
from shared.store import preload, store
from shared.web.requests import Period

preload("accounts", "snapshots", "tallies")


class Task(StrictModel):
    """What the planner asks for."""

    team_id: Id
    period: Period
    snapshot_time: Moment


processor = BatchProcessor(event_type=EventType.SQS)


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answers SQS with the tasks to deliver again."""
    return process_partial_response(event=event, record_handler=_make, processor=processor, context=context)


def _make(record: SQSRecord) -> None:
    task = Task.model_validate(json.loads(record.body))
    team_id, quarter, snapshot_time = task.team_id, Quarter.parse(task.period), task.snapshot_time
    made = store().snapshots.scheduled(team_id, quarter)
    if made is None or made.snapshot is None or made.snapshot_time < snapshot_time:
        make_scheduled_snapshot(store(), team_id, quarter, snapshot_time, snapshot_time)
