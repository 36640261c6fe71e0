"""What `make serve` prints before it is ready: a key for each plan, and for each endpoint a curl that just works."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.demo.data import caller_message_id
from local.demo.people import DEMO_CALLERS, JOB_DESCRIPTION
from local.deployment import Route
from shared.domain.plans import Plan

_PORT = "8000"
_QUERIES = {"/api/agent/company-signals": "?company=Stripe"}
_BODIES: Mapping[str, Mapping[str, Any]] = {
    "POST /api/agent/career-health": {},
    "POST /api/agent/job-summary": {"job_description": JOB_DESCRIPTION},
    "PATCH /api/agent/messages/{id}/outcome": {"outcome": "screening_scheduled", "notes": "Phone screen on Tuesday"},
}


def welcome(url: str, routes: tuple[Route, ...], keys: Mapping[Plan, str], log: Path, *, stand_in: bool) -> str:
    """The text. The curls use the Enterprise key, which may call every endpoint."""
    lines = ["", f"the console, where you pick a demo person to sign in: {url}/console/"]
    lines += ["", "demo keys, with the scopes read and write:"]
    lines += [f"  {plan:<10}  {key}   ({DEMO_CALLERS[plan].user_id})" for plan, key in keys.items()]
    lines += ["", "each endpoint, ready to paste:"]
    lines += [f"  {curl(url, route, keys[Plan.ENTERPRISE])}" for route in routes if route.path.startswith("/api/")]
    lines += ["", f"to read and to try: {url}/docs/"]
    port = url.rpartition(":")[2]
    elsewhere = "" if port == _PORT else f" PORT={port}"
    lines += ["", "one function in Lambda's own image, on these tables (needs Docker; docs/development.md):"]
    lines += [f"  make invoke FUNCTION=GetCareerHealth USER={DEMO_CALLERS[Plan.PRO].user_id}{elsewhere}"]
    lines += ["", f"logs of the functions: {log}"]
    if stand_in:
        lines += [
            "job summaries come from a stand-in that matches words (x-model: stand-in);"
            " with ANTHROPIC_API_KEY set they come from Claude."
        ]
    return "\n".join([*lines, ""])


def curl(url: str, route: Route, key: str) -> str:
    """A command that calls a route as the Enterprise plan's demo caller."""
    path = route.path.replace("{id}", caller_message_id(Plan.ENTERPRISE)) + _QUERIES.get(route.path, "")
    words = ["curl", "-sS", *([] if route.method == "GET" else ["-X", route.method]), url + path]
    words += ["-H", f"Authorization: Bearer {key}"]
    body = _BODIES.get(f"{route.method} {route.path}")
    if body is not None:
        words += ["-d", json.dumps(body)]
    return shlex.join(words)
