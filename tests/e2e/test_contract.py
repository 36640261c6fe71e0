"""What callers and operators see, over HTTP: keys, limits, errors, ownership, events (contract 1 to 12)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from shared.domain.periods import Quarter, timestamp
from shared.domain.plans import Plan, Scope
from tests.builders import STORY, a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi

HEALTH = "/api/agent/career-health"
SIGNALS = "/api/agent/company-signals"
ANALYTICS = "/api/team/agent/analytics"
SUMMARY = "/api/agent/job-summary"


def a_team(api: RunningApi, plan: Plan = Plan.ENTERPRISE, *members: str) -> str:
    team = an_id("team")
    api.publish(an_event("TeamUpdated", time="2026-01-01T00:00:00Z", team_id=team, name="A team", plan=plan))
    if members:
        api.publish(*(an_event("MemberJoined", team_id=team, user_id=member) for member in members))
    return team


def a_caller(api: RunningApi, plan: Plan = Plan.ENTERPRISE, *scopes: Scope) -> tuple[str, str, str]:
    """A team, its one member, and a key."""
    user = an_id("user")
    team = a_team(api, plan, user)
    return team, user, api.make_key(team, user, *scopes)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(document)
    assert (document["status"], document["code"]) == (status, code)
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


def test_every_bad_key_gets_one_and_the_same_401(api: RunningApi) -> None:
    _, _, good = a_caller(api)
    typo = good[:-1] + ("0" if good[-1] != "0" else "1")
    team = a_team(api, Plan.PRO, user := an_id("user"))
    created = api.http.post(
        "/_local/keys", json={"team_id": team, "user_id": user, "scopes": ["read"], "name": "x"}
    ).json()
    assert api.call(created["key"], "GET", HEALTH).status_code == 200
    assert api.http.delete(f"/_local/keys/{created['key_id']}").status_code == 204
    bad = ["", "Bearer", f"Basic {good}", f"Bearer {typo}", "Bearer iv_live_x", f"Bearer {created['key']}"]
    answers = [api.http.get(HEALTH, headers={"Authorization": authorization}) for authorization in bad]
    answers.append(api.http.get(HEALTH))
    documents = []
    for answer in answers:
        documents.append(problem(answer, 401, "unauthorized"))
        documents[-1].pop("request_id")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert all(document == documents[0] for document in documents)


def test_a_member_who_left_is_shut_out_until_they_join_again(api: RunningApi) -> None:
    team, user, key = a_caller(api)
    api.publish(an_event("MemberLeft", time="2026-03-02T00:00:00Z", team_id=team, user_id=user))
    problem(api.call(key, "GET", HEALTH), 401, "unauthorized")
    api.publish(an_event("MemberJoined", time="2026-03-03T00:00:00Z", team_id=team, user_id=user))
    assert api.call(key, "GET", HEALTH).status_code == 200


def test_an_unknown_path_or_method_is_404(api: RunningApi) -> None:
    _, _, key = a_caller(api)
    for method, path in (
        ("GET", "/"),
        ("DELETE", HEALTH),
        ("GET", "/api/agent/messages/m/outcome"),
        ("GET", "/api/agent/nothing"),
    ):
        problem(api.call(key, method, path), 404, "not_found")


def test_plan_and_scope_are_told_apart(api: RunningApi) -> None:
    _, _, team_key = a_caller(api, Plan.TEAM)
    problem(api.call(team_key, "GET", ANALYTICS), 403, "plan_not_entitled")
    _, _, read_only = a_caller(api, Plan.ENTERPRISE)
    problem(
        api.call(read_only, "PATCH", "/api/agent/messages/m/outcome", json={"outcome": "offered"}), 403, "scope_missing"
    )


def test_twenty_requests_of_a_pro_team_pass_at_once_over_two_keys_and_the_next_is_429(api: RunningApi) -> None:
    team, user, key = a_caller(api, Plan.PRO)
    other_key = api.make_key(team, user)
    _, _, stranger = a_caller(api, Plan.PRO)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: api.call((key, other_key)[n % 2], "GET", HEALTH), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"pro";q=20;w=60'}
    refused = [api.call(key, "GET", HEALTH) for _ in range(5)]
    problem(refused[-1], 429, "rate_limited")
    assert refused[-1].headers["retry-after"] == "3"
    assert refused[-1].headers["ratelimit-policy"] == '"pro";q=20;w=60'
    assert api.call(stranger, "GET", HEALTH).status_code == 200


def test_a_change_of_plan_acts_at_once_on_entitlement_and_limit(api: RunningApi) -> None:
    team, _, key = a_caller(api, Plan.PRO)
    problem(api.call(key, "GET", ANALYTICS), 403, "plan_not_entitled")
    api.publish(an_event("TeamUpdated", time="2026-02-01T00:00:00Z", team_id=team, name="A team", plan="enterprise"))
    answer = api.call(key, "GET", ANALYTICS)
    assert answer.status_code == 200
    assert answer.headers["ratelimit-policy"] == '"enterprise";q=1000;w=60'
    # An older event that arrives late changes nothing.
    api.publish(an_event("TeamUpdated", time="2026-01-15T00:00:00Z", team_id=team, name="A team", plan="pro"))
    assert api.call(key, "GET", ANALYTICS).status_code == 200


@pytest.mark.parametrize("period", ["2026-Q5", "2026", "", "2099-Q1", 5, None])
def test_a_bad_period_is_400(api: RunningApi, period: Any) -> None:
    _, _, key = a_caller(api)
    [fault] = problem(api.call(key, "POST", HEALTH, json={"period": period}), 400, "invalid_request")["errors"]
    assert fault["pointer"] == "#/period"


def test_a_quarter_without_data_is_a_report_of_zeros(api: RunningApi) -> None:
    _, _, key = a_caller(api)
    for body in ("", "{}"):
        assert api.call(key, "POST", HEALTH, content=body).json()["inbound_volume"] == {
            "total": 0,
            "trend_vs_prior": None,
        }
    assert (
        api.call(key, "POST", HEALTH, json={"period": "1999-Q4"}).json()["market_demand_signal"] == "insufficient_data"
    )


def test_get_serves_the_cache_and_post_makes_it_anew(api: RunningApi) -> None:
    team, user, key = a_caller(api)
    first = api.call(key, "GET", HEALTH)
    received = Quarter.parse(first.json()["period"]).start.isoformat()
    api.publish(a_message_triaged(user_id=user, team_id=team, received_at=received))
    again = api.http.get(HEALTH, headers={"Authorization": f"Bearer {key}", "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.call(key, "POST", HEALTH).json()["inbound_volume"]["total"] == 1
    assert api.call(key, "GET", HEALTH).json()["inbound_volume"]["total"] == 1


def test_only_the_owner_records_an_outcome(api: RunningApi) -> None:
    owner, mate = an_id("user"), an_id("user")
    team = a_team(api, Plan.ENTERPRISE, owner, mate)
    message = f"{an_id('msg')}.v-1:a"  # escaped in the path below
    api.publish(a_message_triaged(message_id=message, user_id=owner, team_id=team))
    path, body = (
        f"/api/agent/messages/{quote(message, safe='')}/outcome",
        {"outcome": "interviewed", "notes": "with the CTO"},
    )
    mine, mates = (api.make_key(team, user, Scope.WRITE) for user in (owner, mate))
    _, _, strangers = a_caller(api, Plan.ENTERPRISE, Scope.WRITE)
    first = api.call(mine, "PATCH", path, json=body)
    assert first.status_code == 200
    assert first.json()["id"] == message
    assert set(first.json()) == {"id", "outcome", "outcome_recorded_at"}
    assert api.call(mine, "PATCH", path, json=body).json() == first.json()
    problem(api.call(mates, "PATCH", path, json=body), 403, "not_thread_owner")
    problem(api.call(strangers, "PATCH", path, json=body), 404, "not_found")
    for unknown in ("none", "a%20b", "m" * 129, "%C3%BC", "erased%23" + "0" * 24):
        problem(api.call(mine, "PATCH", f"/api/agent/messages/{unknown}/outcome", json=body), 404, "not_found")


def test_what_a_key_reaches_is_what_its_member_has_in_its_team(api: RunningApi) -> None:
    user = an_id("user")
    here, there = a_team(api, Plan.ENTERPRISE, user), a_team(api, Plan.ENTERPRISE, user)
    ours, other = an_id("msg"), an_id("msg")
    api.publish(
        a_message_triaged(user_id=user, team_id=here, message_id=ours, company="Stripe"),
        a_message_triaged(user_id=user, team_id=there, message_id=other, company="Notion"),
        a_message_triaged(user_id=user, team_id=there, company="Notion"),
    )
    for team, own, others, companies in ((here, ours, other, {"Stripe": 1}), (there, other, ours, {"Notion": 2})):
        key = api.make_key(team, user, Scope.READ, Scope.WRITE)
        report = api.call(key, "POST", HEALTH, json={"period": "2026-Q1"}).json()
        analytics = api.call(key, "GET", ANALYTICS, params={"period": "2026-Q1"}).json()
        for listed in (report["top_companies"], analytics["top_companies"]):
            assert {company["name"]: company["count"] for company in listed} == companies
        paths = {message: f"/api/agent/messages/{message}/outcome" for message in (own, others)}
        assert api.call(key, "PATCH", paths[own], json={"outcome": "offered"}).status_code == 200
        problem(api.call(key, "PATCH", paths[others], json={"outcome": "offered"}), 404, "not_found")


def test_a_corrected_team_moves_a_thread_and_its_outcome(api: RunningApi) -> None:
    user, message = an_id("user"), an_id("msg")
    here, there = a_team(api, Plan.ENTERPRISE, user), a_team(api, Plan.ENTERPRISE, user)
    keys = {team: api.make_key(team, user, Scope.READ, Scope.WRITE) for team in (here, there)}
    path = f"/api/agent/messages/{message}/outcome"
    api.publish(a_message_triaged(user_id=user, team_id=here, message_id=message))
    assert api.call(keys[here], "PATCH", path, json={"outcome": "interviewed"}).status_code == 200
    api.publish(a_message_triaged("2026-03-02T00:00:00Z", user_id=user, team_id=there, message_id=message))
    problem(api.call(keys[here], "PATCH", path, json={"outcome": "offered"}), 404, "not_found")
    for team, tracked in ((here, 0), (there, 1)):
        report = api.call(keys[team], "POST", HEALTH, json={"period": "2026-Q1"}).json()
        assert (report["inbound_volume"]["total"], report["outcome_summary"]["total_tracked"]) == (tracked, tracked)


def test_an_early_look_at_a_team_pins_nothing(api: RunningApi) -> None:
    team, user, key = a_caller(api)
    api.publish(a_message_triaged(user_id=user, team_id=team))
    query = {"period": "2026-Q1"}
    assert api.call(key, "GET", ANALYTICS, params=query).json()["total_inbound"] == 1
    api.publish(a_message_triaged(user_id=user, team_id=team))
    assert api.call(key, "GET", ANALYTICS, params=query).json()["total_inbound"] == 2
    running = api.call(key, "GET", ANALYTICS).json()
    assert running["period"] == str(Quarter.containing(datetime.now(UTC)))
    job = {"time": "2026-04-01T03:00:00Z"}
    assert api.http.post("/_local/jobs/team-snapshots", json=job, timeout=120).status_code == 200
    assert api.call(key, "GET", ANALYTICS).json()["generated_at"] == job["time"]


@pytest.mark.parametrize(
    "time", ["9999-12-01T03:00:00Z", "1969-12-31T23:59:59Z", "20260401", 1775012400, "2026-04-01T03:00:00"]
)
def test_a_job_dated_in_the_future_or_without_an_offset_is_refused(api: RunningApi, time: object) -> None:
    answer = api.http.post("/_local/jobs/team-snapshots", json={"time": time}, timeout=120)
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/time"]


def test_a_recorded_outcome_shows_in_the_next_report_of_its_owner(api: RunningApi) -> None:
    team, user, key = a_caller(api, Plan.ENTERPRISE, Scope.READ, Scope.WRITE)
    message, now = an_id("msg"), timestamp(datetime.now(UTC))
    api.publish(a_message_triaged(now, user_id=user, team_id=team, message_id=message, received_at=now))
    for outcome, rate in (("offered", 1.0), ("screening_scheduled", 0.0)):
        api.call(key, "GET", HEALTH)
        assert api.call(key, "PATCH", f"/api/agent/messages/{message}/outcome", json={"outcome": outcome}).is_success
        assert api.call(key, "GET", HEALTH).json()["outcome_summary"]["offer_rate"] == rate


def test_a_stage_that_only_the_candidate_reported_is_no_verified_interview(api: RunningApi) -> None:
    team, user, key = a_caller(api, Plan.ENTERPRISE, Scope.READ, Scope.WRITE)
    message = an_id("msg")
    api.publish(a_message_triaged(user_id=user, team_id=team, message_id=message))
    assert api.call(key, "PATCH", f"/api/agent/messages/{message}/outcome", json={"outcome": "accepted"}).is_success
    now = timestamp(datetime.now(UTC) + timedelta(seconds=2))
    verified_outcome = {"outcome": "declined_by_company", "verified_at": now, "source": "greenhouse"}
    api.publish(an_event("OutcomeVerified", time=now, message_id=message, **verified_outcome))
    summary = api.call(key, "POST", HEALTH, json={"period": "2026-Q1"}).json()["outcome_summary"]
    assert (summary["verified_count"], summary["verified_interview_rate"], summary["offer_rate"]) == (1, 0.0, 1.0)


def test_twenty_writers_on_one_thread_lose_nothing(api: RunningApi) -> None:
    team, user, key = a_caller(api, Plan.ENTERPRISE, Scope.READ, Scope.WRITE)
    message = an_id("msg")
    api.publish(a_message_triaged(message_id=message, user_id=user, team_id=team))
    outcomes = ["interviewed", "offered", "ghosted", "accepted"] * 5

    def write(outcome: str) -> int:
        return api.call(key, "PATCH", f"/api/agent/messages/{message}/outcome", json={"outcome": outcome}).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(write, outcomes)) == {200}
    assert write("interviewed") == 200
    summary = api.call(key, "POST", HEALTH, json={"period": "2026-Q1"}).json()["outcome_summary"]
    assert (summary["total_tracked"], summary["interview_rate"], summary["offer_rate"]) == (1, 1.0, 0.0)


def test_bad_events_are_rejected_with_their_reason_and_the_good_ones_applied(api: RunningApi) -> None:
    team, user, key = a_caller(api)
    good = a_message_triaged(user_id=user, team_id=team)
    events = [good, an_event("CoffeeMade"), "text", a_message_triaged(user_id=user, fit="perfect"), good]
    answer = api.http.post("/_local/events", json=events).json()
    assert answer["accepted"] == 2
    assert [rejected["index"] for rejected in answer["rejected"]] == [1, 2, 3]
    assert "unknown detail-type" in answer["rejected"][0]["reason"]
    assert "detail.fit" in answer["rejected"][2]["reason"]
    assert api.call(key, "POST", HEALTH, json={"period": "2026-Q1"}).json()["inbound_volume"]["total"] == 1


def test_an_erased_candidate_is_gone_and_stays_gone(api: RunningApi) -> None:
    stayer, erased = an_id("user"), an_id("user")
    team = a_team(api, Plan.ENTERPRISE, stayer, erased)
    api.publish(*(a_message_triaged(user_id=user, team_id=team) for user in (stayer, erased)))
    keys = {user: api.make_key(team, user) for user in (stayer, erased)}
    query = {"period": "2026-Q1"}
    assert api.call(keys[stayer], "GET", ANALYTICS, params=query).json()["total_inbound"] == 2
    api.publish(an_event("CandidateErased", user_id=erased), a_message_triaged(user_id=erased, team_id=team))
    problem(api.call(keys[erased], "GET", HEALTH), 401, "unauthorized")
    snapshot = api.call(keys[stayer], "GET", ANALYTICS, params=query).json()
    assert (snapshot["total_inbound"], snapshot["member_count"]) == (1, 1)
    refused = api.http.post("/_local/keys", json={"team_id": team, "user_id": erased, "scopes": ["read"], "name": "x"})
    assert refused.status_code == 404


def test_nobody_can_tell_a_company_with_nine_candidates_from_one_with_none(api: RunningApi) -> None:
    company = f"Nine {an_id('run')}"
    api.publish(*(a_message_triaged(user_id=an_id("user"), company=company) for _ in range(9)))
    _, _, key = a_caller(api)
    known, unknown = (
        api.call(key, "GET", SIGNALS, params={"company": name}) for name in (company, f"{company} never met")
    )
    assert known.content == unknown.content == b'{"signals":null}'
    varying = {"date", "x-request-id"}
    assert {k: v for k, v in known.headers.items() if k not in varying} == {
        k: v for k, v in unknown.headers.items() if k not in varying
    }


@pytest.mark.parametrize("blank", ["", "%20", "%E3%80%80", "%1C", "%1D%1E%1F", "%C2%85"])
def test_a_company_of_blanks_alone_is_400_by_its_parameter(api: RunningApi, blank: str) -> None:
    _, _, key = a_caller(api)
    answer = api.call(key, "GET", f"{SIGNALS}?company={blank}")
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["company"]


def test_the_monthly_job_makes_a_snapshot_for_every_enterprise_team_and_twice_is_once(api: RunningApi) -> None:
    team, user, key = a_caller(api)
    api.publish(a_message_triaged(user_id=user, team_id=team))
    job = {"time": "2026-04-01T03:00:00Z"}
    assert api.http.post("/_local/jobs/team-snapshots", json=job, timeout=120).status_code == 200
    first = api.call(key, "GET", ANALYTICS).json()
    assert (first["period"], first["generated_at"], first["total_inbound"]) == ("2026-Q1", job["time"], 1)
    api.publish(a_message_triaged(user_id=user, team_id=team))
    assert api.http.post("/_local/jobs/team-snapshots", json=job, timeout=120).status_code == 200
    assert api.call(key, "GET", ANALYTICS).json() == first


def test_a_job_summary_has_the_five_documented_fields(api: RunningApi) -> None:
    _, user, key = a_caller(api)
    job = {"job_description": "Senior Product Manager, Growth. You have led activation experiments."}
    problem(api.call(key, "POST", SUMMARY, json=job), 400, "profile_missing")
    api.publish(
        an_event("ProfileUpdated", user_id=user, headline="Growth PM", summary="", skills=["SQL"], stories=[STORY])
    )
    answer = api.call(key, "POST", SUMMARY, json=job)
    assert answer.status_code == 200
    assert list(answer.json()) == ["overall_fit", "matched_areas", "gaps", "talking_points", "one_line_pitch"]
    assert answer.headers["x-model"] == "stand-in"
    assert "stand-in" in answer.json()["talking_points"][0]
    for text in ("", "   ", "x" * 10_001):
        problem(api.call(key, "POST", SUMMARY, json={"job_description": text}), 400, "invalid_request")
