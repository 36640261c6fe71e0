"""The arguments of `iv`, with the examples of its help."""

from __future__ import annotations

import argparse
import math
import re
from typing import Any

from intraview.version import __version__

OUTCOMES = (
    "no_response",
    "ghosted",
    "screening_scheduled",
    "interviewed",
    "offered",
    "accepted",
    "declined_by_candidate",
    "declined_by_company",
    "withdrew",
)
DEFAULT_TIMEOUT = 60.0

EXAMPLES = """\
examples:
  export INTRAVIEW_API_KEY=iv_live_...
  iv whoami                                   whose key this is and what it may do
  iv health                                   the report of this quarter
  iv health --period 2026-Q1                  the report of an earlier quarter, made anew
  iv signals Stripe                           what is published about a company
  iv fit job.txt                              how a job fits your profile; - reads standard input
  iv threads --outcome none                   threads without an outcome
  iv outcome msg_abc123 interviewed           record what became of a thread (needs the scope write)
  iv listen --port 8765                       what a webhook endpoint gets (INTRAVIEW_WEBHOOK_SECRET)
  iv threads --json | jq '.messages[].id'     for programs

exit codes: 0; 1 for a problem of the API, its detail on standard error; 2 for wrong usage
"""


class Arguments(argparse.Namespace):
    """What was given, or its default."""

    command: str
    api_key: str | None = None
    base_url: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    json: bool = False
    period: str | None = None
    company: str
    file: str
    id: str
    outcome: Any
    notes: str | None = None
    limit: int | None = None
    secret: str | None = None
    port: int | None = None


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command. Options work before and after the name of a command."""
    common = _common()
    top = argparse.ArgumentParser(
        prog="iv",
        description="Career health, company signals, job fit and team analytics from the Intraview Intelligence API.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    top.add_argument("--version", action="version", version=f"iv {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, text: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[common],
        )

    health = command("health", "the career health report of a quarter", "iv health --period 2026-Q1")
    _add_period(health)
    signals = command("signals", "what is published about a company", "iv signals 'Stripe, Inc.'")
    signals.add_argument("company", metavar="COMPANY", help="its name in any spelling")
    fit = command("fit", "how a job fits your profile", "pbpaste | iv fit -")
    fit.add_argument("file", metavar="FILE", help="a text file with the job description; - for standard input")
    team = command("team", "the snapshot of your team (Enterprise)", "iv team --period 2026-Q1")
    _add_period(team)
    threads = command("threads", "your recruiter threads, the newest first", "iv threads --outcome none --limit 20")
    _add_period(threads)
    threads.add_argument("--outcome", choices=[*OUTCOMES, "none"], metavar="O", help="only these: an outcome, or none")
    threads.add_argument("--limit", type=_count, metavar="N", help="at most N threads (default: all)")
    thread = command("thread", "one thread with the history of its outcome", "iv thread msg_abc123")
    thread.add_argument("id", metavar="ID", help="the id of the message that began the thread")
    outcome = command(
        "outcome",
        "record what became of a thread",
        "iv outcome msg_abc123 interviewed --notes 'Next round on Monday'",
    )
    outcome.add_argument("id", metavar="ID", help="the id of the message that began the thread (see iv threads)")
    outcome.add_argument("outcome", metavar="OUTCOME", choices=OUTCOMES, help=", ".join(OUTCOMES))
    outcome.add_argument("--notes", metavar="N", help="for your own use")
    command("whoami", "whose key this is and what it may do", "iv whoami --json")
    listen = command(
        "listen",
        "receive webhooks on this machine, verify them and print their events",
        "iv listen --secret whsec_... --port 8765",
    )
    listen.add_argument("--secret", metavar="S", help="the endpoint's secret (default: INTRAVIEW_WEBHOOK_SECRET)")
    listen.add_argument("--port", type=_port, metavar="N", help="the port of 127.0.0.1 (default: 8765; 0: any)")
    command("mcp", "serve the API to an AI assistant: MCP over standard input and output", "iv mcp")
    return top


def _common() -> argparse.ArgumentParser:
    """Options of every command. Their defaults are those of Arguments: SUPPRESS keeps what stood before the command."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("options of every command")
    group.add_argument("--json", action="store_true", help="print the answer as JSON, for programs")
    group.add_argument("--timeout", type=_seconds, metavar="S", help="seconds for the whole command (default: 60)")
    group.add_argument("--base-url", metavar="URL", help="address of the API (default: INTRAVIEW_BASE_URL)")
    group.add_argument(
        "--api-key",
        metavar="KEY",
        help="an API key; prefer INTRAVIEW_API_KEY, which other users cannot see",
    )
    return common


def _add_period(command: argparse.ArgumentParser) -> None:
    command.add_argument("--period", type=_period, metavar="P", help="a quarter, such as 2026-Q1")


def _period(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-Q[1-4]", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a quarter such as 2026-Q1")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)
