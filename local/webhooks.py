"""The control plane's calls about webhooks (contract 17)."""

from datetime import datetime
from typing import Any

from local.answers import Answer, read_object
from local.stack import Stack
from shared.web.problems import BadRequest, NotFound

_MANAGE = "ManageWebhooksFunction"


class WebhookCalls:
    """The calls; bodies are raw, so that bad ones are answered like any other."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def create(self, body: bytes) -> Answer:
        """Makes an endpoint; 201 with its secret, this once."""
        return self._manage({**read_object(body), "action": "create"})

    def get(self, endpoint_id: str) -> Answer:
        """An endpoint with its latest deliveries."""
        return self._act("get", endpoint_id)

    def rotate(self, endpoint_id: str) -> Answer:
        """Gives an endpoint a new secret; the old one signs for a day."""
        return self._act("rotate", endpoint_id)

    def replay(self, endpoint_id: str, body: bytes) -> Answer:
        """Sends an event once more."""
        return self._act("replay", endpoint_id, event_id=read_object(body).get("event_id"))

    def run_until(self, body: bytes) -> Answer:
        """Makes every attempt that is due by a time, as if the clock ran to it."""
        try:
            time = datetime.fromisoformat(read_object(body).get("time") or "")
        except (TypeError, ValueError):
            time = None
        if time is None or time.tzinfo is None:
            detail = "must be a time with an offset, like 2026-04-01T03:00:00Z"
            raise BadRequest("Give the time to run to.", errors=[{"pointer": "#/time", "detail": detail}])
        return Answer(200, {"attempts": self._stack.webhooks.run_until(time)})

    def _act(self, action: str, endpoint_id: str, **more: Any) -> Answer:
        team_id = self._team_of(endpoint_id)
        return self._manage({"action": action, "team_id": team_id, "endpoint_id": endpoint_id, **more})

    def _team_of(self, endpoint_id: str) -> str:
        for item in self._stack.scan("WebhooksTable", "pk, sk"):
            if item["sk"] == f"endpoint#{endpoint_id}":
                return item["pk"].removeprefix("team#")
        raise NotFound("There is no webhook endpoint with this id.")

    def _manage(self, request: dict[str, Any]) -> Answer:
        answer = self._stack.invoke(_MANAGE, request)
        return Answer(answer["statusCode"], answer["body"])
