"""Listing threads: the order, the pages, and a walk through them while others write (contract 13)."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.events import read_event
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter
from shared.services.ingestion import apply
from shared.services.threads import BadCursor, OutcomeFilter, ThreadList, page_of_threads
from shared.store import Store
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS

START = datetime(2026, 1, 1, tzinfo=UTC)


def take_in(store: Store, *events: dict[str, Any]) -> None:
    for event in events:
        apply(read_event(event), store, PSEUDONYMS, lambda _: None, NOW)


def ids(store: Store, threads: ThreadList, limit: int = 100) -> list[str]:
    """The ids of all pages in turn."""
    found, cursor = [], None
    while True:
        page, cursor = page_of_threads(store, threads, limit, cursor)
        assert len(page) <= limit
        found += [thread.message_id for thread in page]
        if cursor is None:
            return found


def test_the_filter_knows_every_outcome_and_none() -> None:
    assert set(get_args(OutcomeFilter)) == {*Outcome, "none"}


def test_the_newest_come_first_with_fractions_of_seconds_then_by_id(store: Store) -> None:
    user = an_id("user")
    times = {"b": "10:00:00.000001", "a": "10:00:00.000001", "c": "10:00:00", "d": "10:00:00.5", "e": "09:59:59.999999"}
    for name, time in times.items():
        take_in(store, a_message_triaged(user_id=user, message_id=f"{user}-{name}", received_at=f"2026-02-01T{time}Z"))
    threads = ThreadList("team_1", user)
    for limit in (1, 2, 5):
        assert [name[-1] for name in ids(store, threads, limit)] == ["d", "a", "b", "c", "e"]


def test_a_period_holds_its_first_moment_and_not_its_last(store: Store) -> None:
    user = an_id("user")
    for name, time in (("in", "2026-01-01T00:00:00Z"), ("last", "2026-03-31T23:59:59.999999Z")):
        take_in(store, a_message_triaged(user_id=user, message_id=f"{user}-{name}", received_at=time))
    for name, time in (("before", "2025-12-31T23:59:59.999999Z"), ("after", "2026-04-01T00:00:00Z")):
        take_in(store, a_message_triaged(user_id=user, message_id=f"{user}-{name}", received_at=time))
    assert ids(store, ThreadList("team_1", user, Quarter(2026, 1)), 1) == [f"{user}-last", f"{user}-in"]


def test_a_list_holds_the_threads_of_one_team_and_one_person(store: Store) -> None:
    user, other = an_id("user"), an_id("user")
    for n, (owner, team) in enumerate(((user, "team_1"), (user, "team_10"), (user, "team"), (other, "team_1"))):
        take_in(store, a_message_triaged(user_id=owner, team_id=team, message_id=f"{user}-{n}"))
    assert ids(store, ThreadList("team_1", user)) == [f"{user}-0"]


def test_a_filtered_page_may_be_empty_while_there_are_more(store: Store) -> None:
    user = an_id("user")
    for n in range(4):
        take_in(
            store, a_message_triaged(user_id=user, message_id=f"{user}-{n}", received_at=f"2026-02-0{4 - n}T00:00:00Z")
        )
    verified_outcome = {"outcome": "offered", "verified_at": "2026-03-01T00:00:00Z", "source": "lever"}
    take_in(store, an_event("OutcomeVerified", message_id=f"{user}-2", **verified_outcome))
    offered, without = (ThreadList("team_1", user, None, outcome) for outcome in ("offered", "none"))
    page, cursor = page_of_threads(store, offered, 2, None)
    assert (page, cursor is None) == ([], False)
    [thread], end = page_of_threads(store, offered, 2, cursor)
    assert (thread.message_id, thread.verified, end) == (f"{user}-2", True, None)
    assert len(ids(store, without, 1)) == 3


@pytest.mark.parametrize("change", ["user_id", "team_id", "quarter", "outcome"])
def test_a_cursor_is_good_for_its_own_list_only(change: str) -> None:
    own = {"team_id": "team_1", "user_id": "user_1", "quarter": Quarter(2026, 1), "outcome": "offered"}
    others = {"team_id": "team_2", "user_id": "user_2", "quarter": None, "outcome": None}
    cursor = ThreadList(**own).cursor("000#msg_1")  # type: ignore[arg-type]  # of several types
    assert ThreadList(**own).position(cursor) == "000#msg_1"  # type: ignore[arg-type]  # likewise
    with pytest.raises(BadCursor):
        ThreadList(**own | {change: others[change]}).position(cursor)  # type: ignore[arg-type]  # likewise


@given(st.one_of(st.text(), st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)))
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        ThreadList("team_1", "user_1").position(text)


writes = st.lists(st.tuples(st.sampled_from(["new", "outcome", "move", "team"]), st.integers(0, 9)), max_size=4)


@given(minutes=st.lists(st.integers(0, 5), min_size=1, max_size=10), limit=st.integers(1, 3), data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_walk_while_others_write_gives_each_thread_that_stays_exactly_once(
    local_store: Store, minutes: list[int], limit: int, data: st.DataObject
) -> None:
    run, user, turn = an_id("run"), an_id("user"), 0
    touched: set[str] = set()

    def triage(message: str, minute: int, team: str = "team_1") -> None:
        received = (START + timedelta(minutes=minute)).isoformat()
        time = f"2026-03-01T00:{turn // 60:02}:{turn % 60:02}Z"
        about = {"user_id": user, "team_id": team, "message_id": message, "received_at": received}
        take_in(local_store, a_message_triaged(time, **about))

    names = [f"{run}-{n}" for n in range(len(minutes))]
    for name, minute in zip(names, minutes, strict=True):
        triage(name, minute)
    found: list[str] = []
    cursor = None
    while True:
        page, cursor = page_of_threads(local_store, ThreadList("team_1", user), limit, cursor)
        found += [thread.message_id for thread in page]
        if cursor is None:
            break
        for kind, number in data.draw(writes):
            turn += 1
            name = names[number % len(names)]
            match kind:
                case "new":
                    triage(f"{run}-new-{turn}", number % 6)
                case "outcome":
                    local_store.messages.change(name, lambda message: _ghosted(message))
                case "move":
                    touched.add(name)
                    triage(name, number % 6)
                case _:
                    touched.add(name)
                    triage(name, number % 6, "team_2")
    stayed = [name for name in names if name not in touched]
    assert [found.count(name) for name in stayed] == [1] * len(stayed)


def _ghosted(message: Message | None) -> Message:
    assert message is not None
    return message.with_history(message.history.self_reported(Outcome.GHOSTED, "", NOW))
