"""Tests are sealed: nothing but loopback can be reached, credentials are fake, and no model is ever called.

`stack` is the whole system in this process, started once per session on the first test that asks for it. Whatever a run
wrote is searched for keys and personal data when it ends.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

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
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running system with empty tables. Tests share it, so they use ids of their own."""
    stack = Stack(Settings(), tmp_path_factory.mktemp("stack") / "functions.log")
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
