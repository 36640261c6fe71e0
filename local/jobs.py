"""Runs an operator's job: `export`, `renormalize-companies`, `release-large-companies`, `republish-events`,
`verify-tallies` or `verify-usage-plans`.

A job runs on the local stack of `make serve` (PORT) or, with FUNCTION, on the deployed function of that name.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from botocore.config import Config
from botocore.session import get_session

type Run = Callable[[dict[str, Any]], dict[str, Any]]


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Runs one job; returns the exit code, which is 1 if differences remain."""
    match arguments:
        case ["export", user_id]:
            document = export(runner("export-person", environ), user_id)
            print(json.dumps(document, ensure_ascii=False, indent=1))
        case ["renormalize-companies"]:
            renormalize(runner("renormalize-companies", environ), _print)
        case ["release-large-companies"]:
            answer = runner("release-large-companies", environ)({})
            print(", ".join(f"{number} {name.replace('_', ' ')}" for name, number in answer.items()))
        case ["republish-events"]:
            republish(runner("republish-events", environ), _print, environ)
        case ["verify-tallies"]:
            return verify(runner("verify-tallies", environ), _print, repair=environ.get("REPAIR") == "1")
        case ["verify-usage-plans"]:
            return verify_plans(runner("verify-usage-plans", environ), _print, repair=environ.get("REPAIR") == "1")
        case _:
            jobs = ["export USER", "renormalize-companies", "release-large-companies", "republish-events"]
            jobs += ["verify-tallies", "verify-usage-plans"]
            print(f"jobs: {', '.join(jobs)}", file=sys.stderr)
            return 2
    return 0


def _print(line: str) -> None:
    print(line, flush=True)


def export(run: Run, user_id: str) -> dict[str, Any]:
    """Returns everything held about a person, assembled from its portions."""
    document: dict[str, Any] = {}
    after: str | None = ""
    while after is not None:
        portion = _body(run({"user_id": user_id, "after": after}))
        after = portion.pop("next")
        document = {**document, **portion, "messages": document.get("messages", []) + portion["messages"]}
    return document


def renormalize(run: Run, say: Callable[[str], None]) -> None:
    """Repeats the job until every message is counted under the current name of its company."""
    while True:
        answer = run({})
        say(f"normaliser {answer['normalizer']}: {answer['seen']} messages seen, {answer['moved']} moved")
        if answer["done"]:
            say("done: companies are released again")
            return


def republish(run: Run, say: Callable[[str], None], environ: Mapping[str, str]) -> None:
    """Repeats the job until every event written from FROM until TO was published again, of TEAM or of all teams."""
    events = queued = 0
    request: dict[str, Any] = {"since": environ.get("FROM", ""), "until": environ.get("TO", "")}
    request |= {"team_id": environ["TEAM"]} if environ.get("TEAM") else {}
    while True:
        body = _body(run(request))
        events, queued = events + body["events"], queued + body["queued"]
        if (resume := body["resume"]) is None:
            break
        say(f"{events} events so far ...")
        request["resume"] = resume
    say(f"{events} events since {body['since']}, {queued} deliveries queued")


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    """Returns the body of an answer. Exits with its errors if it is a problem document."""
    body: dict[str, Any] = answer["body"]
    if answer["statusCode"] == 200:
        return body
    errors = [f"{error['pointer']} {error['detail']}" for error in body.get("errors", [])]
    sys.exit("\n".join([f"{body['title']}: {body['detail']}", *errors]))


def verify(run: Run, say: Callable[[str], None], *, repair: bool) -> int:
    """Recounts all tallies from messages and prints the differences; returns 1 if any remain."""
    users = repaired = different = 0
    resume: Any = None
    while True:
        answer = _body(run({"repair": repair, "resume": resume}))
        users, repaired = users + answer["users"], repaired + answer["repaired"]
        different += answer["different"]
        for found in answer["differences"]:
            say(f"{' '.join(found['tally'].values())}: stored {found['kept']}, counted {found['counted']}")
        if (resume := answer["resume"]) is None:
            break
        say(f"{users} users so far ...")
    say(f"{users} users verified, {repaired} tallies repaired, {different} tallies differ")
    return 1 if different else 0


def verify_plans(run: Run, say: Callable[[str], None], *, repair: bool) -> int:
    """Compares all keys in API Gateway with the teams' plans; returns 1 if differences remain."""
    while True:
        body = _body(run({"repair": repair}))
        for found in body["differences"]:
            say(f"{found['team_id']} {found['plan']}: {found['problem']}")
        say(f"{body['teams']} teams with keys, {body['different']} with a wrong key, {body['repaired']} repaired")
        if body["done"]:
            return 1 if body["different"] > body["repaired"] else 0


def runner(job: str, environ: Mapping[str, str]) -> Run:
    """Returns a callable that runs the job's function once and returns its result. It exits the program on failure."""
    if name := environ.get("FUNCTION"):
        return _deployed(name)
    return _local(f"http://127.0.0.1:{environ.get('PORT') or '8000'}/_local/jobs/{job}")


def _local(url: str) -> Run:
    def run(event: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(url, json.dumps(event).encode(), method="POST")  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            sys.exit(f"{url}: {error.read().decode()}")
        except urllib.error.URLError as error:
            sys.exit(f"{url}: {error.reason}. `make serve` runs the local stack; FUNCTION names a deployed function.")

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
    sys.exit(main(sys.argv[1:], os.environ))
