"""HTTP with a server in this process: kept connections, timeouts, and a key that nobody sees."""

from __future__ import annotations

import http.client
import json
import logging
import pickle
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from intraview import Client, ConnectionFailed, NotFound
from intraview._transport import HttpTransport, Secret

from .fakes import CAREER_HEALTH, KEY, WHOAMI


class RecordingServer(ThreadingHTTPServer):
    """Keeps the address of the connection, the path and the headers of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[Any, str, dict[str, str]]] = []


class Handler(BaseHTTPRequestHandler):
    """Responds by path."""

    server: RecordingServer

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.client_address, self.path, dict(self.headers)))
        if self.path.endswith("/whoami"):
            self._answer(200, WHOAMI)
        elif self.path.endswith("/career-health"):
            self._answer(200, CAREER_HEALTH, close=True)
        elif self.path.endswith("/slow"):
            self._drip()
        else:
            self._answer(404, {"code": "not_found", "detail": "Nothing here."})

    def _answer(self, status: int, document: Any, close: bool = False) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = close  # without a word, as an idle timeout of a load balancer does

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def url(server: RecordingServer, prefix: str = "") -> str:
    return f"http://127.0.0.1:{server.server_port}{prefix}"


def test_calls_share_a_connection(server: RecordingServer) -> None:
    with Client(KEY, base_url=url(server)) as client:
        client.whoami()
        client.whoami()
    assert len({address for address, _, _ in server.seen}) == 1


def test_a_connection_that_the_server_has_closed_is_replaced(server: RecordingServer) -> None:
    with Client(KEY, base_url=url(server)) as client:
        client.career_health()
        client.career_health()
    assert len({address for address, _, _ in server.seen}) == 2


def test_a_stage_prefix_stands_before_each_path(server: RecordingServer) -> None:
    with Client(KEY, base_url=url(server, "/live/")) as client:
        client.whoami()
    [(_, path, headers)] = server.seen
    assert path == "/live/api/agent/whoami"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["User-Agent"].startswith("intraview-python/")


def test_many_threads_may_share_a_client(server: RecordingServer) -> None:
    with Client(KEY, base_url=url(server)) as client:
        users: list[str] = []
        threads = [threading.Thread(target=lambda: users.append(client.whoami().user_id)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert users == ["user_1"] * 8


def test_a_server_that_sends_a_little_at_a_time_does_not_outlast_the_timeout(server: RecordingServer) -> None:
    transport, started = HttpTransport(url(server), Secret(KEY)), time.monotonic()
    with pytest.raises(ConnectionFailed, match="within the timeout"):
        transport.send("GET", "/slow", {}, None, 0.3)
    assert time.monotonic() - started < 2
    transport.close()


def test_nobody_listening_is_said_with_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ConnectionFailed, match=f"127.0.0.1:{port}"):
        Client(KEY, base_url=f"http://127.0.0.1:{port}").whoami()


def test_the_key_is_in_no_repr_log_error_or_pickle(
    server: RecordingServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    client = Client(KEY, base_url=url(server))
    client.whoami()
    with pytest.raises(NotFound) as caught:
        client.thread("unknown")
    shown = [repr(client), str(client), repr(vars(client)), repr(vars(client._transport)), repr(caught.value)]
    shown += [repr(frame.frame.f_locals) for frame in caught.traceback]
    written = capfd.readouterr()
    mine = [text for text in [*shown, caplog.text, written.out, written.err] if KEY in text]
    assert mine == []
    with pytest.raises(TypeError):
        pickle.dumps(client)
    client.close()
