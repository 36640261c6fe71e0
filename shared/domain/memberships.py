"""Membership of a user in a team: a fold over MemberJoined and MemberLeft events in any order (contract 2 and 11)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.domain.periods import timestamp


class Role(StrEnum):
    """What a member may do in the console."""

    MEMBER = "member"
    ADMIN = "admin"


TIE_RANKS: Mapping[Role | None, int] = {Role.ADMIN: 0, Role.MEMBER: 1, None: 2}
"""Order of events of one moment by the role they give; None is a leave. The greatest decides: access fails closed."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What is known about a user in a team. `role` is None after a leave.

    `event_order` is that of the deciding event. `left_at` is the second of the latest leave, kept after a later join as
    well: it ends every key made until then, for good. `identity` is the pseudonym of the identity with which the member
    signs in. It comes from the latest join that gave one, and `identity_order` is the order of that event.
    """

    role: Role | None = None
    event_order: str = ""
    left_at: str = ""
    identity: str = ""
    identity_order: str = ""

    @property
    def joined(self) -> bool:
        """Whether the user is a member now."""
        return self.role is not None

    def after(self, role: Role | None, time: datetime, event_order: str, identity: str = "") -> "Membership":
        """Returns the membership after a join with this role, or after a leave (None). Any order gives the same."""
        after = self if role else replace(self, left_at=max(self.left_at, timestamp(time)))
        if identity and (event_order, identity) > (self.identity_order, self.identity):
            after = replace(after, identity=identity, identity_order=event_order)
        return replace(after, role=role, event_order=event_order) if event_order > self.event_order else after

    def allows_key(self, created_at: datetime) -> bool:
        """Whether a key of this member that was made then works now."""
        return self.joined and timestamp(created_at) > self.left_at
