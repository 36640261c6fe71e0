"""Checks of the caller's role in the team, for the console (contract 16). The role is read at each request."""

from shared.domain.memberships import Role
from shared.store import store
from shared.web.endpoint import Caller
from shared.web.problems import Forbidden


def is_admin(caller: Caller) -> bool:
    """Returns whether the caller is an admin of the team now."""
    return store().accounts.membership(caller.team_id, caller.user_id).role is Role.ADMIN


def require_admin(caller: Caller, detail: str) -> None:
    """Raises Forbidden with this detail unless the caller is an admin of the team now."""
    if not is_admin(caller):
        raise Forbidden(detail)
