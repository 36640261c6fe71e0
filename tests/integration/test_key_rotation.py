"""Rotation: a key gets a successor like itself, and ends after an overlap (contract 2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.control_plane import ControlPlane
from local.stack import Stack
from shared.domain.periods import timestamp
from tests.builders import an_id
from tests.integration.test_control_plane import a_team, call

KEYS = "ManageKeysFunction"


def in_hours(hours: float) -> str:
    return timestamp(datetime.now(UTC) + timedelta(hours=hours))


class KeysOfATeam:
    """What an operator does with the keys of one team."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.team, [self.user] = a_team(ControlPlane(stack))

    def ask(self, action: str, **request: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._stack.invoke(KEYS, {"action": action, "team_id": self.team, **request})
        return answer

    def create(self, **request: Any) -> dict[str, Any]:
        answer = self.ask("create", user_id=self.user, **request)
        assert answer["statusCode"] == 201, answer["body"]
        made: dict[str, Any] = answer["body"]
        return made

    def rotate(self, key_id: str, **request: Any) -> dict[str, Any]:
        answer = self.ask("rotate", key_id=key_id, **request)
        assert answer["statusCode"] == 201, answer["body"]
        made: dict[str, Any] = answer["body"]
        return made

    def listed(self, key_id: str) -> dict[str, Any]:
        [record] = [key for key in self.ask("list")["body"]["keys"] if key["key_id"] == key_id]
        return dict(record)


@pytest.fixture
def keys(stack: Stack) -> KeysOfATeam:
    return KeysOfATeam(stack)


def test_a_successor_is_like_the_key_it_replaces(keys: KeysOfATeam) -> None:
    old = keys.create(name="CI", scopes=["read", "write"], expires_at=in_hours(30 * 24))
    new = keys.rotate(old["key_id"])
    same = ("team_id", "user_id", "name", "scopes", "expires_at")
    assert {field: new[field] for field in same} == {field: old[field] for field in same}
    assert new["replaces"] == old["key_id"]
    assert new["key"] != old["key"]
    assert keys.listed(new["key_id"]).items() <= new.items()


def test_a_successor_of_a_key_without_an_end_has_none(keys: KeysOfATeam) -> None:
    assert keys.rotate(keys.create()["key_id"])["expires_at"] is None


def test_a_successor_ends_when_the_request_says(keys: KeysOfATeam) -> None:
    old, later = keys.create(expires_at=in_hours(48)), in_hours(1000)
    new = keys.rotate(old["key_id"], expires_at=later)
    assert new["expires_at"] == keys.listed(new["key_id"])["expires_at"] == later


def test_an_end_that_is_not_in_the_future_is_a_bad_request(keys: KeysOfATeam) -> None:
    old = keys.create()
    for request in ({"action": "create", "user_id": keys.user}, {"action": "rotate", "key_id": old["key_id"]}):
        answer = keys.ask(**request, expires_at=in_hours(-1))
        assert (answer["statusCode"], answer["body"]["errors"]) == (
            400,
            [{"pointer": "#/expires_at", "detail": "must be in the future"}],
        )


def test_a_rotated_key_names_its_successor_and_is_not_rotated_again(keys: KeysOfATeam) -> None:
    old = keys.create()
    new = keys.rotate(old["key_id"])
    assert keys.listed(old["key_id"])["replaced_by"] == new["key_id"]
    again = keys.ask("rotate", key_id=old["key_id"])
    assert (again["statusCode"], again["body"]["code"]) == (400, "already_rotated")


def test_both_keys_work_through_the_overlap_and_without_one_only_the_new(stack: Stack, keys: KeysOfATeam) -> None:
    first = keys.create()
    second = keys.rotate(first["key_id"])
    assert in_hours(23.9) < second["old_key_expires_at"] < in_hours(24.1)
    assert [call(stack, key["key"]).status for key in (first, second)] == [200, 200]
    third = keys.rotate(second["key_id"], overlap_hours=0)
    assert [call(stack, key["key"]).status for key in (second, third)] == [401, 200]


@pytest.mark.parametrize(("expires_in", "overlap", "ends_in"), [(None, 2, 2), (48, 2, 2), (2, 48, 2)])
def test_an_old_key_ends_when_the_answer_says_and_never_later_than_it_would_have(
    keys: KeysOfATeam, expires_in: int | None, overlap: int, ends_in: int
) -> None:
    old = keys.create(expires_at=in_hours(expires_in) if expires_in else None)
    answer = keys.rotate(old["key_id"], overlap_hours=overlap)
    assert in_hours(ends_in - 0.1) < answer["old_key_expires_at"] < in_hours(ends_in + 0.1)
    assert keys.listed(old["key_id"])["expires_at"] == answer["old_key_expires_at"]


def test_a_key_that_has_ended_stays_on_the_list_and_gets_no_successor(keys: KeysOfATeam) -> None:
    revoked, expired = keys.create(), keys.create()
    keys.ask("revoke", key_id=revoked["key_id"])
    keys.rotate(expired["key_id"], overlap_hours=0)
    assert keys.listed(revoked["key_id"])["revoked_at"]
    assert keys.listed(expired["key_id"])["expires_at"] <= in_hours(0)
    for ended in (revoked, expired):
        answer = keys.ask("rotate", key_id=ended["key_id"])
        assert (answer["statusCode"], answer["body"]["code"]) == (
            (400, "revoked") if ended is revoked else (400, "already_rotated")
        )
    assert keys.ask("rotate", key_id=an_id("key"))["statusCode"] == 404
