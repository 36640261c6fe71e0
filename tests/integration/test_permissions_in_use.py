"""Each function's role against the calls that the function really makes: nothing is missing, and nothing is to spare.

Every path that calls AWS is taken once, in this process, on moto; a hook in botocore notes who called what.
"""

import base64
import hashlib
import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

import shared.infra.aws
import shared.infra.deployment_secrets
import shared.infra.deployment_settings
import shared.store
from functions import summarize_job
from local.stand_in import start_stand_in
from shared.domain.signals.company_signals import LARGE_COMPANY
from shared.store.table import to_dynamodb
from tests.builders import a_message_triaged, an_event
from tests.integration.account_in_use import EVENTS, Account
from tests.integration.company_candidates import fill
from tests.permissions import Grant, functions, grants

CALLER, MESSAGE = "user_maya", "msg_maya_opening"
ON_LAMBDAS_BEHALF = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
}
"""What Lambda itself does with the role, to feed the function from its queue or stream."""
RARELY: dict[tuple[str, Grant], str] = {
    **{
        (name, ("dynamodb:BatchGetItem", "TalliesTable")): "when an outcome is taken back"
        for name in ("ApplyFactsFunction", "ManageIntegrationsFunction", "ConsoleIntegrationsFunction")
    },
    ("PlanTeamSnapshotsFunction", ("sqs:SendMessage", "SnapshotsDeadLetterQueue")): "Lambda, once the function gave up",
    ("ReleaseLargeCompaniesFunction", ("sqs:SendMessage", "SnapshotsDeadLetterQueue")): "Lambda, once it gave up",
    ("QueueDueWebhooksFunction", ("sqs:SendMessage", "SnapshotsDeadLetterQueue")): "Lambda, once it gave up",
    **{
        ("QueueDueWebhooksFunction", (f"dynamodb:{action}", "WebhooksTable")): "after a deletion of many deliveries"
        for action in ("BatchWriteItem", "DeleteItem")
    },
    ("ManageWebhooksFunction", ("dynamodb:BatchWriteItem", "WebhooksTable")): "when an endpoint had deliveries",
    ("DeliverWebhookFunction", ("dynamodb:GetItem", "WebhooksTable")): "when another attempt changed the health",
    ("DeliverWebhookFunction", ("dynamodb:Query", "WebhooksTable")): "when a place is taken",
    ("PublishEventsFunction", ("sqs:SendMessage", "DeliveriesDeadLetterQueue")): "Lambda, once a record is too old",
    (
        "ReleaseLargeCompaniesFunction",
        ("dynamodb:DeleteItem", "ReportsTable"),
    ): "when candidates changed since",
    ("VerifyTalliesFunction", ("dynamodb:ConditionCheckItem", "AccountsTable")): "when a tally lacks messages it has",
    ("IngestEventsFunction", ("sqs:SendMessage", "IngestQueue")): "when API Gateway takes no more calls",
    ("ManageSignInFunction", ("cognito-idp:UpdateIdentityProvider", "UserPool")): "when Cognito, unlike moto, has it",
    **{
        (function, grant): "when nobody has made a key for the team yet"
        for function in ("SignInFunction", "ConsoleSessionFunction", "ConsoleKeysFunction")
        for grant in [
            ("apigateway:POST", "/apikeys"),
            *(("apigateway:POST", f"/usageplans/{plan}UsagePlan/keys") for plan in ("Pro", "Team", "Enterprise")),
        ]
    },
    **{
        (function, grant): "when a key was disabled, or put into another plan, by hand"
        for function in (
            "IngestEventsFunction",
            "ManageKeysFunction",
            "VerifyUsagePlansFunction",
            "SignInFunction",
            "ConsoleSessionFunction",
            "ConsoleKeysFunction",
        )
        for grant in [
            ("apigateway:PATCH", "/apikeys/*"),
            *(("apigateway:GET", f"/usageplans/{plan}UsagePlan/keys/*") for plan in ("Pro", "Team", "Enterprise")),
            *(("apigateway:DELETE", f"/usageplans/{plan}UsagePlan/keys/*") for plan in ("Pro", "Team", "Enterprise")),
        ]
    },
}
"""What is not done here, and when it is."""
ANSWERS = [
    "GetCareerHealthFunction",
    "RegenerateCareerHealthFunction",
    "GetCompanySignalsFunction",
    "SummarizeJobFunction",
    "RecordOutcomeFunction",
    "ListMessagesFunction",
    "GetMessageFunction",
    "GetTeamAnalyticsFunction",
]
VERIFIED = {"outcome": "offered", "verified_at": "2026-03-12T15:45:00Z", "source": "greenhouse"}
WITHOUT_A_PERIOD = {"queryStringParameters": None, "multiValueQueryStringParameters": None}
CACHES: list[Any] = [
    shared.infra.aws.client,
    shared.store.store,
    shared.infra.deployment_secrets.pseudonyms,
    shared.infra.deployment_settings.settings_in,
    shared.infra.deployment_secrets.webhook_secret,
    summarize_job.claude,
]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[Grant]]:
    """What each function called in the course of everything that can happen."""
    before = dict(os.environ)
    for cache in CACHES:
        cache.cache_clear()
    account, stand_in = Account(tmp_path_factory.mktemp("services") / "log"), start_stand_in()
    try:
        account.prepare()
        os.environ["ANTHROPIC_BASE_URL"] = stand_in.url
        _everything_that_can_happen(account)
    finally:
        account.services.stop()
        account.identity_provider.stop()
        stand_in.stop()
        for cache in CACHES:
            cache.cache_clear()
        os.environ.clear()
        os.environ.update(before)
    return account.used


def _everything_that_can_happen(account: Account) -> None:
    # The other payloads of events/ are of a demo caller: here the candidate of these events is that caller.
    events = (EVENTS / "ingest_events.json").read_text().replace("user_1", CALLER).replace("msg_abc123", MESSAGE)
    sent = json.loads(events)["Records"]
    _ingest(account, *(json.loads(record["body"]) for record in sent))
    _ingest(account, *(a_message_triaged(user_id=f"user_{n}", team_id="team_acme") for n in range(2, 13)))
    now = datetime.now(UTC).isoformat()
    today = {"message_id": "msg_today", "user_id": CALLER, "team_id": "team_acme", "received_at": now}
    for hour, company in enumerate(("Stripe", "Notion")):
        _ingest(account, a_message_triaged(f"2026-03-09T0{hour}:00:00Z", company=company, **today))
    _ingest(account, an_event("OutcomeVerified", message_id="msg_early", **VERIFIED))
    made = account.play("ManageKeysFunction")
    assert made["statusCode"] == 201, made
    key = made["body"]["key"]
    account.play("AuthorizerFunction", authorizationToken=f"Bearer {key}")
    _manage_keys(account)
    for function in ANSWERS:
        answer = account.play(function)
        assert answer["statusCode"] == 200, (function, answer["body"])
    for outcome in ("offered", "interviewed"):
        _record(account, "msg_today", outcome)
    assert account.play("GetCompanySignalsFunction")["statusCode"] == 200
    assert account.play("GetTeamAnalyticsFunction", **WITHOUT_A_PERIOD)["statusCode"] == 200
    account.play("PlanTeamSnapshotsFunction")
    task = {"team_id": "team_acme", "period": "2026-Q1", "snapshot_time": "2999-01-01T03:00:00Z"}
    account.invoke("MakeTeamSnapshotFunction", {"Records": _records(task)})
    assert account.play("VerifyTalliesFunction", reevaluate=True)["body"]["different"] == 0
    _large_company(account)
    _webhooks(account)
    assert account.play("ExportPersonFunction")["statusCode"] == 200
    _renormalized_company(account)
    _integrations(account)
    _console(account)
    for n, plan in enumerate(("pro", "team", "enterprise"), 1):
        _ingest(
            account, an_event("TeamUpdated", time=f"2026-04-0{n}T00:00:00Z", team_id="team_acme", name="A", plan=plan)
        )
    _lost_usage_keys(account)
    erased = (an_event("CandidateErased", user_id=user) for user in (CALLER, "user_4"))
    _ingest(account, *erased, an_event("NoSuchThing"))


def _lost_usage_keys(account: Account) -> None:
    """API Gateway loses the keys of two teams and takes a third's out of its plan; a table forgets who has keys."""
    assert account.play("ManageTeamsFunction")["statusCode"] == 204
    client = shared.infra.aws.client("apigateway")
    plans = [value for name, value in os.environ.items() if name.startswith("USAGE_PLAN_")]
    for key in client.get_api_keys()["items"]:
        if not key["name"].startswith("team_team "):
            client.delete_api_key(apiKey=key["id"])
    for plan in plans:
        for key in client.get_usage_plan_keys(usagePlanId=plan)["items"]:
            with suppress(client.exceptions.NotFoundException):  # moto still lists keys that were deleted
                client.delete_usage_plan_key(usagePlanId=plan, keyId=key["id"])
    shared.infra.aws.client("dynamodb").update_item(
        TableName="AccountsTable",
        Key=to_dynamodb({"pk": "team#team_pro", "sk": "team"}),
        UpdateExpression="REMOVE metered",
    )
    for plan, day in (("pro", 5), ("team", 6), ("enterprise", 7)):  # plans that had their keys
        time_ = f"2026-04-0{day}T00:00:00Z"
        _ingest(account, an_event("TeamUpdated", time=time_, team_id="team_acme", name="A", plan=plan))
    client.delete_api_key(apiKey=client.get_api_keys(nameQuery="team_acme enterprise")["items"][0]["id"])
    assert account.play("VerifyUsagePlansFunction")["body"]["different"] == 3
    assert account.play("VerifyUsagePlansFunction", repair=True)["body"]["repaired"] == 3
    assert account.play("VerifyUsagePlansFunction")["body"]["different"] == 0


def _webhooks(account: Account) -> None:
    """An endpoint is made, changed and tried; a thread's event fails to reach it; another endpoint goes."""
    made = account.play("ManageWebhooksFunction", team_id="team_acme")["body"]
    other = account.play("ManageWebhooksFunction", team_id="team_acme")["body"]
    for endpoint, actions in ((made, ("get", "rotate", "disable", "enable", "test")), (other, ("get", "delete"))):
        for action in actions:
            request = {"action": action, "team_id": "team_acme", "endpoint_id": endpoint["endpoint_id"]}
            assert account.invoke("ManageWebhooksFunction", request)["statusCode"] < 300
    assert account.invoke("ManageWebhooksFunction", {"action": "list", "team_id": "team_acme"})["statusCode"] == 200
    client = shared.infra.aws.client("dynamodb")
    image = client.get_item(TableName="MessagesTable", Key={"message_id": {"S": MESSAGE}})["Item"]
    change = {"ApproximateCreationDateTime": time.time(), "NewImage": image, "SequenceNumber": "1"}
    for _ in range(2):  # a stream may repeat itself
        changes = {"Records": [{"eventName": "INSERT", "dynamodb": change}]}
        assert account.invoke("PublishEventsFunction", changes) == {"batchItemFailures": []}
    assert account.play("QueueDueWebhooksFunction")["queued"] > 0
    found = client.query(
        TableName="WebhooksTable",
        KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
        ExpressionAttributeValues={":pk": {"S": f"endpoint#{made['endpoint_id']}"}, ":event": {"S": "event#"}},
    )["Items"]
    for item in found:
        event_id = item["sk"]["S"].removeprefix("event#")
        task = {"team_id": "team_acme", "endpoint_id": made["endpoint_id"], "event_id": event_id}
        account.invoke("DeliverWebhookFunction", {"Records": _records(task)})
    until = {"since": "2026-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z"}
    for team in ({"team_id": "team_acme"}, {"team_id": None}):
        assert account.play("RepublishEventsFunction", **until, **team)["body"]["events"] > 0


def _record(account: Account, message_id: str, outcome: str) -> None:
    path = {"path": f"/api/agent/messages/{message_id}/outcome", "pathParameters": {"id": message_id}}
    body = {"body": json.dumps({"outcome": outcome}), "isBase64Encoded": False}
    assert account.play("RecordOutcomeFunction", **path, **body)["statusCode"] == 200


def _large_company(account: Account) -> None:
    """A company of a thousand candidates, whose releases are made by the schedule."""
    fill(shared.store.store(), "notion labs", [f"{n:024x}" for n in range(LARGE_COMPANY)])
    query = {"company": "Notion Labs"}
    parameters = {"queryStringParameters": query, "multiValueQueryStringParameters": {"company": ["Notion Labs"]}}
    assert account.play("GetCompanySignalsFunction", **parameters)["statusCode"] == 200
    assert account.play("ReleaseLargeCompaniesFunction")["evaluated"] == 1


def _renormalized_company(account: Account) -> None:
    """A message that was counted under a name which the normaliser no longer gives its company."""
    renamed = a_message_triaged(message_id="msg_renamed", user_id="user_3", team_id="team_acme", company="An Old Name")
    _ingest(account, renamed)
    shared.infra.aws.client("dynamodb").update_item(
        TableName="MessagesTable",
        Key=to_dynamodb({"message_id": "msg_renamed"}),
        UpdateExpression="SET company = :written",
        ExpressionAttributeValues=to_dynamodb({":written": "Another Name"}),
    )
    assert account.invoke("RenormalizeCompaniesFunction", {})["done"]


def _integrations(account: Account) -> None:
    """A connection from its making to its end; a signature that is wrong; facts, links by an event and by hand."""
    _ingest(
        account, an_event("TeamUpdated", time="2026-03-31T00:00:00Z", team_id="team_acme", name="A", plan="enterprise")
    )
    connection = account.play("ManageIntegrationsFunction")["body"]["connection_id"]
    payload = json.loads((EVENTS / "receive_integration.json").read_text())
    path = {"pathParameters": payload["pathParameters"] | {"connection_id": connection}}
    assert account.play("ReceiveIntegrationFunction", **path)["statusCode"] == 200
    forged = account.play("ReceiveIntegrationFunction", **path, body="e30=")
    assert forged["statusCode"] == 401
    task = json.loads(json.loads((EVENTS / "apply_facts.json").read_text())["Records"][0]["body"])
    task["received_at"] = datetime.now(UTC).isoformat()  # what waits for longer than 30 days is gone
    unread = task | {"kind": "", "facts": []}
    facts = [{**task["facts"][0], "application_id": str(n), "dated": n == 1} for n in (1, 2, 3)]
    facts[1]["kind"] = "unhire_candidate"
    tasks = [{**each, "connection_id": connection} for each in (task | {"facts": facts}, unread)]
    _ingest(account, a_message_triaged(message_id="msg_linked", user_id="user_4", team_id="team_acme"))
    linked = {"message_id": "msg_linked", "team_id": "team_acme", "provider": "greenhouse"}
    _ingest(account, an_event("ThreadLinked", application_id="1", **linked))
    assert account.invoke("ApplyFactsFunction", {"Records": _records(*tasks)}) == {"batchItemFailures": []}
    of_team = {"team_id": "team_acme"}
    of_connection = {**of_team, "connection_id": connection}
    for request in (
        {"action": "list", **of_team},
        {"action": "waiting", **of_team},
        {"action": "events", **of_connection},
        {"action": "test", **of_connection},
        {"action": "link", "application_id": "2", **linked},
        {"action": "set_secret", "secret": "another", **of_connection},
        {"action": "delete", **of_connection},
    ):
        assert account.invoke("ManageIntegrationsFunction", request)["statusCode"] < 300, request
    _ingest(account, a_message_triaged(message_id="msg_linked_late", user_id="user_4", team_id="team_acme"))
    _ingest(account, an_event("ThreadLinked", application_id="3", **{**linked, "message_id": "msg_linked_late"}))
    _ingest(account, an_event("ThreadLinked", application_id="4", **{**linked, "message_id": "msg_to_come"}))


def _console(account: Account) -> None:
    """Somebody signs in, goes to another team, makes a key, replaces and ends it, and signs out; a provider comes and
    goes.
    """
    identity: Any = {"provider": "Cognito", "subject": "subject"}
    for team in ("team_acme", "team_pro"):
        joined: dict[str, Any] = {"team_id": team, "user_id": "user_console", "role": "admin", "sign_in": identity}
        _ingest(account, an_event("MemberJoined", **joined))
    assert account.play("SignInFunction")["statusCode"] == 200
    nonce, verifier = "nonce of a browser", "v" * 43
    event = json.loads((EVENTS / "sign_in.json").read_text())
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "redirect_uri": f"https://{event['requestContext']['domainName']}/live/console/",
    }
    code = account.identity_provider.code("Cognito", "subject", asked)
    body = {"code": code, "code_verifier": verifier, "nonce": nonce, "team_id": "team_acme"}
    answer = account.play("SignInFunction", **_sent("POST", "/console/api/session", body))
    assert answer["statusCode"] == 201, answer
    key = json.loads(answer["body"])["key"]
    allowed = account.play("AuthorizerFunction", authorizationToken=f"Bearer {key}")["context"]

    def ask(function: str, method: str, resource: str, body: Any = None, **parameters: str) -> Any:
        payload = json.loads((EVENTS / f"{function}.json").read_text())
        context = {**payload["requestContext"], "authorizer": allowed, "resourcePath": resource}
        name = "".join(map(str.capitalize, function.split("_"))) + "Function"
        sent = _sent(method, resource, body, **parameters)
        answer = account.invoke(name, {**payload, **sent, "requestContext": {**context, "httpMethod": method}})
        assert answer["statusCode"] < 300, answer
        return json.loads(answer["body"] or "null")

    ask("console_session", "GET", "/console/api/session")
    ask("console_session", "POST", "/console/api/session/team", {"team_id": "team_pro"})
    made = ask("console_keys", "POST", "/console/api/keys", {"name": "mine", "scopes": ["read", "write"]})
    key_path = "/console/api/keys/{key_id}"
    successor = ask("console_keys", "POST", f"{key_path}/rotate", {"overlap_hours": 0}, key_id=made["key_id"])
    ask("console_keys", "DELETE", key_path, key_id=successor["key_id"])
    ask("console_keys", "GET", "/console/api/keys")
    webhooks = "/console/api/webhooks"
    made = ask("console_webhooks", "POST", webhooks, {"action": "create", "url": "https://example.com/"})
    for action in ("test", "get", "rotate", "delete"):
        ask("console_webhooks", "GET", webhooks)
        ask("console_webhooks", "POST", webhooks, {"action": action, "endpoint_id": made["endpoint_id"]})
    integrations = "/console/api/integrations"
    made = ask(
        "console_integrations", "POST", integrations, {"action": "create", "provider": "greenhouse", "secret": "s"}
    )
    of_connection = {"connection_id": made["connection_id"]}
    _ingest(account, a_message_triaged(message_id="msg_console", user_id="user_4", team_id="team_acme"))
    linked = {"provider": "greenhouse", "application_id": "waits"}
    task = json.loads(json.loads((EVENTS / "apply_facts.json").read_text())["Records"][0]["body"])
    task |= {"received_at": datetime.now(UTC).isoformat(), **of_connection}
    task["facts"] = [task["facts"][0] | {"application_id": "waits"}]
    assert account.invoke("ApplyFactsFunction", {"Records": _records(task)}) == {"batchItemFailures": []}
    for request in (
        {"action": "link", "message_id": "msg_console", **linked},
        {"action": "set_secret", "secret": "another", **of_connection},
        {"action": "events", **of_connection},
        {"action": "test", **of_connection},
        {"action": "delete", **of_connection},
    ):
        ask("console_integrations", "GET", integrations)
        ask("console_integrations", "POST", integrations, request)
    ask("console_session", "DELETE", "/console/api/session")
    oidc = {"issuer": "https://login.example", "client_id": "c", "client_secret": "s"}
    provider = {"provider": "AcmeLogin", "team_id": "team_acme", "oidc": oidc}
    for request in ({"action": "add", **provider}, {"action": "add", **provider}, {"action": "list"}):
        assert account.invoke("ManageSignInFunction", request)["statusCode"] < 300, request
    removed = account.invoke("ManageSignInFunction", {"action": "remove", "provider": "AcmeLogin"})
    assert removed["statusCode"] == 204


def _sent(method: str, resource: str, body: Any = None, **parameters: str) -> dict[str, Any]:
    """The part of a request's event that its method, path and body are."""
    path = resource
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", value)
    sent: dict[str, Any] = {"httpMethod": method, "resource": resource, "path": path, "isBase64Encoded": False}
    return sent | {"pathParameters": parameters or None, "body": None if body is None else json.dumps(body)}


def _manage_keys(account: Account) -> None:
    for plan in ("pro", "team"):
        team = {"team_id": f"team_{plan}", "user_id": f"user_{plan}"}
        _ingest(account, an_event("TeamUpdated", team_id=team["team_id"], name="B", plan=plan))
        _ingest(account, an_event("MemberJoined", **team))
        made = account.play("ManageKeysFunction", **team)["body"]
        for action in ("rotate", "revoke"):
            request = {"action": action, "team_id": team["team_id"], "key_id": made["key_id"]}
            assert account.invoke("ManageKeysFunction", request)["statusCode"] < 300
        assert account.invoke("ManageKeysFunction", {"action": "list", "team_id": team["team_id"]})["statusCode"] == 200


def _ingest(account: Account, *events: object) -> None:
    assert account.invoke("IngestEventsFunction", {"Records": _records(*events)}) == {"batchItemFailures": []}


def _records(*bodies: object) -> list[dict[str, Any]]:
    record = json.loads((EVENTS / "ingest_events.json").read_text())["Records"][0]
    record["attributes"]["SentTimestamp"] = str(int(1000 * time.time()))
    return [record | {"messageId": f"m{n}", "body": json.dumps(body)} for n, body in enumerate(bodies)]


@pytest.mark.parametrize("function", functions())
def test_a_role_allows_every_call_its_function_makes(function: str, used: dict[str, set[Grant]]) -> None:
    assert used[function] - grants(function) == set()


@pytest.mark.parametrize("function", functions())
def test_a_role_allows_nothing_its_function_never_does(function: str, used: dict[str, set[Grant]]) -> None:
    spare = {
        (action, resource)
        for action, resource in grants(function) - used[function]
        if not action.startswith(("logs:", "bedrock:"))
        and action not in ON_LAMBDAS_BEHALF
        and (function, (action, resource)) not in RARELY
    }
    assert spare == set()
