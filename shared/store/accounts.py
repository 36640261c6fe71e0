"""The Accounts table: teams, members, profiles, and the tombstones of the erased.

| pk | sk | holds |
|---|---|---|
| team#T | team | the team; its `plan` puts it in the index by_plan; `moved_by` claims its API Gateway key |
| team#T | member#U | a membership, joined or left |
| user#U | team#T | the same membership, from the member's side |
| user#U | profile | a candidate's profile |
| team#T | key#K | the hash under which ApiKeys holds a key of the team |
| user#U | api_key#K | the same, of a key that the user made |
| erased#H | erased | a tombstone; H is the pseudonym of the person |

Events arrive in any order, so each of these keeps the stamp of the event that wrote it, and an earlier one changes
nothing.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.keys import Team
from shared.domain.plans import Plan
from shared.store.table import ConditionFailed, Erased, Item, Table, despite_others, transact, unless_erased

if TYPE_CHECKING:
    from shared.domain.profiles import Profile

_NEWER = "attribute_not_exists(stamp) OR stamp < :stamp"


class Membership(NamedTuple):
    """What was last said about a user and a team, by the event of this stamp."""

    team_id: str
    joined: bool
    stamp: str


class Accounts:
    """Teams and people. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def team(self, team_id: str) -> Team | None:
        """The team, or None before its first TeamUpdated."""
        item = self._table.get(pk=f"team#{team_id}", sk="team")
        return _team(item) if item else None

    def team_and_membership(self, team_id: str, user_id: str) -> tuple[Team | None, bool]:
        """The team, and whether the user has left it; one call."""
        keys = [{"pk": f"team#{team_id}", "sk": sk} for sk in ("team", f"member#{user_id}")]
        items = {item["sk"]: item for item in self._table.get_many(keys)}
        team = items.get("team")
        left = not items.get(f"member#{user_id}", {"joined": True})["joined"]
        return _team(team) if team else None, left

    def put_team(self, team_id: str, name: str, plan: Plan, stamp: str) -> None:
        """Takes in a team's name and plan, unless newer ones are known. Its API Gateway key stays what it is."""
        try:
            self._table.update(
                {"pk": f"team#{team_id}", "sk": "team"},
                "SET team_id = :team_id, team_name = :team_name, #plan = :plan, stamp = :stamp",
                _NEWER,
                team_id=team_id,
                team_name=name,
                plan=plan.value,
                stamp=stamp,
            )
        except ConditionFailed:
            return  # a later event came first

    def give_usage_key(self, team_id: str, key_id: str, value: str) -> bool:
        """Makes an API Gateway key the team's own, unless it has one; says whether it did."""
        key, condition = {"pk": f"team#{team_id}", "sk": "team"}, "attribute_not_exists(usage_key_id)"
        try:
            self._table.update(key, "SET usage_key_id = :id, usage_key = :value", condition, id=key_id, value=value)
        except ConditionFailed:
            return False
        return True

    def claim_usage_key(self, team_id: str, claim: str, over: str) -> Team | None:
        """Lets the caller alone move the team's API Gateway key, and answers the team as it is from then on; None while
        somebody else's claim is not over. A claim begins with its time; one that is earlier than `over` is.
        """
        key, free = {"pk": f"team#{team_id}", "sk": "team"}, "attribute_not_exists(moved_by) OR moved_by < :over"
        try:
            item = self._table.update(key, "SET moved_by = :claim REMOVE usage_plan", free, claim=claim, over=over)
        except ConditionFailed:
            return None
        return _team(item)

    def note_usage_plan(self, team_id: str, claim: str, plan: str) -> None:
        """Notes in which plan's usage plan the team's API Gateway key is, and ends the claim, unless it has passed to
        another.
        """
        key, ours = {"pk": f"team#{team_id}", "sk": "team"}, "moved_by = :claim"
        with suppress(ConditionFailed):
            self._table.update(key, "SET usage_plan = :plan REMOVE moved_by", ours, claim=claim, plan=plan)

    def put_membership(self, team_id: str, user_id: str, tombstone: str, stamp: str, *, joined: bool) -> None:
        """Takes in that a user joined or left a team, unless something newer is known. Raises Erased."""
        facts = {"team_id": team_id, "user_id": user_id, "joined": joined, "stamp": stamp}
        sides = [(f"team#{team_id}", f"member#{user_id}"), (f"user#{user_id}", f"team#{team_id}")]
        self._put_unless_erased([{"pk": pk, "sk": sk, **facts} for pk, sk in sides], tombstone)

    def put_profile(self, user_id: str, profile: "Profile", tombstone: str, stamp: str) -> None:
        """Takes in a candidate's profile, unless a newer one is known. Raises Erased."""
        document = json.dumps(profile.model_dump(mode="json"), ensure_ascii=False)
        item = {"pk": f"user#{user_id}", "sk": "profile", "profile": document, "stamp": stamp}
        self._put_unless_erased([item], tombstone)

    def _put_unless_erased(self, items: list[Item], tombstone: str) -> None:
        writes = [
            unless_erased(self._table, tombstone),
            *(self._table.putting(item, _NEWER, stamp=item["stamp"]) for item in items),
        ]
        try:
            despite_others(lambda: transact(self._table.client, writes))
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

    def put_tombstone(self, tombstone: str) -> None:
        """From here on nothing about this person is written any more."""
        self._table.put({"pk": tombstone, "sk": "erased"})

    def is_erased(self, tombstone: str) -> bool:
        """Whether the person has been erased."""
        return self._table.get(pk=tombstone, sk="erased") is not None

    def memberships(self, user_id: str) -> list[Membership]:
        """Every team the user is or was a member of."""
        items = self._table.query("pk = :pk AND begins_with(sk, :team)", pk=f"user#{user_id}", team="team#")
        return [Membership(item["team_id"], item["joined"], item["stamp"]) for item in items]

    def leave_teams(self, user_id: str) -> list[str]:
        """Deletes a user's memberships on the teams' side, and answers which teams these are. May be repeated: the
        user's side has them until `forget`.
        """
        teams = [membership.team_id for membership in self.memberships(user_id)]
        for team_id in teams:
            self._table.delete(pk=f"team#{team_id}", sk=f"member#{user_id}")
        return teams

    def forget(self, user_id: str) -> None:
        """Deletes a user's memberships on the user's side, and profile. May be repeated."""
        for membership in self.memberships(user_id):
            self._table.delete(pk=f"user#{user_id}", sk=f"team#{membership.team_id}")
        self._table.delete(pk=f"user#{user_id}", sk="profile")


def _team(item: Item) -> Team:
    return Team(
        team_id=item["team_id"],
        name=item["team_name"],
        plan=Plan(item["plan"]),
        usage_key_id=item.get("usage_key_id", ""),
        usage_key=item.get("usage_key", ""),
        usage_plan=item.get("usage_plan", ""),
    )
