"""POST /integrations/{provider}/{connection_id}: an event of an applicant tracking system (contract 15).

No key is needed: the signature over the raw body is the authentication. The body is verified, read into facts and
dropped; only the facts are queued. Poison, pings and events that nothing maps are 200 too, since a provider switches
off an address that refuses them.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.domain.ats.signatures import SIGNATURE_HEADERS
from shared.domain.ids import is_id
from shared.infra.aws import aws_call, client
from shared.infra.errors import Unavailable
from shared.infra.settings import required
from shared.infra.telemetry import count
from shared.infra.vault import unseal
from shared.services.integration_receipt import tasks_of, verify
from shared.store import preload, store
from shared.web.decoding import MAX_INTEGRATION_BODY, body_bytes
from shared.web.problems import PROBLEM_JSON, BadRequest, BadSignature, Problem, problem_of

preload("connections")

type Event = dict[str, Any]


def handler(event: Event, _context: object) -> dict[str, Any]:
    """Returns 200 `{}`, 401 for what is not verified, 400 for a body that is too large, or 503."""
    request_id = event["requestContext"]["requestId"]
    headers = {"x-request-id": request_id, "Cache-Control": "no-store", "Content-Type": "application/json"}
    try:
        _receive(event, datetime.now(UTC))
    except (BadRequest, BadSignature, Unavailable) as error:
        problem: Problem = problem_of(error) if isinstance(error, Unavailable) else error
        headers |= {"Content-Type": PROBLEM_JSON, **problem.headers}
        status, body = problem.status, json.dumps(problem.document(request_id))
    else:
        status, body = 200, "{}"
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}


def _receive(event: Event, now: datetime) -> None:
    provider, connection_id = (event["pathParameters"][name] for name in ("provider", "connection_id"))
    body = body_bytes(event, MAX_INTEGRATION_BODY)
    connection = store().connections.get(connection_id) if is_id(connection_id) else None
    if connection is None or connection.provider != provider:
        raise BadSignature
    if connection.secret is None:
        return  # the provider tests an address before its secret is saved
    name, _ = SIGNATURE_HEADERS[connection.provider]
    if not verify(connection, unseal, _header(event, name), body, now):
        count("IntegrationRefused")
        store().connections.note_refusal(connection_id, now)
        raise BadSignature
    for task in tasks_of(connection, _header(event, "greenhouse-event-id"), body, now):
        if not task["kind"]:
            count("IntegrationUnreadable")
        queue = required(os.environ, "FACTS_QUEUE_URL")
        aws_call(client("sqs").send_message, QueueUrl=queue, MessageBody=json.dumps(task))


def _header(event: Mapping[str, Any], name: str) -> str:
    """The value of a header that is there once, else nothing."""
    lines = (event["multiValueHeaders"] or {}).items()
    values = [value for key, given in lines if key.lower() == name for value in given]
    return values[0] if len(values) == 1 else ""
