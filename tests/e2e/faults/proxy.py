"""A proxy in front of DynamoDB Local that fails some requests in the ways that AWS fails.

What it does to a request is drawn at random: nothing, or one of `FAULTS`. "Cut after" is the cruel one: the write took
place, and its caller never hears of it.
"""

import asyncio
import contextlib
import json
import random
import threading
from collections import Counter
from urllib.parse import urlsplit

FAULTS = {"throttle": 30, "error": 25, "cut before": 20, "cut after": 20, "slow": 4, "time out": 1}
"""Faults by their weight. A time-out costs the caller two seconds, so there are few."""

_SLOW_SECONDS, _TIMEOUT_SECONDS = 0.3, 2.5
_NAMESPACE = "com.amazonaws.dynamodb.v20120810#"
_WRITES = ("putitem", "updateitem", "deleteitem", "transactwriteitems")
_ERRORS = {"throttle": (400, "ProvisionedThroughputExceededException"), "error": (500, "InternalServerError")}


class FaultyProxy:
    """Listens on loopback, at `url`. `rate` is the share of requests that go wrong; `counts` what was done."""

    def __init__(self, upstream: str, seed: int = 0) -> None:
        self.rate = 0.0
        self.counts: Counter[str] = Counter()
        address = urlsplit(upstream)
        self._upstream = (address.hostname, address.port)
        self._dice = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop)
        self._server = starting.result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Stops listening and drops every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream = await asyncio.open_connection(*self._upstream)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    request = await _message(reader)
                    fault = self._draw(request)
                    self.counts[fault] += 1
                    if fault == "cut before":
                        return
                    if fault == "time out":
                        await asyncio.sleep(_TIMEOUT_SECONDS)
                        return
                    if fault == "slow":
                        await asyncio.sleep(_SLOW_SECONDS)
                    if fault in _ERRORS:
                        writer.write(_error(*_ERRORS[fault]))
                        await writer.drain()
                        continue
                    upstream.write(request)
                    answer = await _message(upstream_reader)
                    if fault == "cut after":
                        return
                    writer.write(answer)
                    await writer.drain()
        finally:
            for each in (writer, upstream):
                each.close()
                with contextlib.suppress(ConnectionError):
                    await each.wait_closed()

    def _draw(self, _request: bytes) -> str:
        if self._dice.random() >= self.rate:
            return "none"
        return self._dice.choices(list(FAULTS), list(FAULTS.values()))[0]


class LosesAnswers(FaultyProxy):
    """Does every write, and loses the answer to the first attempt: the SDK then sends the same write again."""

    def _draw(self, request: bytes) -> str:
        head = request.partition(b"\r\n\r\n")[0].lower()
        is_write = any(f"20120810.{name}".encode() in head for name in _WRITES)
        return "cut after" if is_write and b"attempt=1" in head else "none"


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message, whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.partition(b":")[2]))
    return head


def _error(status: int, name: str) -> bytes:
    body = json.dumps({"__type": _NAMESPACE + name, "message": "injected"}).encode()
    head = (
        f"HTTP/1.1 {status} Injected\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
