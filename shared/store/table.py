"""One DynamoDB table as the store uses it: plain Python values in and out, failures decided (`shared.infra.aws`).

Reads are strongly consistent unless they go through an index: a report made right after an event must know of it.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import batched
from types import MappingProxyType
from typing import Any

from shared.infra.aws import AwsError, aws_call
from shared.infra.errors import Unavailable

type Item = dict[str, Any]

type Key = Mapping[str, str]


class ConditionFailed(Exception):
    """A condition of a write failed, so nothing was written. `failed` holds the indexes of the failed writes of a
    transaction.
    """

    def __init__(self, failed: Sequence[int] = (0,)) -> None:
        super().__init__("condition failed")
        self.failed = failed


class Conflict(Exception):
    """A concurrent write conflicted, so nothing was written. Read and try again."""


class Erased(Exception):
    """The person of this write has been erased; nothing more is stored about them (contract 11)."""


_ATTEMPTS = 25
"""Attempts of a write that conflicts with others; with the pauses, about three seconds in all."""


def retry_on_conflict[Result](write: Callable[[], Result], pause: Callable[[float], None] = time.sleep) -> Result:
    """Repeats a write until it does not conflict. Raises Unavailable after the last attempt."""
    for attempt in range(_ATTEMPTS):
        try:
            return write()
        except Conflict:
            pause(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311 - spreads writers, protects nothing
    raise Unavailable


_PARTS = 6
"""Calls for one batch of keys. Worst-case backoff is 1.5 s; the authorizer times out after 5 s."""


def to_dynamodb(values: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's typed form of an item, a key or expression values. Every number this product stores is whole."""
    return {name: _typed(value) for name, value in values.items()}


def from_dynamodb(item: Mapping[str, Any]) -> Item:
    """Plain values of an item."""
    return {name: _plain(value) for name, value in item.items()}


# boto3 has both directions too, but importing it takes a tenth of a function's start.
def _typed(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case list():
            return {"L": [_typed(inner) for inner in value]}
        case dict():
            return {"M": to_dynamodb(value)}
        case _:
            raise TypeError(f"the store keeps no {type(value).__name__}")


def _plain(typed: Mapping[str, Any]) -> Any:
    [(kind, value)] = typed.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value)
        case "L":
            return [_plain(inner) for inner in value]
        case "M":
            return from_dynamodb(value)
        case _:
            return value


def get_from_tables(
    keys: Mapping["Table", Sequence[Key]], pause: Callable[[float], None] = time.sleep
) -> dict["Table", list[Item]]:
    """Returns the existing items with these keys, table by table, in any order, by one call. No key may be repeated.

    Reads what is left with backoff: DynamoDB leaves keys unread beyond 16 MB, and when it is overloaded.
    """
    found: dict[Table, list[Item]] = {table: [] for table in keys}
    request = {
        table.name: {"Keys": [to_dynamodb(key) for key in wanted], "ConsistentRead": True}
        for table, wanted in keys.items()
    }
    client = next(iter(keys)).client
    for part in range(_PARTS):
        if part:
            pause(random.uniform(0, 0.05 * 2 ** (part - 1)))  # noqa: S311 - spreads readers, protects nothing
        answer = aws_call(client.batch_get_item, RequestItems=request)
        for table, items in found.items():
            items += map(from_dynamodb, answer["Responses"].get(table.name, []))
        request = answer.get("UnprocessedKeys")
        if not request:
            return found
    raise Unavailable


class Table:
    """A table by its name. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, client: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.client = client
        self.name = name
        self._pause = pause

    def get(self, **key: str) -> Item | None:
        """Returns the item with this key."""
        answer = aws_call(self.client.get_item, TableName=self.name, Key=to_dynamodb(key), ConsistentRead=True)
        return from_dynamodb(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Returns the existing items with these keys, in any order. Removes repeated keys, which DynamoDB rejects."""
        different = list({tuple(sorted(key.items())): key for key in keys}.values())
        batches = (different[start : start + 100] for start in range(0, len(different), 100))
        return [item for batch in batches for item in self._get_batch(batch)]

    def _get_batch(self, keys: Sequence[Key]) -> list[Item]:
        answer = get_from_tables({self: keys}, self._pause)
        return answer[self]

    def delete_many(self, keys: Sequence[Key]) -> None:
        """Deletes the items with these keys, whether they exist or not. Raises Unavailable, also when only some are
        deleted.
        """
        for some in batched(keys, 25, strict=False):
            request = {self.name: [{"DeleteRequest": {"Key": to_dynamodb(key)}} for key in some]}
            for part in range(_PARTS):
                if part:
                    self._pause(random.uniform(0, 0.05 * 2 ** (part - 1)))  # noqa: S311 - spreads writers
                request = aws_call(self.client.batch_write_item, RequestItems=request).get("UnprocessedItems")
                if not request:
                    break
            else:
                raise Unavailable

    def put(self, item: Item, condition: str = "", **values: Any) -> None:
        """Writes a whole item. Raises ConditionFailed."""
        self._conditional(self.client.put_item, **self.put_op(item, condition, **values)["Put"])

    def delete(self, condition: str = "", values: Item | None = None, /, **key: str) -> None:
        """Deletes an item, whether it exists or not. Raises ConditionFailed if it has a condition."""
        self._conditional(self.client.delete_item, **self.delete_op(key, condition, **values or {})["Delete"])

    def update(self, key: Key, expression: str, condition: str = "", **values: Any) -> Item:
        """Changes an item and returns it as it is then. `#plan` in an expression names an attribute called plan.

        Raises ConditionFailed.
        """
        update = self.update_op(key, expression, condition, **values)["Update"]
        answer = self._conditional(self.client.update_item, **update, ReturnValues="ALL_NEW")
        return from_dynamodb(answer["Attributes"])

    def put_once(self, item: Item, condition: str = "", **values: Any) -> None:
        """`put` whose condition its own success makes false: for a place that one caller takes, or a version.

        The SDK repeats a call whose answer was lost. A repeated `put` then fails its condition, as if another caller
        had been first; a transaction carries a token by which DynamoDB knows the repetition. Costs twice as much.
        """
        retry_on_conflict(lambda: transact(self.client, [self.put_op(item, condition, **values)]), self._pause)

    def update_once(self, key: Key, expression: str, condition: str = "", **values: Any) -> None:
        """`update` in the same way; also for one that adds, which is not to be added twice."""
        update = self.update_op(key, expression, condition, **values)
        retry_on_conflict(lambda: transact(self.client, [update]), self._pause)

    def put_op(self, item: Item, condition: str = "", **values: Any) -> Item:
        """Returns `put` as an action of `transact`."""
        return {"Put": {"Item": to_dynamodb(item), **self._write(condition, "", values)}}

    def update_op(self, key: Key, expression: str, condition: str = "", **values: Any) -> Item:
        """Returns `update` as an action of `transact`."""
        return {"Update": {"Key": to_dynamodb(key), **self._write(condition, expression, values)}}

    def check_op(self, key: Key, condition: str, **values: Any) -> Item:
        """Returns an action of `transact` that checks a condition and writes nothing."""
        return {"ConditionCheck": {"Key": to_dynamodb(key), **self._write(condition, "", values)}}

    def delete_op(self, key: Key, condition: str = "", **values: Any) -> Item:
        """Returns `delete` as an action of `transact`."""
        return {"Delete": {"Key": to_dynamodb(key), **self._write(condition, "", values)}}

    def increment_op(
        self,
        key: Key,
        add: Mapping[str, int],
        *,
        remove: Iterable[str] = (),
        assign: Mapping[str, Any] = MappingProxyType({}),
        expected: Mapping[str, Any] = MappingProxyType({}),
    ) -> Item:
        """Returns an action of `transact` that adds to numbers of an item, and removes and sets attributes of any name.

        `expected` is the condition: the attributes' values before the write, None for a missing one.
        """
        names: dict[str, str] = {}
        values: Item = {}

        def name(attribute: str) -> str:
            return names.setdefault(attribute, f"#{len(names)}")

        def value(given: object) -> str:
            values[f":{len(values)}"] = given
            return f":{len(values) - 1}"

        clauses = {
            "ADD": [f"{name(attribute)} {value(count)}" for attribute, count in add.items()],
            "REMOVE": [name(attribute) for attribute in remove],
            "SET": [f"{name(attribute)} = {value(given)}" for attribute, given in assign.items()],
        }
        conditions = [
            f"attribute_not_exists({name(attribute)})" if given is None else f"{name(attribute)} = {value(given)}"
            for attribute, given in expected.items()
        ]
        update: Item = {
            "TableName": self.name,
            "Key": to_dynamodb(key),
            "UpdateExpression": " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts),
            "ExpressionAttributeNames": {placeholder: attribute for attribute, placeholder in names.items()},
        }
        update |= {"ExpressionAttributeValues": to_dynamodb(values)} if values else {}
        update |= {"ConditionExpression": " AND ".join(conditions)} if conditions else {}
        return {"Update": update}

    def _write(self, condition: str, update: str, values: Mapping[str, Any]) -> Item:
        write = {"TableName": self.name, **_names(f"{condition} {update}")}
        write |= {"ConditionExpression": condition} if condition else {}
        write |= {"UpdateExpression": update} if update else {}
        write |= {"ExpressionAttributeValues": to_dynamodb({f":{n}": v for n, v in values.items()})} if values else {}
        return write

    def _conditional(self, method: Any, **parameters: Any) -> Any:
        def attempt() -> Any:
            try:
                return aws_call(method, **parameters)
            except AwsError as error:
                if error.code == "ConditionalCheckFailedException":
                    raise ConditionFailed from None
                if error.code == "TransactionConflictException":
                    raise Conflict from None
                raise

        return retry_on_conflict(attempt, self._pause)

    def query(
        self,
        condition: str,
        *,
        index: str = "",
        newest: int = 0,
        at_most: int = 0,
        attributes: str = "",
        **values: Any,
    ) -> Iterator[Item]:
        """Items in key order, page after page; with `at_most`, so many from the start; with `newest`, from the end.

        With `attributes` it returns only these of each. Consistent unless from an index.
        """
        items = self.query_typed(
            condition, index=index, newest=newest, at_most=at_most, attributes=attributes, **values
        )
        return map(from_dynamodb, items)

    def query_keys(self, condition: str, *, at_most: int, **values: Any) -> list[dict[str, str]]:
        """The keys pk and sk of up to so many items, in key order."""
        items = self.query(condition, at_most=at_most, attributes="pk, sk", **values)
        return [{"pk": item["pk"], "sk": item["sk"]} for item in items]

    def query_typed(
        self,
        condition: str,
        *,
        index: str = "",
        newest: int = 0,
        at_most: int = 0,
        attributes: str = "",
        **values: Any,
    ) -> Iterator[Item]:
        """`query`, with the items in DynamoDB's typed form."""
        parameters: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_dynamodb({f":{name}": value for name, value in values.items()}),
        }
        parameters |= _names(f"{condition} {attributes}")
        parameters |= {"ProjectionExpression": attributes} if attributes else {}
        parameters |= {"IndexName": index} if index else {"ConsistentRead": True}
        parameters |= {"ScanIndexForward": False} if newest else {}
        left = newest or at_most
        while True:
            answer = aws_call(self.client.query, **parameters, **({"Limit": left} if left else {}))
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer or (left and left <= len(answer["Items"])):
                return
            left -= len(answer["Items"]) if left else 0
            parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def scan(
        self,
        attributes: str,
        after: Key | None = None,
        *,
        index: str = "",
        page: int = 0,
        only: str = "",
        **values: Any,
    ) -> Iterator[tuple[list[Item], Key | None]]:
        """The attributes named of every item, page by page in no order, each page with the key to go on after; `page`
        is the most items of one, and `only` a condition on items. Consistent unless from an index.
        """
        parameters: Item = {"TableName": self.name, **_names(f"{attributes} {only}")}
        parameters |= {"ProjectionExpression": attributes} if attributes else {}
        parameters |= {"FilterExpression": only} if only else {}
        typed = to_dynamodb({f":{name}": value for name, value in values.items()})
        parameters |= {"ExpressionAttributeValues": typed} if typed else {}
        parameters |= {"IndexName": index} if index else {"ConsistentRead": True}
        parameters |= {"Limit": page} if page else {}
        start = {"ExclusiveStartKey": to_dynamodb(after)} if after else {}
        while True:
            answer = aws_call(self.client.scan, **parameters, **start)
            last = answer.get("LastEvaluatedKey")
            yield [from_dynamodb(item) for item in answer["Items"]], from_dynamodb(last) if last else None
            if not last:
                return
            start = {"ExclusiveStartKey": last}


def unless_erased(accounts: Table, tombstone: str) -> Item:
    """Returns an action of `transact` that fails if the tombstone of the person exists in Accounts."""
    return accounts.check_op({"pk": tombstone, "sk": "erased"}, "attribute_not_exists(pk)")


def _names(expression: str) -> Item:
    words = expression.replace("(", " ").replace(")", " ").replace(",", " ").split()
    names = {word: word[1:] for word in words if word.startswith("#")}
    return {"ExpressionAttributeNames": names} if names else {}


_IN_THE_WAY = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


def transact(client: Any, writes: Sequence[Item]) -> None:
    """Writes all or nothing. `writes` are TransactWriteItems actions; the SDK's token makes its own retries harmless.

    Raises ConditionFailed with the indexes of the failed writes, Conflict if another transaction conflicted, and
    Unavailable when DynamoDB fails.
    """
    try:
        aws_call(client.transact_write_items, TransactItems=list(writes))
    except AwsError as error:
        if failed := [i for i, reason in enumerate(error.reasons) if reason == "ConditionalCheckFailed"]:
            raise ConditionFailed(failed) from None
        if error.reasons and set(error.reasons) <= _IN_THE_WAY:
            raise Conflict from None
        raise
