"""All error responses: one tree of exceptions, one format of document (RFC 9457, contract 1).

    Problem
    ├── BadRequest               400  invalid_request: the caller must change the request; lists every error
    │   ├── InvalidJson          400  invalid_json
    │   ├── ProfileMissing       400  profile_missing
    │   ├── SummaryInputTooLong  400  input_too_long
    │   ├── AlreadyRotated       400  already_rotated
    │   └── Revoked              400  revoked
    ├── Unauthorized             401  unauthorized: the key expired while API Gateway cached the authorizer's result
    ├── BadSignature             401  unauthorized: an integration's request (contract 15)
    ├── NotSignedIn              401  unauthorized: a sign-in to the console (contract 16)
    ├── Forbidden                403
    │   ├── PlanNotEntitled      403  plan_not_entitled
    │   ├── ScopeMissing         403  scope_missing
    │   └── NotThreadOwner       403  not_thread_owner
    ├── NotFound                 404  not_found
    ├── RetryLater                    carries Retry-After
    │   ├── SummariesBusy        429  summaries_busy
    │   │   └── DailyBudgetSpent 429  daily_budget_spent
    │   └── ServiceUnavailable   503  service_unavailable: a backend failed
    └── InternalError            500  internal_error: a bug, by definition

The gateway itself returns 401, 404 for unknown routes, and 429, with documents of the same shape: see the
GatewayResponses of template.yaml. Routes raise; `shared.web.endpoint` turns the exception into a response.
"""

from collections.abc import Sequence
from typing import ClassVar, TypedDict

from shared.infra.errors import Unavailable

PROBLEM_JSON = "application/problem+json"
TYPE_PREFIX = "https://app.intraview.io/docs/guide.html#"

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Server Error",
    503: "Service Unavailable",
}


class FieldError(TypedDict, total=False):
    """One error of a request: its place (a JSON pointer into the body, or a parameter's name) and how to correct it."""

    pointer: str
    parameter: str
    detail: str


class Problem(Exception):
    """Base of the tree. `detail` says what to do next and never contains internal names."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)

    @property
    def headers(self) -> dict[str, str]:
        """Headers that this problem adds to its response."""
        return {}

    def document(self, request_id: str) -> dict[str, object]:
        """The problem document, as sent to the caller."""
        document: dict[str, object] = {
            "type": TYPE_PREFIX + self.code,
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = self.errors
        return document


class BadRequest(Problem):
    """The request is not valid. The same request will fail again."""

    status = 400
    code = "invalid_request"


class InvalidJson(BadRequest):
    """The body could not be read as one JSON value."""

    code = "invalid_json"


class ProfileMissing(BadRequest):
    """The candidate has no profile yet, so there is nothing to compare a job with (contract 9)."""

    code = "profile_missing"


class SummaryInputTooLong(BadRequest):
    """The profile and the job description together exceed the model's context window (contract 9)."""

    code = "input_too_long"


class AlreadyRotated(BadRequest):
    """The key has a successor already (contract 2)."""

    code = "already_rotated"


class Revoked(BadRequest):
    """The key has been revoked, so it cannot be rotated (contract 2)."""

    code = "revoked"


class Unauthorized(Problem):
    """The key has expired. The document equals the gateway's own 401 (template.yaml, UNAUTHORIZED)."""

    status = 401
    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__(
            "Send a valid API key in the header 'Authorization: Bearer iv_live_...'. "
            "Keys are made under Settings, Integrations."
        )

    @property
    def headers(self) -> dict[str, str]:
        """The authentication scheme."""
        return {"WWW-Authenticate": "Bearer"}


class BadSignature(Problem):
    """The signature of an integration's request is not valid. The document is the same if the connection is unknown."""

    status = 401
    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("The signature does not match. Compare address and secret with the settings.")


class NotSignedIn(Problem):
    """A sign-in to the console is not valid. The document is the same for every cause."""

    status = 401
    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("This sign-in is not valid or has expired. Sign in again.")


class Forbidden(Problem):
    """The caller is authenticated but not allowed to do this."""

    status = 403
    code = "forbidden"


class PlanNotEntitled(Forbidden):
    """The team's plan does not include the endpoint."""

    code = "plan_not_entitled"


class ScopeMissing(Forbidden):
    """The key lacks the scope that the endpoint needs."""

    code = "scope_missing"


class NotThreadOwner(Forbidden):
    """The thread belongs to a team-mate (contract 6)."""

    code = "not_thread_owner"


class NotFound(Problem):
    """The resource does not exist, or the caller may not see it."""

    status = 404
    code = "not_found"


class RetryLater(Problem):
    """The same request can succeed after `retry_after` whole seconds."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """The time to wait before a retry."""
        return {"Retry-After": str(self.retry_after)}


class SummariesBusy(RetryLater):
    """The team has the maximum number of job summaries under way (contract 3)."""

    status = 429
    code = "summaries_busy"


class DailyBudgetSpent(SummariesBusy):
    """The team has used its token budget for job summaries of this UTC day (contract 3)."""

    code = "daily_budget_spent"


class ServiceUnavailable(RetryLater):
    """A backend failed (`shared.infra.errors.Unavailable`)."""

    status = 503
    code = "service_unavailable"


class InternalError(Problem):
    """A bug. Its cause is in the log under the request id, never in the response."""

    def __init__(self) -> None:
        super().__init__("Something went wrong on our end. If it happens again, send the request_id to support.")


def problem_of(error: Unavailable) -> ServiceUnavailable:
    """Returns the problem document of a failed backend."""
    return ServiceUnavailable(error.detail, retry_after=error.retry_after)
