"""`iv listen`, over real sockets: what is verified, deduplicated, answered and shown."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from standardwebhooks import Webhook

from intraview.cli import main
from intraview.cli.listen import MAX_BODY, MAX_IDS, Receiver

SECRET = "whsec_" + "c2VjcmV0LW9mLXRoaXMtdGVzdC1vbmx5LTMyLWJ5dGVzISE="
OTHER = "whsec_" + "YW5vdGhlci1zZWNyZXQtb2YtdGhpcy10ZXN0LTMyLWJ5dGU="
BODY = json.dumps({"type": "message.received", "timestamp": "2026-02-10T09:30:00Z", "data": {"id": "msg_1"}})


class Listening:
    """A running receiver, and what it showed."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.shown: list[str] = []
        self.complaints: list[str] = []
        webhook = Webhook(SECRET)
        self.receiver = Receiver(0, webhook, self.shown.append, self.complaints.append, as_json=as_json)
        self.port = int(self.receiver.server_address[1])
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()

    def send(self, headers: dict[str, str], body: bytes = BODY.encode(), method: str = "POST") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, "/hooks", body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def wait_for(self, lines: list[str], number: int) -> list[str]:
        """The lines, once there are so many: they are written after the answer."""
        ends = time.monotonic() + 5
        while len(lines) < number and time.monotonic() < ends:
            time.sleep(0.01)
        return lines

    def stop(self) -> None:
        self.receiver.shutdown()
        self.receiver.server_close()


@pytest.fixture
def listening() -> Iterator[Listening]:
    running = Listening()
    yield running
    running.stop()


def signed(event_id: str = "evt_1", body: str = BODY, secret: str = SECRET, age: float = 0) -> dict[str, str]:
    at = datetime.now(timezone.utc) - timedelta(seconds=age)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(event_id, at, body),
    }


def test_a_signed_event_is_taken_and_shown_once_however_often_it_comes(listening: Listening) -> None:
    for event_id in ("evt_1", "evt_1", "evt_1", "evt_2"):
        assert listening.send(signed(event_id)) == 204
    line = 'evt_1 2026-02-10T09:30:00Z message.received {"id": "msg_1"}'
    expected = [line, "evt_1 again", "evt_1 again", line.replace("evt_1", "evt_2")]
    assert sorted(listening.wait_for(listening.shown, 4)) == sorted(expected)
    assert listening.complaints == []


def test_either_of_two_signatures_of_a_rotation_is_enough(listening: Listening) -> None:
    headers = signed()
    headers["webhook-signature"] = f"{signed(secret=OTHER)['webhook-signature']} {headers['webhook-signature']}"
    assert listening.send(headers) == 204


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": OTHER},
        {"body": BODY.replace("msg_1", "msg_2")},
        {"webhook-id": "evt_2"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,not base64"},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "1" * 400},
        {"webhook-id": ""},
        {"webhook-signature": ""},
    ],
    ids=str,
)
def test_a_forged_request_is_refused_and_no_event_shown(listening: Listening, forged: dict[str, str]) -> None:
    changed = {name: value for name, value in forged.items() if name.startswith("webhook-")}
    made = {name: value for name, value in forged.items() if name not in changed}
    assert listening.send(signed(**made) | changed) == 400  # type: ignore[arg-type]  # texts alone
    assert len(listening.wait_for(listening.complaints, 1)) == 1
    assert listening.shown == []


def test_a_request_without_a_signature_is_refused(listening: Listening) -> None:
    assert listening.send({}) == 400
    assert listening.shown == []


@pytest.mark.parametrize("age", [-600, 600])
def test_a_request_that_was_recorded_and_sent_again_later_is_refused(listening: Listening, age: float) -> None:
    assert listening.send(signed(age=age)) == 400
    assert listening.shown == []


def test_what_is_no_such_request_is_refused(listening: Listening) -> None:
    assert listening.send({}, method="GET", body=b"") == 501
    assert listening.send({"Content-Length": str(MAX_BODY + 1)}, b"") == 413
    assert listening.send({"Transfer-Encoding": "chunked"}, b"0\r\n\r\n") == 411
    assert listening.send(signed(body="no JSON"), b"no JSON") == 400


def test_a_sender_that_hangs_or_goes_away_holds_up_no_other(listening: Listening) -> None:
    hanging = [socket.create_connection(("127.0.0.1", listening.port)) for _ in range(5)]
    for connection in hanging:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n123")
    socket.create_connection(("127.0.0.1", listening.port)).close()
    assert listening.send(signed()) == 204
    for connection in hanging:
        connection.close()


def test_it_answers_before_it_shows(listening: Listening) -> None:
    terminal = threading.Event()

    def slow(text: str) -> None:
        terminal.wait(10)
        listening.shown.append(text)

    listening.receiver.show = slow
    assert listening.send(signed()) == 204
    assert listening.shown == []
    terminal.set()
    assert listening.wait_for(listening.shown, 1)


def test_programs_get_a_json_object_a_line() -> None:
    running = Listening(as_json=True)
    for number in (1, 2):
        running.send(signed())
        running.wait_for(running.shown, number)
    documents = [json.loads(line) for line in running.shown]
    assert documents == [{"id": "evt_1", "duplicate": again, "event": json.loads(BODY)} for again in (False, True)]
    running.stop()


def test_the_ids_that_are_remembered_are_bounded(listening: Listening) -> None:
    assert all(listening.receiver.is_new(f"evt_{n}") for n in range(MAX_IDS + 1))
    assert not listening.receiver.is_new(f"evt_{MAX_IDS}")
    assert listening.receiver.is_new("evt_0")


def test_the_command_listens_until_it_is_interrupted() -> None:
    environ = {**os.environ, "INTRAVIEW_WEBHOOK_SECRET": SECRET}
    command = [sys.executable, "-m", "intraview.cli", "listen", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr
        assert running.stdout
        found = re.fullmatch(r"iv: listening on http://127\.0\.0\.1:(\d+)/ until Ctrl-C\n", running.stderr.readline())
        assert found
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=5)
        connection.request("POST", "/", BODY, signed())
        assert connection.getresponse().status == 204
        connection.close()
        assert running.stdout.readline().startswith("evt_1 2026-02-10T09:30:00Z message.received")
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 130


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "Give the endpoint's secret"),
        (["--secret", "iv_live_x"], "Give the endpoint's secret"),
        (["--secret", "whsec_not base64!"], "not whsec_ and base64"),
        (["--secret", SECRET, "--port", "70000"], "not a port"),
    ],
)
def test_wrong_usage_is_told(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INTRAVIEW_WEBHOOK_SECRET", raising=False)
    assert _code("listen", *given) == 2
    assert said in capsys.readouterr().err


def test_a_port_in_use_is_told(listening: Listening, capsys: pytest.CaptureFixture[str]) -> None:
    assert _code("listen", "--secret", SECRET, "--port", str(listening.port)) == 2
    assert "cannot be listened on" in capsys.readouterr().err


def _code(*argv: Any) -> int:
    try:
        return main(argv)
    except SystemExit as exit_:
        return int(exit_.code or 0)
