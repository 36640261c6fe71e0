"""Only members get keys, and only their keys work. Concurrent rotations and revocations are atomic (contract 2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.authorizer import check
from shared.domain.keys import Allowed, Denied, hash_key
from shared.domain.memberships import Role
from shared.domain.plans import Plan, Scope
from shared.infra.errors import Unavailable
from shared.services.keys import AlreadyRotated, Ended, KeyMaker, NewKey, Revoked, UnknownKey, UnknownTeam
from shared.store import Erased, Store
from shared.store.api_keys import NotAMember
from tests.builders import an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.interleaving import Worker
from tests.integration.teams import a_key, a_member, joins, leaves

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)
READ = frozenset({Scope.READ})


class Clock:
    """Time that stands still, but for pauses."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def maker(store: Store, clock: Clock | None = None) -> KeyMaker:
    clock = clock or Clock()
    return KeyMaker(store, PSEUDONYMS, lambda _: None, clock, clock.pause)


def create(store: Store, team: str, user: str, clock: Clock | None = None) -> NewKey:
    return maker(store, clock).create(team, user, "CI", READ, None)


def verdict(store: Store, key: str, now: datetime = NOW) -> Allowed | Denied:
    return check(store, f"Bearer {key}", now)


def works(store: Store, key: str, now: datetime = NOW) -> bool:
    return isinstance(verdict(store, key, now), Allowed)


def test_a_member_gets_a_key_that_works(store: Store) -> None:
    made = create(store, *a_member(store))
    found = verdict(store, made.key)
    assert isinstance(found, Allowed)
    assert found.key.key_id == made.record.key_id
    assert [record.key_id for record in store.api_keys.of_team(made.record.team_id)] == [made.record.key_id]
    assert store.api_keys.get(made.record.key_id) == replace(made.record, last_used_on="2026-03-13")


def test_nobody_else_gets_one(store: Store) -> None:
    team, user = a_member(store)
    leaves(store, team, user, NOW - timedelta(days=1))
    for person in (an_id("user"), user):
        with pytest.raises(NotAMember):
            create(store, team, person)
    with pytest.raises(NotAMember):
        create(store, an_id("team"), user)
    joins(store, team_without_event := an_id("team"), user, NOW)
    with pytest.raises(UnknownTeam):
        create(store, team_without_event, user)
    assert store.api_keys.of_team(team) == []


def test_an_erased_person_gets_none(local_store: Store) -> None:
    team, user = a_member(local_store)
    local_store.accounts.put_tombstone(PSEUDONYMS.erased_person(user))
    with pytest.raises(Erased):
        create(local_store, team, user)


def test_the_membership_is_checked_in_the_transaction_that_writes_the_key(local_store: Store) -> None:
    team, user = a_member(local_store)
    leaving = KeyMaker(
        local_store, PSEUDONYMS, lambda _: leaves(local_store, team, user, NOW - timedelta(hours=1)), lambda: NOW
    )
    with pytest.raises(NotAMember):
        leaving.create(team, user, "CI", READ, None)
    assert local_store.api_keys.of_user(user) == []


def test_a_leave_ends_older_keys_for_good_and_a_later_key_works(store: Store) -> None:
    team, user = a_member(store)
    old = create(store, team, user)
    leaves(store, team, user, NOW + timedelta(minutes=1))
    assert verdict(store, old.key) == Denied("not_a_member")
    joins(store, team, user, NOW + timedelta(minutes=2))
    assert verdict(store, old.key) == Denied("not_a_member")
    later = create(store, team, user, Clock(NOW + timedelta(minutes=3)))
    assert works(store, later.key)
    with pytest.raises(Ended):
        maker(store, Clock(NOW + timedelta(minutes=4))).rotate(team, old.record.key_id, timedelta(), None)


def test_a_leave_that_arrives_after_the_rejoining_ends_older_keys_too(local_store: Store) -> None:
    team, user = a_member(local_store)
    old = create(local_store, team, user)
    joins(local_store, team, user, NOW + timedelta(minutes=2))
    assert works(local_store, old.key)
    leaves(local_store, team, user, NOW + timedelta(minutes=1))
    assert not works(local_store, old.key)
    assert local_store.accounts.membership(team, user).joined


def test_a_key_made_in_the_second_of_a_leave_waits_for_the_next_second(local_store: Store) -> None:
    team, user = a_member(local_store)
    leaves(local_store, team, user, NOW + timedelta(seconds=0.2))
    joins(local_store, team, user, NOW + timedelta(seconds=0.4))
    clock = Clock(NOW + timedelta(seconds=0.5))
    made = create(local_store, team, user, clock)
    assert clock.now == NOW + timedelta(seconds=1)
    assert works(local_store, made.key)


def test_a_leave_dated_minutes_ahead_puts_a_new_key_off(local_store: Store) -> None:
    team, user = a_member(local_store)
    leaves(local_store, team, user, NOW + timedelta(minutes=5))
    joins(local_store, team, user, NOW + timedelta(minutes=6))
    with pytest.raises(Unavailable) as put_off:
        create(local_store, team, user)
    made = create(local_store, team, user, Clock(NOW + timedelta(seconds=put_off.value.retry_after)))
    assert works(local_store, made.key)


def test_who_joins_two_teams_has_keys_of_each(local_store: Store) -> None:
    one, user = a_member(local_store)
    two, _ = a_member(local_store, user_id=user)
    keys = [create(local_store, team, user) for team in (one, two)]
    leaves(local_store, one, user, NOW + timedelta(minutes=1))
    assert [works(local_store, made.key) for made in keys] == [False, True]


def test_a_suspended_team_is_refused_until_it_is_resumed_whatever_events_say(store: Store) -> None:
    team, user = a_member(store)
    made = create(store, team, user)
    assert store.accounts.set_suspended(team, suspended=True)
    assert verdict(store, made.key) == Denied("team_suspended")
    assert store.accounts.put_team(team, "Renamed", Plan.PRO, "2026-04-01", metered=True)
    assert verdict(store, made.key) == Denied("team_suspended")
    assert store.accounts.set_suspended(team, suspended=False)
    assert works(store, made.key)
    assert not store.accounts.set_suspended(an_id("team"), suspended=True)


def test_a_rotation_ends_the_key_after_the_overlap_and_happens_once(store: Store) -> None:
    team, user = a_member(store)
    old = create(store, team, user)
    new, ends = maker(store).rotate(team, old.record.key_id, timedelta(hours=2), None)
    assert ends == NOW + timedelta(hours=2)
    assert [works(store, made.key) for made in (old, new)] == [True, True]
    assert [works(store, made.key, ends) for made in (old, new)] == [False, True]
    for overlap in (timedelta(), timedelta(hours=9)):
        with pytest.raises(AlreadyRotated):
            maker(store).rotate(team, old.record.key_id, overlap, None)
    record = store.api_keys.get(old.record.key_id)
    assert record
    assert (record.expires_at, record.rotated_to) == (ends, new.record.key_id)


def test_a_revocation_after_a_rotation_ends_the_old_key_and_leaves_its_successor(store: Store) -> None:
    team, user = a_member(store)
    old = create(store, team, user)
    new, _ = maker(store).rotate(team, old.record.key_id, timedelta(hours=2), None)
    maker(store).revoke(team, old.record.key_id)
    assert [works(store, made.key) for made in (old, new)] == [False, True]
    with pytest.raises(Revoked):
        maker(store).rotate(team, old.record.key_id, timedelta(), None)


def test_a_revoked_key_is_not_rotated_and_its_revocation_keeps_its_time(store: Store) -> None:
    team, user = a_member(store)
    old = create(store, team, user)
    for hours in (0, 5):
        maker(store, Clock(NOW + timedelta(hours=hours))).revoke(team, old.record.key_id)
    record = store.api_keys.get(old.record.key_id)
    assert record
    assert record.revoked_at == NOW
    with pytest.raises(Revoked):
        maker(store).rotate(team, old.record.key_id, timedelta(), None)
    assert store.api_keys.of_team(team) == [record]


def test_a_key_of_another_team_is_unknown(local_store: Store) -> None:
    team, user = a_member(local_store)
    made = create(local_store, team, user)
    other, _ = a_member(local_store)
    for act in (maker(local_store).revoke, maker(local_store).find):
        with pytest.raises(UnknownKey):
            act(other, made.record.key_id)


def test_the_key_of_one_who_left_has_no_successor(local_store: Store) -> None:
    team, user = a_member(local_store)
    made = create(local_store, team, user)
    leaves(local_store, team, user, NOW)
    with pytest.raises(NotAMember):
        maker(local_store).rotate(team, made.record.key_id, timedelta(), None)


def test_only_the_hash_of_a_key_is_stored(local_store: Store) -> None:
    made = create(local_store, *a_member(local_store))
    item = local_store.api_keys._table.get(key_id=made.record.key_id)
    assert item
    assert item["key_hash"] == hash_key(made.key)
    assert made.key not in str(item)


on_a_real_engine = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NAMES = ("rotates", "rotates too", "revokes", "leaves")
runs = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 4)), max_size=12)
schedules = runs.map(lambda some: [name for name, times in some for _ in range(times)])


@given(schedule=schedules)
@on_a_real_engine
def test_of_simultaneous_rotations_one_wins_and_a_revocation_always_takes_effect(
    local_store: Store, schedule: Sequence[str]
) -> None:
    """Two rotations, a revocation and a leave interleave call by call."""
    team, user = a_member(local_store)
    old = create(local_store, team, user)
    made: list[NewKey] = []

    def worker(act: Callable[[Store], object]) -> Worker:
        return Worker(
            lambda worker: act(Store(local_store._environ, worker.client(local_store._dynamodb), worker.stop))
        )

    def rotate(store: Store) -> None:
        made.append(maker(store).rotate(team, old.record.key_id, timedelta(hours=1), None)[0])

    workers = {
        "rotates": worker(rotate),
        "rotates too": worker(rotate),
        "revokes": worker(lambda store: maker(store).revoke(team, old.record.key_id)),
        "leaves": worker(lambda store: leaves(store, team, user, NOW + timedelta(minutes=1))),
    }
    for name in schedule:
        workers[name].go()
    for each in workers.values():
        each.finish()
    assert workers["revokes"].failed is None
    assert workers["leaves"].failed is None
    losers = [workers[name].failed for name in NAMES[:2] if workers[name].failed]
    assert all(isinstance(failed, AlreadyRotated | Revoked | NotAMember) for failed in losers)
    assert len(made) + len(losers) == 2
    assert len(made) <= 1
    stored = {record.key_id for record in local_store.api_keys.of_team(team)}
    assert stored == {old.record.key_id, *(new.record.key_id for new in made)}
    assert not works(local_store, old.key)
    joins(local_store, team, user, NOW + timedelta(minutes=2))
    assert not any(works(local_store, each.key) for each in (old, *made))


class Repeating:
    """A client whose SDK repeats a transaction once, with its token, because the answer to the first was lost."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **parameters: Any) -> Any:
        self._client.transact_write_items(**parameters)
        return self._client.transact_write_items(**parameters)  # with another token: harder than the SDK's own repeat


def test_a_rotation_that_is_repeated_after_a_lost_answer_succeeds_once(local_store: Store) -> None:
    team, user = a_member(local_store)
    old = create(local_store, team, user)
    repeating = Store(local_store._environ, Repeating(local_store._dynamodb))
    new, _ = maker(repeating).rotate(team, old.record.key_id, timedelta(), None)
    assert works(local_store, new.key)
    assert len(local_store.api_keys.of_team(team)) == 2


def test_a_membership_that_is_written_twice_after_a_lost_answer_is_written_once(local_store: Store) -> None:
    team, user = an_id("team"), an_id("user")
    joins(Store(local_store._environ, Repeating(local_store._dynamodb)), team, user, NOW, Role.ADMIN)
    assert local_store.accounts.membership(team, user).role is Role.ADMIN
    assert [each.team_id for each in local_store.accounts.memberships(user)] == [team]


def test_an_erasure_finds_a_key_that_the_indexes_do_not_show_yet(local_store: Store) -> None:
    team, user = a_member(local_store)
    _, record = a_key(local_store, team, user)
    lagging = Store(local_store._environ, local_store._dynamodb)
    query = lagging.api_keys._table.query
    lagging.api_keys._table.query = lambda *of, index="", **values: (  # type: ignore[method-assign]  # as an index lags
        iter(()) if index else query(*of, **values)
    )
    lagging.api_keys.delete_for_user(user)
    assert local_store.api_keys.get(record.key_id) is None
    assert local_store.api_keys.of_user(user) == []
