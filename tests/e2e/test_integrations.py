"""POST /integrations/… over HTTP: signed, forged, repeated, shuffled and poisonous requests (contract 15 and 17)."""

import hashlib
import hmac
import json
import random
from typing import Any

import httpx
import pytest

from shared.domain.plans import Plan, Scope
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi
from tests.e2e.test_contract import a_team, problem
from tests.integration.ats import greenhouse, link, offer, reject

SECRET = "s3cr3t"
PING = b'{"action":"ping","payload":{"web_hook":{"id":1,"name":"A hook"}}}'


def connect(api: RunningApi, team: str, provider: str = "greenhouse", **more: str) -> tuple[str, str]:
    """A connection's id and its path."""
    answer = api.http.post("/_local/integrations", json={"team_id": team, "provider": provider, **more})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made.keys() == {"connection_id", "url"}
    assert made["url"] == f"{str(api.http.base_url).rstrip('/')}/integrations/{provider}/{made['connection_id']}"
    return made["connection_id"], httpx.URL(made["url"]).path


def sign(body: bytes, secret: str = SECRET, prefix: str = "sha256 ") -> str:
    return prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(api: RunningApi, path: str, body: bytes, secret: str = SECRET, **headers: str) -> httpx.Response:
    return api.http.post(path, content=body, headers={"Signature": sign(body, secret), **headers})


def events_of(api: RunningApi, connection: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.http.get(f"/_local/integrations/{connection}/events").json()["events"]
    return found


def accepted(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["x-request-id"]


def health(api: RunningApi, key: str) -> dict[str, Any]:
    made: dict[str, Any] = api.call(key, "POST", "/api/agent/career-health", json={"period": "2026-Q1"}).json()
    return dict(made["outcome_summary"])


def test_a_signed_hire_shows_in_the_candidate_s_report(api: RunningApi) -> None:
    user, message = an_id("user"), an_id("msg")
    team = a_team(api, Plan.ENTERPRISE, user)
    connection, path = connect(api, team, secret=SECRET)
    api.publish(a_message_triaged(message_id=message, team_id=team, user_id=user), link(message, team, 42))
    body = greenhouse("hire_candidate", 42, name="\\u003cAda\\u003e")
    accepted(post(api, path, body, **{"Greenhouse-Event-ID": "e1"}))
    summary = health(api, api.make_key(team, user, Scope.READ))
    assert (summary["total_tracked"], summary["verified_count"], summary["verified_interview_rate"]) == (1, 1, 1.0)
    [event] = events_of(api, connection)
    assert {name: event[name] for name in ("provider_event", "application_id", "state", "outcome")} == {
        "provider_event": "hire_candidate",
        "application_id": "42",
        "state": "applied",
        "outcome": "accepted",
    }


def test_ashby_signs_in_its_own_way(api: RunningApi) -> None:
    team = a_team(api)
    connection, path = connect(api, team, "ashby", secret=SECRET)
    document = {"action": "candidateHire", "webhookActionId": "w1", "data": {"application": {"id": "a-1"}}}
    body = json.dumps(document).encode()
    accepted(api.http.post(path, content=body, headers={"Ashby-Signature": sign(body, prefix="sha256=")}))
    assert [event["state"] for event in events_of(api, connection)] == ["waiting"]
    problem(api.http.post(path, content=body, headers={"Ashby-Signature": sign(body)}), 401, "unauthorized")


def test_everything_that_is_not_verified_gets_one_and_the_same_401(api: RunningApi) -> None:
    connection, path = connect(api, a_team(api), secret=SECRET)
    body = offer(42)
    good = sign(body)
    answers = [
        post(api, f"/integrations/greenhouse/{'0' * 32}", body),
        post(api, "/integrations/greenhouse/%ff", body),
        post(api, f"/integrations/ashby/{connection}", body),
        post(api, f"/integrations/lever/{connection}", body),
        post(api, path, body, "another secret"),
        post(api, path, body, ""),
        api.http.post(path, content=body),
        api.http.post(path, content=body, headers={"Signature": ""}),
        api.http.post(path, content=body, headers={"Signature": good.removeprefix("sha256 ")}),
        api.http.post(path, content=body, headers={"Signature": good.replace("sha256 ", "sha256=")}),
        api.http.post(path, content=body, headers=[("Signature", good), ("Signature", good)]),
        api.http.post(path, content=body + b" ", headers={"Signature": good}),
        api.http.post(path, content=body, headers={"Ashby-Signature": sign(body, prefix="sha256=")}),
    ]
    documents = [{**problem(answer, 401, "unauthorized"), "request_id": ""} for answer in answers]
    assert all(document == documents[0] for document in documents)
    assert events_of(api, connection) == []


def test_before_its_secret_is_set_a_connection_takes_everything_and_does_nothing(api: RunningApi) -> None:
    connection, path = connect(api, a_team(api))
    accepted(api.http.post(path, content=PING))
    accepted(post(api, path, offer(42), ""))
    accepted(post(api, path, offer(42)))
    assert events_of(api, connection) == []
    assert api.http.put(f"/_local/integrations/{connection}/secret", json={"secret": SECRET}).status_code == 204
    accepted(post(api, path, PING))
    problem(api.http.post(path, content=PING), 401, "unauthorized")
    assert events_of(api, connection) == []


def test_two_secrets_verify_during_a_rotation(api: RunningApi) -> None:
    connection, path = connect(api, a_team(api), secret=SECRET)
    assert api.http.put(f"/_local/integrations/{connection}/secret", json={"secret": "new"}).status_code == 204
    accepted(post(api, path, offer(42)))
    accepted(post(api, path, offer(43), "new"))
    assert api.http.put(f"/_local/integrations/{connection}/secret", json={"secret": "newer"}).status_code == 204
    problem(post(api, path, offer(44)), 401, "unauthorized")
    accepted(post(api, path, offer(44), "new"))
    assert len(events_of(api, connection)) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"not JSON",
        b"[" * 100_000,
        b'{"action": "hire_candidate"}',
        b'{"action": {"a": 1}, "payload": {}}',
        b'{"action": "hire_candidate", "payload": []}',
        b'{"action": "Ada Byron <ada@example.com>", "payload": {"application": {"id": 42}}}',
        b'{"action": "hire_candidate", "payload": {"application": {"id": {"id": 42}}}}',
        b'{"action": "hire_candidate", "payload": {"application": {"id": "a#b"}}}',
        b'{"action": "reject_candidate", "payload": {"application": {"id": 1e400}}}',
        json.dumps({"action": "new_candidate_application", "payload": {"application": {"id": "\ud800"}}}).encode(),
    ],
)
def test_poison_is_taken_and_shown_and_changes_nothing(api: RunningApi, body: bytes) -> None:
    connection, path = connect(api, a_team(api), secret=SECRET)
    accepted(post(api, path, body))
    accepted(post(api, path, body))
    [event] = events_of(api, connection)
    assert (event["application_id"], event["state"], event["outcome"]) == (None, "unmapped", None)


def test_status_words_of_any_kind_are_kept_or_dropped_and_never_stop_the_queue(api: RunningApi) -> None:
    connection, path = connect(api, a_team(api), secret=SECRET)
    for n, word in enumerate(["\ud800", "x" * 100_000, "a\nb", "\u202e", "We rejected them"]):
        accepted(post(api, path, reject(n, word)))
    events = {event["application_id"]: event["outcome"] for event in events_of(api, connection)}
    assert events == {"0": None, "1": None, "2": None, "3": None, "4": "declined_by_company"}


def test_a_body_may_have_one_megabyte(api: RunningApi) -> None:
    connection, path = connect(api, a_team(api), secret=SECRET)
    accepted(post(api, path, offer(42).ljust(1024 * 1024)))
    answer = problem(post(api, path, offer(43).ljust(1024 * 1024 + 1)), 400, "invalid_request")
    assert "1,024 KB" in answer["detail"]
    assert [event["application_id"] for event in events_of(api, connection)] == ["42"]


def test_shuffled_and_repeated_requests_give_one_state(api: RunningApi) -> None:
    bodies = [
        offer(42),
        reject(42, "They rejected us", "2026-03-03T10:00:00Z"),
        greenhouse("unreject_candidate", 42, "2026-03-04T10:00:00Z"),
        greenhouse("hire_candidate", 42, "2026-03-05T10:00:00Z"),
        greenhouse("hire_candidate", 42, None),
    ]
    shown = []
    for chance in (None, random.Random(1), random.Random(2)):
        user, message = an_id("user"), an_id("msg")
        team = a_team(api, Plan.ENTERPRISE, user)
        connection, path = connect(api, team, secret=SECRET)
        sent = chance.sample(bodies * 3, 15) if chance else bodies
        api.publish(a_message_triaged(message_id=message, team_id=team, user_id=user))
        for n, body in enumerate(sent):
            accepted(post(api, path, body, **{"Greenhouse-Event-ID": f"e{n}"}))
            if n == 2:
                api.publish(link(message, team, "42"))
        listed = sorted((each["provider_event"], each["outcome"]) for each in events_of(api, connection))
        shown.append((listed, health(api, api.make_key(team, user, Scope.READ))))
    assert shown[0] == shown[1] == shown[2]
    assert len(shown[0][0]) == len(bodies)


def test_integrations_need_a_known_team_on_enterprise(api: RunningApi) -> None:
    request = {"team_id": an_id("team"), "provider": "greenhouse"}
    problem(api.http.post("/_local/integrations", json=request), 404, "not_found")
    request["team_id"] = a_team(api, Plan.TEAM)
    problem(api.http.post("/_local/integrations", json=request), 403, "plan_not_entitled")
    request |= {"team_id": a_team(api), "provider": "lever", "secret": ""}
    faults = problem(api.http.post("/_local/integrations", json=request), 400, "invalid_request")["errors"]
    assert {fault["pointer"] for fault in faults} == {"#/provider", "#/secret"}


def test_a_link_to_another_team_s_thread_is_rejected(api: RunningApi) -> None:
    message, team = an_id("msg"), a_team(api)
    api.publish(a_message_triaged(message_id=message, team_id=a_team(api)))
    answer = api.http.post("/_local/events", json=link(message, team, 42)).json()
    assert answer["accepted"] == 0
    assert "another team" in answer["rejected"][0]["reason"]
    unknown = an_event("ThreadLinked", message_id=message, team_id=team, provider="lever", application_id="1")
    assert "provider" in api.http.post("/_local/events", json=unknown).json()["rejected"][0]["reason"]


def test_what_is_not_there_is_404(api: RunningApi) -> None:
    problem(api.http.get("/_local/integrations/unknown/events"), 404, "not_found")
    problem(api.http.put("/_local/integrations/unknown/secret", json={"secret": "x"}), 404, "not_found")
    problem(api.http.get("/integrations/greenhouse/unknown"), 404, "not_found")
