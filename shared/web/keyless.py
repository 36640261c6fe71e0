"""Routes that need no key. Request and response are JSON; errors are problem documents."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from shared.infra.errors import Unavailable
from shared.infra.telemetry import logger
from shared.web.decoding import body_text
from shared.web.input import read, read_json
from shared.web.problems import PROBLEM_JSON, InternalError, Problem, problem_of

type Event = dict[str, Any]
type Act = Callable[[Event, Any], tuple[int, Any]]


def keyless(routes: Mapping[tuple[str, str], tuple[type[BaseModel] | None, Act]]) -> Callable[[Event, Any], Event]:
    """Returns the Lambda handler of routes. Each route has the model of its body and its function."""

    def handler(event: Event, _context: object) -> Event:
        request_id = event["requestContext"]["requestId"]
        headers = {"x-request-id": request_id, "Cache-Control": "no-store", "Content-Type": "application/json"}
        model, act = routes[event["httpMethod"], event["resource"]]
        try:
            status, document = act(event, read(model, read_json(body_text(event))) if model else None)
        except Exception as error:  # noqa: BLE001 - every error becomes a problem document here
            problem = _problem(error)
            if problem.status >= 500:
                logger.error("request failed", request_id=request_id, error=type(error.__cause__ or error).__name__)
            headers |= {"Content-Type": PROBLEM_JSON, **problem.headers}
            status, document = problem.status, problem.document(request_id)
        text = json.dumps(document, ensure_ascii=False)
        return {"statusCode": status, "headers": headers, "body": text, "isBase64Encoded": False}

    return handler


def _problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case Unavailable():
            return problem_of(error)
        case _:
            return InternalError()
