"""No stream of valid events makes an item too large, or keeps what is harmless from passing (contract 11)."""

from typing import Any

import pytest

from shared.domain.events import BadEvent, read_event
from shared.domain.history import MAX_REPORTS
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.tallies import MAX_QUARTER_TOPICS, QuarterKey, topics_in
from shared.domain.topics import MAX_TOPICS
from shared.services.ingestion import apply
from shared.store import Store
from tests.builders import NOW, a_message_triaged, an_event, an_id, days
from tests.integration.conftest import PSEUDONYMS

LARGEST_ITEM = 400 * 1024


def take_in(store: Store, event: dict[str, Any]) -> None:
    apply(read_event(event), store, PSEUDONYMS, lambda _: None, NOW)


def topics(start: int, number: int = MAX_TOPICS) -> list[str]:
    """Topics as long as they may be."""
    return [f"{n:064}" for n in range(start, start + number)]


def test_a_quarter_takes_five_hundred_topics_and_refuses_more_with_the_reason(local_store: Store) -> None:
    user = an_id("user")
    quarter = QuarterKey("team_1", user, "2026-Q1")
    first, *_, last = messages = [an_id("msg") for _ in range(MAX_QUARTER_TOPICS // MAX_TOPICS)]
    for message, start in zip(messages, range(0, MAX_QUARTER_TOPICS, MAX_TOPICS), strict=True):
        take_in(local_store, a_message_triaged(user_id=user, message_id=message, topics=topics(start)))
    assert topics_in(local_store.tallies.get(quarter)) == MAX_QUARTER_TOPICS
    with pytest.raises(BadEvent, match="more than 500 different topics in the quarter"):
        take_in(local_store, a_message_triaged(user_id=user, topics=["one more"]))
    take_in(local_store, a_message_triaged(user_id=user, topics=topics(0)))
    take_in(local_store, a_message_triaged(user_id=user, topics=[]))
    take_in(local_store, a_message_triaged(user_id=user, topics=["one more"], received_at="2025-12-31T00:00:00Z"))
    verified_outcome = {"outcome": "offered", "verified_at": "2026-03-01T00:00:00Z", "source": "lever"}
    take_in(local_store, an_event("OutcomeVerified", message_id=first, **verified_outcome))
    tally = local_store.tallies.get(quarter)
    assert (tally["inbound"], tally["verified"]) == (27, 1)
    take_in(local_store, a_message_triaged("2026-03-02T00:00:00Z", user_id=user, message_id=last, topics=["one more"]))
    assert topics_in(local_store.tallies.get(quarter)) == MAX_QUARTER_TOPICS - MAX_TOPICS + 1


def test_a_message_that_is_corrected_again_and_again_leaves_nothing_behind(local_store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    for n in range(40):
        time = f"2026-03-01T00:00:{n:02}Z"
        about: dict[str, Any] = {"user_id": user, "message_id": message, "company": f"Acme {user} {n}"}
        take_in(local_store, a_message_triaged(time, topics=topics(n * MAX_TOPICS), **about))
    quarter = local_store.tallies.get(QuarterKey("team_1", user, "2026-Q1"))
    assert topics_in(quarter) == MAX_TOPICS
    assert 0 not in quarter.values()
    person = local_store.tallies.person(user)
    assert len(person.tallies) == 2, "the quarter, and one company"
    assert len(person.companies) == 40, "an erasure must find them all"


def test_a_thread_with_the_longest_notes_and_sources_stays_below_the_largest_item(local_store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    take_in(local_store, a_message_triaged(user_id=user, message_id=message, topics=topics(0)))

    def many_reports(found: Message | None) -> Message:
        assert found is not None
        history = found.history
        for n in range(2 * MAX_REPORTS):
            history = history.self_reported(list(Outcome)[n % 9], "\U0001f600" * 2_000, NOW + days(n))
        return found.with_history(history)

    local_store.messages.change(message, many_reports)
    for n in range(2 * MAX_REPORTS):
        verified = {"outcome": list(Outcome)[n % 9].value, "verified_at": f"2026-02-{1 + n % 28:02}T00:00:{n:02}Z"}
        take_in(local_store, an_event("OutcomeVerified", message_id=message, source="\U0001f600" * 256, **verified))
    answer = local_store._dynamodb.get_item(TableName="MessagesTable", Key={"message_id": {"S": message}})
    assert item_size(answer["Item"]) < LARGEST_ITEM * 0.75


def item_size(item: dict[str, Any]) -> int:
    """Bytes as DynamoDB counts them, rounded up."""
    total = 0
    for name, typed in item.items():
        total += len(name.encode())
        for kind, value in typed.items():
            match kind:
                case "M":
                    total += 3 + item_size(value) + len(value)
                case "L":
                    total += 3 + sum(1 + item_size({"": inner}) for inner in value)
                case _:
                    total += len(str(value).encode())
    return total
