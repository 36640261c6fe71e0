"""What the smoke test runs against: the address of the API, and the ways in of the agent platform and the web app."""

import json
import uuid
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from local.aws.credentials import Credentials
from local.aws.services import client
from local.containers.running import NotRunning, variables_of
from local.template import read_template
from shared.domain.periods import timestamp

_INGEST = "IngestEventsFunction"
_KEYS = "ManageKeysFunction"
_SOURCE = "intraview"


class CannotReach(Exception):
    """The stack cannot be used. The message is for the person at the terminal."""


class Target(ABC):
    """A stack. `url` is the address of its API."""

    url: str
    manage_keys_function: str
    functions: Any
    """A botocore client of AWS Lambda."""

    @abstractmethod
    def publish(self, *events: tuple[str, dict[str, Any]]) -> None:
        """Publishes events, each a detail type and a detail, in this order."""

    def manage_keys(self, action: str, **request: Any) -> tuple[int, Any]:
        """Invokes manage_keys. Returns its status and body."""
        payload = json.dumps({"action": action, **request})
        answer = self.functions.invoke(FunctionName=self.manage_keys_function, Payload=payload)
        result = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise CannotReach(f"manage_keys failed: {result.get('errorMessage', result)}")
        return result["statusCode"], result["body"]


class DeployedStack(Target):
    """A stack on AWS, with the credentials of the environment. Events go through EventBridge."""

    def __init__(self, stack: str, session: Any = None) -> None:
        session = session or get_session()
        try:
            [found] = session.create_client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
            self._outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
            self.url = self._outputs["ApiUrl"]
            self.manage_keys_function = self._outputs["ManageKeysFunctionArn"]
            self._bus = self._outputs["EventBusArn"]
            self._events = session.create_client("events")
            self.functions = session.create_client("lambda", config=Config(retries={"total_max_attempts": 2}))
        except KeyError as name:
            raise CannotReach(f"the stack {stack} has no output {name}") from None
        except (BotoCoreError, ClientError) as error:
            raise CannotReach(str(error)) from error

    def publish(self, *events: tuple[str, dict[str, Any]]) -> None:
        """Puts the events on the bus. The caller must be a principal of the parameter EventPublishers."""
        answer = self._events.put_events(
            Entries=[
                {"EventBusName": self._bus, "Source": _SOURCE, "DetailType": kind, "Detail": json.dumps(detail)}
                for kind, detail in events
            ]
        )
        for entry in answer["Entries"]:
            if "ErrorMessage" in entry:
                raise CannotReach(f"EventBridge refused an event: {entry['ErrorMessage']}")


class LocalStack(Target):
    """The running `make serve`. Events go into the queue behind EventBridge, which the local stack does not emulate."""

    def __init__(self, port: int) -> None:
        try:
            variables = variables_of(port)
        except NotRunning as reason:
            raise CannotReach(str(reason)) from None
        self.url = f"http://127.0.0.1:{port}"
        self.manage_keys_function = _KEYS
        template, credentials = read_template(), Credentials(variables["AWS_ACCESS_KEY_ID"])
        self._queue = template.queues[template.subscription_of(_INGEST).queue].url
        self._queues = client("sqs", variables["AWS_ENDPOINT_URL"], credentials)
        self.functions = client("lambda", self.url, credentials)

    def publish(self, *events: tuple[str, dict[str, Any]]) -> None:
        """Sends the events to the ingest queue in the envelope of EventBridge."""
        for kind, detail in events:
            envelope = {
                "id": str(uuid.uuid4()),
                "source": _SOURCE,
                "detail-type": kind,
                "time": timestamp(datetime.now(UTC)),
                "detail": detail,
            }
            self._queues.send_message(QueueUrl=self._queue, MessageBody=json.dumps(envelope))
