"""The local stack's control plane (contract 12): what the agent platform, the web app and the scheduler do on AWS.

It is on loopback only and never deployed. Each call is done when it answers, and acts at once on what the gateway does.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from local.aws.environments import Returned
from local.deployment import ACCOUNT_ID, REGION
from local.stack import FunctionFailed, Stack
from shared.infra.errors import Unavailable
from shared.web.problems import BadRequest, InternalError, InvalidJson, NotFound, Problem, problem_of

_INGEST = "IngestEventsFunction"
_KEYS = "ManageKeysFunction"
_PLAN_SNAPSHOTS = "PlanTeamSnapshotsFunction"
_MAKE_SNAPSHOT = "MakeTeamSnapshotFunction"
_JOBS = {
    "export-person": "ExportPersonFunction",
    "rekey-companies": "RekeyCompaniesFunction",
    "release-large-companies": "ReleaseLargeCompaniesFunction",
    "verify-tallies": "VerifyTalliesFunction",
}
"""Functions that are only invoked: by their path on the control plane."""

_AT_ONCE = 4
"""Batches in flight, as many as a function has environments."""

_BACKOFF = 0.05
"""Seconds before a second delivery; SQS would wait for the visibility timeout."""


@dataclass(frozen=True)
class Answer:
    """A status and a JSON document, or None for no content."""

    status: int
    document: Any = None


class ControlPlane:
    """The calls of contract 12 as methods; bodies are raw, so that bad ones are answered like any other."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._reasons: dict[str, str] = {}
        self._draining = threading.Lock()

    def answer(self, call: Callable[[], Answer]) -> Answer:
        """A call's answer, its problems as problem documents."""
        try:
            return call()
        except Problem as problem:
            return problem_answer(problem)
        except Unavailable as error:
            return problem_answer(problem_of(error))
        except FunctionFailed:
            return problem_answer(InternalError())

    def apply_events(self, body: bytes) -> Answer:
        """Delivers events to the ingest function, as EventBridge and SQS would, and waits until they are applied."""
        given = _read(body)
        events = given if isinstance(given, list) else [given]
        reasons = {i: "not a JSON object" for i, event in enumerate(events) if not isinstance(event, dict)}
        records = {_record(json.dumps(event)): i for i, event in enumerate(events) if i not in reasons}
        stuck = self._deliver_all(_INGEST, list(records))
        dead = self._dead_letters()
        for record, i in records.items():
            if record.message_id in dead:
                reasons[i] = dead.pop(record.message_id)
            elif record in stuck:
                reasons[i] = "could not be applied; the log of the functions says why"
        rejected = [{"index": i, "reason": reason} for i, reason in sorted(reasons.items())]
        return Answer(200, {"accepted": len(events) - len(rejected), "rejected": rejected})

    def create_key(self, body: bytes) -> Answer:
        """Makes a key; 201 with the key itself, this once."""
        request = _read(body)
        if not isinstance(request, dict):
            raise BadRequest("The body must be a JSON object.")
        answer = self._stack.invoke(_KEYS, {**request, "action": "create"})
        return Answer(answer["statusCode"], answer["body"])

    def revoke_key(self, key_id: str) -> Answer:
        """Revokes a key, whichever team's it is."""
        for item in self._stack.scan("AccountsTable", "pk, sk"):
            if item["sk"] == f"key#{key_id}":
                team_id = item["pk"].removeprefix("team#")
                answer = self._stack.invoke(_KEYS, {"action": "revoke", "team_id": team_id, "key_id": key_id})
                return Answer(answer["statusCode"], answer["body"])
        raise NotFound("There is no key with this id.")

    def make_team_snapshots(self, body: bytes) -> Answer:
        """Runs the monthly job as if at the time given, to its end; answers how many snapshots were made."""
        request = _read(body)
        scheduled = request.get("time") if isinstance(request, dict) else None
        if not _is_instant(scheduled):
            detail = "must be a time like 2026-04-01T03:00:00Z"
            raise BadRequest("Say as of when the job is to run.", errors=[{"pointer": "#/time", "detail": detail}])
        self._stack.invoke(_PLAN_SNAPSHOTS, {"time": scheduled})
        queue = self._stack.template.subscription_of(_MAKE_SNAPSHOT).queue
        tasks = [_record(message["Body"]) for message in self._stack.services.drain(queue)]
        if self._deliver_all(_MAKE_SNAPSHOT, tasks):
            raise InternalError
        return Answer(200, {"snapshots": len(tasks)})

    def run_job(self, job: str, body: bytes) -> Answer:
        """Invokes a function as an operator or the scheduler would; answers what it returned."""
        if job not in _JOBS:
            raise NotFound("There is no job of this name.")
        request = _read(body)
        if not isinstance(request, dict):
            raise BadRequest("The body must be a JSON object.")
        return Answer(200, self._stack.invoke(_JOBS[job], request))

    def health(self) -> Answer:
        """Nothing answers before everything is ready."""
        return Answer(200, {"status": "ready"})

    def _deliver_all(self, function: str, records: list["_Record"]) -> set["_Record"]:
        """Feeds a function as its queue would, several batches at once; gives the records that it never took."""
        size = self._stack.template.subscription_of(function).batch_size
        with ThreadPoolExecutor(_AT_ONCE) as executor:
            left = executor.map(
                lambda batch: self._deliver(function, list(batch)), batched(records, size, strict=False)
            )
            stuck = {record for records_left in left for record in records_left}
        self._stack.gateway.flush()
        return stuck

    def _deliver(self, function: str, records: list["_Record"]) -> list["_Record"]:
        """Delivers a batch, and again what failed, until it is taken or SQS would give up."""
        subscription = self._stack.template.subscription_of(function)
        deliveries = self._stack.template.queues[subscription.queue].max_receives or 1
        for attempt in range(1, deliveries + 1):
            event = {"Records": [record.as_received(attempt, subscription.queue) for record in records]}
            answer = self._stack.environments.invoke(function, event)
            if isinstance(answer, Returned):
                failed = {failure["itemIdentifier"] for failure in (answer.payload or {}).get("batchItemFailures", [])}
                records = [record for record in records if record.message_id in failed]
            if not records:
                break
            time.sleep(_BACKOFF * attempt)
        return records

    def _dead_letters(self) -> dict[str, str]:
        """Why events were refused, by the id of their message; those of a concurrent call are left for it."""
        queue = self._stack.template.queues[self._stack.template.subscription_of(_INGEST).queue].dead_letters
        with self._draining:
            for letter in self._stack.services.drain(queue or ""):
                attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
                self._reasons[attributes["message_id"]] = attributes["reason"]
            return self._reasons


@dataclass(frozen=True)
class _Record:
    message_id: str
    body: str

    def as_received(self, attempt: int, queue: str) -> dict[str, Any]:
        """The record as Lambda gets it from SQS."""
        return {
            "messageId": self.message_id,
            "receiptHandle": self.message_id,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(attempt)},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}",
            "awsRegion": REGION,
        }


def _record(body: str) -> _Record:
    return _Record(str(uuid.uuid4()), body)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body.decode())  # given bytes, json would guess their encoding
    except (ValueError, RecursionError):
        raise InvalidJson("The body is not valid JSON.") from None


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def problem_answer(problem: Problem) -> Answer:
    """A problem as its document."""
    return Answer(problem.status, problem.document(str(uuid.uuid4())))
