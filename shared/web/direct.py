"""Functions that an operator or the web app invokes directly, with IAM. They return `{"statusCode", "body"}`.

The body of an error is a problem document, as in the public API.
"""

from collections.abc import Callable
from typing import Any

from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.web.problems import Problem, problem_of


def direct(act: Callable[[dict[str, Any]], tuple[int, Any]]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Returns the Lambda handler of a function that returns a status and a body, or raises a Problem."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            status, body = act(event)
        except (Problem, Unavailable) as error:
            problem = problem_of(error) if isinstance(error, Unavailable) else error
            if problem.status >= 500:
                count("OperatorCallFailed")  # the invocation itself succeeds, so Lambda counts no error
            status, body = problem.status, problem.document(context.aws_request_id)
        return {"statusCode": status, "body": body}

    return handler
