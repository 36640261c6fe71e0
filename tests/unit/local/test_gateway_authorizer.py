"""Who gets in: the TOKEN authorizer, its cache, and its policies."""

from typing import Any

import pytest

from local.aws.environments import TIMED_OUT, Failed, Returned
from tests.unit.local.a_gateway import BEARER, AGateway, an_authorization

STAGE = "arn:aws:execute-api:us-east-1:123456789012:Api/live"


def a_statement(effect: str, resource: Any, action: Any = "execute-api:Invoke") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def a_gateway_with_policy(*statements: dict[str, Any]) -> AGateway:
    a = AGateway()
    answer = an_authorization(policyDocument={"Version": "2012-10-17", "Statement": list(statements)})
    a.answers["Authorizer"] = lambda _: Returned(answer)
    return a


@pytest.mark.parametrize(
    "value", ["", "abc", "Bearer", "Bearer ", "Bearer ABC", "bearer abc", "Bearer abc ", "Bearer a1"]
)
def test_a_token_that_does_not_match_is_unauthorized_without_asking_the_authorizer(value: str) -> None:
    a = AGateway()
    assert a.get(headers=[("Authorization", value)]).status == 401
    assert a.asked == []


def test_a_missing_token_is_unauthorized_without_asking_the_authorizer() -> None:
    a = AGateway()
    assert a.get(headers=[]).status == 401
    assert a.asked == []


def test_the_authorizer_gets_the_token_and_the_method_as_aws_spells_them() -> None:
    a = AGateway()
    a.gateway.handle("PATCH", "/things/7/state", [("AUTHORIZATION", "Bearer abc")])
    assert a.event("Authorizer") == {
        "type": "TOKEN",
        "methodArn": f"{STAGE}/PATCH/things/7/state",
        "authorizationToken": "Bearer abc",
    }


def test_the_answer_is_kept_for_its_time_and_no_longer() -> None:
    a = AGateway()
    a.get()
    a.now += 59.9
    a.get()
    assert a.times_asked("Authorizer") == 1
    a.now += 0.1
    a.get()
    assert a.times_asked("Authorizer") == 2


def test_each_token_has_an_answer_of_its_own() -> None:
    a = AGateway()
    a.get()
    a.get(headers=[("Authorization", "Bearer xyz")])
    assert a.times_asked("Authorizer") == 2


def test_a_flush_makes_it_ask_again() -> None:
    a = AGateway()
    a.get()
    a.answers["Authorizer"] = lambda _: Failed("Exception", "Unauthorized")
    assert a.get().status == 200
    a.gateway.flush()
    assert a.get().status == 401


def test_an_answer_from_before_a_flush_is_not_kept_after_it() -> None:
    a = AGateway()

    def overtaken(_: object) -> Returned:
        a.gateway.flush()
        return Returned(an_authorization())

    a.answers["Authorizer"] = overtaken
    a.get()
    a.answers["Authorizer"] = lambda _: Failed("Exception", "Unauthorized")
    assert a.get().status == 401


def test_a_refusal_is_not_kept() -> None:
    a = AGateway()
    answers: list[Returned | Failed] = [Failed("Exception", "Unauthorized"), Returned(an_authorization())]
    a.answers["Authorizer"] = lambda _: answers.pop(0)
    assert [a.get().status, a.get().status] == [401, 200]


@pytest.mark.parametrize(
    ("error_type", "message"), [("Unavailable", "no table"), (TIMED_OUT, "timed out"), ("X", "unauthorized")]
)
def test_any_other_failure_of_the_authorizer_is_an_authorizer_failure(error_type: str, message: str) -> None:
    a = AGateway()
    a.answers["Authorizer"] = lambda _: Failed(error_type, message)
    assert a.get().status == 503


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        an_authorization(principalId=None),
        an_authorization(policyDocument={}),
        an_authorization(policyDocument={"Statement": [{"Effect": "Maybe", "Action": "*", "Resource": "*"}]}),
        an_authorization(context={"scopes": ["read"]}),
        an_authorization(context={"nothing": None}),
    ],
)
def test_an_answer_that_is_no_policy_is_an_authorizer_configuration_error(answer: object) -> None:
    a = AGateway()
    a.answers["Authorizer"] = lambda _: Returned(answer)
    assert b"Authorizer configuration error" in a.get().body
    assert a.times_asked("Things") == 0


def test_a_deny_wins_over_an_allow_whatever_their_order() -> None:
    allow, deny = a_statement("Allow", f"{STAGE}/*/*"), a_statement("Deny", f"{STAGE}/GET/things")
    assert a_gateway_with_policy(allow, deny).get().status == 403
    assert a_gateway_with_policy(deny, allow).get().status == 403


def test_what_no_statement_allows_is_denied() -> None:
    a = a_gateway_with_policy(a_statement("Allow", f"{STAGE}/GET/things"))
    assert a.get().status == 200
    assert a.gateway.handle("PATCH", "/things/1/state", BEARER).status == 403
    assert a.times_asked("Authorizer") == 1, "a kept policy is checked against each method"


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("*", 200),
        (f"{STAGE}/*", 200),
        (f"{STAGE}/G?T/things", 200),
        ([f"{STAGE}/POST/*", f"{STAGE}/GET/*"], 200),
        (f"{STAGE}/[G]ET/things", 403),
        (f"{STAGE}/POST/*", 403),
        ("arn:aws:execute-api:us-east-1:123456789012:Api/test/*/*", 403),
    ],
)
def test_a_resource_matches_with_the_wildcards_of_iam(resource: Any, status: int) -> None:
    assert a_gateway_with_policy(a_statement("Allow", resource)).get().status == status


@pytest.mark.parametrize(
    ("action", "status"), [("execute-api:*", 200), ("*", 200), ("execute-api:ManageConnections", 403)]
)
def test_only_the_action_invoke_counts(action: str, status: int) -> None:
    assert a_gateway_with_policy(a_statement("Allow", "*", action)).get().status == status


def test_the_context_reaches_the_function_as_strings() -> None:
    a = AGateway()
    a.answers["Authorizer"] = lambda _: Returned(an_authorization(context={"s": "x", "n": 7, "f": 0.5, "b": True}))
    a.get()
    authorizer = a.event()["requestContext"]["authorizer"]
    assert {name: authorizer[name] for name in "snfb"} == {"s": "x", "n": "7", "f": "0.5", "b": "true"}
    assert authorizer["principalId"] == "key_1"
