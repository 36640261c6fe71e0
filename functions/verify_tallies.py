"""Recounts tallies from messages. Invoked directly, with IAM, by an operator: after a restore, or to be sure.

Takes `{"repair": false, "look_again": false, "resume": null}`; answers how many users were verified, the differences
that are there (the first hundred of them), how many were repaired, and `resume`: hand it in again to go on where the
time ran out, until it is null. Differences name people, so they go to the operator and never into the log.
"""

import time
from typing import Any

from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import count
from shared.services.verification import verify
from shared.store import preload, store

preload("census", "messages", "tallies")

_SPARE_MILLISECONDS = 60_000
"""Of the function's time, kept for finishing a page."""

_SHOWN = 100


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers `{"users", "different", "differences", "repaired", "resume"}`."""
    findings = verify(
        store(),
        pseudonyms(),
        time.sleep,
        repair=event.get("repair") is True,
        look_again=event.get("look_again") is True,
        resume=event.get("resume"),
        enough=lambda: context.get_remaining_time_in_millis() < _SPARE_MILLISECONDS,
    )
    count("TalliesDiffering", len(findings.differences) + findings.repaired)
    return {
        "users": findings.users,
        "different": len(findings.differences),
        "differences": [
            {"tally": found.key._asdict(), "kept": dict(found.kept), "counted": dict(found.counted)}
            for found in findings.differences[:_SHOWN]
        ],
        "repaired": findings.repaired,
        "resume": findings.resume,
    }
