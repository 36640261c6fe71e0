"""What a DynamoDB client is asked for: the calls, in order, and the capacity that they consume.

Counted where the client itself reports, in botocore's events, so that nothing in the product can go around it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
_KB = 1024


class Meter:
    """Counts the calls of one client, while it is attached."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: list[str] = []
        self.read_units = 0.0
        self.write_units = 0.0
        self._transactions: list[Mapping[str, Any]] = []
        self._at_least = 0.0

    @contextmanager
    def attached(self) -> Iterator["Meter"]:
        """Counts within the block."""
        events = self._client.meta.events
        hooks: dict[str, Any] = {"provide-client-params.dynamodb": self._asked, "after-call.dynamodb": self._answered}
        for name, hook in hooks.items():
            events.register(name, hook)
        try:
            yield self
        finally:
            for name, hook in hooks.items():
                events.unregister(name, hook)

    def reset(self) -> None:
        """Begins anew."""
        self.calls.clear()
        self._transactions.clear()
        self.read_units = self.write_units = 0.0

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
        self.calls.append(model.name)
        self._at_least = 1.0 if params.get("ConsistentRead") else 0.5
        if model.name == "TransactWriteItems":
            self._transactions += params["TransactItems"]
        return {**params, "ReturnConsumedCapacity": "TOTAL"}

    def _answered(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        units = sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))
        if model.name == "Query":
            self.read_units += max(units, self._at_least)  # DynamoDB Local asks nothing for one that finds nothing
        elif model.name in _READS:
            self.read_units += units
        elif model.name != "TransactWriteItems":  # DynamoDB Local reports these wrongly: see transaction_units
            self.write_units += units

    def transaction_units(self, client: Any) -> int:
        """Write units of the transactions counted: two for each kilobyte begun of each item as it is now (AWS, "Read
        and write operations"). An index of a table written to is not in it. `client` is not the one counted.
        """
        units = 0
        for write in self._transactions:
            [(kind, request)] = write.items()
            if kind == "Put":
                item = request["Item"]
            else:
                item = client.get_item(TableName=request["TableName"], Key=request["Key"]).get("Item", {})
            units += 2 * max(1, -(-item_bytes(item) // _KB))
        return units

    @property
    def counted(self) -> Counter[str]:
        """The calls by operation."""
        return Counter(self.calls)


def item_bytes(item: Mapping[str, Any]) -> int:
    """The size by which DynamoDB bills an item in its typed form (AWS, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value.strip("-0.")) // 2 + 2
        case "B":
            return len(value)
        case "L":
            return 3 + sum(1 + _value_bytes(inner) for inner in value)
        case "M":
            return 3 + len(value) + item_bytes(value)
        case _:
            return 1
