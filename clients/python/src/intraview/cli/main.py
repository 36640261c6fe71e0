"""What `iv` does with its arguments. Exit codes: 0, 1 for a problem of the API, 2 for wrong usage."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from intraview._client import Client
from intraview.cli.arguments import Arguments, parser
from intraview.errors import ConfigurationError, IntraviewError

PROBLEM, USAGE, INTERRUPTED = 1, 2, 130
DEFAULT_PORT = 8765


class UsageError(Exception):
    """The command was called with something that cannot be used."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    arguments = parser().parse_args(argv, namespace=Arguments())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal may not know every character of a name
    try:
        run(arguments)
        sys.stdout.flush()
    except (ConfigurationError, UsageError) as error:
        return _fail(error, USAGE)
    except IntraviewError as error:
        return _fail(error, PROBLEM)
    except BrokenPipeError:  # `iv threads | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def run(arguments: Arguments) -> None:
    """Calls the API and prints the answer. Raises IntraviewError, UsageError."""
    if arguments.command == "mcp":
        _serve_mcp(arguments)
        return
    if arguments.command == "listen":
        _listen(arguments)
        return
    with Client(
        arguments.api_key, base_url=arguments.base_url, timeout=arguments.timeout, sleep=_sleep_visibly
    ) as client:
        result, document = COMMANDS[arguments.command](client, arguments)
    if arguments.json:
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    from intraview.cli.tables import show

    show(result)


def _health(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    period = arguments.period
    return _answer(client.regenerate_career_health(period) if period else client.career_health())


def _signals(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    return _answer(client.company_signals(arguments.company))


def _fit(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    return _answer(client.job_summary(_read(arguments.file)))


def _team(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    return _answer(client.team_analytics(arguments.period))


def _threads(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    """All pages within the one timeout, or as many threads as `--limit` asks for."""
    deadline, wanted = time.monotonic() + arguments.timeout, arguments.limit
    threads: list[Any] = []
    documents: list[Any] = []
    cursor = None
    while True:
        page = client.threads_page(
            period=arguments.period,
            outcome=arguments.outcome,
            limit=min(100, wanted - len(threads)) if wanted else 100,
            cursor=cursor,
            timeout=max(0.001, deadline - time.monotonic()),
        )
        threads += page.messages
        documents += page.meta.document["messages"]
        cursor = page.next_cursor
        if cursor is None or (wanted and len(threads) >= wanted):
            return threads, {"messages": documents, "next_cursor": cursor}


def _thread(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    return _answer(client.thread(arguments.id))


def _outcome(client: Client, arguments: Arguments) -> tuple[Any, Any]:
    return _answer(client.record_outcome(arguments.id, arguments.outcome, arguments.notes))


def _whoami(client: Client, _arguments: Arguments) -> tuple[Any, Any]:
    return _answer(client.whoami())


COMMANDS: dict[str, Callable[[Client, Arguments], tuple[Any, Any]]] = {
    "health": _health,
    "signals": _signals,
    "fit": _fit,
    "team": _team,
    "threads": _threads,
    "thread": _thread,
    "outcome": _outcome,
    "whoami": _whoami,
}


def _answer(result: Any) -> tuple[Any, Any]:
    return result, result.meta.document


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {error.strerror}.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"The file {file} is not UTF-8 text. Convert it first.") from error


def _serve_mcp(arguments: Arguments) -> None:
    try:
        import mcp  # noqa: F401 - imported only to learn whether the extra is installed
    except ImportError:
        raise UsageError("The MCP server is an extra. Install it: pip install 'intraview[mcp]'") from None
    from intraview.mcp_server import serve

    serve(Client(arguments.api_key, base_url=arguments.base_url, timeout=arguments.timeout))


def _listen(arguments: Arguments) -> None:
    try:
        from standardwebhooks import Webhook
    except ImportError:
        raise UsageError("iv listen is an extra. Install it: pip install 'intraview[listen]'") from None
    from intraview.cli.listen import listen

    secret = arguments.secret or os.environ.get("INTRAVIEW_WEBHOOK_SECRET", "")
    if not secret.startswith("whsec_"):
        raise UsageError("Give the endpoint's secret, whsec_..., as INTRAVIEW_WEBHOOK_SECRET or with --secret.")
    try:
        webhook = Webhook(secret)
    except ValueError as error:
        raise UsageError("The secret is not whsec_ and base64. Copy it again, or rotate it.") from error
    port = DEFAULT_PORT if arguments.port is None else arguments.port
    try:
        listen(port, webhook, _print_line, _print_error, as_json=arguments.json)
    except OSError as error:
        reason = f"The port {port} cannot be listened on: {error.strerror}. Choose another with --port."
        raise UsageError(reason) from error


def _print_line(text: str) -> None:
    print(text, flush=True)


def _print_error(text: str) -> None:
    print(f"iv: {text}", file=sys.stderr, flush=True)


def _sleep_visibly(seconds: float) -> None:
    if sys.stderr.isatty():
        print(f"iv: the API asks to wait; trying again in {seconds:.0f} s", file=sys.stderr)
    time.sleep(seconds)


def _fail(error: Exception, code: int) -> int:
    from intraview.cli.text import clean

    with suppress(BrokenPipeError):
        print(f"iv: {clean(str(error), keep_lines=True)}", file=sys.stderr)
    return code
