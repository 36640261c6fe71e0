"""Handlers that do what a function may do to its execution environment, for the tests of the local stack."""

import os
import time
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from local.aws.runtime import LambdaContext

_invocations = 0


def echo(event: Any, context: LambdaContext) -> Any:
    """Says what it was given and where it runs."""
    global _invocations
    _invocations += 1
    return {
        "event": event,
        "pid": os.getpid(),
        "invocations": _invocations,
        "colour": os.environ.get("COLOUR"),
        "variables": sorted(os.environ),
        "function_name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "remaining": context.get_remaining_time_in_millis(),
    }


def read_secret(event: Any, _context: LambdaContext) -> Any:
    """Reads a secret as a function does."""
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    client: Any = get_session().create_client("secretsmanager", region_name="us-east-1", config=config)
    return client.get_secret_value(SecretId=event["name"])["SecretString"]


def behave(event: Any, context: LambdaContext) -> Any:
    """Does what `event["do"]` says, and tells its process id."""
    match event["do"]:
        case "hang":
            if folder := event.get("say_pid_in"):
                (Path(folder) / str(os.getpid())).touch()
            time.sleep(600)
        case "exit":
            os._exit(3)
        case "raise":
            raise ValueError(event["message"])
        case "return what is no JSON":
            return object()
        case "meet":
            folder = Path(event["folder"])
            (folder / f"guest-{os.getpid()}").touch()
            while (folder / "host").exists():
                time.sleep(0.001)
        case "say":
            print(event["message"])  # noqa: T201 - what a function prints is what is tested
    return {"pid": os.getpid()}
