"""The payloads of events/, and who calls in them."""

import copy
import json
from pathlib import Path
from typing import Any

from local.demo.people import TEAMS
from local.demo.threads import opening_message_id
from local.deployment import Function
from shared.domain.plans import rate_limit_policy

EVENTS = Path(__file__).resolve().parents[2] / "events"
_TEAM_OF = {user_id: team for team in TEAMS for user_id in team.members}


class NoCaller(Exception):
    """No user sends this payload."""


def standard(function: Function) -> Path:
    """The payload of events/ that fits a function."""
    return EVENTS / f"{function.handler.split('.')[1]}.json"


def load(path: Path) -> Any:
    """A payload. Raises OSError, or ValueError for what is not JSON."""
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error


def sent_by(payload: Any, user_id: str) -> Any:
    """The payload as this user would cause it. Someone of the demo data has their own team, plan and first message.

    Raises NoCaller for a payload without a user, such as a schedule's.
    """
    sent, team = copy.deepcopy(payload), _TEAM_OF.get(user_id)
    caller = sent.get("requestContext", {}).get("authorizer") or sent
    if "user_id" not in caller:
        raise NoCaller("no user sends this event: run it without USER.")
    previous, caller["user_id"] = caller["user_id"], user_id
    if team and "team_id" in caller:
        caller["team_id"] = team.team_id
    if team and "plan" in caller:
        caller |= {"plan": team.plan.value, "rate_limit_policy": rate_limit_policy(team.plan)}
    parameters, opening = sent.get("pathParameters") or {}, opening_message_id(previous)
    if parameters.get("id") == opening:
        parameters["id"] = opening_message_id(user_id)
        sent["path"] = sent["path"].replace(opening, parameters["id"])
    return sent
