"""The store: one module a table. No other layer uses DynamoDB.

A function opens the parts it needs. Its environment names only those tables, and its role permits only those.
"""

import os
import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from shared.infra.aws import client
from shared.infra.settings import required
from shared.store.table import Erased, Table

if TYPE_CHECKING:
    from shared.store.accounts import Accounts
    from shared.store.api_keys import ApiKeys
    from shared.store.applications import Applications
    from shared.store.connections import Connections
    from shared.store.events import Events
    from shared.store.messages import Messages
    from shared.store.releases import Releases
    from shared.store.renormalizations import Renormalizations
    from shared.store.reports import Reports
    from shared.store.snapshots import Snapshots
    from shared.store.spend import Spend
    from shared.store.table_scan import TableScan
    from shared.store.tallies import Tallies
    from shared.store.threads import Threads
    from shared.store.webhooks import Webhooks

__all__ = ["Erased", "Store", "preload", "store"]


class Store:
    """The tables of this deployment. Each is opened, and its module imported, on first use: a function loads only its
    own. Raises MissingSetting if the environment lacks a table's name.
    """

    def __init__(
        self, environ: Mapping[str, str], dynamodb: Any = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._environ = environ
        self._dynamodb = dynamodb or client("dynamodb")
        self._pause = pause

    def _table(self, variable: str) -> Table:
        return Table(self._dynamodb, required(self._environ, variable), self._pause)

    @cached_property
    def accounts(self) -> "Accounts":
        """Teams, members, profiles, tombstones."""
        from shared.store.accounts import Accounts

        return Accounts(self._table("ACCOUNTS_TABLE"))

    @cached_property
    def api_keys(self) -> "ApiKeys":
        """Key records."""
        from shared.store.api_keys import ApiKeys

        return ApiKeys(self._table("API_KEYS_TABLE"), self._table("ACCOUNTS_TABLE"))

    @cached_property
    def messages(self) -> "Messages":
        """Threads, written together with their tallies."""
        from shared.store.messages import Messages

        accounts = Table(self._dynamodb, self._environ.get("ACCOUNTS_TABLE", ""))  # not every function has this setting
        markers = Table(self._dynamodb, self._environ.get("MARKERS_TABLE", ""))  # functions that only read lack it
        tallies = self._table("TALLIES_TABLE")
        return Messages(self._table("MESSAGES_TABLE"), tallies, markers, accounts, self._pause)

    @cached_property
    def threads(self) -> "Threads":
        """Threads, read alone."""
        from shared.store.threads import Threads

        return Threads(self._table("MESSAGES_TABLE"))

    @cached_property
    def tallies(self) -> "Tallies":
        """Sums over messages."""
        from shared.store.tallies import Tallies

        return Tallies(self._table("TALLIES_TABLE"))

    @cached_property
    def table_scan(self) -> "TableScan":
        """All users, for verification."""
        from shared.store.table_scan import TableScan

        tables = (self._table(f"{name}_TABLE") for name in ("MESSAGES", "TALLIES", "MARKERS", "ACCOUNTS"))
        return TableScan(*tables)

    @cached_property
    def reports(self) -> "Reports":
        """Cached reports."""
        from shared.store.reports import Reports

        return Reports(self._table("REPORTS_TABLE"))

    @cached_property
    def spend(self) -> "Spend":
        """Job summaries under way, and their tokens."""
        from shared.store.spend import Spend

        return Spend(self._table("REPORTS_TABLE"))

    @cached_property
    def releases(self) -> "Releases":
        """What is published of companies."""
        from shared.store.releases import Releases

        return Releases(self._table("REPORTS_TABLE"))

    @cached_property
    def snapshots(self) -> "Snapshots":
        """Team snapshots."""
        from shared.store.snapshots import Snapshots

        return Snapshots(self._table("REPORTS_TABLE"))

    @cached_property
    def webhooks(self) -> "Webhooks":
        """Webhook endpoints and deliveries."""
        from shared.store.webhooks import Webhooks

        messages = Table(self._dynamodb, self._environ.get("MESSAGES_TABLE", ""))  # only who adds deliveries has it
        accounts = Table(self._dynamodb, self._environ.get("ACCOUNTS_TABLE", ""))  # only who makes attempts needs it
        return Webhooks(self._table("WEBHOOKS_TABLE"), messages, accounts)

    @cached_property
    def events(self) -> "Events":
        """The webhook events of all teams, to be published again."""
        from shared.store.events import Events

        return Events(self._table("MESSAGES_TABLE"), self._table("REPORTS_TABLE"))

    @cached_property
    def connections(self) -> "Connections":
        """Connections to applicant tracking systems."""
        from shared.store.connections import Connections

        return Connections(self._table("INTEGRATIONS_TABLE"))

    @cached_property
    def applications(self) -> "Applications":
        """Applications in applicant tracking systems, and the threads that they are."""
        from shared.store.applications import Applications

        tables = (self._table(f"{name}_TABLE") for name in ("INTEGRATIONS", "MESSAGES", "ACCOUNTS"))
        return Applications(*tables)

    @cached_property
    def renormalizations(self) -> "Renormalizations":
        """The state of company names."""
        from shared.store.renormalizations import Renormalizations

        return Renormalizations(self._table("REPORTS_TABLE"))


@cache
def store() -> Store:
    """Returns the store of this process, configured by its environment."""
    return Store(os.environ)


def preload(*parts: str) -> None:
    """In Lambda, opens these parts of the store when an environment starts, so that no request waits for imports.

    SnapStart's snapshot includes them. Without SnapStart, Lambda gives a starting environment full CPU.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        for part in parts:
            getattr(store(), part)
