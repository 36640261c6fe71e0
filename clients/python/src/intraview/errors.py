"""Every failure as one tree of exceptions.

    IntraviewError
    ├── ConfigurationError       the key, the address or an argument cannot be used; nothing was sent
    ├── ConnectionFailed         no answer within the timeout, or none that is HTTP
    └── ApiError                 the API refused: a problem document (RFC 9457) with code, detail and request_id
        ├── BadRequest           400  invalid_request: `errors` names every fault
        │   ├── InvalidJson      400  invalid_json
        │   ├── ProfileMissing   400  profile_missing
        │   └── InputTooLong     400  input_too_long
        ├── Unauthorized         401  unauthorized: the key is missing, unknown, expired or revoked
        ├── Forbidden            403  forbidden
        │   ├── PlanNotEntitled  403  plan_not_entitled
        │   ├── ScopeMissing     403  scope_missing
        │   └── NotThreadOwner   403  not_thread_owner
        ├── NotFound             404  not_found
        ├── RateLimited          429  rate_limited
        │   ├── SummariesBusy    429  summaries_busy
        │   └── DailyBudgetSpent 429  daily_budget_spent
        ├── InternalError        500  internal_error
        └── Unavailable          503  service_unavailable

A code that this version does not know raises the class of its status, so code that catches by status keeps working.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class IntraviewError(Exception):
    """Base of the tree."""


class ConfigurationError(IntraviewError):
    """The key, the address or an argument cannot be used. Nothing was sent."""


class ConnectionFailed(IntraviewError):
    """The API gave no answer within the timeout, or one that is not HTTP."""


class ApiError(IntraviewError):
    """The API refused a request. `detail` says what to do; `request_id` names the request for support."""

    status: int = 0
    code: str = "unknown"

    def __init__(self, status: int, problem: dict[str, Any], *, request_id: str, retry_after: float | None) -> None:
        self.status = status
        self.code = str(problem.get("code") or self.code)
        self.title = str(problem.get("title") or "")
        self.detail = str(problem.get("detail") or f"The API returned status {status} without a problem document.")
        self.type = str(problem.get("type") or "about:blank")
        self.request_id = request_id
        self.retry_after = retry_after
        """Seconds after which the same request may succeed; None if the API names no time."""
        faults = problem.get("errors")
        self.errors: list[dict[str, Any]] = [fault for fault in faults or [] if isinstance(fault, dict)]
        """Every fault of a bad request: `detail`, and `pointer` into the body or the name of a `parameter`."""
        super().__init__(self.detail)

    def __str__(self) -> str:
        lines = [self.detail, *(f"  {_place(fault)}: {fault.get('detail', '')}" for fault in self.errors)]
        return "\n".join([*lines, f"({self.code}, request {self.request_id or 'without an id'})"])


class BadRequest(ApiError):
    """The request is at fault: the same one fails again."""

    status = 400
    code = "invalid_request"


class InvalidJson(BadRequest):
    """The body is not JSON."""

    code = "invalid_json"


class ProfileMissing(BadRequest):
    """The key's member has no profile yet, so there is nothing to compare a job with."""

    code = "profile_missing"


class InputTooLong(BadRequest):
    """The profile and the job description together are longer than the model reads."""

    code = "input_too_long"


class Unauthorized(ApiError):
    """The key is missing, malformed, unknown, expired or revoked."""

    status = 401
    code = "unauthorized"


class Forbidden(ApiError):
    """The key is valid and may not do this."""

    status = 403
    code = "forbidden"


class PlanNotEntitled(Forbidden):
    """The team's plan does not include the endpoint."""

    code = "plan_not_entitled"


class ScopeMissing(Forbidden):
    """The key lacks the scope that the endpoint needs."""

    code = "scope_missing"


class NotThreadOwner(Forbidden):
    """The thread belongs to another member of the team."""

    code = "not_thread_owner"


class NotFound(ApiError):
    """The key's member has nothing with this id, or the API has no such path."""

    status = 404
    code = "not_found"


class RateLimited(ApiError):
    """Too many requests, and waiting for `retry_after` would have taken longer than the timeout."""

    status = 429
    code = "rate_limited"


class SummariesBusy(RateLimited):
    """Too many job summaries of the team are under way."""

    code = "summaries_busy"


class DailyBudgetSpent(RateLimited):
    """The team's job summaries of today are used up."""

    code = "daily_budget_spent"


class InternalError(ApiError):
    """A bug of the API. Tell support the `request_id`."""

    status = 500
    code = "internal_error"


class Unavailable(ApiError):
    """A backend of the API failed; the same request may succeed later."""

    status = 503
    code = "service_unavailable"


def api_error(
    status: int, problem: dict[str, Any], *, request_id: str = "", retry_after: float | None = None
) -> ApiError:
    """The exception for an answer: of its code, else of its status, else ApiError itself."""
    classes = list(_subclasses(ApiError))
    of_code = [cls for cls in classes if cls.code == problem.get("code") and cls.status == status]
    of_status = [cls for cls in classes if cls.status == status]
    cls = next(iter(of_code + of_status), ApiError)
    return cls(status, problem, request_id=request_id, retry_after=retry_after)


def _subclasses(cls: type[ApiError]) -> Iterator[type[ApiError]]:
    for child in cls.__subclasses__():
        yield child
        yield from _subclasses(child)


def _place(fault: dict[str, Any]) -> str:
    return str(fault.get("parameter") or fault.get("pointer") or "request")
