"""Tables restored to different moments, by the steps of docs/operations.md: each key can be listed, revoked and erased.

A restore is played on DynamoDB Local: a table's items are those of an earlier moment, and API Gateway has forgotten
everything, as in another account.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.authorizer import check
from local.template import read_template
from shared.domain.events import read_event
from shared.domain.keys import Allowed, usage_key
from shared.domain.plans import Plan, Scope
from shared.services.ingestion import apply
from shared.services.keys import KeyMaker, NewKey
from shared.services.teams import verify_usage_plans
from shared.services.usage_plans import UsagePlans
from shared.services.verification import verify
from shared.store import Store
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.fake_api_gateway import PLAN_IDS, FakeApiGateway

API = "api1234567"
TABLES = ("ACCOUNTS_TABLE", "API_KEYS_TABLE")
SINCE = [
    an_event("MemberLeft", time="2026-03-13T12:30:00Z", team_id="team", user_id="leaver"),
    an_event("CandidateErased", time="2026-03-13T12:31:00Z", user_id="erased"),
    an_event("TeamUpdated", time="2026-03-13T12:32:00Z", team_id="team", name="Acme", plan="enterprise"),
    an_event("TeamUpdated", time="2026-03-13T12:33:00Z", team_id="new", name="New", plan="team"),
    an_event("MemberJoined", time="2026-03-13T12:34:00Z", team_id="new", user_id="newcomer"),
]
"""What the platform published after the first moment."""


class World:
    """A deployment with tables of its own, whose content can be taken and put back."""

    def __init__(self, client: Any, environment: dict[str, str]) -> None:
        run, template = an_id("restore"), read_template()
        self._client = client
        self.environment = {
            name: f"{run}.{value}" if value in template.tables else value for name, value in environment.items()
        }
        for table in template.tables.values():
            client.create_table(**{**table.definition, "TableName": f"{run}.{table.name}"})
        self.store, self.gateway = Store(self.environment, client), FakeApiGateway()

    def usage_plans(self) -> UsagePlans:
        return UsagePlans(self.gateway, API, PLAN_IDS)

    def publish(self, *events: dict[str, Any]) -> None:
        for event in events:
            apply(read_event(event), self.store, PSEUDONYMS, self.usage_plans().ensure, NOW)

    def keys(self, minutes: int = 0) -> KeyMaker:
        return KeyMaker(self.store, PSEUDONYMS, self.usage_plans().ensure, lambda: NOW + timedelta(minutes=minutes))

    def make_key(self, team: str, user: str, minutes: int = 0) -> NewKey:
        return self.keys(minutes).create(team, user, "CI", frozenset({Scope.READ}), None)

    def works(self, key: NewKey) -> bool:
        return isinstance(check(self.store, f"Bearer {key.key}", NOW + timedelta(hours=2)), Allowed)

    def content(self, variable: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._client.scan(TableName=self.environment[variable])["Items"]
        return items

    def restore(self, variable: str, items: list[dict[str, Any]]) -> None:
        names = ("pk", "sk") if variable == "ACCOUNTS_TABLE" else ("key_id",)
        for item in self.content(variable):
            self._client.delete_item(TableName=self.environment[variable], Key={name: item[name] for name in names})
        for item in items:
            self._client.put_item(TableName=self.environment[variable], Item=item)


@pytest.fixture
def world(local_tables: tuple[Any, dict[str, str]]) -> Iterator[World]:
    client, environment = local_tables
    world = World(client, environment)
    yield world
    for name in {name for variable, name in world.environment.items() if variable.endswith("_TABLE")}:
        client.delete_table(TableName=name)


@pytest.mark.parametrize("moments", [(0, 0), (0, 1), (1, 0), (1, 1)], ids=str)
def test_after_the_steps_no_key_works_that_nobody_can_list_revoke_or_erase(
    world: World, moments: tuple[int, int]
) -> None:
    """`moments`: whether Accounts and ApiKeys are restored to before or after what happened meanwhile."""
    world.publish(
        an_event("TeamUpdated", time="2026-03-01T00:00:00Z", team_id="team", name="Acme", plan="pro"),
        *(
            an_event("MemberJoined", time="2026-03-01T00:00:00Z", team_id="team", user_id=user)
            for user in ("stayer", "leaver", "erased", "careless")
        ),
        a_message_triaged(user_id="stayer", team_id="team"),
    )
    made = {user: world.make_key("team", user) for user in ("stayer", "leaver", "erased", "careless")}
    taken = [{variable: world.content(variable) for variable in TABLES}]
    world.keys(35).revoke("team", made["careless"].record.key_id)
    world.publish(*SINCE)
    made["newcomer"] = world.make_key("new", "newcomer", minutes=40)
    taken.append({variable: world.content(variable) for variable in TABLES})

    for variable, moment in zip(TABLES, moments, strict=True):
        world.restore(variable, taken[moment][variable])
    world.gateway = FakeApiGateway()

    # The steps that follow the copying of the tables (docs/operations.md), by their numbers there.
    assert verify(world.store, PSEUDONYMS, lambda _: None, repair=True).differences == []  # 4
    world.publish(*SINCE)  # 5
    if world.store.api_keys.get(made["careless"].record.key_id):
        world.keys(90).revoke("team", made["careless"].record.key_id)  # 6
    verify_usage_plans(world.store, world.usage_plans(), repair=True)  # 7

    assert world.works(made["stayer"])
    assert world.works(made["newcomer"]) == bool(moments[1])
    assert not any(world.works(made[user]) for user in ("leaver", "erased", "careless"))
    records = {item["key_id"]["S"] for item in world.content("API_KEYS_TABLE")}
    listed = [record for team in ("team", "new") for record in world.store.api_keys.of_team(team)]
    assert {record.key_id for record in listed} == records
    assert made["erased"].record.key_id not in records
    for team_id in world.store.api_keys.teams():
        team = world.store.accounts.team(team_id)
        assert team
        assert team.metered
        assert world.gateway.admits(usage_key(API, team_id, team.plan)) == PLAN_IDS[team.plan]
    team = world.store.accounts.team("team")
    assert team
    assert team.plan is Plan.ENTERPRISE
    for record in listed:
        world.keys(95).revoke(record.team_id, record.key_id)
        world.publish(an_event("CandidateErased", user_id=record.user_id))
    assert world.content("API_KEYS_TABLE") == []
