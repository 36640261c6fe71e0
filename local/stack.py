"""The whole system on one machine: template, gateway, functions, tables, queues, secrets, put together and taken down.

Everything slow starts at once, each in a process of its own: DynamoDB Local, moto, and what functions are forked from.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from local.aws.credentials import Credentials
from local.aws.dynamodb import CannotStart, DynamoDbLocal
from local.aws.environments import Environments, Failed, Returned
from local.aws.services import Services, client
from local.deployment import Function, Template
from local.gateway.gateway import Gateway
from local.identity_provider import IdentityProvider
from local.ports import free_ports
from local.template import read_template
from local.webhook_pump import ATTEMPTS_AT_ONCE, DELIVER, HANDLERS, WebhookPump
from shared.domain.pseudonyms import Pseudonyms

_PSEUDONYM_KEY = "the same pseudonyms at every start"
_SIGNING_SEED = "the same signing secrets at every start"
_CLAUDE_KEY = "ClaudeKeySecret"
_LAST_PORT = 65_535
STORES = ("dynamodb-local", "moto")


@dataclass(frozen=True)
class Settings:
    """What can be set from outside; by default nothing needs to be.

    `data` is the folder that keeps the tables, None for memory. Without `anthropic_key` job summaries come from the
    labelled stand-in. `environments` is how many execution environments a function has at most. `dynamodb_url` is the
    address of a DynamoDB Local that runs already; without it the stack starts one of its own.
    """

    port: int = 8000
    store: str = STORES[0]
    data: Path | None = None
    anthropic_key: str = ""
    anthropic_url: str = ""
    environments: int = 4
    dynamodb_url: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Reads PORT, STORE, DATA, ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL. Raises CannotStart for what cannot be."""
        port = environ.get("PORT") or "8000"
        if not port.isdecimal() or int(port) > _LAST_PORT:
            raise CannotStart(f"PORT is {port!r}; it must be a number up to {_LAST_PORT}.")
        store, data = environ.get("STORE") or STORES[0], environ.get("DATA")
        if store not in STORES:
            raise CannotStart(f"STORE is {store!r}; it must be one of {', '.join(STORES)}.")
        if data and store == "moto":
            raise CannotStart("DATA needs DynamoDB Local: STORE=moto keeps its tables in memory.")
        return cls(
            port=int(port),
            store=store,
            data=Path(data).resolve() if data else None,
            anthropic_key=environ.get("ANTHROPIC_API_KEY", ""),
            anthropic_url=environ.get("ANTHROPIC_BASE_URL", ""),
        )


class _Stoppable(Protocol):
    def stop(self) -> None: ...


class Stack:
    """The running system. `log` is the file that takes what functions and child processes write. `variables` is what a
    program's environment needs to find the tables and services.

    `fill` may put data into the tables while everything else still starts. `between` gives the address at which the
    functions find the tables, for tests that put something in between.
    """

    template: Template
    gateway: Gateway
    credentials: Credentials
    variables: Mapping[str, str]

    def __init__(
        self,
        settings: Settings,
        log: Path,
        progress: Callable[[str], None] = lambda _: None,
        fill: Callable[["Stack"], None] = lambda _: None,
        between: Callable[[str], str] = lambda url: url,
    ) -> None:
        self._between = between
        self.settings = settings
        self.log = log
        self.template = read_template()
        self.pseudonyms = Pseudonyms(_PSEUDONYM_KEY)
        self._running = contextlib.ExitStack()
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.stop)
            self._start(progress, fill)
            on_failure.pop_all()

    def _start(self, progress: Callable[[str], None], fill: Callable[["Stack"], None]) -> None:
        dynamodb_port, services_port = free_ports(2)
        dynamodb = None
        folder = self._private_folder()
        self.credentials = Credentials.kept_in(folder) if folder else Credentials.new()
        if self.settings.store != "moto" and not self.settings.dynamodb_url:
            dynamodb = self._until_stop(DynamoDbLocal(dynamodb_port, folder, self.log, progress))
        secrets = {"PseudonymSecret": _PSEUDONYM_KEY, "WebhookSecret": _SIGNING_SEED, _CLAUDE_KEY: "stand-in"}
        self.identity_provider = self._until_stop(IdentityProvider())
        self.services = self._until_stop(
            Services(self.template, services_port, self.credentials, secrets, self.identity_provider.settings, self.log)
        )
        dynamodb_url = dynamodb.url if dynamodb else self.settings.dynamodb_url or self.services.url
        anthropic_url = self._anthropic_url()
        self.variables = {
            **self.credentials.environ,
            "AWS_ENDPOINT_URL": self.services.url,
            "AWS_ENDPOINT_URL_DYNAMODB": self._between(dynamodb_url),
            **({"ANTHROPIC_BASE_URL": anthropic_url} if anthropic_url else {}),
        }
        self.environments = self._until_stop(
            Environments(
                self._functions(),
                self.variables,
                self.log,
                self.settings.environments,
                # A real key goes straight to the process that needs it: moto would show it to whoever asks.
                {_CLAUDE_KEY: self.settings.anthropic_key} if self.settings.anthropic_key else {},
                {DELIVER: ATTEMPTS_AT_ONCE},
            )
        )
        self.dynamodb = client("dynamodb", dynamodb_url, self.credentials)
        self.streams = client("dynamodbstreams", dynamodb_url, self.credentials)
        if dynamodb:
            dynamodb.wait_until_ready()
        if tables_in_moto := dynamodb_url == self.services.url:
            self.services.wait_until_ready()
        self._create_tables()
        fill(self)
        if not tables_in_moto:
            self.services.wait_until_ready()
        access_log = self._running.enter_context(self.log.open("ab", buffering=0))  # a line is one write, hence whole
        self.gateway = Gateway(
            self.template.api,
            self.invoke_for_the_gateway,
            self.services.plan_keys,
            lambda line: access_log.write(line.encode() + b"\n"),
        )
        if self.settings.data:
            self.invoke("VerifyUsagePlansFunction", {"repair": True})  # moto has forgotten the keys of a kept folder
        self.webhooks = self._until_stop(WebhookPump(self))

    def _functions(self) -> Mapping[str, Function]:
        """The functions of the template, two of them with handlers that also take webhook receivers on loopback."""
        functions = self.template.functions
        return {**functions, **{name: replace(functions[name], handler=path) for name, path in HANDLERS.items()}}

    def stream_arn(self, table: str) -> str:
        """The stream of a table."""
        return str(self.dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"])

    def _private_folder(self) -> Path | None:
        """Where tables are kept, for the owner only: a database is named after its access key id."""
        if self.settings.data is None:
            return None
        folder = self.settings.data / "tables"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _until_stop[S: _Stoppable](self, started: S) -> S:
        self._running.callback(started.stop)
        return started

    def _anthropic_url(self) -> str:
        if self.settings.anthropic_key:
            return self.settings.anthropic_url
        from local.stand_in import start_stand_in  # not needed with a key

        return self._until_stop(start_stand_in()).url

    def _create_tables(self) -> None:
        existing = set(self.dynamodb.list_tables()["TableNames"])
        for table in self.template.tables.values():
            if table.name not in existing:
                self.dynamodb.create_table(**table.definition)
                if table.ttl_attribute:
                    self.dynamodb.update_time_to_live(
                        TableName=table.name,
                        TimeToLiveSpecification={"AttributeName": table.ttl_attribute, "Enabled": True},
                    )

    def scan(self, table: str, attributes: str) -> Iterable[dict[str, str]]:
        """The string attributes named, of every item of a table."""
        names = {f"#{name}": name for name in attributes.split(", ")}  # "plan" is one of DynamoDB's own words
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=table, ProjectionExpression=", ".join(names), ExpressionAttributeNames=names
        )
        for page in pages:
            for item in page["Items"]:
                yield {name: value["S"] for name, value in item.items()}

    def invoke_for_the_gateway(self, function: str, event: Any, patience: float) -> Returned | Failed:
        """Runs a function for a request. Responses of the stand-in for Claude are marked as such."""
        answer = self.environments.invoke(function, event, patience)
        if self.settings.anthropic_key or not isinstance(answer, Returned):
            return answer
        from local.stand_in import with_notice

        return Returned(with_notice(answer.payload))

    def invoke(self, function: str, event: Any) -> Any:
        """Runs a function as its own trigger does and returns its result. Raises FunctionFailed.

        The gateway forgets what it had cached, so that whatever the function changed acts at once (contract 2).
        """
        answer = self.environments.invoke(function, event)
        self.gateway.flush()
        match answer:
            case Returned(payload):
                return payload
            case Failed(error_type, message):
                raise FunctionFailed(f"{function}: {error_type}: {message}")

    def stop(self) -> None:
        """Takes everything down, in reverse order; afterwards no process is left."""
        self._running.close()


class FunctionFailed(Exception):
    """A function raised, timed out or died. The log has its trace."""
