"""The store: one module a table, and nothing else knows DynamoDB.

A function asks for the parts it needs; its environment names only those tables, and its role lets it touch only those.
"""

import os
import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from shared.aws import client
from shared.settings import required
from shared.store.accounts import Accounts
from shared.store.api_keys import ApiKeys
from shared.store.messages import Messages
from shared.store.reports import Reports
from shared.store.table import Erased, Table
from shared.store.tallies import Tallies

__all__ = ["Erased", "Store", "store"]


class Store:
    """The tables of this deployment, each opened when it is first used. Raises MissingSetting if the environment lacks
    its name.
    """

    def __init__(
        self, environ: Mapping[str, str], dynamodb: Any = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._environ = environ
        self._dynamodb = dynamodb or client("dynamodb")
        self._pause = pause

    def _table(self, variable: str) -> Table:
        return Table(self._dynamodb, required(self._environ, variable))

    @cached_property
    def accounts(self) -> Accounts:
        """Teams, members, profiles, tombstones."""
        return Accounts(self._table("ACCOUNTS_TABLE"))

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Key records."""
        return ApiKeys(self._table("API_KEYS_TABLE"), self._table("ACCOUNTS_TABLE"))

    @cached_property
    def messages(self) -> Messages:
        """Threads, written together with their tallies."""
        accounts = self._environ.get("ACCOUNTS_TABLE", "")
        return Messages(self._table("MESSAGES_TABLE"), required(self._environ, "TALLIES_TABLE"), accounts, self._pause)

    @cached_property
    def tallies(self) -> Tallies:
        """Sums over messages."""
        return Tallies(self._table("TALLIES_TABLE"))

    @cached_property
    def reports(self) -> Reports:
        """Cached reports, snapshots, releases."""
        return Reports(self._table("REPORTS_TABLE"))


@cache
def store() -> Store:
    """The store of this process, opened at the first request, as its environment says."""
    return Store(os.environ)
