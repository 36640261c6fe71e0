"""`iv listen`: a receiver of webhooks on this machine, which verifies each request and prints its event.

It answers before it prints: a sender does not wait for a terminal.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from intraview.cli.text import clean

MAX_BODY = 1_000_000
MAX_IDS = 10_000
"""Ids that are remembered, the latest."""
REQUEST_SECONDS = 10.0
"""How long a request may take to come in."""

Show = Callable[[str], None]


class Receiver(ThreadingHTTPServer):
    """The server. `show` gets a line for each event, `complain` one for each request that is refused."""

    daemon_threads = True

    def __init__(self, port: int, webhook: Webhook, show: Show, complain: Show, *, as_json: bool) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.webhook = webhook
        self.show = show
        self.complain = complain
        self.as_json = as_json
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, event_id: str) -> bool:
        """Whether this id did not come before."""
        with self._lock:
            new = event_id not in self._seen
            self._seen[event_id] = None
            self._seen.move_to_end(event_id)
            if len(self._seen) > MAX_IDS:
                self._seen.popitem(last=False)
        return new

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    timeout = REQUEST_SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "it has no Content-Length")
        elif int(length) > MAX_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"its body is larger than {MAX_BODY:,} bytes")
        else:
            self._receive(self.rfile.read(int(length)))

    def _receive(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            event = self.server.webhook.verify(body, headers)
        except WebhookVerificationError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error) or "its signature is not valid")
            return
        except ValueError:
            self._refuse(HTTPStatus.BAD_REQUEST, "its signature or its body cannot be read")
            return
        event_id = headers["webhook-id"]
        new = self.server.is_new(event_id)
        self._answer(HTTPStatus.NO_CONTENT)
        self.server.show(self._line(event_id, event, new=new))

    def _line(self, event_id: str, event: Any, *, new: bool) -> str:
        if self.server.as_json:
            return json.dumps({"id": event_id, "duplicate": not new, "event": event}, ensure_ascii=False)
        if not new:
            return f"{event_id} again"
        fields = event if isinstance(event, dict) else {}
        data = json.dumps(fields.get("data", event), ensure_ascii=False)
        return f"{event_id} {fields.get('timestamp', '')} {fields.get('type', '')} {data}"

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        self._answer(status)
        self.server.complain(f"a request was refused: {reason}")

    def _answer(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Requests are shown by `show` and `complain` alone."""


def listen(port: int, webhook: Webhook, show: Show, complain: Show, *, as_json: bool) -> None:
    """Serves until it is interrupted. Raises OSError if the port cannot be listened on."""
    lock = threading.Lock()

    def one_at_a_time(print_line: Show) -> Show:
        def locked(text: str) -> None:
            with lock:
                print_line(clean(text))

        return locked

    with Receiver(port, webhook, one_at_a_time(show), one_at_a_time(complain), as_json=as_json) as receiver:
        complain(f"listening on http://127.0.0.1:{receiver.server_address[1]}/ until Ctrl-C")
        receiver.serve_forever()
