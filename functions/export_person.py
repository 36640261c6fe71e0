"""Everything that is held about one person. Invoked directly, with IAM, by an operator (`make export`), never through
the public API.

Takes `{"user_id", "after"}`, where `after` is the `next` of the portion before, empty at first; answers
`{"statusCode", "body"}`, where a refusal's body is a problem document, as of the public API. Nothing of it is logged.
"""

from typing import Any

from pydantic import ValidationError

from shared.deployment_secrets import pseudonyms
from shared.events import Id
from shared.export import export_person
from shared.problems import BadRequest, Fault, Problem
from shared.requests import RequestBody
from shared.store import store


class Export(RequestBody):
    """Whom to export, and from which message on."""

    user_id: Id
    after: str = ""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers `{"statusCode", "body"}`; a body's `next` is null when it was the last portion."""
    try:
        request = _read(event)
        return {"statusCode": 200, "body": export_person(store(), pseudonyms(), request.user_id, request.after)}
    except Problem as problem:
        return {"statusCode": problem.status, "body": problem.document(context.aws_request_id)}


def _read(event: dict[str, Any]) -> Export:
    try:
        return Export.model_validate(event)
    except ValidationError as error:
        faults = [Fault(pointer="#/" + "/".join(map(str, f["loc"])), detail=f["msg"]) for f in error.errors()]
        raise BadRequest("The request is not valid. Mend what errors lists and send it again.", errors=faults) from None
