"""The smoke test's way into a deployed stack: its outputs, its event bus, its function for keys."""

import io
import json
from typing import Any

import pytest

from local.smoke.targets import CannotReach, DeployedStack
from tests.translated import translated

OUTPUTS = {"ApiUrl": "https://api.example/live", "EventBusArn": "arn:bus", "ManageKeysFunctionArn": "arn:keys:live"}


class FakeAws:
    """A session and its three clients."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self._outputs = outputs
        self.entries: list[dict[str, str]] = []
        self.refusal: dict[str, str] = {}

    def create_client(self, _service: str, **_options: object) -> "FakeAws":
        return self

    def describe_stacks(self, **_request: str) -> Any:
        outputs = [{"OutputKey": name, "OutputValue": value} for name, value in self._outputs.items()]
        return {"Stacks": [{"Outputs": outputs}]}

    def put_events(self, *, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - AWS's name
        self.entries += Entries
        return {"Entries": [self.refusal for _ in Entries]}

    def invoke(self, *, FunctionName: str, Payload: str) -> Any:  # noqa: N803 - AWS's names
        answer = {"statusCode": 200, "body": {"function": FunctionName, "request": json.loads(Payload)}}
        return {"Payload": io.StringIO(json.dumps(answer))}


def test_every_output_that_the_smoke_test_reads_exists() -> None:
    assert OUTPUTS.keys() <= translated()["Outputs"].keys()


def test_events_go_to_the_bus_and_keys_come_from_manage_keys() -> None:
    aws = FakeAws(OUTPUTS)
    stack = DeployedStack("a-stack", aws)
    stack.publish(("CandidateErased", {"user_id": "user_1"}))
    [entry] = aws.entries
    assert entry["EventBusName"] == "arn:bus"
    assert (entry["Source"], entry["DetailType"]) == ("intraview", "CandidateErased")
    assert json.loads(entry["Detail"]) == {"user_id": "user_1"}
    request = {"action": "list", "team_id": "team_1"}
    assert stack.manage_keys("list", team_id="team_1") == (200, {"function": "arn:keys:live", "request": request})
    assert stack.url == "https://api.example/live"


def test_a_refused_event_and_a_stack_of_another_kind_are_named() -> None:
    aws = FakeAws(OUTPUTS)
    aws.refusal = {"ErrorCode": "NotAuthorizedForSource", "ErrorMessage": "not a publisher"}
    with pytest.raises(CannotReach, match="not a publisher"):
        DeployedStack("a-stack", aws).publish(("CandidateErased", {"user_id": "user_1"}))
    with pytest.raises(CannotReach, match="no output 'ApiUrl'"):
        DeployedStack("a-stack", FakeAws({}))
