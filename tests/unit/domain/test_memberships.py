"""Membership: the order of events, ties, and what a leave ends (contract 2 and 11)."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.events import Event, MemberJoined, SignIn, read_event
from shared.domain.memberships import Membership, Role
from tests.builders import an_event

START = datetime(2026, 3, 1, tzinfo=UTC)
NOBODY = SignIn.model_construct(provider="", subject="")
TEAM = {"team_id": "t", "user_id": "u"}


def joined(second: float, id: str = "a", **detail: Any) -> Event:  # noqa: A002 - the envelope's own name
    return read_event(an_event("MemberJoined", time=at(second), id=id, **TEAM, **detail))


def left(second: float, id: str = "a") -> Event:  # noqa: A002
    return read_event(an_event("MemberLeft", time=at(second), id=id, **TEAM))


def at(second: float) -> str:
    return (START + timedelta(seconds=second)).isoformat()


def fold(*events: Event) -> Membership:
    membership = Membership()
    for event in events:
        role, identity = None, ""
        if isinstance(event.detail, MemberJoined):
            role = event.detail.role
            identity = event.detail.sign_in.subject if event.detail.sign_in else ""
        membership = membership.after(role, event.time, event.event_order, identity)
    return membership


sign_ins = st.none() | st.sampled_from([{"provider": "Cognito", "subject": subject} for subject in ("one", "two")])
some_events = st.one_of(
    st.builds(
        joined,
        st.integers(0, 3),
        st.sampled_from("abZ"),
        role=st.sampled_from(["member", "admin"]),
        sign_in=sign_ins,
    ),
    st.builds(left, st.sampled_from([0, 0.25, 1, 2]), st.sampled_from("abZ")),
)


@given(st.lists(some_events, max_size=4))
def test_any_order_and_repetition_of_the_same_events_gives_the_same_membership(events: list[Event]) -> None:
    expected = fold(*events)
    assert all(fold(*order, *order[:2]) == expected for order in permutations(events))


@given(st.lists(some_events, max_size=5))
def test_the_identity_is_that_of_the_latest_join_that_gave_one_whatever_else_happens(events: list[Event]) -> None:
    gave = [(event.event_order, event.detail.sign_in) for event in events if isinstance(event.detail, MemberJoined)]
    latest = max((order, sign_in.subject) for order, sign_in in [*gave, ("", NOBODY)] if sign_in)
    membership = fold(*events)
    assert (membership.identity_order, membership.identity) == latest


@given(st.lists(some_events, max_size=5), st.integers(0, 3), st.sampled_from([0, 0.4, 0.9]))
def test_no_key_survives_a_leave_of_its_second_or_later(events: list[Event], second: int, fraction: float) -> None:
    made = START + timedelta(seconds=second + fraction)
    leaves = [event.time for event in events if event.detail.__class__.__name__ == "MemberLeft"]
    if any(leave.replace(microsecond=0) >= made.replace(microsecond=0) for leave in leaves):
        assert not fold(*events).allows_key(made)


def test_a_leave_beats_a_join_of_the_same_second_whatever_their_ids() -> None:
    for ids in ("ab", "ba"):
        assert not fold(joined(0, ids[0]), left(0, ids[1])).joined


def test_member_beats_admin_of_the_same_second_and_no_role_means_member() -> None:
    for ids in ("ab", "ba"):
        assert fold(joined(0, ids[0], role="admin"), joined(0, ids[1])).role is Role.MEMBER
        assert fold(joined(0, ids[0], role="admin"), joined(0, ids[1], role="member")).role is Role.MEMBER


def test_the_greater_id_decides_between_equals_by_code_point() -> None:
    assert read_event(an_event("TeamUpdated", id="a", team_id="t", name="x", plan="pro")).event_order > (
        read_event(an_event("TeamUpdated", id="Z", team_id="t", name="x", plan="pro")).event_order
    )


def test_occurred_at_decides_in_place_of_the_time_that_eventbridge_cuts() -> None:
    left_first = read_event(an_event("MemberLeft", time=at(5), id="z", **TEAM, occurred_at=at(5.1)))
    joined_then = read_event(an_event("MemberJoined", time=at(5), id="a", **TEAM, occurred_at=at(5.2)))
    assert fold(joined_then, left_first).joined
    assert not fold(joined_then, left_first).allows_key(START + timedelta(seconds=5.9))  # of the second of the leave
    assert fold(joined_then, left_first).allows_key(START + timedelta(seconds=6))


def test_who_rejoined_is_a_member_but_older_keys_stay_dead() -> None:
    membership = fold(joined(0), left(10), joined(20))
    assert membership.joined
    assert not membership.allows_key(START + timedelta(seconds=5))
    assert membership.allows_key(START + timedelta(seconds=21))


def test_a_leave_that_arrives_after_the_rejoining_still_ends_older_keys() -> None:
    assert fold(joined(0), joined(20), left(10)) == fold(joined(0), left(10), joined(20))
