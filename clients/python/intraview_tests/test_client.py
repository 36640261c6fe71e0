"""Each method sends what the API takes and returns what the API sends."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from intraview import BadRequest, Client, ConfigurationError, ConnectionFailed, NotFound

from .fakes import (
    CAREER_HEALTH,
    JOB_FIT,
    RECORDED,
    SIGNALS,
    TEAM,
    WHOAMI,
    a_client,
    a_page,
    a_problem,
    a_thread,
    an_answer,
    ok,
)


def test_a_report_has_typed_fields_and_the_document_it_came_in() -> None:
    client, transport, _ = a_client(ok(CAREER_HEALTH, etag='"e1"', ratelimit_policy='"pro";q=20;w=60'))
    report = client.career_health()
    assert report.inbound_volume.trend_vs_prior == 18.5
    assert report.top_companies[0].name == "Stripe"
    assert report.generated_at == datetime(2026, 3, 13, 12, tzinfo=timezone.utc)
    assert report.meta.request_id == "req-1"
    assert report.meta.rate_limit == '"pro";q=20;w=60'
    assert report.meta.document == CAREER_HEALTH
    assert transport.sent[0][:2] == ("GET", "/api/agent/career-health")


def test_a_report_of_another_quarter_is_asked_for_by_post() -> None:
    client, transport, _ = a_client(ok(CAREER_HEALTH), ok(CAREER_HEALTH))
    client.regenerate_career_health("2026-Q1")
    client.regenerate_career_health()
    assert [json.loads(body or b"") for _, _, _, body in transport.sent] == [{"period": "2026-Q1"}, {}]


def test_a_company_name_is_encoded_in_the_query() -> None:
    client, transport, _ = a_client(ok(SIGNALS), ok({"signals": None}))
    signals = client.company_signals("Müller & Söhne").signals
    assert signals is not None
    assert signals.outcome_interview_rate is None
    assert transport.sent[0][1] == "/api/agent/company-signals?company=M%C3%BCller+%26+S%C3%B6hne"
    assert client.company_signals("Unknown Ltd").signals is None


def test_a_job_is_sent_as_utf_8_and_the_model_is_named() -> None:
    client, transport, _ = a_client(ok(JOB_FIT, x_model="stand-in"))
    fit = client.job_summary("Ingénieur ☕")
    assert (fit.overall_fit, fit.meta.model) == ("strong_fit", "stand-in")
    assert json.loads((transport.sent[0][3] or b"").decode()) == {"job_description": "Ingénieur ☕"}


def test_team_analytics_of_the_newest_or_of_a_quarter() -> None:
    client, transport, _ = a_client(ok(TEAM), ok(TEAM))
    assert client.team_analytics().outcome_funnel.offer_count == 22
    client.team_analytics("2026-Q1")
    assert [path for _, path, _, _ in transport.sent] == [
        "/api/team/agent/analytics",
        "/api/team/agent/analytics?period=2026-Q1",
    ]


def test_an_outcome_is_recorded_with_notes_only_if_there_are_any() -> None:
    client, transport, _ = a_client(ok(RECORDED), ok(RECORDED))
    client.record_outcome("msg/1", "screening_scheduled")
    client.record_outcome("msg_1", "offered", "by phone")
    assert transport.sent[0][1] == "/api/agent/messages/msg%2F1/outcome"
    assert [json.loads(body or b"") for _, _, _, body in transport.sent] == [
        {"outcome": "screening_scheduled"},
        {"outcome": "offered", "notes": "by phone"},
    ]


def test_whoami_says_what_the_key_may_do() -> None:
    client, _, _ = a_client(ok(WHOAMI))
    who = client.whoami()
    assert (who.plan, who.scopes, who.expires_at) == ("pro", ["read", "write"], None)


def test_threads_walk_over_all_pages_even_over_empty_ones() -> None:
    pages = [a_page(a_thread("a"), next_cursor="1"), a_page(next_cursor="2"), a_page(a_thread("b"))]
    client, transport, _ = a_client(*map(ok, pages))
    assert [thread.id for thread in client.threads(outcome="none", page_size=10)] == ["a", "b"]
    assert [path.partition("?")[2] for _, path, _, _ in transport.sent] == [
        "outcome=none&limit=10",
        "outcome=none&limit=10&cursor=1",
        "outcome=none&limit=10&cursor=2",
    ]


def test_threads_ask_for_a_page_only_when_it_is_needed() -> None:
    client, transport, _ = a_client(ok(a_page(a_thread("a"), next_cursor="1")))
    assert next(client.threads()).id == "a"
    assert len(transport.sent) == 1


def test_a_thread_has_its_history() -> None:
    report = {"outcome": "offered", "recorded_at": "2026-03-01T00:00:00Z", "verified": True, "source": "ats"}
    document = a_thread(outcome="offered", outcome_recorded_at="2026-03-01T00:00:00Z", verified=True)
    client, _, _ = a_client(ok({**document, "history": [{**report, "notes": None}]}))
    thread = client.thread("msg_1")
    assert (thread.outcome, thread.history[0].source, thread.history[0].notes) == ("offered", "ats", None)


def test_a_newer_api_may_add_fields_and_values() -> None:
    document = {**CAREER_HEALTH, "market_demand_signal": "booming", "added": {"later": 1}}
    client, _, _ = a_client(ok(document))
    report = client.career_health()
    assert report.market_demand_signal == "booming"
    assert report.meta.document["added"] == {"later": 1}


@pytest.mark.parametrize("document", [[], {}, {**CAREER_HEALTH, "period": 7}, {**CAREER_HEALTH, "top_topics": None}])
def test_an_answer_of_another_shape_names_the_place(document: object) -> None:
    client, _, _ = a_client(ok(document))
    with pytest.raises(ConnectionFailed, match="the document"):
        client.career_health()


def test_an_answer_that_is_not_json_is_no_answer() -> None:
    client, _, _ = a_client(an_answer(200))
    with pytest.raises(ConnectionFailed, match="not JSON"):
        client.career_health()


def test_a_known_answer_is_confirmed_by_its_etag() -> None:
    client, transport, _ = a_client(ok(CAREER_HEALTH, etag='"e1"'), an_answer(304, None, etag='"e1"'))
    first, second = client.career_health(), client.career_health()
    assert transport.sent[1][2]["If-None-Match"] == '"e1"'
    assert first == second
    assert (first.meta.not_modified, second.meta.not_modified) == (False, True)
    assert second.meta.document == CAREER_HEALTH


def test_answers_are_kept_for_their_own_address() -> None:
    client, transport, _ = a_client(ok(SIGNALS, etag='"a"'), ok(SIGNALS, etag='"b"'))
    client.company_signals("A")
    client.company_signals("B")
    assert "If-None-Match" not in transport.sent[1][2]


def test_a_redirect_is_not_followed() -> None:
    client, transport, _ = a_client(an_answer(302, None, location="https://evil.example/"))
    with pytest.raises(ConnectionFailed):
        client.career_health()
    assert len(transport.sent) == 1


def test_every_fault_of_a_bad_request_is_named() -> None:
    faults = [{"parameter": "period", "detail": "is no quarter"}, {"pointer": "#/notes", "detail": "is too long"}]
    client, _, _ = a_client(a_problem(400, "invalid_request", errors=faults))
    with pytest.raises(BadRequest) as caught:
        client.team_analytics("soon")
    assert caught.value.errors == faults
    assert "period: is no quarter" in str(caught.value)
    assert "#/notes: is too long" in str(caught.value)


@pytest.mark.parametrize("message_id", ["", ".", ".."])
def test_an_id_that_would_change_the_path_is_refused(message_id: str) -> None:
    client, transport, _ = a_client()
    with pytest.raises(ConfigurationError):
        client.thread(message_id)
    assert transport.sent == []


@pytest.mark.parametrize("code", ["unheard_of", "not_found"])
def test_a_new_code_raises_the_class_of_its_status(code: str) -> None:
    client, _, _ = a_client(a_problem(404, code))
    with pytest.raises(NotFound) as caught:
        client.thread("x")
    assert (caught.value.code, caught.value.request_id) == (code, "req-1")


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "schlüssel"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Client(key)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://x", "app.intraview.io", "http://app.intraview.io", "https://a:b@host", "https://x/?q=1", "https://"),
        *("https://app.intra\nview.io", "https://app.intraview.io\t.evil.example", "https://app.intraview.io/a b"),
        *("https://app.intraview.io\\.evil.example", "http://127.0.0.1:22\r\n/", "https://x/\x00", "https://x\u200b/"),
    ],
)
def test_a_key_is_not_sent_to_an_address_that_is_unsafe_or_none(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Client("iv_live_x", base_url=url)


def test_variables_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTRAVIEW_API_KEY", "iv_live_x")
    monkeypatch.setenv("INTRAVIEW_BASE_URL", "http://127.0.0.1:1/live")
    assert Client().base_url == "http://127.0.0.1:1/live"
