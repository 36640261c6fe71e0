"""DynamoDB Streams as the local stack reads them: what changed in a table since the stack was ready."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_AT_ONCE = 1000


class Stream:
    """The stream of one table. Changes from before it was opened are left out: demo data is no news."""

    def __init__(self, streams: Any, arn: str) -> None:
        self._streams = streams
        self._arn = arn
        self._opened = datetime.now(UTC).replace(second=0, microsecond=0)  # DynamoDB Local rounds down to the minute
        self._last: dict[str, int] = {}
        self._iterators: dict[str, str | None] = {}
        for shard in self._shards():
            self._iterators[shard] = self._iterator(shard, "LATEST")

    def records(self) -> Iterator[dict[str, Any]]:
        """Yields the records that came since the last call, shaped as Lambda passes them."""
        for shard in self._shards():
            if shard not in self._iterators:
                self._iterators[shard] = self._iterator(shard, "TRIM_HORIZON")
            while found := self._next(shard):
                yield from map(_as_lambda_passes, found)

    def _next(self, shard: str) -> list[dict[str, Any]]:
        """The next new records of a shard, none at its end."""
        iterator = self._iterators[shard]
        if iterator is None:
            return []
        try:
            answer = self._streams.get_records(ShardIterator=iterator, Limit=_AT_ONCE)
        except (self._streams.exceptions.TrimmedDataAccessException, self._streams.exceptions.ExpiredIteratorException):
            # DynamoDB Local forgets the iterator of an empty shard. Start over, and skip what was read.
            self._iterators[shard] = self._iterator(shard, "TRIM_HORIZON")
            return self._next(shard)
        self._iterators[shard] = answer.get("NextShardIterator")
        new = [record for record in answer["Records"] if self._is_new(shard, record)]
        if not new and answer["Records"]:
            return self._next(shard)
        return new

    def _is_new(self, shard: str, record: dict[str, Any]) -> bool:
        number = int(record["dynamodb"]["SequenceNumber"])
        if number <= self._last.get(shard, -1):
            return False
        self._last[shard] = number
        return bool(record["dynamodb"]["ApproximateCreationDateTime"] >= self._opened)

    def _shards(self) -> list[str]:
        description = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        return [shard["ShardId"] for shard in description["Shards"]]

    def _iterator(self, shard: str, start: str) -> str:
        answer = self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard, ShardIteratorType=start)
        return str(answer["ShardIterator"])


def _as_lambda_passes(record: dict[str, Any]) -> dict[str, Any]:
    change: dict[str, Any] = _without_bytes(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    return {"eventName": record["eventName"], "eventSource": "aws:dynamodb", "dynamodb": change}


def _without_bytes(value: Any) -> Any:
    """The value with binary attributes in base64, as JSON carries them."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {name: _without_bytes(inner) for name, inner in value.items()}
        case list():
            return [_without_bytes(inner) for inner in value]
        case _:
            return value
