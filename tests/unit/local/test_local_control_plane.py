"""The control plane as event source mapping: batches, deliveries, and what is told of events that never went in."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from local.aws.environments import EXITED, Failed, Returned
from local.control_plane import ControlPlane
from local.stack import Stack
from local.template import read_template

TEMPLATE = """
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      ApiKeySourceType: AUTHORIZER
      BinaryMediaTypes: ["*/*"]
      Auth: {DefaultAuthorizer: Keys, Authorizers: {Keys: {FunctionArn: !Ref Authorizer}}}
  IngestEventsFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: x.y
      Events: {Queue: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 10}}}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}
  Dead: {Type: AWS::SQS::Queue, Properties: {}}
"""

type Function = Callable[[list[dict[str, Any]]], Returned | Failed]


class Published:
    """What became of events that were published, and the batches that the function was given."""

    def __init__(self, events: list[Any], function: Function) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.dead: list[dict[str, Any]] = []

        def invoke(_name: str, event: dict[str, Any]) -> Returned | Failed:
            self.batches.append(event["Records"])
            return function(event["Records"])

        stack = SimpleNamespace(
            template=read_template(TEMPLATE),
            environments=SimpleNamespace(invoke=invoke),
            services=SimpleNamespace(drain=lambda _: self._drained()),
            gateway=SimpleNamespace(flush=lambda: None),
        )
        body = json.dumps(events).encode()
        self.answer = ControlPlane(cast("Stack", stack)).apply_events(body).document

    def _drained(self) -> list[dict[str, Any]]:
        refused = [record for batch in self.batches for record in batch if "bad" in record["body"]]
        return [
            {
                "MessageAttributes": {
                    "reason": {"StringValue": "it is bad"},
                    "message_id": {"StringValue": record["messageId"]},
                }
            }
            for record in refused
        ]


def an_event(kind: str = "good") -> dict[str, str]:
    return {"detail-type": kind}


def all_taken(_: list[dict[str, Any]]) -> Returned:
    return Returned({"batchItemFailures": []})


def left(records: list[dict[str, Any]]) -> Returned:
    return Returned({"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]})


def test_events_go_in_by_batches_of_the_templates_size() -> None:
    published = Published([an_event()] * 25, all_taken)
    assert sorted(map(len, published.batches)) == [5, 10, 10]
    assert published.answer == {"accepted": 25, "rejected": []}


def test_a_record_is_what_lambda_gets_from_sqs() -> None:
    [[record]] = Published([an_event()], all_taken).batches
    assert json.loads(record["body"]) == an_event()
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":Queue")


def test_what_failed_is_delivered_again_and_nothing_else() -> None:
    published = Published([an_event("slow"), an_event()], lambda records: left(_slow_at_first(records)))
    assert [len(batch) for batch in published.batches] == [2, 1]
    assert published.batches[1][0]["attributes"]["ApproximateReceiveCount"] == "2"
    assert published.answer == {"accepted": 2, "rejected": []}


def _slow_at_first(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in records if "slow" in r["body"] and r["attributes"]["ApproximateReceiveCount"] == "1"]


def test_a_batch_whose_function_died_is_delivered_again_as_a_whole() -> None:
    answers: list[Returned | Failed] = [Failed(EXITED, "gone"), Returned({"batchItemFailures": []})]
    published = Published([an_event(), an_event()], lambda _: answers.pop(0))
    assert [len(batch) for batch in published.batches] == [2, 2]
    assert published.answer["accepted"] == 2


def test_an_event_is_given_up_after_as_many_deliveries_as_the_queue_makes() -> None:
    published = Published([an_event()], left)
    assert len(published.batches) == 3
    assert published.answer["accepted"] == 0
    assert published.answer["rejected"][0]["index"] == 0


def test_a_refused_event_is_told_with_the_reason_of_its_dead_letter() -> None:
    published = Published([an_event(), an_event("bad"), "no event"], all_taken)
    assert published.answer == {
        "accepted": 1,
        "rejected": [{"index": 1, "reason": "it is bad"}, {"index": 2, "reason": "not a JSON object"}],
    }
