"""A scripted server of the Messages API on loopback: responses, errors and network failures."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

from shared.domain.job_fit.prompt import Answer

USAGE = {
    "input_tokens": 12,
    "output_tokens": 34,
    "cache_read_input_tokens": 560,
    "cache_creation_input_tokens": 7,
}


@dataclass(frozen=True)
class Step:
    """What the server does with one request."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    does: Literal["reply", "hang", "drip", "drop"] = "reply"


HANG, DRIP, DROP = Step(does="hang"), Step(does="drip"), Step(does="drop")


def message(text: str | Answer, *, stop_reason: str = "end_turn", **changes: Any) -> Step:
    """A complete response of the Messages API."""
    if isinstance(text, Answer):
        text = text.model_dump_json()
    document = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-5-5",
        "content": [{"type": "thinking", "thinking": "", "signature": "s"}, {"type": "text", "text": text}],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": USAGE,
        **changes,
    }
    return Step(body=json.dumps(document).encode())


def error(status: int, kind: str = "api_error", *, told: str = "no", **headers: str) -> Step:
    """An error response with a message; `retry_after="3"` becomes the header retry-after."""
    document = {"type": "error", "error": {"type": kind, "message": told}, "request_id": "req_1"}
    return Step(status, json.dumps(document).encode(), {name.replace("_", "-"): v for name, v in headers.items()})


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    port: int


class MessagesApi:
    """The server. It takes its steps in turn, and the last one for good."""

    def __init__(self, *steps: Step) -> None:
        self.requests: list[Received] = []
        self._steps = deque(steps)
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, request: Received) -> Step:
        """Notes a request and says what to do with it."""
        self.requests.append(request)
        return self._steps.popleft() if len(self._steps) > 1 else self._steps[0]

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for the end of the test; False when the time is over first."""
        return self._stopped.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: clients that give up are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    api: MessagesApi
    protocol_version = "HTTP/1.1"  # which keeps a connection for as long as the client does

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        step = self.api.take(Received(self.path, headers, json.loads(content), self.client_address[1]))
        match step.does:
            case "drop":
                self.close_connection = True
            case "hang":
                self.api.wait()
            case "drip":
                self._head(Step(), 1_000_000)
                while not self.api.wait(0.02):
                    self.wfile.write(b" ")
            case "reply":
                self._head(step, len(step.body))
                self.wfile.write(step.body)

    def _head(self, step: Step, length: int) -> None:
        self.send_response(step.status)
        for name, value in {"content-type": "application/json", **step.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Says nothing."""
