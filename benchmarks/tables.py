"""DynamoDB Local with the template's tables, the services beside it, and the environment that leads there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.aws.credentials import Credentials
from local.aws.dynamodb import DynamoDbLocal
from local.aws.services import Services, client
from local.identity_provider import IdentityProvider
from local.ports import free_ports
from local.template import read_template
from shared.domain.ats.signatures import Provider
from shared.domain.career_health import CareerHealth, EngagedCompany, FrequentTopic, career_health
from shared.domain.keys import KeyRecord, hash_key, key_id_of, make_key
from shared.domain.memberships import Role
from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.periods import Quarter
from shared.domain.plans import Plan, Scope
from shared.domain.team_analytics import team_analytics
from shared.store import Store
from shared.store.connections import Connection

CREDENTIALS = Credentials("benchmark")
EVENTS = Path(__file__).resolve().parent.parent / "events"
EVENT_ORDER = "2026-01-01T00:00:00.000000+00:00 event"
TEAM, USER, THREAD = "team_acme", "user_maya", "msg_maya_opening"
"""The caller of the payloads of events/, and the thread that they name."""
NO_TOMBSTONE = "erased#nobody"
"""A tombstone that is not there: none of these people was erased."""


@dataclass(frozen=True)
class Tables:
    """A running DynamoDB Local, a client of it, and the variables that point any AWS client there."""

    dynamodb: Any
    environ: dict[str, str]

    @property
    def store(self) -> Store:
        """The store on these tables."""
        functions = read_template().functions.values()
        return Store(
            {name: value for function in functions for name, value in function.environment.items()}, self.dynamodb
        )


@contextmanager
def tables(log: Path) -> Iterator[Tables]:
    """Empty tables, gone at the end."""
    server = DynamoDbLocal(free_ports(1)[0], None, log, print)
    try:
        server.wait_until_ready()
        dynamodb = client("dynamodb", server.url, CREDENTIALS)
        for table in read_template().tables.values():
            dynamodb.create_table(**table.definition)
        environ = {
            "AWS_ENDPOINT_URL_DYNAMODB": server.url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            **CREDENTIALS.environ,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        yield Tables(dynamodb, environ)
    finally:
        server.stop()


@contextmanager
def services() -> Iterator[Services]:
    """Queues, secrets and API Gateway keys, gone at the end."""
    template, identity_provider = read_template(), IdentityProvider()
    with TemporaryDirectory() as folder:
        running = Services(
            template,
            free_ports(1)[0],
            CREDENTIALS,
            dict.fromkeys(template.secrets, "x"),
            identity_provider.settings,
            Path(folder) / "log",
        )
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.stop()
            identity_provider.stop()


def event(function: str, **changes: Any) -> dict[str, Any]:
    """Returns a function's payload of events/, changed at the top."""
    payload: dict[str, Any] = json.loads((EVENTS / f"{function}.json").read_text()) | changes
    return payload


def a_report(now: datetime) -> CareerHealth:
    """A report of the usual size."""
    companies = [
        EngagedCompany(name=name, count=5, fit_rate=0.6) for name in ("Stripe", "Notion", "Adyen", "Figma", "Ramp")
    ]
    topics = [
        FrequentTopic(topic=topic, count=9)
        for topic in ("compensation", "remote_policy", "team_size", "equity", "visa")
    ]
    report = career_health(Quarter.containing(now), {"inbound": 47, "fit:maybe": 15, "tracked": 30}, {}, 40, now)
    return report.model_copy(update={"top_companies": companies, "top_topics": topics})


def furnish(store: Store) -> str:
    """What the payloads of events/ ask for, so that every endpoint answers 200; and a key of their caller."""
    now = datetime.now(UTC)
    store.accounts.put_team(TEAM, "Acme", Plan.ENTERPRISE, EVENT_ORDER)
    join(store, TEAM, USER)
    session = event("console_session")["requestContext"]["authorizer"]
    join(store, TEAM, session["user_id"], session["session"].split()[1])
    connection = event("receive_integration")["pathParameters"]["connection_id"]
    store.connections.add(Connection(connection, TEAM, Provider.GREENHOUSE, now))  # waiting for its secret
    store.reports.put_career_health(TEAM, USER, a_report(now), now)
    store.snapshots.put_scheduled(team_analytics(TEAM, Quarter(2026, 1), 12, {"inbound": 384}, {}, now), now, 0)
    for n in range(30):
        message_id = THREAD if n == 0 else f"msg_furnished_{n}"
        triage = Triage(
            user_id=USER,
            team_id=TEAM,
            # An outcome drops the cached report of its quarter, which must stay for the next request.
            received_at=now - timedelta(days=200) if n == 0 else now,
            company=f"Company {n % 12}",
            company_key=f"company {n % 12}",
            spelling=f"Company {n % 12}",
            fit=Fit.MAYBE,
            topics=("compensation", f"topic_{n % 6}"),
            action=Action.DRAFTED,
            event_order=EVENT_ORDER,
        )
        message = Message(message_id, triage, "ab" * 12)
        store.messages.change(message_id, partial(_this, message))
    key = make_key(lambda characters: characters[7])
    record = KeyRecord(key_id_of(key), hash_key(key), TEAM, USER, "bench", frozenset(Scope), now)
    store.api_keys.add(record, Plan.ENTERPRISE, NO_TOMBSTONE)
    return key


def join(store: Store, team_id: str, user_id: str, identity: str = "") -> None:
    """Makes a user an admin of a team."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    store.accounts.put_membership(team_id, user_id, NO_TOMBSTONE, Role.ADMIN, long_ago, EVENT_ORDER, identity)


def _this(message: Message, _: Message | None) -> Message:
    return message
