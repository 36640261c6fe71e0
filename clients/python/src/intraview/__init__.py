"""Client for the Intraview Intelligence API.

>>> from intraview import Client
>>> with Client() as client:  # reads INTRAVIEW_API_KEY
...     print(client.career_health().inbound_volume.total)
"""

from ._client import DEFAULT_BASE_URL, Client
from .errors import (
    ApiError,
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    DailyBudgetSpent,
    Forbidden,
    InputTooLong,
    InternalError,
    IntraviewError,
    InvalidJson,
    NotFound,
    NotThreadOwner,
    PlanNotEntitled,
    ProfileMissing,
    RateLimited,
    ScopeMissing,
    SummariesBusy,
    Unauthorized,
    Unavailable,
)
from .version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .models import (
        CareerHealth,
        CompanySignals,
        JobFit,
        Meta,
        Outcome,
        OutcomeReport,
        RecordedOutcome,
        Signals,
        TeamAnalytics,
        Thread,
        ThreadDetail,
        ThreadPage,
        WhoAmI,
    )

__all__ = [
    "DEFAULT_BASE_URL",
    "ApiError",
    "BadRequest",
    "CareerHealth",
    "Client",
    "CompanySignals",
    "ConfigurationError",
    "ConnectionFailed",
    "DailyBudgetSpent",
    "Forbidden",
    "InputTooLong",
    "InternalError",
    "IntraviewError",
    "InvalidJson",
    "JobFit",
    "Meta",
    "NotFound",
    "NotThreadOwner",
    "Outcome",
    "OutcomeReport",
    "PlanNotEntitled",
    "ProfileMissing",
    "RateLimited",
    "RecordedOutcome",
    "ScopeMissing",
    "Signals",
    "SummariesBusy",
    "TeamAnalytics",
    "Thread",
    "ThreadDetail",
    "ThreadPage",
    "Unauthorized",
    "Unavailable",
    "WhoAmI",
    "__version__",
]


def __getattr__(name: str) -> object:
    """The models, imported when first asked for (see `_client`)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import models

    return getattr(models, name)
