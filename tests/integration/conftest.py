"""The store on real engines: Amazon's DynamoDB Local, and moto, both with tables made from template.yaml."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import get_session
from moto import mock_aws

from local.template import read_template
from shared.domain.pseudonyms import Pseudonyms
from shared.store import Store
from tests.builders import NOW, an_id, days

PSEUDONYMS = Pseudonyms("a key for tests")


def _client(url: str | None) -> Any:
    return get_session().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=url,
        config=Config(read_timeout=20, retries={"total_max_attempts": 1}),
    )


def _environment(client: Any) -> dict[str, str]:
    """Fresh tables, and the environment that names them."""
    template = read_template()
    existing = set(client.list_tables()["TableNames"])
    for table in template.tables.values():
        if table.name in existing:
            client.delete_table(TableName=table.name)
        client.create_table(**table.definition)
    return {
        **template.functions["PublishEventsFunction"].environment,
        **template.functions["IngestEventsFunction"].environment,
    }


@pytest.fixture(scope="session")
def local_tables(dynamodb_local: str) -> tuple[Any, dict[str, str]]:
    client = _client(dynamodb_local)
    return client, _environment(client)


@pytest.fixture
def local_store(local_tables: tuple[Any, dict[str, str]]) -> Store:
    """The store on DynamoDB Local. Tables are the session's: tests use ids of their own."""
    client, environment = local_tables
    return Store(environment, client)


@pytest.fixture(params=["DynamoDB Local", "moto"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """The store on each engine in turn."""
    if request.param == "DynamoDB Local":
        yield request.getfixturevalue("local_store")
        return
    with mock_aws():
        client = _client(None)
        yield Store(_environment(client), client)


@pytest.fixture
def company() -> str:
    """The name of a company that no other test has."""
    return an_id("company").replace("_", "")


@pytest.fixture
def no_other_large_companies(local_store: Store) -> None:
    """The job looks at no company of another test."""
    for name in local_store.releases.large_companies(NOW + days(10_000)):
        local_store.releases.assign_to_readers(name)
