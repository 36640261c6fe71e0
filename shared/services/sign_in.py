"""Sign-in to the console: from the identity that a provider asserts to a person, their teams and a session.

Contract 16. An identity opens the teams whose MemberJoined names it, and no others. A provider that was registered for
a team opens that team alone, whatever it asserts, and only while the team is on Enterprise. An email address is no
identity.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.identities import POOL
from shared.domain.keys import Team, session_parts
from shared.domain.memberships import Role
from shared.domain.periods import timestamp
from shared.domain.plans import Plan
from shared.services.keys import KeyMaker, NewKey
from shared.store import Store

SESSION = timedelta(hours=1)


class NobodysIdentity(Exception):
    """The identity opens no team: nobody claims it, or more than one person does."""


class NotYourTeam(Exception):
    """The identity does not open this team."""


@dataclass(frozen=True, slots=True)
class OpenTeam:
    """A team that an identity opens, and what the person is in it."""

    team: Team
    user_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Session:
    """A console session: the team at hand, all teams that the identity opens, and when it ends."""

    here: OpenTeam
    teams: tuple[OpenTeam, ...]
    expires_at: datetime

    def document(self) -> dict[str, object]:
        """As the console receives it."""
        return {
            "user_id": self.here.user_id,
            "role": self.here.role,
            "team": _team(self.here.team),
            "teams": [_team(each.team) for each in self.teams],
            "expires_at": timestamp(self.expires_at),
        }


def _team(team: Team) -> dict[str, str]:
    return {"id": team.team_id, "name": team.name, "plan": team.plan}


def open_teams(store: Store, session: str) -> tuple[OpenTeam, ...]:
    """Returns the teams that the identity of a session opens, by name. Raises NobodysIdentity."""
    provider, identity = session_parts(session)
    memberships = store.accounts.memberships_of(identity)
    if provider != POOL:
        own = store.accounts.provider_team(provider)
        memberships = [each for each in memberships if each[0] == own]
    if len({user_id for _, user_id, _ in memberships}) != 1:
        raise NobodysIdentity
    teams = {team.team_id: team for team in store.accounts.teams([team_id for team_id, _, _ in memberships])}
    found = [
        OpenTeam(teams[team_id], user_id, membership.role)
        for team_id, user_id, membership in memberships
        if membership.role and team_id in teams and not teams[team_id].suspended
        if provider == POOL or teams[team_id].plan is Plan.ENTERPRISE
    ]
    if not found:
        raise NobodysIdentity
    return tuple(sorted(found, key=lambda each: (each.team.name, each.team.team_id)))


def start_session(maker: KeyMaker, session: str, team_id: str | None, expires_at: datetime) -> tuple[Session, NewKey]:
    """Makes the key of a session in this team, or in the first. Raises NobodysIdentity, NotYourTeam, and as making a
    key does.
    """
    teams = open_teams(maker.store, session)
    here = _choose(teams, team_id)
    made = maker.start_session(here.team.team_id, here.user_id, session, expires_at)
    return Session(here, teams, expires_at), made


def current_session(store: Store, session: str, team_id: str, expires_at: datetime) -> Session:
    """Returns the session of a key, with the role and teams of now. Raises NobodysIdentity and NotYourTeam."""
    teams = open_teams(store, session)
    return Session(_choose(teams, team_id), teams, expires_at)


def _choose(teams: tuple[OpenTeam, ...], team_id: str | None) -> OpenTeam:
    for each in teams:
        if team_id in (None, each.team.team_id):
            return each
    raise NotYourTeam
