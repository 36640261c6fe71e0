"""What is wrong with input is said to operators as it is to callers: every fault, where it is, and what to do."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from functions import (
    export_person,
    make_team_snapshot,
    manage_keys,
    manage_webhooks,
    plan_team_snapshots,
    verify_tallies,
)
from shared.domain.periods import sortable
from tests.builders import NOW

KEY = {"team_id": "t", "key_id": "k"}


def faults(function: Any, event: object) -> dict[str, str]:
    answer = function.handler(event, SimpleNamespace(aws_request_id="req-1"))
    assert (answer["statusCode"], answer["body"]["code"]) == (400, "invalid_request")
    assert answer["body"]["request_id"] == "req-1"
    return {fault["pointer"]: fault["detail"] for fault in answer["body"]["errors"]}


def test_every_fault_of_an_operator_s_request_is_named_at_once_by_an_escaped_pointer() -> None:
    event = {"action": "create", "team_id": 7, "scopes": ["read", "admin"], "name": " ", "a/b~c": 1}
    assert faults(manage_keys, event) == {
        "#/team_id": "must be a string",
        "#/user_id": "is required",
        "#/name": "must have at least 1 character(s), spaces around it not counted",
        "#/scopes/1": "must be one of 'read' or 'write'",
        "#/a~1b~0c": "is not a field of this request; remove it",
    }


def test_what_no_type_can_say_is_named_together_with_the_rest() -> None:
    event = {"action": "create", "team_id": 7, "user_id": "u", "expires_at": "2020-01-01T00:00:00Z"}
    assert faults(manage_keys, event) == {"#/team_id": "must be a string", "#/expires_at": "must be in the future"}
    event = {"action": "create", "team_id": "t", "url": "http://example.com/", "events": ["coffee.made"]}
    found = faults(manage_webhooks, event)
    assert found.keys() == {"#/url", "#/events/0"}
    assert found["#/url"] == "must begin with https://"


def test_an_action_is_required_and_one_of_those_there_are() -> None:
    assert faults(manage_keys, {}) == {"#/action": "is required"}
    known = "must be one of 'create', 'list', 'rotate' or 'revoke'"
    assert faults(manage_keys, {"action": "destroy", **KEY}) == {"#/action": known}
    assert faults(manage_keys, {"action": ["create"], **KEY}) == {"#/action": known}


def test_a_field_of_another_action_is_no_field_of_this_one() -> None:
    event = {"action": "revoke", "overlap_hours": 24, **KEY}
    assert faults(manage_keys, event) == {"#/overlap_hours": "is not a field of this request; remove it"}


def test_an_export_names_its_faults_likewise() -> None:
    assert faults(export_person, {"after": None, "of": "x"}) == {
        "#/user_id": "is required",
        "#/after": "must be a string",
        "#/of": "is not a field of this request; remove it",
    }


@pytest.mark.parametrize("function", [manage_keys, export_person])
@pytest.mark.parametrize("event", [None, [], "create", 7])
def test_what_is_no_object_is_a_fault_of_the_whole(function: Any, event: object) -> None:
    assert faults(function, event) == {"#": "must be a JSON object"}


@pytest.mark.parametrize(
    ("event", "pointer"),
    [
        ({"repair": "true"}, "#/repair"),
        ({"repair": 1}, "#/repair"),
        ({"reevaluate": "yes"}, "#/reevaluate"),
        ({"repiar": True}, "#/repiar"),
        ({"resume": "messages"}, "#/resume"),
        ({"resume": {"table": "reports"}}, "#/resume/table"),
        ({"resume": {"table": "tallies", "after": {"subject": 7}}}, "#/resume/after/subject"),
        ([], "#"),
    ],
)
def test_a_recount_repairs_only_what_it_is_asked_to(event: object, pointer: str) -> None:
    assert list(faults(verify_tallies, event)) == [pointer]


@pytest.mark.parametrize(
    "time",
    [
        None,
        1775012400,
        "1775012400",
        "2026-04-01",
        "2026-04-01T03:00:00",
        "1969-12-31T23:59:59Z",
        "2999-01-01T00:00:00Z",
    ],
)
def test_a_run_of_the_monthly_job_names_a_time_that_has_passed(time: object) -> None:
    for event in ({"time": time}, {"time": "2026-04-01T03:00:00Z", "teams": time}):
        with pytest.raises(ValidationError, match=r"time|teams"):
            plan_team_snapshots.handler(event, None)


@pytest.mark.parametrize(
    "change",
    [
        {"team_id": "a b"},
        {"team_id": None},
        {"period": "2026-Q5"},
        {"snapshot_time": "2026-04-01"},
        {"snapshot_time": 1},
    ],
)
def test_a_task_of_a_snapshot_is_read_strictly(change: dict[str, Any]) -> None:
    task = {"team_id": "t", "period": "2026-Q1", "snapshot_time": sortable(NOW)}
    assert make_team_snapshot.Task.model_validate(task).snapshot_time == NOW
    with pytest.raises(ValidationError):
        make_team_snapshot.Task.model_validate(task | change)
