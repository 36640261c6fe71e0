"""What each request costs in calls to DynamoDB, counted at the client: a number that may not grow unnoticed.

Reads are strongly consistent, so a read unit is 4 KB.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

import shared.infra.aws
import shared.store
import shared.web.webhooks
from benchmarks.meter import Meter
from functions import (
    authorizer,
    console_webhooks,
    get_career_health,
    get_company_signals,
    get_message,
    get_team_analytics,
    list_messages,
    record_outcome,
    regenerate_career_health,
)
from local.aws.bulk import write_in_bulk
from shared.domain.career_health import CareerHealth, EngagedCompany, FrequentTopic, career_health
from shared.domain.keys import make_key
from shared.domain.memberships import Role
from shared.domain.messages import Message, receipt_of
from shared.domain.outcomes import Outcome
from shared.domain.periods import Quarter
from shared.domain.plans import Plan
from shared.domain.signals.company_signals import LARGE_COMPANY, MIN_CANDIDATES, Release, roster_of
from shared.domain.tallies import recounted
from shared.domain.team_analytics import team_analytics
from shared.domain.webhooks.events import received
from shared.store import Store
from shared.store.message_items import message_item
from shared.store.tally_writes import whole_tallies
from shared.store.webhooks import MAX_ENDPOINTS, Delivery, Endpoint, delivery_item
from shared.web.webhooks import DELIVERIES_SHOWN
from tests.builders import NOW, a_history, a_triage, an_id, self_report
from tests.integration.company_candidates import fill, run_the_job
from tests.integration.teams import a_key, a_member

EVENTS = Path(__file__).resolve().parents[2] / "events"
EVENT_ORDER = "2026-03-01T00:00:00.000000+00:00 event_1"


@pytest.fixture(scope="module")
def _attached(dynamodb_local: str, local_tables: tuple[Any, dict[str, str]]) -> Iterator[Meter]:
    """The functions' own client, on DynamoDB Local and counted."""
    caches: list[Any] = [shared.infra.aws.client, shared.store.store]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in local_tables[1].items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_local)
        for cache in caches:
            cache.cache_clear()
        with Meter(shared.infra.aws.client("dynamodb")).attached() as meter:
            yield meter
        for cache in caches:
            cache.cache_clear()


@pytest.fixture
def meter(_attached: Meter) -> Meter:
    """Counts what a test does from its first request on."""
    _attached.reset()
    return _attached


def call(handler: Any, meter: Meter, changes: Mapping[str, Any] = MappingProxyType({}), **caller: str) -> Any:
    """One request with the payload of events/, changed at the top and in its caller, and only this one counted."""
    name = next(n for n, module in globals().items() if getattr(module, "handler", None) is handler)
    event = json.loads((EVENTS / f"{name}.json").read_text()) | dict(changes)
    event["requestContext"]["authorizer"] |= {"scopes": "read write", **caller}
    meter.reset()
    answer = handler(event, SimpleNamespace(function_name=name, aws_request_id="request-1"))
    assert answer["statusCode"] == 200, answer
    return json.loads(answer["body"])


def receive(team_id: str, user_id: str, number: int, companies: int = 7) -> None:
    """Has a user receive messages, some with an outcome, from several companies in the current quarter. Written in
    bulk, with the tallies that `ingest_events` would have left.
    """
    now, messages = datetime.now(UTC), []
    for n in range(number):
        triage = a_triage(team_id=team_id, user_id=user_id, received_at=now, company=f"Company {n % companies}")
        message = Message(an_id("msg"), triage, an_id("candidate"))
        if n % 3 == 0:
            message = message.with_history(a_history(self_report(Outcome.INTERVIEWED)))
        messages.append(message)
    client = shared.infra.aws.client("dynamodb")
    write_in_bulk(client, "MessagesTable", (message_item(message, 1) for message in messages))
    write_in_bulk(client, "TalliesTable", whole_tallies(recounted(messages))[0])


def the_largest_report(user_id: str) -> CareerHealth:
    """A report with lists as long, and names as long, as they get."""
    now = datetime.now(UTC)
    report = career_health(Quarter.containing(now), {"inbound": 10**9}, {}, 10**9, now)
    return report.model_copy(
        update={
            "top_companies": [EngagedCompany(name="ø" * 100, count=10**9, fit_rate=0.67)] * 5,
            "top_topics": [FrequentTopic(topic="t" * 64, count=10**9)] * 5,
        }
    )


def test_a_cached_report_is_one_read_of_one_unit(meter: Meter, local_store: Store) -> None:
    team_id, user_id = an_id("team"), an_id("user")
    local_store.reports.put_career_health(team_id, user_id, the_largest_report(user_id), datetime.now(UTC))
    call(get_career_health.handler, meter, team_id=team_id, user_id=user_id)
    assert (meter.calls, meter.read_units) == (["GetItem"], 1)


def test_a_snapshot_is_one_read_of_one_unit(meter: Meter, local_store: Store) -> None:
    team_id, now = an_id("team"), datetime(2026, 4, 1, tzinfo=UTC)
    companies = {f"company {n}": {"ø" * 100: {"inbound": 10**9}} for n in range(5)}  # as long as they get
    for number in (1, 2):
        snapshot = team_analytics(team_id, Quarter(2026, number), 10**6, {"inbound": 10**9}, companies, now)
        assert len(snapshot.top_companies) == 5
        local_store.snapshots.put_scheduled(snapshot, now, 0)
    newest = {"queryStringParameters": None, "multiValueQueryStringParameters": None}
    period = {
        "queryStringParameters": {"period": "2026-Q1"},
        "multiValueQueryStringParameters": {"period": ["2026-Q1"]},
    }
    assert call(get_team_analytics.handler, meter, period, team_id=team_id)["period"] == "2026-Q1"
    assert (meter.calls, meter.read_units) == (["GetItem"], 1)
    assert call(get_team_analytics.handler, meter, newest, team_id=team_id)["period"] == "2026-Q2"
    assert (meter.calls, meter.read_units) == (["Query"], 1)


def ask_for_signals(meter: Meter, company: str) -> Any:
    """GET company-signals of a company."""
    query = {"queryStringParameters": {"company": company}, "multiValueQueryStringParameters": {"company": [company]}}
    return call(get_company_signals.handler, meter, query)["signals"]


@pytest.mark.parametrize("candidates", [10, 900, LARGE_COMPANY])
def test_signals_are_one_read_of_one_unit_however_many_candidates(
    meter: Meter, local_store: Store, candidates: int
) -> None:
    company = an_id("signals").replace("_", "")
    pseudonyms = [f"{n:024x}" for n in range(candidates)]
    fill(local_store, company, pseudonyms)
    ask_for_signals(meter, company)
    run_the_job(local_store)
    fill(local_store, company, pseudonyms[: MIN_CANDIDATES - 1], tracked=1)  # no release is due
    assert ask_for_signals(meter, company)["sample_size"] == candidates
    assert (meter.calls, meter.read_units) == (["Query"], 1)


def test_evaluating_ten_changed_candidates_takes_a_fixed_number_of_calls(meter: Meter, local_store: Store) -> None:
    """The gate, the ten, all candidates and the roster; the release, and its ten forgotten; the gate again."""
    calls = []
    for candidates in (20, 60):
        company = an_id("signals").replace("_", "")
        pseudonyms = [f"{n:024x}" for n in range(candidates)]
        fill(local_store, company, pseudonyms)
        ask_for_signals(meter, company)
        fill(local_store, company, pseudonyms[:MIN_CANDIDATES], tracked=1)
        ask_for_signals(meter, company)
        calls.append(meter.calls.copy())
        ask_for_signals(meter, company)
        assert (meter.calls, meter.read_units) == (["Query"], 1)
    assert calls[0] == calls[1] == [*["Query"] * 4, "GetItem", "TransactWriteItems", *["DeleteItem"] * 10, "Query"]


def the_whole_answer(company: str, **headers: str) -> dict[str, Any]:
    """What a caller sees of company-signals, but for the request's own id."""
    event = json.loads((EVENTS / "get_company_signals.json").read_text())
    event["queryStringParameters"] = {"company": company}
    event["multiValueQueryStringParameters"] = {"company": [company]}
    event["headers"] |= headers
    event["multiValueHeaders"] |= {name: [value] for name, value in headers.items()}
    answer = get_company_signals.handler(event, SimpleNamespace(function_name="f", aws_request_id="request-1"))
    return answer | {"headers": {k: v for k, v in answer["headers"].items() if k != "x-request-id"}}


def test_every_company_without_signals_gets_one_and_the_same_answer(meter: Meter, local_store: Store) -> None:
    run, now, releases = secrets.token_hex(4), datetime.now(UTC), local_store.releases
    for company, candidates in (("nine", 9), ("withdrawn", 12), ("dark", 30)):
        fill(local_store, f"{run} {company}", [f"{n:024x}" for n in range(candidates)], tracked=1)
    releases.erase_candidate(f"{run} erased", "a" * 24, now)  # somebody met it once, and nobody else did
    assert json.loads(the_whole_answer(f"{run} withdrawn")["body"])["signals"]
    releases.erase_candidate(f"{run} withdrawn", f"{3:024x}", now)
    everybody = roster_of(local_store.tallies.candidates(f"{run} dark"))
    assert releases.put_release(f"{run} dark", Release(None, 30, now, everybody), 0)

    nobody = the_whole_answer(f"{run} nobody")
    assert (nobody["statusCode"], nobody["body"]) == (200, '{"signals":null}')
    unchanged = the_whole_answer(f"{run} nobody", **{"If-None-Match": nobody["headers"]["ETag"]})
    assert unchanged["statusCode"] == 304
    for company in ("nine", "erased", "withdrawn", "dark"):
        assert the_whole_answer(f"{run} {company}") == nobody, company
        assert the_whole_answer(f"{run} {company}", **{"If-None-Match": nobody["headers"]["ETag"]}) == unchanged
    for company in ("nobody", "nine", "erased", "withdrawn", "dark"):
        meter.reset()
        the_whole_answer(f"{run} {company}")
        assert (meter.calls, meter.read_units) == (["Query"], 1), f"{company} is told from nobody by what it costs"


def test_a_key_is_checked_in_two_calls_and_its_use_written_once_a_day(meter: Meter, local_store: Store) -> None:
    team_id, user_id = a_member(local_store)
    key, _ = a_key(local_store, team_id, user_id)
    event = json.loads((EVENTS / "authorizer.json").read_text()) | {"authorizationToken": f"Bearer {key}"}
    meter.reset()
    assert authorizer.handler(event, None)["context"]["user_id"] == user_id
    assert meter.calls == ["GetItem", "BatchGetItem", "UpdateItem"]
    meter.reset()
    authorizer.handler(event, None)
    assert (meter.calls, meter.read_units) == (["GetItem", "BatchGetItem"], 3)  # the key, the team, the membership


def test_what_cannot_be_a_key_costs_no_call_and_an_unknown_key_one(meter: Meter) -> None:
    event = json.loads((EVENTS / "authorizer.json").read_text())
    for token, calls in (("Bearer iv_live_" + "0" * 38, []), (f"Bearer {make_key(secrets.choice)}", ["GetItem"])):
        meter.reset()
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            authorizer.handler(event | {"authorizationToken": token}, None)
        assert meter.calls == calls


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_key_that_ended_costs_the_one_read_of_an_unknown_key(meter: Meter, local_store: Store, ended: str) -> None:
    key, record = a_key(local_store, *a_member(local_store), expires_at=NOW if ended == "expired" else None)
    if ended == "revoked":
        local_store.api_keys.revoke(record, NOW)
    event = json.loads((EVENTS / "authorizer.json").read_text()) | {"authorizationToken": f"Bearer {key}"}
    meter.reset()
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer.handler(event, None)
    assert meter.calls == ["GetItem"]


def test_a_report_is_made_in_as_many_calls_however_many_messages(meter: Meter, local_store: Store) -> None:
    calls = []
    for messages in (14, 400):
        team_id, user_id = an_id("team"), an_id("user")
        receive(team_id, user_id, messages)
        report = call(
            regenerate_career_health.handler,
            meter,
            {"body": None, "isBase64Encoded": False},
            team_id=team_id,
            user_id=user_id,
        )
        assert report["inbound_volume"]["total"] == messages
        calls.append((list(meter.calls), meter.read_units))
    assert calls[0] == calls[1] == (["Query", "GetItem", "PutItem"], 2)


def test_an_outcome_is_one_read_and_one_transaction_and_so_is_its_repetition(meter: Meter, local_store: Store) -> None:
    user_id, message_id = an_id("user"), an_id("msg")
    triage = a_triage(team_id="team_acme", user_id=user_id, received_at=datetime.now(UTC))
    message = replace(Message(message_id, triage), candidate="ab" * 12)
    local_store.messages.change(message_id, lambda _: message)
    request = {"path": f"/api/agent/messages/{message_id}/outcome", "pathParameters": {"id": message_id}}
    call(record_outcome.handler, meter, request, user_id=user_id)
    assert meter.calls == ["GetItem", "TransactWriteItems"]
    call(record_outcome.handler, meter, request, user_id=user_id)
    assert meter.calls == ["GetItem", "TransactWriteItems"]


def test_a_page_of_threads_is_one_query_and_a_thread_one_read(meter: Meter) -> None:
    team_id, user_id = an_id("team"), an_id("user")
    receive(team_id, user_id, 120)
    query = {"queryStringParameters": {"limit": "100"}, "multiValueQueryStringParameters": {"limit": ["100"]}}
    page = call(list_messages.handler, meter, query, team_id=team_id, user_id=user_id)
    assert (len(page["messages"]), meter.calls) == (100, ["Query"])
    assert page["next_cursor"]
    message_id = page["messages"][0]["id"]
    path = {"path": f"/api/agent/messages/{message_id}", "pathParameters": {"id": message_id}}
    call(get_message.handler, meter, path, team_id=team_id, user_id=user_id)
    assert (meter.calls, meter.read_units) == (["GetItem"], 1)


def test_a_call_says_who_makes_it_in_words_that_are_not_put_together_for_each_call(
    meter: Meter,
) -> None:
    """botocore's own description of the machine, made twice a call, was a tenth of a call's processor time."""
    sent: list[bytes] = []
    events = shared.infra.aws.client("dynamodb").meta.events
    events.register("before-send.dynamodb", lambda request, **_: sent.append(request.headers["User-Agent"]), "agent")
    Store({"REPORTS_TABLE": "ReportsTable"}).reports.career_health("team", an_id("user"), Quarter(2026, 1))
    events.unregister("before-send.dynamodb", unique_id="agent")
    assert (len(sent), meter.calls) == (1, ["GetItem"])
    assert sent[0].startswith(b"intelligence-api")
    assert b"Botocore" not in sent[0]


@pytest.fixture
def console(meter: Meter, local_store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Requests of a team's admin to the console's webhooks: the action of the caller's choice, counted."""
    team_id, user_id = an_id("team"), an_id("user")
    local_store.accounts.put_team(team_id, "Team", Plan.ENTERPRISE, "2026")
    local_store.accounts.put_membership(team_id, user_id, "erased#nobody", Role.ADMIN, NOW, "2026")
    monkeypatch.setattr(shared.web.webhooks, "webhook_secret", lambda: "secret")
    payload = json.loads((EVENTS / "console_webhooks.json").read_text())
    payload["requestContext"]["authorizer"] |= {"team_id": team_id, "user_id": user_id}

    def ask(**request: Any) -> Any:
        event = payload | {"httpMethod": "POST", "body": json.dumps(request)} if request else payload
        meter.reset()
        answer = console_webhooks.handler(event, SimpleNamespace(function_name="f", aws_request_id="request-1"))
        assert answer["statusCode"] < 300, answer
        return json.loads(answer["body"] or "{}")

    return ask


def test_the_console_s_webhooks_take_a_fixed_number_of_calls(meter: Meter, local_store: Store, console: Any) -> None:
    """The first call of each reads the caller's role."""
    made = [console(action="create", url="https://example.com/") for _ in range(MAX_ENDPOINTS)]
    assert meter.calls == ["GetItem", "GetItem", "TransactWriteItems"]
    endpoint = local_store.webhooks.endpoint(made[0]["team_id"], made[0]["endpoint_id"])
    assert endpoint is not None
    fill_with_deliveries(endpoint, 10_000)

    assert len(console()["endpoints"]) == MAX_ENDPOINTS
    assert meter.calls == ["GetItem", "Query", *["Query"] * MAX_ENDPOINTS, "BatchGetItem"]
    of_it = {"endpoint_id": endpoint.endpoint_id}
    assert len(console(action="get", **of_it)["deliveries"]) == DELIVERIES_SHOWN
    assert meter.calls == ["GetItem", "GetItem", "Query", "BatchGetItem"]
    for action in ("disable", "enable", "rotate"):
        console(action=action, **of_it)
        assert meter.calls == ["GetItem", "GetItem", "TransactWriteItems"], action
    console(action="change", events=["message.received"], **of_it)
    assert meter.calls == ["GetItem", "GetItem", "TransactWriteItems"]
    console(action="delete", **of_it)
    assert meter.calls == ["GetItem", "GetItem", "TransactWriteItems", "Query", *["BatchWriteItem"] * 4]


def fill_with_deliveries(endpoint: Endpoint, number: int) -> None:
    """Writes deliveries to an endpoint in bulk."""
    event = received(an_id("msg"), endpoint.team_id, receipt_of(a_triage(), NOW))
    deliveries = (
        Delivery(endpoint.endpoint_id, replace(event, event_id=f"evt_{n}"), NOW, state="delivered")
        for n in range(number)
    )
    write_in_bulk(shared.infra.aws.client("dynamodb"), "WebhooksTable", map(delivery_item, deliveries))
