"""`make smoke`: runs the smoke test against STACK, a stack on AWS, or against the local stack at PORT."""

import os
import sys
import time
from collections.abc import Callable, Mapping

from botocore.exceptions import BotoCoreError, ClientError
from intraview import IntraviewError

from local.smoke.steps import SmokeTest, StepFailed
from local.smoke.targets import CannotReach, DeployedStack, LocalStack, Target

LOCAL = "local"


def target_of(environ: Mapping[str, str]) -> Target:
    """The stack that STACK and PORT name. Raises CannotReach."""
    stack = environ.get("STACK") or LOCAL
    return LocalStack(int(environ.get("PORT") or "8000")) if stack == LOCAL else DeployedStack(stack)


def smoke(test: SmokeTest, say: Callable[[str], None]) -> int:
    """Runs the steps up to the first that fails; returns the exit code."""
    started = time.monotonic()
    try:
        for name, step in test.steps():
            begun = time.monotonic()
            try:
                step()
            except (StepFailed, CannotReach, IntraviewError, BotoCoreError, ClientError) as error:
                say(f"FAILED  {name}: {error}")
                return 1
            say(f"{time.monotonic() - begun:6.1f} s  {name}")
    finally:
        try:
            test.close()
        except (CannotReach, BotoCoreError, ClientError) as error:
            say(f"The person {test.user_id} could not be erased: {error}. Publish CandidateErased.")
    say(f"{time.monotonic() - started:6.1f} s  in all")
    return 0


def main(environ: Mapping[str, str]) -> int:
    """Finds the stack and runs the test; returns the exit code."""
    try:
        target = target_of(environ)
    except CannotReach as error:
        print(f"FAILED  find the stack: {error}", file=sys.stderr)
        return 1
    print(target.url, flush=True)
    return smoke(SmokeTest(target), lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.exit(main(os.environ))
