"""`make invoke` and plain `sam local invoke` on the tables of a running `make serve`, as a developer types them."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from local.commands import run, start
from local.containers.sam import BIN
from local.ports import free_ports
from tests.packaging.runtime import prepare_containers
from tests.packaging.sam import ROOT

pytestmark = pytest.mark.timeout(600)


@contextmanager
def _running(command: list[str], output: Path, is_ready: Callable[[str], bool]) -> Iterator[None]:
    """Runs a program until SIGINT. `output` takes what it prints; it holds keys, so no test reads it as a log."""
    with output.open("wb") as sink:
        process = start(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        while process.poll() is None and not is_ready(output.read_text()):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
        assert process.poll() is None, output.read_text()
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The port of a running `make serve`."""
    prepare_containers()
    port = str(free_ports(1)[0])
    output = tmp_path_factory.mktemp("serve") / "printed"
    with _running(["make", "serve", f"PORT={port}"], output, lambda text: "\nready " in text):
        yield port


def _answer(command: list[str], **environ: str) -> Any:
    done = run(command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_make_invoke_prints_what_the_function_answers_a_user_of_the_demo_data(port: str) -> None:
    answer = _answer(["make", "-s", "invoke", "FUNCTION=GetCareerHealth", "USER=user_priya", f"PORT={port}"])
    assert answer["statusCode"] == 200
    assert answer["headers"]["RateLimit-Policy"].startswith('"pro"')
    assert answer["body"]["inbound_volume"]["total"] > 0


def test_plain_sam_local_invoke_uses_the_tables_while_make_sam_local_runs(port: str, tmp_path: Path) -> None:
    with _running(
        ["make", "-s", "sam-local", f"PORT={port}"], tmp_path / "printed", lambda text: "sam local inv" in text
    ):
        printed = (tmp_path / "printed").read_text().splitlines()
        [command] = [line.split() for line in printed if line.startswith("  sam local invoke ")]
        answer = _answer(command, PATH=f"{BIN}:{os.environ['PATH']}", SAM_CLI_TELEMETRY="0")
    assert json.loads(answer["body"])["inbound_volume"]["total"] > 0
