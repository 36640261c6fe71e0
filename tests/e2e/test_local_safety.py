"""Attacks on a developer's machine: what a web page, and another program of the machine, get from the local stack.

Over real sockets. A page chooses neither Host nor Origin; a program may send anything, but knows no access key id.
"""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from local.aws.credentials import Credentials
from local.aws.services import client
from local.stack import Settings, Stack
from local.stand_in import start_stand_in
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi
from tests.processes import with_descendants

FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "evil.example:8000"},
    {"Host": "127.0.0.1.evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "null"},
]
PATHS = [
    ("GET", "/_local/health"),
    ("POST", "/_local/events"),
    ("POST", "/_local/keys"),
    ("DELETE", "/_local/keys/key_1"),
    ("POST", "/_local/jobs/export-person"),
    ("GET", "/openapi.json"),
    ("GET", "/api/agent/career-health"),
    ("OPTIONS", "/api/agent/career-health"),
    ("GET", "/"),
]
REAL_KEY = "sk-ant-api03-of-a-developer"


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_site_is_refused_everywhere(
    api: RunningApi, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = api.http.request(method, path, headers=headers, content=b"[]")
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_site_changes_nothing(api: RunningApi, headers: dict[str, str]) -> None:
    team = an_id("team")
    event = an_event("TeamUpdated", team_id=team, name="A team", plan="pro")
    assert api.http.post("/_local/events", json=event, headers=headers).status_code == 403
    made = api.http.post("/_local/keys", json={"team_id": team, "user_id": an_id("user")})
    assert made.status_code == 404, "there is no such team"


def test_a_page_that_the_stack_serves_itself_is_served(api: RunningApi) -> None:
    port = api.http.base_url.port
    for name in ("127.0.0.1", "localhost"):
        headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
        assert api.http.get("/_local/health", headers=headers).status_code == 200


def _sent_as(access_key_id: str, **headers: str) -> dict[str, str]:
    signature = f"AWS4-HMAC-SHA256 Credential={access_key_id}/20260101/us-east-1/sqs/aws4_request, Signature=0"
    return {"Authorization": signature, "X-Amz-Target": "DynamoDB_20120810.ListTables"} | headers


@pytest.mark.parametrize("path", ["/", "/moto-api/data.json", "/moto-api/reset", "/restapis", "/apikeys"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_the_stand_in_for_aws_serves_nobody_without_the_access_key_id(stack: Stack, method: str, path: str) -> None:
    url, known = stack.services.url, stack.credentials.access_key_id
    for headers in (
        {},
        _sent_as("local"),
        _sent_as(known[:-1]),
        _sent_as(known, Host="evil.example"),
        _sent_as(known, Origin="https://evil.example"),
    ):
        answer = httpx.request(method, f"{url}{path}", headers=headers, trust_env=False)
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_tables_are_hidden_from_who_does_not_know_the_access_key_id(stack: Stack) -> None:
    url = stack.dynamodb.meta.endpoint_url
    assert "MessagesTable" in stack.dynamodb.list_tables()["TableNames"]
    assert client("dynamodb", url, Credentials.new()).list_tables()["TableNames"] == []
    assert client("dynamodb", url, Credentials("local")).list_tables()["TableNames"] == []


def test_dynamodb_local_serves_no_other_host_and_allows_no_origin(stack: Stack) -> None:
    url, known = stack.dynamodb.meta.endpoint_url, stack.credentials.access_key_id
    content_type = {"Content-Type": "application/x-amz-json-1.0"}

    def answer(method: str, **headers: str) -> httpx.Response:
        sent = _sent_as(known, **headers) | content_type
        return httpx.request(method, url, headers=sent, content=b"{}", trust_env=False)

    assert answer("POST").status_code == 200
    assert answer("POST", Host="evil.example").status_code == 404
    for method in ("POST", "OPTIONS"):
        shared = answer(method, Origin="https://evil.example", **{"Access-Control-Request-Method": "POST"})
        assert "access-control-allow-origin" not in shared.headers


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_listens_beyond_loopback(api: RunningApi, stack: Stack) -> None:
    inodes = {name.removeprefix("socket:[").removesuffix("]") for name in _open_files()}
    listening = [(address, port) for address, port, inode in _listeners() if inode in inodes]
    assert {api.http.base_url.port, *map(_port, (stack.services.url, stack.dynamodb.meta.endpoint_url))} <= {
        port for _, port in listening
    }
    assert {address for address, _ in listening} <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"}


def _open_files() -> Iterator[str]:
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()  # DynamoDB Local is the whole run's
    for pid in with_descendants(run):
        with contextlib.suppress(OSError):  # it has ended
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):  # it is closed
                    yield link.readlink().name


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def _listeners() -> Iterator[tuple[str, int, str]]:
    """Address, port and inode of every listening TCP socket of the machine."""
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            address, _, port = fields[1].partition(":")
            words = [bytes.fromhex(address[start : start + 8])[::-1] for start in range(0, len(address), 8)]
            if fields[3] == "0A":  # LISTEN
                yield socket.inet_ntop(family, b"".join(words)), int(port, 16), fields[9]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_the_stand_in_for_claude_serves_no_page(headers: dict[str, str]) -> None:
    stand_in = start_stand_in()
    try:
        answer = httpx.post(f"{stand_in.url}/v1/messages", headers=headers, content=b"{}", trust_env=False)
    finally:
        stand_in.stop()
    assert answer.status_code == 403


@pytest.fixture(scope="module")
def with_a_real_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    log = tmp_path_factory.mktemp("with-key") / "functions.log"
    stack = Stack(Settings(store="moto", anthropic_key=REAL_KEY, anthropic_url="http://127.0.0.1:1"), log)
    yield stack
    stack.stop()


def test_a_real_key_is_in_no_server_of_the_stack(with_a_real_key: Stack) -> None:
    stack = with_a_real_key
    headers = _sent_as(stack.credentials.access_key_id)
    state = httpx.get(f"{stack.services.url}/moto-api/data.json", headers=headers, trust_env=False)
    assert state.status_code == 200
    assert REAL_KEY not in state.text
    manager: Any = client("secretsmanager", stack.services.url, stack.credentials)
    assert manager.get_secret_value(SecretId="ClaudeKeySecret")["SecretString"] == "stand-in"
    with pytest.raises(ClientError):
        client("secretsmanager", stack.services.url, Credentials.new()).get_secret_value(SecretId="ClaudeKeySecret")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_secret_of_the_stack_is_on_a_command_line(with_a_real_key: Stack) -> None:
    secret = {REAL_KEY, with_a_real_key.credentials.access_key_id}
    commands = []
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()  # DynamoDB Local is the whole run's
    for pid in with_descendants(run):
        with contextlib.suppress(OSError):  # it has ended
            commands.append(Path(f"/proc/{pid}/cmdline").read_text())
    assert any("moto_server" in command for command in commands)
    assert not [each for each in secret for command in commands if each in command]
