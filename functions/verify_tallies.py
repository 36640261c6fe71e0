"""Recounts tallies from messages. An operator invokes it directly, with IAM, for example after a restore.

Takes `{"repair": false, "reevaluate": false, "resume": null}`. Returns the number of users verified, the first hundred
remaining differences, the number repaired, and `resume`: pass it to the next invocation, until it is null. Differences
name people, so they go to the operator and never into the log.
"""

import time
from typing import Any

from shared.infra.deployment_secrets import pseudonyms
from shared.infra.telemetry import count
from shared.services.verification import verify
from shared.store import preload, store

preload("table_scan", "messages", "tallies")

_SPARE_MILLISECONDS = 60_000
"""The time reserved for finishing a page."""

_SHOWN = 100


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns `{"users", "different", "differences", "repaired", "resume"}`."""
    findings = verify(
        store(),
        pseudonyms(),
        time.sleep,
        repair=event.get("repair") is True,
        reevaluate=event.get("reevaluate") is True,
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
