"""Invoke of AWS Lambda, for clients with the stack's credentials. Operators and the web app call functions this way."""

import json
from http import HTTPStatus

from local.aws.environments import Failed, Returned
from local.stack import Stack

PATH = "/2015-03-31/functions/{name}/invocations"
"""The path of Invoke in the API of AWS Lambda."""


def invocation(stack: Stack, name: str, authorization: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Runs a function to its end. Returns status, headers and body in the form of AWS."""
    if f"Credential={stack.credentials.access_key_id}/" not in authorization:
        return _refusal(HTTPStatus.FORBIDDEN, "UnrecognizedClientException", "The access key id is not this stack's.")
    if name not in stack.template.functions:
        return _refusal(HTTPStatus.NOT_FOUND, "ResourceNotFoundException", "There is no function of this name.")
    try:
        event = json.loads(body or b"{}")
    except ValueError:
        return _refusal(HTTPStatus.BAD_REQUEST, "InvalidRequestContentException", "The payload is not JSON.")
    answer = stack.environments.invoke(name, event)
    stack.gateway.flush()
    match answer:
        case Returned(payload):
            return 200, {}, json.dumps(payload).encode()
        case Failed(error_type, message):
            error = {"errorType": error_type, "errorMessage": message}
            return 200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(error).encode()


def _refusal(status: int, error_type: str, message: str) -> tuple[int, dict[str, str], bytes]:
    return status, {"X-Amzn-ErrorType": error_type}, json.dumps({"Message": message}).encode()
