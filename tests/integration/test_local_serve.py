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

import httpx
import pytest

from local.commands import run
from local.demo.people import DEMO_CALLERS, JOB_DESCRIPTION
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
                yield Serving(line.split()[1], printed, process)
                break
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


def test_every_curl_that_is_printed_works_and_ctrl_c_leaves_nothing_behind() -> None:
    with serving() as server:
        answers = [answer_to(curl) for curl in server.curls()]
        assert len(answers) == 6
        health, regenerated, signals, summary, analytics, outcome = answers
        assert health["period"] == regenerated["period"]
        assert signals["signals"]
        assert summary["overall_fit"]
        assert analytics["member_count"] == 12
        assert outcome["outcome"] == "screening_scheduled"
        assert any("stand-in" in line for line in server.printed)
        assert server.printed[-1] == f"ready {server.url}"
        assert ended(server, signal.SIGINT) == ""


def test_a_kept_folder_has_its_data_and_its_keys_after_a_restart(tmp_path: Path) -> None:
    with serving(DATA=str(tmp_path)) as first:
        recorded = answer_to(first.curls()[-1])
        assert ended(first, signal.SIGTERM) == ""
    old_curls = first.curls()
    with serving(DATA=str(tmp_path)) as second:
        assert not any("demo data" in line for line in second.printed), "it is loaded once"
        assert answer_to(old_curls[-1].replace(first.url, second.url)) == recorded
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
