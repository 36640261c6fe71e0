"""Items into tables in bulk, past the product: for the demo data, and for measurements that begin with many."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any

from shared.store.table import Item, to_dynamodb

_BATCH = 25
"""Items that BatchWriteItem takes."""

_AT_ONCE = 4
"""Calls: some batches are made while DynamoDB Local writes others."""

_AHEAD = 100
"""Batches in memory at most, of items that may be millions."""


def write_in_bulk(dynamodb: Any, table: str, items: Iterable[Item]) -> None:
    """Writes items in any order. They replace items with the same keys."""

    def write(batch: tuple[Item, ...]) -> None:
        requests = {table: [{"PutRequest": {"Item": to_dynamodb(item)}} for item in batch]}
        while requests:
            requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for ahead in batched(batched(items, _BATCH, strict=False), _AHEAD, strict=False):
            list(pool.map(write, ahead))
