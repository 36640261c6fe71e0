"""The Accounts table: teams, members, profiles, and the tombstones of the erased.

| pk | sk | holds |
|---|---|---|
| team#T | team | the team; its `plan` puts it in the index by_plan; `suspended` and `metered` are not events' |
| team#T | member#U | a membership, joined or left (shared/domain/memberships.py) |
| user#U | team#T | the same membership, from the member's side |
| user#U | profile | a candidate's profile |
| identity#I | team#T user#U | a membership whose member signs in with this identity; I is its pseudonym |
| user#U | identity#I team#T | the same, from the member's side |
| provider#P | provider | an identity provider, and the team that it belongs to |
| user#U | api_key#K | a marker of a key that the user made (shared/store/api_keys.py) |
| erased#H | erased | a tombstone; H is the pseudonym of the person |

Events arrive in any order, so each item keeps the order of the event that wrote it. An earlier event changes
nothing.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.keys import Team
from shared.domain.memberships import Membership, Role
from shared.domain.plans import Plan
from shared.store.table import (
    ConditionFailed,
    Conflict,
    Erased,
    Item,
    Table,
    retry_on_conflict,
    transact,
    unless_erased,
)

if TYPE_CHECKING:
    from shared.domain.profiles import Profile

_NEWER = "attribute_not_exists(event_order) OR event_order < :event_order"


class TeamMembership(NamedTuple):
    """A membership of a user, from the user's side."""

    team_id: str
    membership: Membership


class KeyContext(NamedTuple):
    """What a verdict on a key rests on: its team, its member, and the team of the session's identity provider."""

    team: Team | None
    membership: Membership
    provider_team: str | None


class Accounts:
    """Teams and people. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def team(self, team_id: str) -> Team | None:
        """The team, or None before its first TeamUpdated."""
        item = self._table.get(pk=f"team#{team_id}", sk="team")
        return team_of(item) if item else None

    def teams(self, team_ids: Sequence[str]) -> list[Team]:
        """Those of these teams that are known."""
        return list(
            map(team_of, self._table.get_many([{"pk": f"team#{team_id}", "sk": "team"} for team_id in team_ids]))
        )

    def key_context(self, team_id: str, user_id: str, provider: str = "") -> KeyContext:
        """Returns the team, what the user is in it, and the team of an identity provider, in one call."""
        keys = [{"pk": f"team#{team_id}", "sk": sk} for sk in ("team", f"member#{user_id}")]
        keys += [_provider_key(provider)] if provider else []
        items = {item["sk"]: item for item in self._table.get_many(keys)}
        team, registered = items.get("team"), items.get("provider")
        return KeyContext(
            team_of(team) if team else None,
            _membership(items.get(f"member#{user_id}")),
            registered["team_id"] if registered else None,
        )

    def membership(self, team_id: str, user_id: str) -> Membership:
        """A user's membership of a team; an unknown user has not joined."""
        return _membership(self._table.get(pk=f"team#{team_id}", sk=f"member#{user_id}"))

    def put_team(self, team_id: str, name: str, plan: Plan, event_order: str, *, metered: bool = False) -> bool:
        """Takes in a team's name and plan, and returns whether it did: not when newer ones are known, or the same, or
        when the team is not `metered` as the caller read.
        """
        as_read = "metered = :metered" if metered else "attribute_not_exists(metered)"
        try:
            self._table.update(
                team_key(team_id),
                "SET team_id = :team_id, team_name = :team_name, #plan = :plan, event_order = :event_order",
                f"({_NEWER}) AND {as_read}",
                team_id=team_id,
                team_name=name,
                plan=plan.value,
                event_order=event_order,
                **({"metered": True} if metered else {}),
            )
        except ConditionFailed:
            return False
        return True

    def set_suspended(self, team_id: str, *, suspended: bool) -> bool:
        """Suspends or resumes a team; returns whether it is known."""
        expression = "SET suspended = :suspended"
        try:
            self._table.update(team_key(team_id), expression, "attribute_exists(pk)", suspended=suspended)
        except ConditionFailed:
            return False
        return True

    def note_metered(self, team_id: str) -> Team:
        """Notes that a known team has keys; returns the team."""
        return team_of(self._table.update(team_key(team_id), "SET metered = :metered", metered=True))

    def put_membership(
        self,
        team_id: str,
        user_id: str,
        tombstone: str,
        role: Role | None,
        time: datetime,
        event_order: str,
        identity: str = "",
    ) -> None:
        """Takes in that a user joined a team with a role, or left it (None), at that time. `identity` is the one with
        which the member signs in from then on. Raises Erased.
        """

        def attempt() -> None:
            item = self._table.get(pk=f"team#{team_id}", sk=f"member#{user_id}")
            before = _membership(item)
            after = before.after(role, time, event_order, identity)
            if after == before:
                return
            facts: Item = {
                "team_id": team_id,
                "user_id": user_id,
                "joined": after.joined,
                "event_order": after.event_order,
            }
            facts |= {"left_at": after.left_at} | ({"role": after.role.value} if after.role else {})
            facts |= {"identity": after.identity, "identity_order": after.identity_order}
            unchanged, values = "attribute_not_exists(pk)", {}
            if item:
                unchanged = "event_order = :event_order AND left_at = :left_at AND identity_order = :identity_order"
                values = {
                    "event_order": before.event_order,
                    "left_at": before.left_at,
                    "identity_order": before.identity_order,
                }
            writes = [
                unless_erased(self._table, tombstone),
                self._table.put_op({"pk": f"team#{team_id}", "sk": f"member#{user_id}", **facts}, unchanged, **values),
                self._table.put_op({"pk": f"user#{user_id}", "sk": f"team#{team_id}", **facts}),
            ]
            if after.identity != before.identity:
                links = _identity_links(after.identity, team_id, user_id)
                writes += [self._table.put_op({**key, "team_id": team_id, "user_id": user_id}) for key in links]
            try:
                transact(self._table.client, writes)
            except ConditionFailed as error:
                if 0 in error.failed:
                    raise Erased from None
                raise Conflict from None  # somebody else wrote it: look again

        retry_on_conflict(attempt)

    def put_profile(self, user_id: str, profile: "Profile", tombstone: str, event_order: str) -> None:
        """Takes in a candidate's profile, unless a newer one is known. Raises Erased."""
        document = json.dumps(profile.model_dump(mode="json"), ensure_ascii=False)
        item = {"pk": f"user#{user_id}", "sk": "profile", "profile": document, "event_order": event_order}
        self._put_unless_erased([item], tombstone)

    def _put_unless_erased(self, items: list[Item], tombstone: str) -> None:
        writes = [
            unless_erased(self._table, tombstone),
            *(self._table.put_op(item, _NEWER, event_order=item["event_order"]) for item in items),
        ]
        try:
            retry_on_conflict(lambda: transact(self._table.client, writes))
        except ConditionFailed as error:
            if 0 in error.failed:
                raise Erased from None
            # otherwise a later event came first

    def profile(self, user_id: str) -> "Profile | None":
        """A candidate's profile, or None before the first ProfileUpdated."""
        from shared.domain.profiles import Profile  # pydantic, which the authorizer does without

        item = self._table.get(pk=f"user#{user_id}", sk="profile")
        return Profile.model_validate_json(item["profile"]) if item else None

    def members(self, team_id: str) -> list[str]:
        """The users who are members of the team now, sorted."""
        items = self._table.query("pk = :pk AND begins_with(sk, :member)", pk=f"team#{team_id}", member="member#")
        return [item["user_id"] for item in items if item["joined"]]

    def teams_on(self, plan: Plan) -> Iterator[str]:
        """The teams on a plan, through the index."""
        for item in self._table.query("#plan = :plan", index="by_plan", plan=plan.value):
            yield item["pk"].removeprefix("team#")

    def memberships_of(self, identity: str) -> list[tuple[str, str, Membership]]:
        """The teams whose member signs in with this identity: team, user, and what the user is in it now."""
        links = self._table.query("pk = :pk", pk=f"identity#{identity}")
        found = [(link["team_id"], link["user_id"]) for link in links]
        items = self._table.get_many([{"pk": f"team#{team}", "sk": f"member#{user}"} for team, user in found])
        memberships = ((item["team_id"], item["user_id"], _membership(item)) for item in items)
        return sorted(each for each in memberships if each[2].joined and each[2].identity == identity)

    def provider_team(self, provider: str) -> str | None:
        """The team that an identity provider belongs to; None for one that is not registered."""
        item = self._table.get(**_provider_key(provider))
        return item["team_id"] if item else None

    def put_provider(self, provider: str, team_id: str) -> bool:
        """Registers an identity provider for a team; returns whether the name was free, or the team's already."""
        try:
            self._table.put(
                {**_provider_key(provider), "team_id": team_id},
                "attribute_not_exists(pk) OR team_id = :team_id",
                team_id=team_id,
            )
        except ConditionFailed:
            return False
        return True

    def delete_provider(self, provider: str) -> None:
        """Ends a registration: nobody signs in through this provider any more."""
        self._table.delete(**_provider_key(provider))

    def put_tombstone(self, tombstone: str) -> None:
        """From here on nothing about this person is written any more."""
        self._table.put({"pk": tombstone, "sk": "erased"})

    def is_erased(self, tombstone: str) -> bool:
        """Whether the person has been erased."""
        return self._table.get(pk=tombstone, sk="erased") is not None

    def memberships(self, user_id: str) -> list[TeamMembership]:
        """Every team the user is or was a member of."""
        items = self._table.query("pk = :pk AND begins_with(sk, :team)", pk=f"user#{user_id}", team="team#")
        return [TeamMembership(item["team_id"], _membership(item)) for item in items]

    def leave_teams(self, user_id: str) -> list[str]:
        """Deletes a user's memberships on the teams' side. Returns these teams. May be repeated: the
        user's side has them until `delete_for_user`.
        """
        teams = [membership.team_id for membership in self.memberships(user_id)]
        for team_id in teams:
            self._table.delete(pk=f"team#{team_id}", sk=f"member#{user_id}")
        return teams

    def delete_for_user(self, user_id: str) -> None:
        """Deletes a user's memberships on the user's side, and profile. May be repeated."""
        for membership in self.memberships(user_id):
            self._table.delete(pk=f"user#{user_id}", sk=f"team#{membership.team_id}")
        for link in self._table.query("pk = :pk AND begins_with(sk, :key)", pk=f"user#{user_id}", key="identity#"):
            identity = link["sk"].removeprefix("identity#").partition(" ")[0]
            for key in _identity_links(identity, link["team_id"], user_id):
                self._table.delete(**key)
        self._table.delete(pk=f"user#{user_id}", sk="profile")


def _identity_links(identity: str, team_id: str, user_id: str) -> list[dict[str, str]]:
    """The keys of both items of a membership's identity. The one that finds the other is the last."""
    return [
        {"pk": f"identity#{identity}", "sk": f"team#{team_id} user#{user_id}"},
        {"pk": f"user#{user_id}", "sk": f"identity#{identity} team#{team_id}"},
    ]


def team_key(team_id: str) -> dict[str, str]:
    """Returns the key of a team's item."""
    return {"pk": f"team#{team_id}", "sk": "team"}


def team_of(item: Item) -> Team:
    """Returns the team of an item."""
    return Team(
        team_id=item["team_id"],
        name=item["team_name"],
        plan=Plan(item["plan"]),
        event_order=item["event_order"],
        suspended=item.get("suspended", False),
        metered=item.get("metered", False),
    )


def _membership(item: Item | None) -> Membership:
    if item is None:
        return Membership()
    return Membership(
        Role(item["role"]) if "role" in item else None,
        item["event_order"],
        item["left_at"],
        item["identity"],
        item["identity_order"],
    )


def _provider_key(provider: str) -> dict[str, str]:
    return {"pk": f"provider#{provider}", "sk": "provider"}
