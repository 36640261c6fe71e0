"""What the local stack and the tests know of the deployment: values that `local.template` reads from template.yaml.

Locally a resource's physical name is its logical id.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.gateway.responses import GatewayResponse

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Route:
    """One method of one path; `{name}` stands for one segment, and `{name+}` at the end for all that follow.

    A route that is not `authorized` needs no key. `throttle` holds for all its callers together.
    """

    method: str
    path: str
    function: str
    api_key_required: bool
    authorized: bool = True
    throttle: "UsagePlan | None" = None


@dataclass(frozen=True)
class Authorizer:
    """A TOKEN authorizer: `pattern` must match the whole of `header`; answers are cached for `ttl` seconds by its
    value.
    """

    function: str
    header: str
    pattern: re.Pattern[str]
    ttl: int


@dataclass(frozen=True)
class Api:
    """The REST API with its one stage. `log_format` is that of its access log."""

    id: str
    stage: str
    authorizer: Authorizer
    routes: tuple[Route, ...]
    responses: Mapping[str, GatewayResponse]
    log_format: str


@dataclass(frozen=True)
class Function:
    """A Lambda function; `timeout` in seconds, `memory` in MB, `environment` as Lambda would set it."""

    name: str
    handler: str
    environment: Mapping[str, str]
    timeout: int
    memory: int
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """`definition` is what create_table takes."""

    name: str
    definition: Mapping[str, Any]
    ttl_attribute: str | None


@dataclass(frozen=True)
class UsagePlan:
    """A token bucket for each API key: `burst` tokens at most, refilled at `rate` a second."""

    id: str
    rate: float
    burst: int


@dataclass(frozen=True)
class Queue:
    """A message is delivered `max_receives` times, then goes to `dead_letters`; both are None on a dead-letter
    queue.
    """

    name: str
    url: str
    dead_letters: str | None
    max_receives: int | None


@dataclass(frozen=True)
class Subscription:
    """A function fed from a queue, `batch_size` messages at a time."""

    queue: str
    function: str
    batch_size: int


@dataclass(frozen=True)
class Schedule:
    """A function started by EventBridge Scheduler."""

    function: str
    expression: str
    timezone: str
    input: str


@dataclass(frozen=True)
class Template:
    """Everything the local stack needs to know of the deployment, by logical id."""

    api: Api
    functions: Mapping[str, Function]
    tables: Mapping[str, Table]
    usage_plans: Mapping[str, UsagePlan]
    queues: Mapping[str, Queue]
    subscriptions: tuple[Subscription, ...]
    schedules: tuple[Schedule, ...]
    secrets: tuple[str, ...]
    encryption_keys: tuple[str, ...]

    def subscription_of(self, function: str) -> Subscription:
        """The queue that feeds a function."""
        return next(subscription for subscription in self.subscriptions if subscription.function == function)
