"""The demo data is loaded in bulk, and is what taking in its events one by one would have left."""

from typing import Any

from local.demo.data import demo_events
from local.demo.seed import seed
from shared.domain.events import read_event
from shared.services.ingestion import apply
from shared.store import Store
from tests.builders import NOW
from tests.integration.conftest import PSEUDONYMS

FRACTION = 0.05


def everything_in(client: Any, environment: dict[str, str]) -> dict[str, str]:
    """Every message and tally, by table."""
    tables = (environment["MESSAGES_TABLE"], environment["TALLIES_TABLE"])
    found = {}
    for table in tables:
        pages = client.get_paginator("scan").paginate(TableName=table)
        items = [sorted(item.items()) for page in pages for item in page["Items"]]
        found[table] = repr(sorted(items, key=repr))
    return found


def test_taking_in_the_demo_events_after_loading_them_changes_nothing(
    local_tables: tuple[Any, dict[str, str]], local_store: Store
) -> None:
    client, environment = local_tables
    assert seed(client, environment, PSEUDONYMS, NOW, FRACTION) > 100
    loaded = everything_in(client, environment)
    for event in demo_events(NOW, FRACTION):
        apply(read_event(event), local_store, PSEUDONYMS, lambda _: None, NOW)
    assert everything_in(client, environment) == loaded
