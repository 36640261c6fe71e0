"""A team's API Gateway key is in the usage plan of the team's plan, whoever places it at the same time and whoever is
killed meanwhile (contract 3).
"""

from collections.abc import Callable, Sequence, Set
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from local.template import read_template
from shared.domain.plans import Plan
from shared.infra.errors import Unavailable
from shared.services.usage_plans import CLAIM_LASTS, UsagePlans
from shared.store import Store
from tests.builders import NOW, an_id
from tests.integration.turns import Killed, Worker
from tests.translated import source

PLAN_IDS = {plan: f"usage plan {plan}" for plan in Plan}
STAMPS = {plan: f"2026-03-0{n}T00:00:00.000000+00:00 event" for n, plan in enumerate(Plan, 1)}


class ApiGateway:
    """The keys and usage plans of one stage: a key may be in one of these plans only."""

    def __init__(self) -> None:
        self.made = 0
        self.plan_of: dict[str, str] = {}

    def create_api_key(self, **_: Any) -> dict[str, str]:
        self.made += 1
        return {"id": f"id {self.made}", "value": f"value {self.made}"}

    def create_usage_plan_key(self, *, usagePlanId: str, keyId: str, keyType: str) -> None:  # noqa: N803 - as AWS says
        assert keyType == "API_KEY"
        if keyId in self.plan_of:
            raise _refusal("ConflictException", 409)
        self.plan_of[keyId] = usagePlanId

    def delete_usage_plan_key(self, *, usagePlanId: str, keyId: str) -> None:  # noqa: N803
        if self.plan_of.get(keyId) != usagePlanId:
            raise _refusal("NotFoundException", 404)
        del self.plan_of[keyId]


def _refusal(code: str, status: int) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "any")


class World:
    """A team whose plan changes twice, and two workers that each apply one change and place the team's key."""

    def __init__(self, store: Store) -> None:
        self.store, self.api, self.team_id, self.now = store, ApiGateway(), an_id("team"), NOW
        self.change(self.store, Plan.PRO)
        self.usage_plans(self.store).place(self.team_id, make_key=True)

    def change(self, store: Store, plan: Plan) -> None:
        store.accounts.put_team(self.team_id, "A team", plan, STAMPS[plan])

    def usage_plans(self, store: Store, api: Any = None, pause: Callable[[float], None] = lambda _: None) -> UsagePlans:
        return UsagePlans(api or self.api, PLAN_IDS, store.accounts, lambda: self.now, pause)

    def worker(self, plan: Plan) -> Worker:
        def apply(worker: Worker) -> None:
            store = Store(self.store._environ, worker.client(self.store._dynamodb))
            self.change(store, plan)
            self.usage_plans(store, worker.client(self.api), worker.stop).place(self.team_id)

        return Worker(apply)

    def deliver_again(self, plan: Plan) -> None:
        """What the queue does once a worker has failed and the visibility timeout has passed."""
        self.now += timedelta(minutes=6)
        self.change(self.store, plan)
        self.usage_plans(self.store).place(self.team_id)

    def noted_and_true(self) -> tuple[str, str]:
        """The usage plan that the team's key is noted to be in, if any, and the one that it is in."""
        team = self.store.accounts.team(self.team_id)
        assert team
        return PLAN_IDS[Plan(team.usage_plan)] if team.usage_plan else "", self.api.plan_of.get(team.usage_key_id, "")


def interleave(world: World, turns: Sequence[str], killed: Set[str] = frozenset()) -> None:
    """Lets the workers take turns, kills some where they are, and has the others finish. What failed comes again."""
    changes = {"first": Plan.TEAM, "second": Plan.ENTERPRISE}
    workers = {name: world.worker(plan) for name, plan in changes.items()}
    for name in turns:
        workers[name].go()
    for name in killed:
        workers[name].kill()
    for worker in workers.values():
        worker.finish()
    noted, true = world.noted_and_true()
    assert noted in ("", true)
    for name, worker in workers.items():
        assert worker.failed is None or isinstance(worker.failed, Killed | Unavailable)
        if worker.failed:
            world.deliver_again(changes[name])
    assert world.noted_and_true() == (PLAN_IDS[Plan.ENTERPRISE],) * 2


on_a_real_engine = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

some_turns = st.tuples(st.sampled_from(["first", "second"]), st.integers(1, 6)).map(lambda some: [some[0]] * some[1])
any_turns = st.lists(some_turns, max_size=10).map(lambda runs: [name for run in runs for name in run])
"""A few calls of one worker, then a few of another. About eight calls are a placement."""


@given(turns=any_turns)
@example(turns=["first"] * 3 + ["second"] * 6 + ["first"] * 4 + ["second"])
@on_a_real_engine
def test_a_key_ends_up_in_the_plan_of_its_team_however_two_placements_interleave(
    local_store: Store, turns: Sequence[str]
) -> None:
    """The example: the second moves the key, the first moves it back and notes that, then the second notes its own."""
    interleave(World(local_store), turns)


@given(turns=any_turns, killed=st.sets(st.sampled_from(["first", "second"])))
@example(turns=["first"] * 4, killed={"first", "second"})
@on_a_real_engine
def test_a_key_is_where_it_is_noted_to_be_whenever_a_worker_is_killed(
    local_store: Store, turns: Sequence[str], killed: set[str]
) -> None:
    interleave(World(local_store), turns, killed)


def test_a_key_that_a_dead_worker_was_moving_waits_until_nobody_can_be_moving_it_any_more(local_store: Store) -> None:
    world = World(local_store)
    worker = world.worker(Plan.TEAM)
    for _ in range(5):
        worker.go()
    worker.kill()
    with pytest.raises(Unavailable):
        world.usage_plans(local_store).place(world.team_id)
    assert world.noted_and_true() == ("", "")
    world.now += CLAIM_LASTS + timedelta(seconds=1)
    world.usage_plans(local_store).place(world.team_id)
    assert world.noted_and_true() == (PLAN_IDS[Plan.TEAM],) * 2


def test_a_claim_outlasts_every_worker_and_not_the_wait_for_another_delivery() -> None:
    workers = [f for f in read_template().functions.values() if "USAGE_PLAN_PRO" in f.environment]
    assert len(workers) == 2
    assert max(function.timeout for function in workers) < CLAIM_LASTS.total_seconds()
    queue = source()["Resources"]["IngestQueue"]["Properties"]
    assert CLAIM_LASTS.total_seconds() < queue["VisibilityTimeout"]
