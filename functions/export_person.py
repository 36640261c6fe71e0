"""Everything that is held about one person. Invoked directly, with IAM, by an operator (`make export`), never through
the public API.

Takes `{"user_id", "after"}`, where `after` is the `next` of the portion before, empty at first. Returns a portion;
its `next` is null when it is the last one. The log names the request and a keyed hash of the person, nothing else.
"""

from datetime import UTC, datetime
from typing import Any

from shared.domain.fields import Id, UnicodeText
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import logger
from shared.services.export import export_person
from shared.store import preload, store
from shared.web.direct import direct
from shared.web.input import read
from shared.web.requests import RequestBody

preload(
    "accounts",
    "api_keys",
    "applications",
    "connections",
    "messages",
    "releases",
    "reports",
    "tallies",
    "webhooks",
)


class Export(RequestBody):
    """Whom to export, and from which message on."""

    user_id: Id
    after: UnicodeText = ""


def _export(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    request = read(Export, event)
    return 200, export_person(store(), pseudonyms(), request.user_id, datetime.now(UTC), request.after)


_answer = direct(_export)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns `{"statusCode", "body"}`, and leaves a line for an audit of who was exported when."""
    answer = _answer(event, context)
    if answer["statusCode"] == 200:
        person = pseudonyms().person(event["user_id"])
        logger.info("person exported", request_id=context.aws_request_id, person=person)
    return answer
