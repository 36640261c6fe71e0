"""Export: everything that is held about one person, held against what the tables hold (GDPR article 15)."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.history import MAX_REPORTS
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.infra.errors import Unavailable
from shared.services.export import export_person
from shared.services.releases import current_signals
from shared.store import Store
from shared.store.table import from_dynamodb
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_erasure import a_company, a_person, add_candidates, take_in

OURS = {
    "key_hash": "what a key is found by; whoever has it could try keys against it",
    "version": "counts writes",
    "log": "its webhook events are made of this, and the export has them",
    "due": "a part of the index of deliveries",
    "failed": "how many attempts of a delivery failed; the export has all of them",
    "released_version": "counts changes of a release",
    "parts": "of the release's roster",
    "thread_order": "where the index sorts a message, put together from what is in it",
    "stale_since": "when a cached report was dropped",
    "pk": "where an item is kept; the ids in it are attributes too",
    "sk": "likewise",
    "subject": "likewise",
    "sort_key": "likewise",
    "period": "likewise",
    "write": "tells writes apart",
    "ttl": "when a cached report goes",
}
"""Attributes that say nothing about a person beyond what others say."""


def leaves(value: Any) -> Iterator[Any]:
    """The values in a document. JSON kept as text is read; of an event's order only the time counts."""
    match value:
        case dict():
            for name, inner in value.items():
                if name not in OURS:
                    yield from leaves(inner.split(" ")[0] if name == "event_order" else inner)
        case list() | tuple() | set():
            for inner in value:
                yield from leaves(inner)
        case str() if value.startswith(("{", "[")):
            yield from leaves(json.loads(value))
        case str() if value[4:5] == "-" and value[10:11] == "T":
            yield datetime.fromisoformat(value).timestamp()
        case str():
            yield value.removeprefix("candidate#").removeprefix("release#pending#")
        case _:
            yield value


def items_about(store: Store, user: str) -> list[dict[str, Any]]:
    """Every item of every table that names a person, by id or by pseudonym."""
    client, candidate = store.messages._table.client, PSEUDONYMS.candidate(user)
    found = []
    for table in client.list_tables()["TableNames"]:
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in map(from_dynamodb, page["Items"]):
                text = json.dumps(item, default=bytes.hex)
                if user in text or candidate in text:
                    found.append(item)
    return found


@pytest.fixture
def person(local_store: Store) -> str:
    """A candidate of whom everything is held that can be, in a release, with more outcomes than are kept one by one."""
    company = a_company()
    user = a_person(local_store, company)
    add_candidates(local_store, company, 12)
    assert current_signals(local_store, company, NOW)

    def many_outcomes(message: Message | None) -> Message:
        assert message is not None
        history = message.history
        for n in range(MAX_REPORTS + 3):
            outcome = (Outcome.INTERVIEWED, Outcome.GHOSTED)[n % 2]
            history = history.self_reported(outcome, f"note {n} of {user}", NOW + timedelta(days=n))
        return message.with_history(history)

    local_store.messages.change(f"{user}-one", many_outcomes)
    return user


def test_an_export_holds_every_item_of_every_table_that_holds_the_person(local_store: Store, person: str) -> None:
    export = export_person(local_store, PSEUDONYMS, person, NOW)
    exported = {json.dumps(value) for value in leaves(json.loads(json.dumps(export)))}
    items = items_about(local_store, person)
    assert len(items) > 10
    for item in items:
        if isinstance(item.get("entries"), bytes):  # the roster of a release: the export says that they are in it
            assert [company["in_release"] for company in export["companies"]] == [True, False]
            continue
        missing = [value for value in leaves(item) if json.dumps(value) not in exported]
        assert missing == [], f"of {item}"


def test_an_export_holds_no_hash_of_a_key_and_nobody_else(local_store: Store, person: str) -> None:
    text = json.dumps(export_person(local_store, PSEUDONYMS, person, NOW))
    assert "hash of" not in text
    assert "-user-" not in text


def test_an_export_says_whose_it_is_and_what_there_is(local_store: Store, person: str) -> None:
    export = export_person(local_store, PSEUDONYMS, person, NOW)
    assert (export["user_id"], export["erased"], export["next"]) == (person, False, None)
    assert export["profile"]["headline"] == f"{person} the PM"
    assert [membership["joined"] for membership in export["memberships"]] == [True]
    assert len(export["keys"]) == 2
    [first, second] = export["messages"]
    assert (first["counted_as"], second["counted_as"]) == (export["companies"][0]["company"], "stripe")
    assert len(first["outcome_reports"]) == MAX_REPORTS + 1
    assert {earlier["outcome"] for earlier in first["earlier_outcomes"]} == {"interviewed", "ghosted"}
    assert [report["period"] for report in export["reports"]] == ["2026-Q1"]
    assert [company["changed_since_release"] for company in export["companies"]] == [True, True]


def test_an_export_comes_in_portions_that_a_function_can_answer(local_store: Store) -> None:
    user = an_id("user")
    take_in(local_store, *(a_message_triaged(user_id=user, message_id=f"{user}-{n}") for n in range(5)))
    whole = export_person(local_store, PSEUDONYMS, user, NOW)
    after, messages, portions = "", [], 0
    while True:
        part = export_person(local_store, PSEUDONYMS, user, NOW, after, portion=700)
        messages += part["messages"]
        portions += 1
        assert ("profile" in part) == (portions == 1)
        if part["next"] is None:
            break
        after = part["next"]
    assert portions > 1
    assert messages == whole["messages"]
    assert len(messages) == 5


def test_an_export_of_nobody_is_empty_and_one_of_an_erased_person_says_so(local_store: Store) -> None:
    user = an_id("user")
    nobody = export_person(local_store, PSEUDONYMS, user, NOW)
    assert [nobody[part] for part in ("profile", "erased", "messages", "tallies")] == [None, False, [], []]
    take_in(local_store, an_event("CandidateErased", user_id=user))
    assert export_person(local_store, PSEUDONYMS, user, NOW) == nobody | {"erased": True}


def test_an_export_waits_for_the_index_that_finds_messages(local_store: Store, person: str) -> None:
    lagging = Store(local_store._environ, local_store._dynamodb)
    lagging.messages.ids_of = lambda _: iter(())  # type: ignore[method-assign, assignment]  # the index does not know them yet
    with pytest.raises(Unavailable):
        export_person(lagging, PSEUDONYMS, person, NOW)


def test_an_export_holds_no_message_of_another_however_far_the_index_lags(local_store: Store) -> None:
    user, other, mine, theirs = (an_id(kind) for kind in ("user", "other", "mine", "theirs"))
    swapped = "2026-03-02T00:00:00Z"
    take_in(
        local_store,
        a_message_triaged(user_id=user, message_id=theirs),
        a_message_triaged(user_id=other, message_id=mine),
        a_message_triaged(swapped, user_id=other, message_id=theirs),
        a_message_triaged(swapped, user_id=user, message_id=mine),
    )
    lagging = Store(local_store._environ, local_store._dynamodb)
    lagging.messages.ids_of = lambda _: iter([theirs])  # type: ignore[method-assign, assignment]  # as it was before
    with pytest.raises(Unavailable):
        export_person(lagging, PSEUDONYMS, user, NOW)
    with pytest.raises(Unavailable):
        export_person(lagging, PSEUDONYMS, user, NOW, after=" ")
    export = export_person(local_store, PSEUDONYMS, user, NOW)
    assert [message["message_id"] for message in export["messages"]] == [mine]
