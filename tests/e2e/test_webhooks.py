"""Webhooks as a customer meets them, over HTTP and real sockets (contract 14)."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks import Webhook

from local.jobs import main
from shared.domain.plans import Scope
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi

type Got = tuple[dict[str, str], str]


class Customer:
    """A receiver on loopback. It answers with `status`, after `pause` seconds."""

    def __init__(self) -> None:
        self.status, self.pause = 200, 0.0
        self.got: list[Got] = []
        customer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                customer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(customer.pause)
                self.send_response(customer.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Writes nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def customer() -> Iterator[Customer]:
    """A running receiver."""
    running = Customer()
    yield running
    running.stop()


@pytest.fixture
def team(api: RunningApi) -> str:
    """A team with one member, `{team}-m`."""
    team_id = an_id("team")
    api.publish(
        an_event("TeamUpdated", team_id=team_id, name="Acme", plan="enterprise"),
        an_event("MemberJoined", team_id=team_id, user_id=f"{team_id}-m"),
    )
    return team_id


def an_endpoint(api: RunningApi, team: str, customer: Customer, **more: Any) -> dict[str, Any]:
    """An endpoint of a team, as the control plane makes it."""
    request = {"team_id": team, "url": customer.url, **more}
    made: dict[str, Any] = api.http.post("/_local/webhooks", json=request).raise_for_status().json()
    return made


def until[Found](find: Callable[[], Found], seconds: float = 60) -> Found:
    """What `find` finds once it finds something."""
    ends = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < ends, "nothing came"
        time.sleep(0.05)
    return found


def run_to(api: RunningApi, moment: datetime) -> None:
    """Lets the clock of webhooks run to a moment."""
    api.http.post("/_local/jobs/webhooks", json={"time": moment.isoformat()}).raise_for_status()


def deliveries(api: RunningApi, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
    """What is on record of an endpoint's deliveries."""
    found: list[dict[str, Any]] = api.http.get(f"/_local/webhooks/{endpoint['endpoint_id']}").json()["deliveries"]
    return found


def test_a_team_hears_of_a_message_and_of_each_change_of_its_outcome(
    api: RunningApi, team: str, customer: Customer
) -> None:
    endpoint = an_endpoint(api, team, customer)
    message = an_id("msg")
    api.publish(a_message_triaged(message_id=message, user_id=f"{team}-m", team_id=team))
    until(lambda: len(customer.got) == 1)
    key = api.make_key(team, f"{team}-m", Scope.READ, Scope.WRITE)
    for _ in range(2):  # the repeat changes nothing
        api.call(key, "PATCH", f"/api/agent/messages/{message}/outcome", json={"outcome": "interviewed"})
    until(lambda: len(customer.got) == 2)
    at = "2026-03-02T00:00:00Z"
    confirmation = {"message_id": message, "outcome": "interviewed", "verified_at": at, "source": "greenhouse"}
    api.publish(an_event("OutcomeVerified", **confirmation))
    until(lambda: len(customer.got) == 3)
    for headers, body in customer.got:
        Webhook(endpoint["secret"]).verify(body, headers)
    bodies = [json.loads(body) for _, body in customer.got]
    assert [body["type"] for body in bodies] == ["message.received", "outcome.recorded", "outcome.verified"]
    assert {body["data"]["id"] for body in bodies} == {message}
    assert len({headers["webhook-id"] for headers, _ in customer.got}) == 3


def test_an_endpoint_hears_its_own_team_and_the_types_it_names(api: RunningApi, team: str, customer: Customer) -> None:
    an_endpoint(api, team, customer, events=["snapshot.ready"])
    other = an_id("team")
    api.publish(
        an_event("TeamUpdated", team_id=other, name="Other", plan="enterprise"),
        a_message_triaged(message_id=an_id("msg"), user_id="u", team_id=other),
        a_message_triaged(message_id=an_id("msg"), user_id=f"{team}-m", team_id=team),
    )
    for _ in range(2):  # the job again makes no second event
        api.http.post("/_local/jobs/team-snapshots", json={"time": "2026-04-01T03:00:00Z"}).raise_for_status()
    until(lambda: customer.got)
    time.sleep(1.5)
    assert [json.loads(body)["data"] for _, body in customer.got] == [{"team_id": team, "period": "2026-Q1"}]


def test_a_failing_receiver_gets_the_same_event_on_schedule_until_it_is_given_up(
    api: RunningApi, team: str, customer: Customer
) -> None:
    customer.status = 302
    endpoint = an_endpoint(api, team, customer)
    api.publish(a_message_triaged(message_id=an_id("msg"), user_id=f"{team}-m", team_id=team))
    until(lambda: customer.got)
    run_to(api, datetime.now(UTC) + timedelta(days=2))
    [delivery] = until(lambda: [d for d in deliveries(api, endpoint) if d["state"] == "failed"])
    assert [attempt["status"] for attempt in delivery["attempts"]] == [302] * 8
    assert len({(headers["webhook-id"], body) for headers, body in customer.got}) == 1
    timestamps = [int(headers["webhook-timestamp"]) for headers, _ in customer.got]
    assert max(timestamps) <= time.time() + 1, "the timestamp is the real clock's"


def test_a_delivery_can_be_replayed_and_a_secret_rotated(api: RunningApi, team: str, customer: Customer) -> None:
    endpoint = an_endpoint(api, team, customer)
    api.publish(a_message_triaged(message_id=an_id("msg"), user_id=f"{team}-m", team_id=team))
    [delivery] = until(lambda: [d for d in deliveries(api, endpoint) if d["state"] == "delivered"])
    path = f"/_local/webhooks/{endpoint['endpoint_id']}"
    rotated = api.http.post(f"{path}/rotate")
    assert rotated.status_code == 201
    assert api.http.post(f"{path}/replay", json={"event_id": delivery["event_id"]}).status_code == 202
    until(lambda: len(customer.got) == 2)
    headers, body = customer.got[1]
    assert headers["webhook-id"] == delivery["event_id"]
    for secret in (endpoint["secret"], rotated.json()["secret"]):
        Webhook(secret).verify(body, headers)
    assert api.http.post(f"{path}/replay", json={"event_id": "evt_unknown"}).status_code == 404


def test_a_hanging_endpoint_delays_no_other(api: RunningApi, team: str, customer: Customer) -> None:
    hanging = Customer()
    hanging.pause = 8
    try:
        an_endpoint(api, team, hanging)
        an_endpoint(api, team, customer)
        began = time.monotonic()
        api.publish(a_message_triaged(message_id=an_id("msg"), user_id=f"{team}-m", team_id=team))
        until(lambda: customer.got)
        assert time.monotonic() - began < hanging.pause
    finally:
        hanging.stop()


def test_an_erased_person_is_in_no_delivery_any_more(api: RunningApi, team: str, customer: Customer) -> None:
    endpoint = an_endpoint(api, team, customer)
    api.publish(a_message_triaged(message_id=an_id("msg"), user_id=f"{team}-m", team_id=team))
    [delivery] = until(lambda: [d for d in deliveries(api, endpoint) if d["state"] == "delivered"])
    api.publish(an_event("CandidateErased", user_id=f"{team}-m"))
    assert deliveries(api, endpoint) == []
    replay = api.http.post(
        f"/_local/webhooks/{endpoint['endpoint_id']}/replay", json={"event_id": delivery["event_id"]}
    )
    assert replay.status_code == 404


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://127.0.0.1/", "https://10.0.0.1/", "ftp://127.0.0.1/", "http://0.0.0.0/", ""]
)
def test_an_endpoint_at_an_address_that_is_not_allowed_is_refused(api: RunningApi, team: str, url: str) -> None:
    refused = api.http.post("/_local/webhooks", json={"team_id": team, "url": url})
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == ["#/url"]


def test_an_unknown_team_and_an_unknown_endpoint_are_not_found(api: RunningApi, customer: Customer) -> None:
    assert api.http.post("/_local/webhooks", json={"team_id": "nobody", "url": customer.url}).status_code == 404
    assert api.http.get("/_local/webhooks/whe_unknown").status_code == 404


def test_a_company_s_release_does_not_stop_the_events_that_follow(
    api: RunningApi, team: str, customer: Customer
) -> None:
    company, user = an_id("Company").replace("_", " "), f"{team}-m"
    people = [user, *(an_id("user") for _ in range(9))]
    api.publish(*(a_message_triaged(message_id=an_id("msg"), user_id=p, team_id=team, company=company) for p in people))
    signals = api.call(api.make_key(team, user), "GET", "/api/agent/company-signals", params={"company": company})
    assert signals.json()["signals"]["sample_size"] == 10
    an_endpoint(api, team, customer)
    api.publish(a_message_triaged(message_id=an_id("msg"), user_id=user, team_id=team))
    until(lambda: customer.got)


def is_delivered(api: RunningApi, endpoint: dict[str, Any]) -> bool:
    """Whether an endpoint has deliveries, and all of them arrived."""
    return {delivery["state"] for delivery in deliveries(api, endpoint)} == {"delivered"}


def test_an_operator_publishes_again_what_an_endpoint_never_got(
    api: RunningApi, team: str, customer: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {
        "PORT": str(api.http.base_url.port),
        "TEAM": team,
        "FROM": "2026-03-01T00:00:00Z",
        "TO": "2999-01-01T00:00:00Z",
    }
    message, other = an_id("msg"), an_endpoint(api, team, customer)
    api.publish(a_message_triaged(message_id=message, team_id=team, user_id=f"{team}-m"))
    [(first, body)] = until(lambda: customer.got)
    until(lambda: is_delivered(api, other))
    missed = an_endpoint(api, team, customer)
    assert main(["republish-events"], environ) == 0
    assert capsys.readouterr().out.endswith("Z, 1 deliveries queued\n")
    until(lambda: is_delivered(api, missed))
    assert main(["republish-events"], environ) == 0
    assert capsys.readouterr().out.endswith("Z, 0 deliveries queued\n")
    assert [(headers["webhook-id"], got) for headers, got in customer.got] == [(first["webhook-id"], body)] * 2


def test_a_republication_without_times_is_refused_with_what_is_wrong(api: RunningApi) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["republish-events"], {"PORT": str(api.http.base_url.port), "FROM": "2026-03-01", "TO": "yesterday"})
    assert "#/since must be an RFC 3339 time with an offset" in str(refused.value)
    assert "#/until must be an RFC 3339 time with an offset" in str(refused.value)
