"""The local stack's control plane (contract 12): the calls of the agent platform, the web app and the scheduler on AWS.

It listens on loopback only and is never deployed. A call returns when its work is done, and takes effect at once.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from typing import Any

from functions.plan_team_snapshots import Run
from local.answers import Answer, read_body, read_object
from local.aws import invocations
from local.aws.environments import Returned
from local.deployment import ACCOUNT_ID, REGION
from local.stack import FunctionFailed, Stack
from local.webhooks import WebhookCalls
from shared.infra.errors import Unavailable
from shared.web.input import read
from shared.web.problems import InternalError, NotFound, Problem, problem_of

_INGEST = "IngestEventsFunction"
_KEYS = "ManageKeysFunction"
_TEAMS = "ManageTeamsFunction"
_INTEGRATIONS = "ManageIntegrationsFunction"
_APPLY_FACTS = "ApplyFactsFunction"
_PLAN_SNAPSHOTS = "PlanTeamSnapshotsFunction"
_MAKE_SNAPSHOT = "MakeTeamSnapshotFunction"
_JOBS = {
    "export-person": "ExportPersonFunction",
    "renormalize-companies": "RenormalizeCompaniesFunction",
    "release-large-companies": "ReleaseLargeCompaniesFunction",
    "queue-due-webhooks": "QueueDueWebhooksFunction",
    "republish-events": "RepublishEventsFunction",
    "verify-tallies": "VerifyTalliesFunction",
    "verify-usage-plans": "VerifyUsagePlansFunction",
}
"""Functions that are only invoked: by their path on the control plane."""

_AT_ONCE = 4
"""Batches in flight, as many as a function has environments."""

_BACKOFF = 0.05
"""Seconds before a second delivery; SQS would wait for the visibility timeout."""


class ControlPlane:
    """The calls of contract 12 as methods. Bodies are raw, so that a malformed one gets a problem document too."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.webhooks = WebhookCalls(stack)
        self._reasons: dict[str, str] = {}
        self._draining = threading.Lock()
        self._applying_facts = threading.Lock()

    def answer(self, call: Callable[[], Answer]) -> Answer:
        """The response of a call; errors become problem documents."""
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
        given = read_body(body)
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

    def apply_queued_events(self) -> None:
        """Applies what the ingest queue holds, as Lambda's poller does. A bad event goes to the dead-letter queue."""
        queue = self._stack.template.subscription_of(_INGEST).queue
        if events := [_record(message["Body"]) for message in self._stack.services.drain(queue)]:
            self._deliver_all(_INGEST, events)

    def invoke_for_aws_client(self, name: str, authorization: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Runs a function for a client of AWS Lambda."""
        return invocations.invocation(self._stack, name, authorization, body)

    def create_key(self, body: bytes) -> Answer:
        """Makes a key; 201 with the key itself, this once."""
        return self._invoke(_KEYS, {**read_object(body), "action": "create"})

    def revoke_key(self, key_id: str) -> Answer:
        """Revokes a key, whichever team's it is."""
        return self._invoke(_KEYS, {"action": "revoke", "team_id": self._team_of(key_id), "key_id": key_id})

    def rotate_key(self, key_id: str, body: bytes) -> Answer:
        """Rotates a key, whichever team's it is; 201 with its successor, this once."""
        request = read_object(body or b"{}")
        answer = self._invoke(
            _KEYS, {**request, "action": "rotate", "team_id": self._team_of(key_id), "key_id": key_id}
        )
        if answer.status != 201:
            return answer
        return Answer(201, {name: answer.document[name] for name in ("key_id", "key", "old_key_expires_at")})

    def _team_of(self, key_id: str) -> str:
        for item in self._stack.scan("ApiKeysTable", "key_id, team_id"):
            if item["key_id"] == key_id:
                return item["team_id"]
        raise NotFound("There is no key with this id.")

    def suspend_team(self, team_id: str) -> Answer:
        """Suspends a team: its keys are refused."""
        return self._invoke(_TEAMS, {"action": "suspend", "team_id": team_id})

    def resume_team(self, team_id: str) -> Answer:
        """Ends a team's suspension."""
        return self._invoke(_TEAMS, {"action": "resume", "team_id": team_id})

    def _invoke(self, function: str, request: dict[str, Any]) -> Answer:
        answer = self._stack.invoke(function, request)
        return Answer(answer["statusCode"], answer["body"])

    def create_integration(self, body: bytes, base_url: str) -> Answer:
        """Makes a connection to an applicant tracking system; 201 with the address that the provider is given."""
        request = read_object(body)
        answer = self._stack.invoke(_INTEGRATIONS, {**request, "action": "create"})
        document = answer["body"]
        if answer["statusCode"] == 201:
            document = {"connection_id": document["connection_id"], "url": base_url + document["path"]}
        return Answer(answer["statusCode"], document)

    def set_integration_secret(self, connection_id: str, body: bytes) -> Answer:
        """Replaces the secret of a connection, whichever team's it is."""
        return self._manage_connection(connection_id, {**read_object(body), "action": "set_secret"})

    def integration_events(self, connection_id: str) -> Answer:
        """The events that a connection received, and what became of each."""
        return self._manage_connection(connection_id, {"action": "events", "limit": 1_000})

    def _manage_connection(self, connection_id: str, request: dict[str, Any]) -> Answer:
        for item in self._stack.scan("IntegrationsTable", "pk, sk, team_id"):
            if (item["pk"], item["sk"]) == (f"connection#{connection_id}", "connection"):
                named = {"team_id": item["team_id"], "connection_id": connection_id}
                answer = self._stack.invoke(_INTEGRATIONS, {**request, **named})
                return Answer(answer["statusCode"], answer["body"])
        raise NotFound("There is no connection with this id.")

    def apply_facts(self) -> None:
        """Applies what applicant tracking systems have sent. What another request applies is done when this returns."""
        queue = self._stack.template.subscription_of(_APPLY_FACTS).queue
        with self._applying_facts:
            self._deliver_all(_APPLY_FACTS, [_record(task["Body"]) for task in self._stack.services.drain(queue)])

    def make_team_snapshots(self, body: bytes) -> Answer:
        """Runs the monthly job to its end as if at the given time. Returns how many snapshots were made."""
        run = read_object(body)
        read(Run, run)
        self._stack.invoke(_PLAN_SNAPSHOTS, run)
        queue = self._stack.template.subscription_of(_MAKE_SNAPSHOT).queue
        tasks = [_record(message["Body"]) for message in self._stack.services.drain(queue)]
        if self._deliver_all(_MAKE_SNAPSHOT, tasks):
            raise InternalError
        return Answer(200, {"snapshots": len(tasks)})

    def run_job(self, job: str, body: bytes) -> Answer:
        """Invokes a function as an operator or the scheduler does. Returns its result."""
        if job not in _JOBS:
            raise NotFound("There is no job of this name.")
        return Answer(200, self._stack.invoke(_JOBS[job], read_object(body)))

    def health(self) -> Answer:
        """The server starts only when everything is ready, so this always succeeds."""
        return Answer(200, {"status": "ready"})

    def _deliver_all(self, function: str, records: list["_Record"]) -> set["_Record"]:
        """Feeds a function as its queue does, several batches at once. Returns the records that always failed."""
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
    sent: float
    """Seconds since 1970."""

    def as_received(self, attempt: int, queue: str) -> dict[str, Any]:
        """The record as Lambda gets it from SQS."""
        return {
            "messageId": self.message_id,
            "receiptHandle": self.message_id,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(attempt), "SentTimestamp": str(int(1000 * self.sent))},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}",
            "awsRegion": REGION,
        }


def _record(body: str) -> _Record:
    return _Record(str(uuid.uuid4()), body, time.time())


def problem_answer(problem: Problem) -> Answer:
    """A problem as its document."""
    return Answer(problem.status, problem.document(str(uuid.uuid4())))
