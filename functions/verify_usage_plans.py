"""Compares the keys and usage plans that API Gateway holds with the plans of the teams. Invoked directly, with IAM, by
an operator (`make verify-usage-plans`): after a restore, or when callers meet a key that API Gateway does not know.

Takes `{"repair": false}`; without it this is a dry run. Returns `{"statusCode", "body"}`. The body has the number of
teams with keys, how many of their keys differ, the first hundred differences, how many were repaired, and `done`. If
`done` is false, the time ran out: run it again.
"""

from collections.abc import Callable
from typing import Any

from shared.infra.telemetry import count
from shared.services.teams import verify_usage_plans
from shared.services.usage_plans import usage_plans
from shared.store import preload, store
from shared.web.direct import direct
from shared.web.input import read
from shared.web.requests import RequestBody

preload("accounts")

_SPARE_MILLISECONDS = 30_000
"""Of the function's time, kept for the repair at hand."""

_SHOWN = 100


class VerifyUsagePlans(RequestBody):
    """Whether to repair what is found."""

    repair: bool = False


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Returns `{"statusCode", "body"}`; see the module's docstring."""
    return direct(
        lambda request: _verify(request, lambda: context.get_remaining_time_in_millis() < _SPARE_MILLISECONDS)
    )(event, context)


def _verify(event: dict[str, Any], enough: Callable[[], bool]) -> tuple[int, Any]:
    request = read(VerifyUsagePlans, event)
    findings = verify_usage_plans(store(), usage_plans(), repair=request.repair, enough=enough)
    count("UsageKeysFaulty", len(findings.differences))
    return 200, {
        "teams": findings.teams,
        "different": len(findings.differences),
        "differences": [
            {"team_id": found.team_id, "plan": found.plan, "problem": found.problem}
            for found in findings.differences[:_SHOWN]
        ],
        "repaired": findings.repaired,
        "done": findings.done,
    }
