"""Execution environments: one invocation at a time, killed at the timeout, replaced after a crash, gone at the end."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws.environments import (
    EXITED,
    MAX_PAYLOAD,
    REQUEST_TOO_LARGE,
    RESPONSE_TOO_LARGE,
    THROTTLED,
    TIMED_OUT,
    Environments,
    Failed,
    Returned,
)
from local.commands import start
from local.deployment import Function
from tests.processes import alive

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = "tests.integration.handlers"


def a_function(name: str, handler: str, timeout: int = 20) -> Function:
    return Function(name, f"{HANDLERS}.{handler}", {"COLOUR": "red"}, timeout, 256)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("environments") / "log"


@pytest.fixture(scope="module")
def environments(log: Path) -> Iterator[Environments]:
    functions = {
        "echo": a_function("echo", "echo"),
        "behave": a_function("behave", "behave"),
        "hurried": a_function("hurried", "behave", timeout=1),
        "pair": a_function("pair", "behave"),
        "missing": a_function("missing", "no_such_handler"),
    }
    environments = Environments(functions, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, log, limit=2)
    yield environments
    environments.stop()


def returned(answer: Returned | Failed) -> dict[str, object]:
    assert isinstance(answer, Returned), answer
    payload: dict[str, object] = answer.payload
    return payload


def failed(answer: Returned | Failed) -> Failed:
    assert isinstance(answer, Failed), answer
    return answer


def test_a_handler_gets_the_event_its_variables_and_lambdas_context(environments: Environments) -> None:
    seen = returned(environments.invoke("echo", {"name": "né", "list": [1, None]}))
    assert seen["event"] == {"name": "né", "list": [1, None]}
    assert seen["colour"] == "red"
    assert (seen["function_name"], seen["memory"]) == ("echo", 256)
    assert seen["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:echo:live"
    assert 19_000 < int(str(seen["remaining"])) <= 20_000


def test_a_function_sees_no_variable_of_the_server_but_lambdas_and_its_own(environments: Environments) -> None:
    variables = set(json.loads(json.dumps(returned(environments.invoke("echo", {}))["variables"])))
    assert {"AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME", "AWS_ENDPOINT_URL", "COLOUR"} <= variables
    assert variables.isdisjoint({"HOME", "PYTEST_CURRENT_TEST", "AWS_PROFILE"})


def test_an_environment_is_used_again_and_each_invocation_has_an_id(environments: Environments) -> None:
    first, second = (returned(environments.invoke("echo", {})) for _ in range(2))
    assert first["pid"] == second["pid"]
    assert int(str(second["invocations"])) == int(str(first["invocations"])) + 1
    assert first["request_id"] != second["request_id"]


def test_at_its_timeout_an_environment_is_killed_and_replaced(environments: Environments) -> None:
    before = returned(environments.invoke("hurried", {"do": "nothing"}))["pid"]
    timed_out = failed(environments.invoke("hurried", {"do": "hang"}))
    assert timed_out == Failed(TIMED_OUT, "Task timed out after 1 seconds")
    _wait_until_gone(int(str(before)))
    assert returned(environments.invoke("hurried", {"do": "nothing"}))["pid"] != before


def test_after_a_crash_an_environment_is_replaced(environments: Environments) -> None:
    before = returned(environments.invoke("behave", {"do": "nothing"}))["pid"]
    assert failed(environments.invoke("behave", {"do": "exit"})).error_type == EXITED
    assert returned(environments.invoke("behave", {"do": "nothing"}))["pid"] != before


def test_an_exception_is_reported_and_logged_and_the_environment_lives_on(
    environments: Environments, log: Path
) -> None:
    before = returned(environments.invoke("behave", {"do": "nothing"}))["pid"]
    assert environments.invoke("behave", {"do": "raise", "message": "no luck"}) == Failed("ValueError", "no luck")
    assert failed(environments.invoke("behave", {"do": "return what is no JSON"})).error_type == "TypeError"
    assert returned(environments.invoke("behave", {"do": "nothing"}))["pid"] == before
    assert "ValueError: no luck" in log.read_text()


def test_what_a_function_prints_is_in_the_log(environments: Environments, log: Path) -> None:
    environments.invoke("behave", {"do": "say", "message": "a line of the function"})
    assert "a line of the function\n" in log.read_text()


def test_a_handler_that_cannot_be_imported_fails_each_invocation(environments: Environments, log: Path) -> None:
    for _ in range(3):  # more often than there may be environments
        assert failed(environments.invoke("missing", {})).error_type == EXITED
    assert "no_such_handler" in log.read_text()


def test_invocations_at_once_run_side_by_side_up_to_the_limit_and_then_wait(
    environments: Environments, tmp_path: Path
) -> None:
    answers: list[Returned | Failed] = []
    event = {"do": "meet", "folder": str(tmp_path), "guests": 2}
    threads = [threading.Thread(target=lambda: answers.append(environments.invoke("pair", event))) for _ in range(2)]
    for thread in threads:
        thread.start()
    (tmp_path / "host").touch()
    while len(list(tmp_path.glob("guest-*"))) < 2:
        time.sleep(0.001)  # both are in their handlers now, and stay there until the host leaves
    assert failed(environments.invoke("pair", {"do": "nothing"}, patience=0)).error_type == THROTTLED
    (tmp_path / "host").unlink()
    for thread in threads:
        thread.join()
    assert len({returned(answer)["pid"] for answer in answers}) == 2
    assert returned(environments.invoke("pair", {"do": "nothing"}))


SERVER = """
import os, sys, threading
from pathlib import Path
from local.deployment import Function
from local.aws.environments import Environments
behave = Function("behave", "tests.integration.handlers.behave", {}, 600, 128)
environments = Environments({"behave": behave}, {}, Path(sys.argv[1]))
idle = environments.invoke("behave", {"do": "nothing"}).payload["pid"]
for _ in range(2):
    event = {"do": "hang", "say_pid_in": sys.argv[2]}
    threading.Thread(target=environments.invoke, args=("behave", event), daemon=True).start()
while len(list(Path(sys.argv[2]).iterdir())) < 2:
    pass
print(environments._forker.pid, idle, *[path.name for path in Path(sys.argv[2]).iterdir()], flush=True)
sys.stdin.read()
"""


def test_no_process_survives_a_server_that_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "pids"
    folder.mkdir()
    with start(
        [sys.executable, "-c", SERVER, str(tmp_path / "log"), str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(set(pids)) >= 3
        assert all(alive(pid) for pid in pids)
        server.kill()
    for pid in pids:
        _wait_until_gone(pid)


def _wait_until_gone(pid: int) -> None:
    """The time limit of the test ends this, should the process stay."""
    while alive(pid):
        time.sleep(0.01)


def test_a_secret_is_in_the_process_of_the_function_that_names_it_and_in_no_other(log: Path) -> None:
    handler = f"{HANDLERS}.read_secret"
    functions = {
        "named": Function("named", handler, {"KEY_SECRET_ID": "Key"}, 20, 256),
        "other": Function("other", handler, {"KEY_SECRET_ID": "Another"}, 20, 256),
    }
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    environments = Environments(functions, nowhere, log, secrets={"Key": "the value"})
    try:
        assert environments.invoke("named", {"name": "Key"}) == Returned("the value")
        for function, name in (("named", "Another"), ("other", "Key")):
            assert failed(environments.invoke(function, {"name": name})).error_type == "EndpointConnectionError"
    finally:
        environments.stop()


def test_what_is_larger_than_a_payload_of_lambda_is_refused_in_either_direction(environments: Environments) -> None:
    assert failed(environments.invoke("echo", "x" * MAX_PAYLOAD)).error_type == REQUEST_TOO_LARGE
    grows = {"text": "x" * (MAX_PAYLOAD - 400)}  # the handler returns it with more beside it
    assert failed(environments.invoke("echo", grows)).error_type == RESPONSE_TOO_LARGE
    assert returned(environments.invoke("echo", {}))["invocations"]
