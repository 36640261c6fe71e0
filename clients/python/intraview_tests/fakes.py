"""A transport that returns what a test lays down, and the documents of the reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from intraview import Client
from intraview._transport import Answer

KEY = "iv_live_" + "k" * 38

CAREER_HEALTH: dict[str, Any] = {
    "period": "2026-Q1",
    "generated_at": "2026-03-13T12:00:00Z",
    "inbound_volume": {"total": 47, "trend_vs_prior": 18.5},
    "fit_distribution": {"strong_fit": 22, "maybe": 15, "misfit": 10},
    "top_companies": [{"name": "Stripe", "count": 5, "fit_rate": 0.8}],
    "top_topics": [{"topic": "compensation", "count": 18}],
    "outcome_summary": {
        "total_tracked": 30,
        "interview_rate": 0.43,
        "offer_rate": 0.13,
        "verified_count": 8,
        "unverified_count": 22,
        "verification_rate": 0.27,
        "verified_interview_rate": 0.63,
    },
    "market_demand_signal": "increasing",
}
SIGNALS: dict[str, Any] = {
    "signals": {
        "company_name_normalized": "stripe",
        "total_interactions": 142,
        "strong_fit_rate": 0.62,
        "maybe_rate": 0.24,
        "misfit_rate": 0.14,
        "outcome_interview_rate": None,
        "outcome_offer_rate": 0.15,
        "top_topics": ["compensation"],
        "sample_size": 38,
    }
}
JOB_FIT: dict[str, Any] = {
    "overall_fit": "strong_fit",
    "matched_areas": ["Growth funnel ownership"],
    "gaps": ["No enterprise sales motion experience mentioned"],
    "talking_points": ["Your activation case study"],
    "one_line_pitch": "Growth-focused PM.",
}
TEAM: dict[str, Any] = {
    "team_id": "team_abc123",
    "period": "2026-Q1",
    "generated_at": "2026-03-13T12:00:00Z",
    "member_count": 12,
    "total_inbound": 384,
    "total_auto_replied": 241,
    "total_drafted": 98,
    "total_declined": 45,
    "fit_distribution": {"strong_fit": 188, "maybe": 112, "misfit": 84},
    "top_companies": [{"name": "Google", "count": 28, "avg_fit_rate": 0.71}],
    "outcome_funnel": {
        "total_tracked": 210,
        "screening_count": 95,
        "interview_count": 68,
        "offer_count": 22,
        "accept_count": 14,
    },
    "agent_utilization": {"auto_reply_rate": 0.63, "draft_rate": 0.25, "decline_rate": 0.12},
}
RECORDED: dict[str, Any] = {
    "id": "msg_abc123",
    "outcome": "screening_scheduled",
    "outcome_recorded_at": "2026-03-13T14:30:00Z",
}
WHOAMI: dict[str, Any] = {
    "team_id": "team_abc123",
    "user_id": "user_1",
    "plan": "pro",
    "scopes": ["read", "write"],
    "key_id": "key_1",
    "key_name": "laptop",
    "expires_at": None,
}


def a_thread(message_id: str = "msg_1", **changes: Any) -> dict[str, Any]:
    return {
        "id": message_id,
        "company": "Stripe",
        "fit": "strong_fit",
        "topics": ["compensation"],
        "action": "drafted",
        "received_at": "2026-02-01T00:00:00Z",
        "outcome": None,
        "outcome_recorded_at": None,
        "verified": False,
        **changes,
    }


def a_page(*threads: dict[str, Any], next_cursor: str | None = None) -> dict[str, Any]:
    return {"messages": list(threads), "next_cursor": next_cursor}


def ok(document: Any, **headers: str) -> Answer:
    """A success. Header names are written with underscores."""
    return an_answer(200, document, **headers)


def an_answer(status: int, document: Any = None, **headers: str) -> Answer:
    body = b"" if document is None else json.dumps(document).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"x-request-id": "req-1", **given}, body)


def a_problem(status: int, code: str, *, errors: Any = None, **headers: str) -> Answer:
    document = {"type": "about:blank", "title": "T", "status": status, "detail": f"Do something about {code}."}
    document |= {"code": code, "request_id": "req-1"} | ({"errors": errors} if errors else {})
    return an_answer(status, document, **headers)


class FakeTransport:
    """Keeps what was sent, and returns the answers in turn."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, Mapping[str, str], bytes | None]] = []
        self.timeouts: list[float] = []

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> Answer:
        self.sent.append((method, path, dict(headers), body))
        self.timeouts.append(timeout)
        return self.answers.pop(0)


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def a_client(*answers: Answer, timeout: float = 60.0) -> tuple[Client, FakeTransport, FakeTime]:
    transport, clock = FakeTransport(*answers), FakeTime()
    client = Client(KEY, timeout=timeout, transport=transport, sleep=clock.sleep, clock=clock.clock, jitter=lambda: 0.0)
    return client, transport, clock
