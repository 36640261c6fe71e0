"""`make verify-tallies`: recounts tallies from messages, to the end, and says where they differ.

Against the local stack that `make serve` runs (PORT), or, with FUNCTION, the deployed function of that name. With
REPAIR=1 differences are mended. Exit code 1 when there are some left.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.session import get_session

type Run = Callable[[dict[str, Any]], dict[str, Any]]


def main() -> int:
    """Calls until nothing is left to resume."""
    run = _deployed(name) if (name := os.environ.get("FUNCTION")) else _local(os.environ.get("PORT") or "8000")
    users = repaired = different = 0
    resume: Any = None
    while True:
        answer = run({"repair": os.environ.get("REPAIR") == "1", "resume": resume})
        users, repaired, different = (
            users + answer["users"],
            repaired + answer["repaired"],
            different + answer["different"],
        )
        for found in answer["differences"]:
            print(f"{found['subject']} {found['window']}: kept {found['kept']}, counted {found['counted']}")
        if (resume := answer["resume"]) is None:
            break
        print(f"{users} users so far ...")
    print(f"{users} users verified, {repaired} tallies repaired, {different} tallies differ")
    return 1 if different else 0


def _local(port: str) -> Run:
    def run(event: dict[str, Any]) -> dict[str, Any]:
        url = f"http://127.0.0.1:{port}/_local/jobs/verify-tallies"
        request = urllib.request.Request(url, json.dumps(event).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return dict(json.load(answer))

    return run


def _deployed(name: str) -> Run:
    config = Config(read_timeout=910, retries={"total_max_attempts": 1})
    client: Any = get_session().create_client("lambda", config=config)

    def run(event: dict[str, Any]) -> dict[str, Any]:
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event))
        payload = json.load(answer["Payload"])
        if "FunctionError" in answer:
            sys.exit(f"{name}: {payload}")
        return dict(payload)

    return run


if __name__ == "__main__":
    sys.exit(main())
