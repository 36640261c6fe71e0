"""Everything that is held about one person. Invoked directly, with IAM, by an operator (`make export`), never through
the public API.

Takes `{"user_id", "after"}`, where `after` is the `next` of the portion before, empty at first; answers
`{"statusCode", "body"}`, where a refusal's body is a problem document, as of the public API. Nothing of it is logged.
"""

from typing import Any

from shared.deployment_secrets import pseudonyms
from shared.events import Id
from shared.export import export_person
from shared.input import read
from shared.problems import Problem
from shared.requests import RequestBody
from shared.store import store


class Export(RequestBody):
    """Whom to export, and from which message on."""

    user_id: Id
    after: str = ""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers `{"statusCode", "body"}`; a body's `next` is null when it was the last portion."""
    try:
        request = read(Export, event)
        return {"statusCode": 200, "body": export_person(store(), pseudonyms(), request.user_id, request.after)}
    except Problem as problem:
        return {"statusCode": problem.status, "body": problem.document(context.aws_request_id)}
