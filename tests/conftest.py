"""Tests are sealed: nothing but loopback can be reached, credentials are fake, and no model is ever called.

`stack` is the whole system in this process, started once per process on the first test that asks for it. Parallel
processes share one DynamoDB Local, in which each access key id has its own tables. Whatever a run wrote is searched for
keys and personal data when it ends.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.aws.dynamodb import DynamoDbLocal
from local.ports import free_ports
from local.stack import Settings, Stack
from tests import leaks

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def _only_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in _LOOPBACK:
            raise RuntimeError(f"a test wants to talk to {address[0]}; only loopback is allowed")


sys.addaudithook(_only_loopback)

for _name in [name for name in os.environ if name.startswith(("AWS_", "ANTHROPIC_"))]:
    del os.environ[_name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test" + os.environ.get("PYTEST_XDIST_WORKER", ""),
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


_UNIT_TESTS = Path(__file__).parent / "unit"
_shared = pytest.StashKey[DynamoDbLocal]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Starts DynamoDB Local before the first parallel process, and gives each process its address and its log."""
    config: pytest.Config = node.config
    if all(Path(path.partition("::")[0]).resolve().is_relative_to(_UNIT_TESTS) for path in config.args):
        return  # no unit test has a database
    if _shared not in config.stash:
        config.stash[_shared] = _start_dynamodb_local(Path(tempfile.mkdtemp(prefix="dynamodb-local-")) / "log")
    node.workerinput["dynamodb_local"] = config.stash[_shared].url, str(config.stash[_shared].log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node: Any) -> None:
    """Waits for the shared DynamoDB Local while the processes collect their tests."""
    if server := node.config.stash.get(_shared, None):
        server.wait_until_ready()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the shared DynamoDB Local."""
    if server := config.stash.get(_shared, None):
        server.stop()
        shutil.rmtree(server.log.parent)


def _start_dynamodb_local(log: Path) -> DynamoDbLocal:
    [port] = free_ports(1)
    return DynamoDbLocal(port, None, log, print)


@pytest.fixture(scope="session")
def dynamodb_local(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running DynamoDB Local: the shared one of a parallel run, else one for this process."""
    if shared := getattr(request.config, "workerinput", {}).get("dynamodb_local"):
        url, log = shared
        leaks.watched.add(Path(log))
        yield url
        return
    server = _start_dynamodb_local(tmp_path_factory.mktemp("dynamodb") / "log")
    try:
        server.wait_until_ready()
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def stack(dynamodb_local: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running system with empty tables. Tests share it, so they use ids of their own."""
    stack = Stack(Settings(dynamodb_url=dynamodb_local), tmp_path_factory.mktemp("stack") / "functions.log")
    yield stack
    stack.stop()


_printed: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keeps what tests that went well printed; one that failed may show its data."""
    if report.passed:
        _printed.extend(text for _, text in report.sections)


@pytest.fixture(scope="session", autouse=True)
def _nothing_written_is_personal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """First to be set up, so last to be taken down: every stack has ended, and every log is whole."""
    yield
    logs = leaks.watched.union(path for path in tmp_path_factory.getbasetemp().rglob("*log") if path.is_file())
    assert leaks.found_in([*_printed, *(path.read_text(errors="replace") for path in logs)]) == []
