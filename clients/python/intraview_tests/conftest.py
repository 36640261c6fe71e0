"""An API on loopback that returns the documents of the reference."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from .fakes import CAREER_HEALTH, JOB_FIT, RECORDED, SIGNALS, TEAM, WHOAMI, a_page, a_thread

HISTORY = {"outcome": "offered", "recorded_at": "2026-03-01T00:00:00Z", "verified": False, "source": "self"}
DOCUMENTS: dict[str, Any] = {
    "/api/agent/career-health": CAREER_HEALTH,
    "/api/agent/company-signals": SIGNALS,
    "/api/agent/job-summary": JOB_FIT,
    "/api/team/agent/analytics": TEAM,
    "/api/agent/whoami": WHOAMI,
    "/api/agent/messages/msg_1/outcome": RECORDED,
    "/api/agent/messages/msg_1": {**a_thread("msg_1"), "history": [{**HISTORY, "notes": "by phone"}]},
}


class FakeApi(ThreadingHTTPServer):
    """Documents by path, and what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.documents = dict(DOCUMENTS)
        self.pages = [a_page(a_thread("msg_1"), next_cursor="c"), a_page(a_thread("msg_2", outcome="offered"))]
        self.failures: list[tuple[int, dict[str, Any], dict[str, str]]] = []
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FakeApi
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        path = self.path.partition("?")[0]
        if self.server.failures:
            self._answer(*self.server.failures.pop(0))
        elif path == "/api/agent/messages":
            self._answer(200, self.server.pages["cursor=" in self.path], {})
        elif path in self.server.documents:
            self._answer(200, self.server.documents[path], {"x-model": "stand-in"})
        else:
            self._answer(404, {"code": "not_found", "detail": "You have no message with this id. Check the id."}, {})

    do_GET = do_POST = do_PATCH = _any

    def _answer(self, status: int, document: Any, headers: dict[str, str]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"x-request-id": "req-7", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def fake_api() -> Iterator[FakeApi]:
    with FakeApi() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
