"""Each failure of a backend has a decided answer: 503 to the caller, and nothing half done (contract 1)."""

import json
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from functions.authorizer import check
from shared.domain.events import read_event
from shared.domain.keys import Allowed, key_id_of
from shared.domain.messages import Message
from shared.domain.periods import Quarter
from shared.domain.tallies import QuarterKey
from shared.infra.aws import AwsError, aws_call
from shared.infra.errors import Unavailable
from shared.infra.telemetry import logger
from shared.services.ingestion import apply
from shared.services.reports import cached_career_health, make_career_health
from shared.store import Store
from tests.builders import NOW, a_message_triaged, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.teams import a_key, a_member

Q1 = Quarter(2026, 1)


def aws_error(code: str, status: int = 400, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(response, "PutItem")


def cancelled(*reasons: str) -> ClientError:
    return aws_error("TransactionCanceledException", CancellationReasons=[{"Code": reason} for reason in reasons])


class Failing:
    """A DynamoDB client of which some operations fail as often as they are told to."""

    def __init__(self, client: Any, failures: dict[str, list[Exception]]) -> None:
        self._client = client
        self._failures = failures

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def run(**parameters: Any) -> Any:
            if self._failures.get(operation):
                raise self._failures[operation].pop()
            return getattr(self._client, operation)(**parameters)

        return run


class Hanging:
    """A DynamoDB client one of whose methods waits for an event before it does anything."""

    def __init__(self, client: Any, method: str, event: threading.Event) -> None:
        self._client = client
        self._method = method
        self._event = event

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            self._event.wait()
        return getattr(self._client, name)


def failing(store: Store, **failures: list[Exception]) -> Store:
    return Store(store._environ, Failing(store._dynamodb, failures), pause=lambda _: None)


@pytest.mark.parametrize(
    "error",
    [
        aws_error("ProvisionedThroughputExceededException"),
        aws_error("ThrottlingException"),
        aws_error("InternalServerError", 500),
        aws_error("SomethingNew", 503),
        ConnectTimeoutError(endpoint_url="http://dynamodb"),
        ReadTimeoutError(endpoint_url="http://dynamodb"),
    ],
)
def test_overload_outage_and_silence_of_aws_are_unavailable(error: Exception) -> None:
    def operation() -> None:
        raise error

    with pytest.raises(Unavailable) as unavailable:
        aws_call(operation)
    assert unavailable.value.retry_after == 5


def test_a_mistake_of_ours_is_not_called_unavailable() -> None:
    def operation() -> None:
        raise aws_error("ValidationException")

    with pytest.raises(AwsError):
        aws_call(operation)


def test_a_write_survives_conflicts_with_other_writers(local_store: Store) -> None:
    user = an_id("user")
    conflicts: list[Exception] = [cancelled("None", "TransactionConflict", "None")] * 5
    store = failing(local_store, transact_write_items=conflicts)
    apply(read_event(a_message_triaged(user_id=user)), store, PSEUDONYMS, lambda _: None, NOW)
    assert local_store.tallies.inbound("team_1", user, Q1) == 1


def test_a_write_that_never_gets_through_is_unavailable_and_leaves_nothing(local_store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    store = failing(local_store, transact_write_items=[cancelled("ThrottlingError")] * 100)
    with pytest.raises(Unavailable):
        apply(read_event(a_message_triaged(user_id=user, message_id=message)), store, PSEUDONYMS, lambda _: None, NOW)
    assert local_store.messages.get(message) is None
    assert local_store.tallies.inbound("team_1", user, Q1) == 0


def test_a_write_whose_answer_was_lost_counts_once_when_it_comes_again(local_store: Store) -> None:
    user, message = an_id("user"), an_id("msg")
    event = read_event(a_message_triaged(user_id=user, message_id=message))

    class AnswerLost(Failing):
        def __getattr__(self, operation: str) -> Callable[..., Any]:
            def run(**parameters: Any) -> Any:
                getattr(self._client, operation)(**parameters)
                raise ReadTimeoutError(endpoint_url="http://dynamodb")

            if operation == "transact_write_items":
                return run
            return getattr(self._client, operation)  # type: ignore[no-any-return]  # a botocore client is untyped

    lost = Store(local_store._environ, AnswerLost(local_store._dynamodb, {}), pause=lambda _: None)
    with pytest.raises(Unavailable):
        apply(event, lost, PSEUDONYMS, lambda _: None, NOW)
    apply(event, local_store, PSEUDONYMS, lambda _: None, NOW)
    assert local_store.tallies.person(user).tallies[QuarterKey("team_1", user, "2026-Q1")]["inbound"] == 1


class HalfDone(Failing):
    """A DynamoDB client that answers some of its batches for their first key only, as an overloaded table does."""

    def __init__(self, client: Any, times: int) -> None:
        super().__init__(client, {})
        self.times = times

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - as DynamoDB calls it
        if not self.times:
            return self._client.batch_get_item(RequestItems=RequestItems)
        self.times -= 1
        [(table, request)] = RequestItems.items()
        first, *rest = request["Keys"]
        answer = self._client.batch_get_item(RequestItems={table: {**request, "Keys": [first]}})
        return answer | {"UnprocessedKeys": {table: {**request, "Keys": rest or [first]}}}


def test_a_batch_that_is_read_in_parts_is_read_whole_with_a_pause_before_each_further_part(local_store: Store) -> None:
    ids, pauses = [an_id("msg") for _ in range(3)], list[float]()
    for message in ids:
        apply(read_event(a_message_triaged(message_id=message)), local_store, PSEUDONYMS, lambda _: None, NOW)
    store = Store(local_store._environ, HalfDone(local_store._dynamodb, times=2), pause=pauses.append)
    assert {message.message_id for message in store.messages.get_many(ids)} == set(ids)
    assert len(pauses) == 2


def test_a_key_that_a_batch_names_twice_is_read_once(store: Store) -> None:
    ids = [an_id("msg"), an_id("msg")]
    for message in ids:
        apply(read_event(a_message_triaged(message_id=message)), store, PSEUDONYMS, lambda _: None, NOW)
    found = [message.message_id for message in store.messages.get_many([*ids, *ids])]
    assert sorted(found) == sorted(ids)


def test_a_batch_that_is_never_read_whole_is_unavailable_before_a_caller_gives_up(local_store: Store) -> None:
    pauses: list[float] = []
    store = Store(local_store._environ, HalfDone(local_store._dynamodb, times=1_000), pause=pauses.append)
    with pytest.raises(Unavailable):
        store.accounts.key_context(an_id("team"), an_id("user"))
    assert 0 < sum(pauses) < 2, "the authorizer has five seconds"


def test_a_report_is_made_without_its_cache_when_the_cache_fails(local_store: Store) -> None:
    user = an_id("user")
    apply(read_event(a_message_triaged(user_id=user)), local_store, PSEUDONYMS, lambda _: None, NOW)
    store = failing(local_store, put_item=[aws_error("ThrottlingException")])
    assert make_career_health(store, "team_1", user, Q1, NOW).inbound_volume.total == 1
    unreadable = failing(local_store, get_item=[aws_error("InternalServerError", 500)])
    assert cached_career_health(unreadable, "team_1", user, Q1, NOW) is None


def test_a_change_that_raises_writes_nothing(local_store: Store) -> None:
    def refuse(_: Message | None) -> Message:
        raise LookupError

    with pytest.raises(LookupError):
        local_store.messages.change(an_id("msg"), refuse)


@pytest.fixture
def key(local_store: Store) -> str:
    """A good key, of a team and its member, that was never used."""
    key, _ = a_key(local_store, *a_member(local_store))
    return key


def test_a_key_whose_use_cannot_be_noted_lets_its_caller_in_and_is_counted(
    local_store: Store, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = failing(local_store, update_item=[aws_error("ThrottlingException")])
    for noted in (None, f"{NOW:%Y-%m-%d}"):
        assert isinstance(check(store, f"Bearer {key}", NOW), Allowed)
        record = local_store.api_keys.get(key_id_of(key))
        assert record
        assert record.last_used_on == noted
    [line] = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["KeyUseNotNoted"] == [1.0]


@pytest.mark.parametrize("operation", ["get_item", "batch_get_item"])
def test_without_a_verdict_nobody_gets_in(local_store: Store, key: str, operation: str) -> None:
    failures: dict[str, list[Exception]] = {operation: [aws_error("InternalServerError", 500)]}
    with pytest.raises(Unavailable):
        check(failing(local_store, **failures), f"Bearer {key}", NOW)


def test_a_bug_in_noting_the_use_of_a_key_locks_nobody_out_and_is_logged_and_counted(
    local_store: Store, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = failing(local_store, update_item=[aws_error("AccessDeniedException")])
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    assert isinstance(check(store, f"Bearer {key}", NOW), Allowed)
    logged, counted = map(json.loads, capsys.readouterr().out.splitlines())
    assert (logged["level"], logged["error"]) == ("ERROR", "AwsError")
    assert counted["KeyUseNotNoted"] == [1.0]


def test_a_key_whose_use_takes_too_long_to_note_lets_its_caller_in_and_is_counted(
    local_store: Store, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.authorizer.NOTED_WITHIN", 0.05)
    answered = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        store = Store(local_store._environ, Hanging(local_store._dynamodb, "update_item", answered))
        verdict = pool.submit(check, store, f"Bearer {key}", NOW)
        try:
            assert isinstance(verdict.result(timeout=10), Allowed)
        finally:
            answered.set()
    [line] = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["KeyUseNotNoted"] == [1.0]
