"""`python -m local`, as `make serve` runs it: what it prints, how it ends, and that it leaves nothing behind."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from local.commands import run
from local.demo.data import caller_message_id
from local.demo.people import DEMO_CALLERS, JOB_DESCRIPTION
from local.template import read_template
from shared.domain.plans import Plan
from tests import leaks
from tests.processes import alive, with_descendants

ROOT = Path(__file__).resolve().parents[2]
leaks.said([JOB_DESCRIPTION, *(caller.user_id for caller in DEMO_CALLERS.values())])


@dataclass
class Serving:
    """A running server: where it answers, what it printed before, and its process."""

    url: str
    printed: list[str]
    process: subprocess.Popen[str]

    def curls(self) -> list[str]:
        return [line.strip() for line in self.printed if line.strip().startswith("curl ")]


@contextmanager
def serving(**environ: str) -> Iterator[Serving]:
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PORT": "0", **environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line.rstrip())
            if line.startswith("logs of the functions: "):
                leaks.watched.add(Path(line.rstrip().partition(": ")[2]))
            if line.startswith("ready "):
                break
        try:
            assert "".join(printed[-1:]).startswith("ready "), printed
            yield Serving(printed[-1].split()[1], printed, process)
        finally:
            process.kill()


def ended(server: Serving, number: signal.Signals) -> str:
    """Ends a server by a signal, makes sure that nothing is left of it, and gives what it wrote to standard error."""
    processes = with_descendants(server.process.pid)
    assert len(processes) >= 4, "the server, its functions, moto and DynamoDB Local"
    server.process.send_signal(number)
    _, errors = server.process.communicate(timeout=30)
    assert server.process.returncode == 0
    assert not [pid for pid in processes if alive(pid)]
    return str(errors)


def answer_to(curl: str) -> dict[str, object]:
    command = shlex.split(curl)
    answer = run(command, capture_output=True, text=True, check=True)
    document: dict[str, object] = json.loads(answer.stdout)
    return document


def endpoint(curl: str) -> str:
    """The method and the path that a curl calls, the path as the template writes it."""
    words = shlex.split(curl)
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    path = next(urlsplit(word).path for word in words if word.startswith("http://"))
    return f"{method} {path.replace(caller_message_id(Plan.ENTERPRISE), '{id}')}"


def test_every_curl_that_is_printed_works_and_ctrl_c_leaves_nothing_behind() -> None:
    with serving() as server:
        answers = {endpoint(curl): answer_to(curl) for curl in server.curls()}
        assert answers.keys() == {
            f"{route.method} {route.path}" for route in read_template().api.routes if route.path.startswith("/api/")
        }
        health = answers["GET /api/agent/career-health"]
        assert health["period"] == answers["POST /api/agent/career-health"]["period"]
        assert answers["GET /api/agent/company-signals"]["signals"]
        assert answers["POST /api/agent/job-summary"]["overall_fit"]
        assert answers["GET /api/team/agent/analytics"]["member_count"] == 12
        assert answers["GET /api/agent/messages"]["messages"]
        assert answers["GET /api/agent/messages/{id}"]["id"] == caller_message_id(Plan.ENTERPRISE)
        assert answers["GET /api/agent/whoami"]["plan"] == "enterprise"
        assert answers["PATCH /api/agent/messages/{id}/outcome"]["outcome"] == "screening_scheduled"
        assert any("stand-in" in line for line in server.printed)
        assert server.printed[-1] == f"ready {server.url}"
        assert ended(server, signal.SIGINT) == ""


@pytest.mark.timeout(900)  # the demo data is written to a disk, item by item
def test_a_kept_folder_has_its_data_and_its_keys_after_a_restart(tmp_path: Path) -> None:
    with serving(DATA=str(tmp_path)) as first:
        [patch] = [curl for curl in first.curls() if endpoint(curl).startswith("PATCH ")]
        recorded = answer_to(patch)
        assert ended(first, signal.SIGTERM) == ""
    with serving(DATA=str(tmp_path)) as second:
        assert not any("demo data" in line for line in second.printed), "it is loaded once"
        assert answer_to(patch.replace(first.url, second.url)) == recorded
        pro_key = next(line.split()[1] for line in first.printed if line.split()[:1] == ["pro"])
        with httpx.Client(base_url=second.url, headers={"Authorization": f"Bearer {pro_key}"}, trust_env=False) as http:
            statuses = [http.get("/api/agent/career-health").status_code for _ in range(25)]
        assert set(statuses) == {200, 429}, "the team's usage plan is known again"
        ended(second, signal.SIGINT)


def test_without_java_and_npm_it_serves_from_moto() -> None:
    with serving(STORE="moto", AWS_PROFILE="of-the-person-at-the-terminal") as server:
        assert answer_to(server.curls()[0])["period"]
        processes = with_descendants(server.process.pid)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        assert not [pid for pid in processes if alive(pid)]


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"STORE": "redis"}, "STORE is 'redis'"),
        ({"STORE": "moto", "DATA": "x"}, "DATA needs DynamoDB Local"),
        ({"PORT": "http"}, "PORT is 'http'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_clear_line(environ: dict[str, str], said: str) -> None:
    assert said in _refusal(environ)


def test_a_port_in_use_is_one_clear_line_before_anything_is_started() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} on 127.0.0.1 cannot be used" in _refusal({"PORT": str(port)})


def _refusal(environ: dict[str, str]) -> str:
    """The one line that a start is refused with."""
    refused = subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stdout == ""
    [line] = refused.stderr.splitlines()
    return line
