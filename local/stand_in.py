"""A stand-in for Claude without a key: a server on loopback that speaks enough of the Messages API for the real SDK.

It never passes for Claude: every answer says `"model": "stand-in"`, which the function returns as `x-model`, and the
local stack says so in the first talking point.
"""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.loopback import refusal
from local.stand_in_words import compare

MODEL = "stand-in"
NOTICE = "This is a stand-in that matches words, not Claude: set ANTHROPIC_API_KEY for a real analysis."


class StandIn:
    """A running stand-in. `url` is what ANTHROPIC_BASE_URL is to be."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        host, port = server.server_address[:2]
        self.url = f"http://{host!s}:{port}"

    def stop(self) -> None:
        """Ends the server and frees its port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def start_stand_in(host: str = "127.0.0.1", port: int = 0) -> StandIn:
    """Starts one; port 0 takes a free port."""
    return StandIn(ThreadingHTTPServer((host, port), _Handler))


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if reason := refusal(self.headers.items()):
            self._answer(403, {"type": "error", "error": {"type": "permission_error", "message": reason}})
            return
        if self.path != "/v1/messages":
            self._answer(404, {"type": "error", "error": {"type": "not_found_error", "message": "Not found"}})
            return
        self._answer(200, _message(json.loads(body)))

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Says nothing: the stand-in's requests hold a profile."""


def _message(request: dict[str, Any]) -> dict[str, Any]:
    answer = compare(request["system"][-1]["text"], request["messages"][-1]["content"])
    return {
        "id": "msg_stand_in",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": answer.model_dump_json()}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 0, "output_tokens": 0},  # nothing is charged
    }


def with_notice(payload: Any) -> Any:
    """A function's response; if the stand-in made it, its first talking point says so."""
    if not isinstance(payload, dict) or payload.get("headers", {}).get("x-model") != MODEL:
        return payload
    is_encoded = payload.get("isBase64Encoded", False)
    summary = json.loads(base64.b64decode(payload["body"]) if is_encoded else payload["body"])
    summary["talking_points"] = [NOTICE, *summary["talking_points"]][:5]
    body = json.dumps(summary, ensure_ascii=False)
    return {**payload, "body": base64.b64encode(body.encode()).decode() if is_encoded else body}
