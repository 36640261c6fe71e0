"""AWS clients with deadlines that fit behind API Gateway, and the one place where an AWS failure becomes a decided
answer.

The SDK's defaults (60 s timeouts, and as many attempts as it likes) outlast the 29 s that API Gateway waits. Clients
come from botocore directly: `boto3.client` adds a quarter to a function's start and nothing that is used here.
Everything else in `shared` leaves botocore alone.
"""

from functools import cache
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BackendConnectionError
from botocore.loaders import Loader
from botocore.session import Session, get_session

from shared.infra.errors import Throttled, Unavailable

_CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    user_agent="intelligence-api",  # botocore would put its own together anew, twice a call: an eighth of a call's work
)

_PASSING = frozenset(
    {
        "InternalServerError",
        "InternalFailure",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
"""Error codes that say: the same call may succeed later. Any other one is a bug of ours or of the deployment, hence a
500.
"""


_THROTTLED = frozenset({"TooManyRequestsException"})
"""API Gateway's code for too many calls a second. An event that meets it goes to the end of its queue; DynamoDB scales
by itself, so an event that meets its throttling is delivered again as after any other failure.
"""


_MODELS = Path(__file__).parents[2] / "service_models"
"""The trimmed models that `layers.service_models` writes into the dependency layer, beside `shared` in /opt/python.
The source tree has none; botocore then reads its own.
"""


@cache
def _session() -> Session:
    session = get_session()
    if _MODELS.is_dir():
        session.register_component("data_loader", Loader([str(_MODELS)], include_default_search_paths=False))
    return session


@cache
def client(service: str) -> Any:
    """Returns the process's client of a service, created on first use."""
    return _session().create_client(service, config=_CONFIG)


class AwsError(Exception):
    """AWS rejected a call, for example for a failed condition or a missing resource. `code` is the error code.

    `reasons` are the codes of a cancelled transaction, one a write.
    """

    def __init__(self, error: ClientError) -> None:
        super().__init__(str(error))
        self.code = str(error.response.get("Error", {}).get("Code", ""))
        self.reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]


def aws_call(method: Any, /, **parameters: Any) -> Any:
    """Calls a client's method.

    Raises Unavailable if AWS cannot be reached in time, is overloaded or fails. Raises AwsError for every other error,
    because only the caller knows what a failed condition means.
    """
    try:
        return method(**parameters)
    except (HTTPClientError, BackendConnectionError) as error:
        raise Unavailable from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        rejected = AwsError(error)
        if rejected.code in _THROTTLED:
            raise Throttled from error
        if rejected.code in _PASSING or status >= 500:
            raise Unavailable from error
        raise rejected from error
