"""Recounts tallies from messages. An operator invokes it directly, with IAM, for example after a restore.

Takes `{"repair": false, "reevaluate": false, "resume": null}`. Returns `{"statusCode", "body"}`, where the body has the
number of users verified, the number of remaining differences and the first hundred, the number repaired, and `resume`:
pass it to the next invocation, until it is null. Differences name people, so they go to the operator and never into the
log.
"""

import time
from collections.abc import Callable
from typing import Any, Literal

from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import count
from shared.services.verification import verify
from shared.store import preload, store
from shared.web.direct import direct
from shared.web.input import read
from shared.web.requests import RequestBody

preload("table_scan", "messages", "tallies")

_SPARE_MILLISECONDS = 60_000
"""The time reserved for finishing a page."""

_SHOWN = 100


class Resume(RequestBody):
    """Where an earlier invocation stopped, as it said."""

    table: Literal["messages", "tallies"]
    after: dict[str, str] | None = None


class VerifyTallies(RequestBody):
    """Whether to repair what is found and to mark every candidate as changed, and where to go on."""

    repair: bool = False
    reevaluate: bool = False
    resume: Resume | None = None


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns `{"statusCode", "body"}`; see the module's docstring."""
    return direct(
        lambda request: _verify(request, lambda: context.get_remaining_time_in_millis() < _SPARE_MILLISECONDS)
    )(event, context)


def _verify(event: dict[str, Any], enough: Callable[[], bool]) -> tuple[int, Any]:
    request = read(VerifyTallies, event)
    findings = verify(
        store(),
        pseudonyms(),
        time.sleep,
        repair=request.repair,
        reevaluate=request.reevaluate,
        resume=request.resume.model_dump(exclude_none=True) if request.resume else None,
        enough=enough,
    )
    count("TalliesDiffering", len(findings.differences) + findings.repaired)
    return 200, {
        "users": findings.users,
        "different": len(findings.differences),
        "differences": [
            {"tally": found.key._asdict(), "kept": dict(found.kept), "counted": dict(found.counted)}
            for found in findings.differences[:_SHOWN]
        ],
        "repaired": findings.repaired,
        "resume": findings.resume,
    }
