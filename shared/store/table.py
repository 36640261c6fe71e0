"""One DynamoDB table as the store uses it: plain Python values in and out, failures already decided (see `shared.aws`).

Reads are strongly consistent unless they go through an index: a report made right after an event must know of it.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from shared.aws import Refused, call
from shared.problems import Unavailable

type Item = dict[str, Any]

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


class ConditionFailed(Exception):
    """A condition of a write did not hold, so nothing was written. `failed` numbers the writes of a transaction that
    refused.
    """

    def __init__(self, failed: Sequence[int] = (0,)) -> None:
        super().__init__("condition failed")
        self.failed = failed


class Conflict(Exception):
    """Another writer was in the way; nothing was written, and reading and trying again is right."""


class Erased(Exception):
    """The person this write is about has been erased: nothing about them is stored any more (contract 11)."""


_ATTEMPTS = 25
"""Tries of a write against other writers of the same items; with the pauses between them, about three seconds in all.
"""


def despite_others[Result](write: Callable[[], Result], pause: Callable[[float], None] = time.sleep) -> Result:
    """Repeats a write until no other writer is in its way. Raises Unavailable when that does not end."""
    for attempt in range(_ATTEMPTS):
        try:
            return write()
        except Conflict:
            pause(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311 - spreads writers, protects nothing
    raise Unavailable


def to_dynamodb(values: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's typed form of an item, a key or expression values."""
    return {name: _serialize(value) for name, value in values.items()}


def from_dynamodb(item: Mapping[str, Any]) -> Item:
    """Plain values of an item. Every number this product stores is whole."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value)
        case Binary():
            return value.value  # type: ignore[attr-defined]  # boto3's stubs do not declare it
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value


class Table:
    """A table by its name. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def get(self, **key: str) -> Item | None:
        """The item with this key."""
        answer = call(self.client.get_item, TableName=self.name, Key=to_dynamodb(key), ConsistentRead=True)
        return from_dynamodb(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Mapping[str, str]]) -> list[Item]:
        """The items with these keys that exist, in any order."""
        found: list[Item] = []
        for start in range(0, len(keys), 100):
            request = {
                self.name: {"Keys": [to_dynamodb(key) for key in keys[start : start + 100]], "ConsistentRead": True}
            }
            while request:
                answer = call(self.client.batch_get_item, RequestItems=request)
                found += map(from_dynamodb, answer["Responses"].get(self.name, []))
                request = answer.get("UnprocessedKeys", {})
        return found

    def put(self, item: Item, condition: str = "", **values: Any) -> None:
        """Writes a whole item. Raises ConditionFailed."""
        self._conditional(self.client.put_item, {"Item": to_dynamodb(item)}, condition, values)

    def delete(self, **key: str) -> None:
        """Deletes an item, whether it exists or not."""
        call(self.client.delete_item, TableName=self.name, Key=to_dynamodb(key))

    def update(self, key: Mapping[str, str], expression: str, condition: str = "", **values: Any) -> Item:
        """Changes an item and returns it as it is then. `#plan` in an expression names an attribute called plan.

        Raises ConditionFailed.
        """
        parameters = {"Key": to_dynamodb(key), "UpdateExpression": expression, "ReturnValues": "ALL_NEW"}
        answer = self._conditional(self.client.update_item, parameters, condition, values)
        return from_dynamodb(answer["Attributes"])

    def query(self, condition: str, *, index: str = "", newest: int = 0, **values: Any) -> Iterator[Item]:
        """Items in key order, page after page; with `newest`, at most that many from the end. Consistent unless from an
        index.
        """
        parameters: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_dynamodb({f":{name}": value for name, value in values.items()}),
        }
        parameters |= _names(condition)
        parameters |= {"IndexName": index} if index else {"ConsistentRead": True}
        parameters |= {"ScanIndexForward": False, "Limit": newest} if newest else {}
        while True:
            answer = call(self.client.query, **parameters)
            yield from map(from_dynamodb, answer["Items"])
            if newest or "LastEvaluatedKey" not in answer:
                return
            parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _conditional(self, method: Any, parameters: Item, condition: str, values: Mapping[str, Any]) -> Any:
        parameters["TableName"] = self.name
        parameters |= _names(f"{condition} {parameters.get('UpdateExpression', '')}")
        if condition:
            parameters["ConditionExpression"] = condition
        if values:
            parameters["ExpressionAttributeValues"] = to_dynamodb({f":{name}": value for name, value in values.items()})
        try:
            return call(method, **parameters)
        except Refused as refused:
            if refused.code == "ConditionalCheckFailedException":
                raise ConditionFailed from None
            raise


def _names(expression: str) -> Item:
    words = expression.replace("(", " ").replace(")", " ").replace(",", " ").split()
    names = {word: word[1:] for word in words if word.startswith("#")}
    return {"ExpressionAttributeNames": names} if names else {}


_IN_THE_WAY = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


def transact(client: Any, writes: Sequence[Item]) -> None:
    """Writes all or nothing. `writes` are TransactWriteItems actions; the SDK's token makes its own retries harmless.

    Raises ConditionFailed with the numbers of the writes that refused, Conflict when another transaction was in the
    way, and Unavailable when DynamoDB fails.
    """
    try:
        call(client.transact_write_items, TransactItems=list(writes))
    except Refused as refused:
        if failed := [i for i, reason in enumerate(refused.reasons) if reason == "ConditionalCheckFailed"]:
            raise ConditionFailed(failed) from None
        if refused.reasons and set(refused.reasons) <= _IN_THE_WAY:
            raise Conflict from None
        raise
