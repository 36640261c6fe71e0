"""The format of keys and the verdict on them (contract 2)."""

import random
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ids import is_id
from shared.domain.keys import (
    Allowed,
    Denied,
    KeyRecord,
    Team,
    check_record,
    check_team,
    hash_key,
    key_id_of,
    key_in_header,
    make_key,
    usage_key,
)
from shared.domain.memberships import Membership, Role
from shared.domain.plans import Plan, Scope
from tests.builders import NOW, days

KEY = make_key(random.Random(1).choice)
RECORD = KeyRecord("key_1", "hash", "team_1", "user_1", "CI", frozenset({Scope.READ}), NOW)
TEAM = Team("team_1", "Acme", Plan.PRO)
MEMBER = Membership(Role.MEMBER, "1")


def test_a_key_is_its_prefix_32_random_characters_and_6_of_checksum() -> None:
    assert KEY.startswith("iv_live_")
    assert len(KEY) == 8 + 32 + 6
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    checksum = sum(digits.index(c) * 62**i for i, c in enumerate(reversed(KEY[-6:])))
    assert checksum == zlib.crc32(KEY[:-6].encode())


@given(st.integers())
def test_every_key_made_is_read_back_from_its_header(seed: int) -> None:
    key = make_key(random.Random(seed).choice)
    assert key_in_header(f"Bearer {key}") == key
    assert key_in_header(f"bearer  {key}") == key


@given(st.integers(0, len(KEY) - 1), st.sampled_from("0Aaz_~é"))
def test_any_single_typo_is_refused_without_a_look_at_the_database(place: int, character: str) -> None:
    typo = KEY[:place] + character + KEY[place + 1 :]
    assert key_in_header(f"Bearer {typo}") == (KEY if typo == KEY else None)


@given(st.text())
def test_anything_else_is_no_key(text: str) -> None:
    assert key_in_header(text) is None


@pytest.mark.parametrize(
    "header",
    [
        KEY,
        f"Basic {KEY}",
        f"Bearer {KEY} ",
        f"Bearer {KEY}\n",
        f"Bearer {KEY[:-1]}",
        f"Bearer{KEY}",
        f"Bearer {KEY.upper()}",
    ],
)
def test_a_malformed_header_holds_no_key(header: str) -> None:
    assert key_in_header(header) is None


def test_the_stored_form_says_nothing_of_the_key() -> None:
    assert len(hash_key(KEY)) == 64
    assert KEY not in hash_key(KEY)


def test_the_id_of_a_key_follows_from_it_and_says_nothing_of_it() -> None:
    assert key_id_of(KEY) == key_id_of(KEY)
    assert key_id_of(KEY).startswith("key_")
    assert key_id_of(KEY).removeprefix("key_") not in hash_key(KEY)
    assert is_id(key_id_of(KEY))


def test_a_good_key_lets_its_member_in_with_the_teams_plan() -> None:
    verdict = check_team(RECORD, TEAM, MEMBER)
    assert isinstance(verdict, Allowed)
    assert verdict.context() == {
        "team_id": "team_1",
        "user_id": "user_1",
        "plan": "pro",
        "scopes": "read",
        "key_id": "key_1",
        "key_name": "CI",
        "key_expires_at": "",
        "session": "",
        "rate_limit_policy": '"pro";q=20;w=60',
    }


@pytest.mark.parametrize(
    ("record", "key_hash", "reason"),
    [
        (None, "hash", "unknown"),
        (RECORD, "another hash", "unknown"),
        (replace(RECORD, revoked_at=NOW), "hash", "revoked"),
        (replace(RECORD, revoked_at=NOW + days(1)), "hash", "revoked"),
        (replace(RECORD, expires_at=NOW), "hash", "expired"),
    ],
)
def test_a_bad_record_is_denied_with_its_reason(record: KeyRecord | None, key_hash: str, reason: str) -> None:
    assert check_record(record, key_hash, NOW) == Denied(reason)


def test_a_key_works_until_it_expires() -> None:
    record = replace(RECORD, expires_at=NOW + days(1))
    assert check_record(record, "hash", NOW) == record


@pytest.mark.parametrize(
    ("team", "membership", "reason"),
    [
        (TEAM, Membership(), "not_a_member"),
        (TEAM, MEMBER.after(None, NOW, "2"), "not_a_member"),
        (TEAM, MEMBER.after(None, NOW, "2").after(Role.ADMIN, NOW, "3"), "not_a_member"),
        (None, MEMBER, "team_missing"),
        (replace(TEAM, suspended=True), MEMBER, "team_suspended"),
    ],
)
def test_a_key_is_denied_for_its_team_or_member_with_the_reason(
    team: Team | None, membership: Membership, reason: str
) -> None:
    assert check_team(RECORD, team, membership) == Denied(reason)


ENTERPRISE = replace(TEAM, plan=Plan.ENTERPRISE)
SIGNED_IN = replace(MEMBER, identity="abc")


@pytest.mark.parametrize(
    ("session", "team", "membership", "provider_team", "is_let_in"),
    [
        ("Cognito abc", TEAM, SIGNED_IN, None, True),
        ("Cognito xyz", TEAM, SIGNED_IN, None, False),
        ("Cognito abc", TEAM, MEMBER, None, False),
        ("Acme abc", ENTERPRISE, SIGNED_IN, TEAM.team_id, True),
        ("Acme abc", ENTERPRISE, SIGNED_IN, None, False),
        ("Acme abc", ENTERPRISE, SIGNED_IN, "another team", False),
        ("Acme abc", TEAM, SIGNED_IN, TEAM.team_id, False),
    ],
)
def test_a_session_needs_its_members_identity_and_a_provider_that_opens_the_team(
    session: str, team: Team, membership: Membership, provider_team: str | None, *, is_let_in: bool
) -> None:
    verdict = check_team(replace(RECORD, session=session), team, membership, provider_team)
    assert isinstance(verdict, Allowed) is is_let_in
    assert is_let_in or verdict == Denied("identity_opens_nothing")


@given(st.lists(st.tuples(*[st.text("abAB._:-", min_size=1, max_size=3)] * 2, st.sampled_from(Plan)), max_size=9))
def test_a_usage_key_is_one_teams_and_plans_and_fits_api_gateway(places: list[tuple[str, str, Plan]]) -> None:
    values = {usage_key(*place) for place in places}
    assert len(values) == len(set(places))
    assert all(20 <= len(value) <= 128 for value in values)
