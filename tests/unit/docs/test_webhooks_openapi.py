"""The webhooks of docs/openapi.json: every type, the signature headers, and what events really hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared.domain.messages import Message
from shared.domain.outcomes import OutcomeReport
from shared.domain.webhooks.events import EventType, WebhookEvent, logged_events, snapshot_ready
from shared.domain.webhooks.signing import secret_of, signed_headers
from tests.builders import NOW, a_history
from tests.strategies import messages, outcome_reports

WEBHOOKS: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text())["webhooks"]


def problems_of(event: WebhookEvent) -> list[str]:
    """What is wrong with an event by its schema. A field without a schema counts."""
    schema = WEBHOOKS[event.type]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = json.loads(event.body)
    unknown = (body.keys() - schema["properties"].keys()) | (
        body["data"].keys() - schema["properties"]["data"]["properties"].keys()
    )
    return [*unknown, *(error.message for error in Draft202012Validator(schema).iter_errors(body))]


def test_every_type_has_a_schema_and_the_headers_of_a_signature() -> None:
    assert WEBHOOKS.keys() == {str(each) for each in EventType}
    sent = signed_headers([secret_of("s", "whe_1", 1)], "evt_1", "{}", NOW)
    for webhook in WEBHOOKS.values():
        headers = {each["name"]: each["required"] for each in webhook["post"]["parameters"] if each["in"] == "header"}
        assert headers == dict.fromkeys(sent, True)


@given(messages(), st.lists(outcome_reports, max_size=4))
def test_every_event_of_a_thread_is_as_its_schema_says(message: Message, reports: list[OutcomeReport]) -> None:
    first = message.logged(None, NOW)
    then = first.with_history(a_history(*reports)).logged(first, NOW)
    for each in (first, then, then.with_history(a_history()).logged(then, NOW)):
        for _, event in logged_events(each):
            assert problems_of(event) == []


def test_a_snapshot_s_event_is_as_its_schema_says() -> None:
    assert problems_of(snapshot_ready("team_1", "2026-Q1", NOW)) == []


@pytest.mark.parametrize("field", ["type", "timestamp", "data"])
def test_the_schema_requires_each_field(field: str) -> None:
    event = snapshot_ready("team_1", "2026-Q1", NOW)
    body = {name: value for name, value in json.loads(event.body).items() if name != field}
    schema = WEBHOOKS[event.type]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert not Draft202012Validator(schema).is_valid(body)
