"""What `make invoke` does around the container: who calls, how a container reaches the stack, and what it says."""

import contextlib
import http.client
import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.commands import run
from local.containers.docker import ARCHITECTURE, HOST_NAME, Docker
from local.containers.forwarder import reachable
from local.containers.payload import NoCaller, load, sent_by, standard
from local.containers.running import NotRunning, announced, file_of, variables_of
from local.containers.template import sam_options, write_for_containers
from local.ports import free_ports
from local.template import read_template

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = read_template().functions
DOCKER_DESKTOP = Docker("docker0", "172.17.0.1", is_here=False, skip_pull=())
"""Here a forwarder listens on loopback, where a test can reach it."""


def payload(function: str) -> Any:
    return load(standard(FUNCTIONS[f"{function}Function"]))


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_function_has_a_payload(function: Any) -> None:
    assert isinstance(load(standard(function)), dict)


def test_a_user_of_the_demo_data_calls_with_their_own_team_plan_and_limit() -> None:
    caller = sent_by(payload("GetCareerHealth"), "user_priya")["requestContext"]["authorizer"]
    assert (caller["user_id"], caller["team_id"], caller["plan"]) == ("user_priya", "team_priya", "pro")
    assert caller["rate_limit_policy"] == '"pro";q=20;w=60'


def test_a_user_of_the_demo_data_records_an_outcome_of_their_own_thread() -> None:
    sent = sent_by(payload("RecordOutcome"), "user_tomas")
    assert sent["pathParameters"]["id"] == "msg_tomas_opening"
    assert sent["path"] == "/api/agent/messages/msg_tomas_opening/outcome"


def test_an_unknown_user_calls_for_the_team_of_the_payload() -> None:
    caller = sent_by(payload("GetCareerHealth"), "user_of_mine")["requestContext"]["authorizer"]
    assert (caller["user_id"], caller["team_id"]) == ("user_of_mine", "team_acme")


def test_an_operators_payload_names_the_user_at_its_top() -> None:
    assert sent_by(payload("ExportPerson"), "user_priya")["user_id"] == "user_priya"


def test_a_payload_that_no_user_sends_says_so() -> None:
    with pytest.raises(NoCaller, match="without USER"):
        sent_by(payload("PlanTeamSnapshots"), "user_priya")


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        content = json.dumps({"host": self.headers["Host"], "body": body.decode()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Prints nothing."""


@pytest.fixture
def forwarded() -> Iterator[tuple[int, int]]:
    """The ports of a server of loopback, and of the forwarder before it."""
    with contextlib.ExitStack() as running:
        server = running.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), _Echo))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.callback(server.shutdown)
        url = reachable({"URL": f"http://127.0.0.1:{server.server_port}"}, DOCKER_DESKTOP, running)["URL"]
        assert urlsplit(url).hostname == HOST_NAME
        yield server.server_port, urlsplit(url).port or 0


def _post(connection: http.client.HTTPConnection, headers: dict[str, str]) -> Any:
    connection.request("POST", "/", "a body", headers)
    return json.load(connection.getresponse())


def test_a_container_reaches_a_server_of_loopback_under_the_servers_own_name(forwarded: tuple[int, int]) -> None:
    server, forwarder = forwarded
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", forwarder, timeout=10)) as connection:
        for _ in range(2):  # on one connection
            answer = _post(connection, {"Host": f"{HOST_NAME}:{forwarder}"})
            assert answer == {"host": f"127.0.0.1:{server}", "body": "a body"}


@pytest.mark.parametrize(
    "headers", [{}, {"Host": "evil.example"}, {"Host": "{container}", "Origin": "https://evil.example"}]
)
def test_a_request_that_is_not_a_containers_is_not_passed_on(
    headers: dict[str, str], forwarded: tuple[int, int]
) -> None:
    sent = {name: value.format(container=f"{HOST_NAME}:{forwarded[1]}") for name, value in headers.items()}
    with (
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", forwarded[1], timeout=10)) as connection,
        pytest.raises((http.client.RemoteDisconnected, ConnectionError)),
    ):
        _post(connection, sent)


def test_what_is_not_an_address_of_loopback_stays_as_it_is() -> None:
    variables = {"AWS_ACCESS_KEY_ID": "id", "ANTHROPIC_BASE_URL": "https://api.anthropic.com"}
    with contextlib.ExitStack() as running:
        assert reachable(variables, DOCKER_DESKTOP, running) == variables


def test_a_running_stack_leaves_its_variables_to_its_owner_alone_until_it_ends() -> None:
    [port] = free_ports(1)
    with announced(port, {"NAME": "value"}):
        assert variables_of(port) == {"NAME": "value"}
        assert file_of(port).stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotRunning, match=f"port {port}"):
        variables_of(port)


def test_the_template_for_containers_leads_to_the_stack_and_to_this_machines_processor(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text((ROOT / "template.yaml").read_text())
    path = tmp_path / "elsewhere.json"
    write_for_containers(tmp_path, FUNCTIONS, {"AWS_ENDPOINT_URL": "http://there"}, path)
    document = json.loads(path.read_text())
    assert document["Parameters"]["Architecture"]["Default"] == ARCHITECTURE
    assert document["Resources"]["AuthorizerFunction"]["Properties"]["Timeout"] == 30
    variables = document["Resources"]["GetCareerHealthFunction"]["Properties"]["Environment"]["Variables"]
    assert (variables["AWS_ENDPOINT_URL"], variables["TALLIES_TABLE"]) == ("", "TalliesTable")
    values = Path(sam_options(path)[sam_options(path).index("--env-vars") + 1])
    assert values.stat().st_mode & 0o777 == 0o600
    assert json.loads(values.read_text()) == {"Parameters": {"AWS_ENDPOINT_URL": "http://there"}}


@pytest.mark.parametrize(("installed", "message"), [(False, "Docker is not installed"), (True, "is not running")])
def test_without_docker_make_invoke_says_in_one_line_what_is_missing(
    installed: bool, message: str, tmp_path: Path
) -> None:
    if installed:
        (tmp_path / "docker").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "docker").chmod(0o755)
    command = [sys.executable, "-m", "local.containers", "invoke", "GetCareerHealth"]
    done = run(command, cwd=ROOT, env={"PATH": f"{tmp_path}"}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("make invoke: ")
    assert message in line
    assert os.linesep not in done.stdout


def test_a_wrong_name_of_a_function_is_answered_with_the_right_ones() -> None:
    command = [sys.executable, "-m", "local.containers", "invoke", "NoSuch"]
    done = run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "GetCareerHealth" in done.stderr
