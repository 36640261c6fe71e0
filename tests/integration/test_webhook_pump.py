"""The local stack gives a function a stream's records as AWS does: in order, and again from the first that failed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from local.aws.environments import Failed, Returned
from local.webhook_pump import StreamTrigger

DIED = Failed("Runtime.ExitError", "killed")


class AStream:
    """A stream with `new` records since the last look."""

    def __init__(self) -> None:
        self.new: list[str] = []

    def records(self) -> Iterable[dict[str, Any]]:
        taken, self.new = self.new, []
        return [{"dynamodb": {"SequenceNumber": number}} for number in taken]


def a_trigger(
    answer: Callable[[list[str]], Returned | Failed],
) -> tuple[AStream, StreamTrigger, list[list[str]]]:
    """A trigger, its stream, and the batches that its function was given."""
    stream, batches = AStream(), []

    def invoke(event: dict[str, Any]) -> Returned | Failed:
        batches.append([record["dynamodb"]["SequenceNumber"] for record in event["Records"]])
        return answer(batches[-1])

    return stream, StreamTrigger(stream, invoke), batches


def failing_at(number: str) -> Returned:
    return Returned({"batchItemFailures": [{"itemIdentifier": number}]})


ALL = Returned({"batchItemFailures": []})


def test_records_of_a_function_that_died_are_given_again_with_those_that_came_since() -> None:
    answers: Iterator[Returned | Failed] = iter([DIED, ALL])
    stream, trigger, batches = a_trigger(lambda _: next(answers))
    stream.new = ["1", "2"]
    trigger.carry()
    stream.new = ["3"]
    trigger.carry()
    trigger.carry()
    assert batches == [["1", "2"], ["1", "2", "3"]]


def test_a_stream_goes_on_from_the_record_that_failed() -> None:
    answers = iter([failing_at("2"), ALL])
    stream, trigger, batches = a_trigger(lambda _: next(answers))
    stream.new = ["1", "2", "3"]
    trigger.carry()
    trigger.carry()
    assert batches == [["1", "2", "3"], ["2", "3"]]


@settings(deadline=None)
@given(st.data())
def test_every_record_is_taken_once_the_failures_end_and_never_out_of_order(data: st.DataObject) -> None:
    taken: list[str] = []
    failing = True

    def answer(batch: list[str]) -> Returned | Failed:
        kind = data.draw(st.sampled_from(["died", "failed", "took"])) if failing else "took"
        if kind == "died":
            return DIED
        if kind == "failed":
            at = data.draw(st.integers(0, len(batch) - 1))
            taken.extend(batch[:at])
            return failing_at(batch[at])
        taken.extend(batch)
        return ALL

    stream, trigger, _ = a_trigger(answer)
    total = data.draw(st.integers(0, 250))
    numbers = list(map(str, range(total)))
    while numbers:
        count = data.draw(st.integers(1, len(numbers)))
        stream.new, numbers = numbers[:count], numbers[count:]
        trigger.carry()
    failing = False
    trigger.carry()
    assert taken == list(map(str, range(total)))
