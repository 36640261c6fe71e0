"""A team has an API Gateway key in its plan despite deletions, losses and concurrent changes (contract 3)."""

from collections.abc import Callable, Sequence, Set
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.keys import Team, usage_key
from shared.domain.memberships import Role
from shared.domain.plans import Plan, Scope
from shared.infra.errors import Throttled, Unavailable
from shared.services.keys import KeyMaker
from shared.services.teams import UsageKeyDifference, update_team, verify_usage_plans
from shared.services.usage_plans import UsagePlans
from shared.store import Store
from tests.builders import an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.fake_api_gateway import PLAN_IDS, FakeApiGateway
from tests.integration.interleaving import Killed, Worker

API = "api1234567"
STAMPS = {plan: f"2026-03-0{n}T00:00:00.000000+00:00 event" for n, plan in enumerate(Plan, 1)}
JOINED = datetime(2026, 3, 1, tzinfo=UTC)


class World:
    """A team with a member, and the API Gateway that serves it."""

    def __init__(self, store: Store, plan: Plan = Plan.PRO) -> None:
        self.store, self.api = store, FakeApiGateway()
        self.team_id, self.user_id = an_id("team"), an_id("user")
        self.change(plan)
        tombstone = PSEUDONYMS.erased_person(self.user_id)
        store.accounts.put_membership(self.team_id, self.user_id, tombstone, Role.MEMBER, JOINED, "1 joined")

    def usage_plans(self, api: Any = None, api_id: str = API) -> UsagePlans:
        return UsagePlans(api or self.api, api_id, PLAN_IDS)

    def change(self, plan: Plan, store: Store | None = None, api: Any = None) -> None:
        """What ingesting a TeamUpdated does."""
        ensure = self.usage_plans(api).ensure
        update_team(store or self.store, ensure, self.team_id, "A team", plan, STAMPS[plan])

    def make_key(self, store: Store | None = None, api: Any = None) -> str:
        maker = KeyMaker(store or self.store, PSEUDONYMS, self.usage_plans(api).ensure, pause=lambda _: None)
        return maker.create(self.team_id, self.user_id, "CI", frozenset({Scope.READ}), None).record.key_id

    def team(self) -> Team:
        team = self.store.accounts.team(self.team_id)
        assert team
        return team

    def admitted(self) -> bool:
        """Whether a call by a key of the team is counted on the plan that the team has."""
        team = self.team()
        return self.api.admits(usage_key(API, self.team_id, team.plan)) == PLAN_IDS[team.plan]

    def verify(self, *, repair: bool) -> list[str]:
        """What the operator's job finds wrong with this team."""
        differences = verify_usage_plans(self.store, self.usage_plans(), repair=repair).differences
        return [found.problem for found in differences if found.team_id == self.team_id]


@pytest.fixture
def world(local_store: Store) -> World:
    return World(local_store)


def test_a_plan_changes_and_its_key_is_repaired_on_every_engine(store: Store) -> None:
    world = World(store)
    world.make_key()
    world.change(Plan.TEAM)
    delete_the_key(world)
    by_the_operators_job(world)
    assert world.admitted()


def test_a_team_without_keys_costs_api_gateway_nothing(world: World) -> None:
    for plan in Plan:
        world.change(plan)
    assert world.api.calls == []


def test_a_key_is_made_with_the_usage_key_of_the_plan_in_place(world: World) -> None:
    world.make_key()
    assert world.admitted()


def test_all_keys_of_a_team_draw_on_one_usage_key(world: World) -> None:
    for _ in range(3):
        world.make_key()
    assert len(world.api.keys) == 1


def test_a_new_plan_has_its_usage_key_before_it_is_written(world: World) -> None:
    world.make_key()
    planned: list[tuple[str, Plan]] = []
    ensure = world.usage_plans().ensure

    def noting(team: Team) -> None:
        planned.append((team.plan, world.team().plan))
        ensure(team)

    update_team(world.store, noting, world.team_id, "A team", Plan.TEAM, STAMPS[Plan.TEAM])
    assert planned == [(Plan.TEAM, Plan.PRO)]
    assert world.admitted()


def test_the_usage_key_of_the_former_plan_stays_for_verdicts_that_are_still_cached(world: World) -> None:
    world.make_key()
    world.change(Plan.TEAM)
    assert world.api.admits(usage_key(API, world.team_id, Plan.PRO)) == PLAN_IDS[Plan.PRO]


def by_making_a_key(world: World) -> None:
    world.make_key()


def by_an_event_that_comes_again(world: World) -> None:
    world.change(world.team().plan)


def by_a_change_of_plan(world: World) -> None:
    world.change(Plan.ENTERPRISE)


def by_the_operators_job(world: World) -> None:
    assert world.verify(repair=False)
    assert not world.admitted()  # that was a dry run
    assert world.verify(repair=True)
    assert world.verify(repair=False) == []


def delete_the_key(world: World) -> None:
    world.api.delete_by_hand(usage_key(API, world.team_id, world.team().plan))


def recreate_the_plans(world: World) -> None:
    world.api.plan_of.clear()


def move_to_another_account(world: World) -> None:
    world.api = FakeApiGateway()


def disable_the_key(world: World) -> None:
    for key in world.api.keys.values():
        key["enabled"] = False


def rename_and_take_out_the_key(world: World) -> None:
    for key in world.api.keys.values():
        key["name"] = "renamed"
    world.api.plan_of.clear()


def put_the_key_into_another_plan(world: World) -> None:
    world.api.plan_of = dict.fromkeys(world.api.plan_of, PLAN_IDS[Plan.PRO])


DAMAGES = [
    delete_the_key,
    recreate_the_plans,
    move_to_another_account,
    disable_the_key,
    rename_and_take_out_the_key,
    put_the_key_into_another_plan,
]
REPAIRS = [by_making_a_key, by_an_event_that_comes_again, by_a_change_of_plan, by_the_operators_job]


@pytest.mark.parametrize("repair", REPAIRS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_api_gateway_lost_is_put_right(
    world: World, damage: Callable[[World], None], repair: Callable[[World], None]
) -> None:
    world.change(Plan.TEAM)
    world.make_key()
    assert world.admitted()
    damage(world)
    assert not world.admitted()
    repair(world)
    assert world.admitted()


class Repeating:
    """A client whose SDK repeats each of these calls once, because the answer to the first was lost."""

    def __init__(self, client: Any, *calls: str) -> None:
        self._client = client
        self._calls = list(calls)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in self._calls:
            return method
        self._calls.remove(name)

        def twice(**parameters: Any) -> Any:
            method(**parameters)
            return method(**parameters)

        return twice


WRITES = ["create_api_key", "create_usage_plan_key", "update_api_key", "delete_usage_plan_key"]


@pytest.mark.parametrize("damage", [None, *DAMAGES])
@pytest.mark.parametrize("lost", WRITES)
def test_a_call_that_the_sdk_repeats_after_a_lost_answer_does_no_harm(
    world: World, damage: Callable[[World], None] | None, lost: str
) -> None:
    world.change(Plan.TEAM)
    if damage:
        world.make_key()
        damage(world)
    world.make_key(api=Repeating(world.api, lost))
    assert world.admitted()
    assert world.verify(repair=False) == []


def test_a_team_write_that_the_sdk_repeats_after_a_lost_answer_does_no_harm(world: World) -> None:
    world.make_key()
    repeating = Store(world.store._environ, Repeating(world.store._dynamodb, "update_item"))
    world.change(Plan.TEAM, store=repeating)
    assert world.team().plan is Plan.TEAM
    assert world.admitted()


@pytest.mark.parametrize("lost", WRITES[:2])
def test_an_answer_that_is_lost_for_good_is_made_up_for_by_the_next_attempt(world: World, lost: str) -> None:
    world.api.lose = [lost]
    with pytest.raises(Unavailable):
        world.make_key()
    world.make_key()
    assert world.admitted()
    assert len(world.api.keys) == 1


def test_too_many_calls_are_told_from_other_failures(local_store: Store) -> None:
    world = World(local_store)
    world.api = FakeApiGateway(rate=1)
    world.usage_plans().ensure(Team(an_id("team"), "Another", Plan.PRO))
    with pytest.raises(Throttled):
        world.make_key()


def test_two_apis_of_one_account_keep_their_keys_apart(world: World) -> None:
    world.make_key()
    world.usage_plans(api_id="another123").ensure(world.team())
    assert len(world.api.keys) == 2


def test_more_keys_than_a_page_holds_are_all_seen(local_store: Store) -> None:
    world = World(local_store)
    world.make_key()
    for n in range(1100):
        world.usage_plans().ensure(Team(f"another_{n}", "Another", Plan.PRO))
    assert world.verify(repair=False) == []
    delete_the_key(world)
    assert world.verify(repair=False) == ["missing"]


def test_a_verification_that_runs_out_of_time_says_so_and_goes_on_the_next_time(local_store: Store) -> None:
    world = World(local_store)
    world.make_key()
    delete_the_key(world)
    verify = partial(verify_usage_plans, local_store, world.usage_plans(), repair=True)
    first = verify(enough=lambda: True)
    assert (first.done, first.repaired) == (False, 0)
    assert UsageKeyDifference(world.team_id, Plan.PRO, "missing") in first.differences
    assert verify().done
    assert world.admitted()


on_a_real_engine = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NAMES = ("to team", "to enterprise", "makes a key")
runs = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 6)), max_size=12)
schedules = runs.map(lambda some: [name for name, times in some for _ in range(times)])


@given(schedule=schedules, killed=st.sets(st.sampled_from(NAMES)), with_key=st.booleans())
@on_a_real_engine
def test_no_caller_meets_a_plan_without_its_usage_key_whatever_happens_at_once(
    local_store: Store, schedule: Sequence[str], killed: Set[str], with_key: bool
) -> None:
    """Two plan changes and the making of a key interleave call by call; some workers are killed where they are."""
    world = World(local_store)
    if with_key:
        world.make_key()

    def worker(act: Callable[..., object]) -> Worker:
        def work(worker: Worker) -> None:
            act(store=Store(local_store._environ, worker.client(local_store._dynamodb)), api=worker.client(world.api))

        return Worker(work)

    acts: list[Callable[..., object]] = [
        partial(world.change, Plan.TEAM),
        partial(world.change, Plan.ENTERPRISE),
        world.make_key,
    ]
    workers = dict(zip(NAMES, map(worker, acts), strict=True))

    def holds() -> None:
        assert world.admitted() or not world.store.api_keys.of_team(world.team_id)

    for name in schedule:
        workers[name].go()
        holds()
    for name in killed:
        workers[name].kill()
    for each in workers.values():
        each.finish()
        assert each.failed is None or isinstance(each.failed, Killed)
    holds()
    if not killed:
        assert world.team().plan is Plan.ENTERPRISE
