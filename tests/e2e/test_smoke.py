"""`make smoke` against a running local stack: through the ingest queue and Lambda's Invoke, never the control plane."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from local.aws.credentials import Credentials
from local.aws.services import client
from local.containers.running import announced
from local.control_plane import ControlPlane
from local.event_poller import polling
from local.smoke.__main__ import main, smoke
from local.smoke.steps import SmokeTest, StepFailed
from local.smoke.targets import LocalStack
from local.stack import Stack
from tests import leaks
from tests.e2e.conftest import RunningApi

pytestmark = pytest.mark.skipif("BASE_URL" in os.environ, reason="needs the queue of a stack of its own")


@pytest.fixture
def port(api: RunningApi, stack: Stack) -> Iterator[int]:
    """The port of a stack that can be found as `make serve` can, with its event poller running."""
    port = urlsplit(str(api.http.base_url)).port
    assert port
    with announced(port, stack.variables), polling(ControlPlane(stack)):
        yield port


@pytest.fixture
def target(port: int) -> LocalStack:
    return LocalStack(port)


def test_every_step_passes_and_nobody_is_left(target: LocalStack) -> None:
    printed: list[str] = []
    test = SmokeTest(target, patience=20)
    leaks.said([test.user_id])
    assert smoke(test, printed.append) == 0, printed
    assert len(printed) == len(list(test.steps())) + 1
    assert all(line.lstrip()[0].isdigit() for line in printed)


class _Impatient(SmokeTest):
    def _read_endpoints(self) -> None:
        raise StepFailed("the report is wrong")


def test_the_first_step_that_fails_is_named_and_the_person_is_erased(target: LocalStack) -> None:
    printed: list[str] = []
    test = _Impatient(target, patience=20)
    assert smoke(test, printed.append) == 1
    assert printed[-1] == "FAILED  read every endpoint: the report is wrong"
    assert len(printed) == 5
    erased = SmokeTest(target, patience=20)
    erased.user_id = test.user_id
    erased._wait_for(lambda: not erased._keys_left(), "the keys are left")
    erased.close()


def test_without_a_stack_a_sentence_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"PORT": "1"}) == 1
    assert "no `make serve` runs at port 1" in capsys.readouterr().err


def test_a_stranger_cannot_invoke_a_function(api: RunningApi, port: int) -> None:
    stranger = client("lambda", f"http://127.0.0.1:{port}", Credentials.new())
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        stranger.invoke(FunctionName="ManageKeysFunction", Payload="{}")
    response = api.http.post("/2015-03-31/functions/ManageKeysFunction/invocations", json={})
    assert response.status_code == 403


def test_invoke_names_what_it_does_not_know_and_what_failed(target: LocalStack) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        target.functions.invoke(FunctionName="Unknown", Payload="{}")
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        target.functions.invoke(FunctionName="ManageKeysFunction", Payload="{")
    answer = target.functions.invoke(FunctionName="IngestEventsFunction", Payload="[]")
    assert answer["FunctionError"] == "Unhandled"
