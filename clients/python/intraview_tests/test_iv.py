"""The command: what people and programs read, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from intraview.cli import main
from intraview.cli.text import clean

from .conftest import DOCUMENTS, FakeApi
from .fakes import KEY, a_page, a_thread


@pytest.fixture
def iv(fake_api: FakeApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command against the fake API: (exit code, standard output, standard error)."""
    monkeypatch.setenv("INTRAVIEW_API_KEY", KEY)
    monkeypatch.setenv("INTRAVIEW_BASE_URL", fake_api.url)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*argv: str) -> tuple[int, str, str]:
        try:
            code = main(argv)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def job(tmp_path: Path) -> str:
    path = tmp_path / "job.txt"
    path.write_text("Wir suchen … ☕", encoding="utf-8")
    return str(path)


SHOWN = {
    ("health",): ["Career health 2026-Q1", "47 (+18.5 %)", "increasing", "Stripe", "compensation", "43 %"],
    ("health", "--period", "2026-Q1"): ["Career health 2026-Q1"],
    ("signals", "Stripe"): ["stripe", "38", "62 %", "too few"],
    ("team",): ["team_abc123", "12", "384", "Google", "71 %", "accepted"],
    ("threads",): ["msg_1", "msg_2", "Stripe", "none yet", "offered"],
    ("thread", "msg_1"): ["Stripe, msg_1", "by phone"],
    ("outcome", "msg_1", "screening_scheduled"): ["screening scheduled", "msg_abc123"],
    ("whoami",): ["user_1", "Pro", "read, write", "laptop", "never"],
}


@pytest.mark.parametrize("argv", SHOWN, ids=" ".join)
def test_each_command_shows_its_figures(iv: Any, argv: tuple[str, ...]) -> None:
    code, out, err = iv(*argv)
    assert (code, err) == (0, "")
    assert [text for text in SHOWN[argv] if text not in out] == []


def test_a_job_is_read_from_a_file_as_utf_8(iv: Any, job: str, fake_api: FakeApi) -> None:
    code, out, _ = iv("fit", job)
    assert code == 0
    assert "Growth funnel ownership" in out
    assert "stand-in" in out
    assert json.loads(fake_api.seen[-1][3]) == {"job_description": "Wir suchen … ☕"}


@pytest.mark.parametrize(
    ("argv", "path"),
    [
        (("health",), "/api/agent/career-health"),
        (("signals", "Stripe"), "/api/agent/company-signals"),
        (("team",), "/api/team/agent/analytics"),
        (("outcome", "msg_1", "offered"), "/api/agent/messages/msg_1/outcome"),
        (("whoami",), "/api/agent/whoami"),
        (("thread", "msg_1"), "/api/agent/messages/msg_1"),
    ],
)
def test_json_is_the_document_of_the_api(iv: Any, argv: tuple[str, ...], path: str) -> None:
    for arguments in [(*argv, "--json"), ("--json", *argv)]:
        code, out, err = iv(*arguments)
        assert (code, json.loads(out), err) == (0, DOCUMENTS[path], "")


def test_json_of_threads_holds_all_pages(iv: Any) -> None:
    document = json.loads(iv("threads", "--json")[1])
    assert [thread["id"] for thread in document["messages"]] == ["msg_1", "msg_2"]
    assert document["next_cursor"] is None


def test_threads_are_filtered_and_limited(iv: Any, fake_api: FakeApi) -> None:
    document = json.loads(iv("threads", "--outcome", "none", "--period", "2026-Q1", "--limit", "1", "--json")[1])
    assert (len(document["messages"]), document["next_cursor"]) == (1, "c")
    assert fake_api.seen[-1][1] == "/api/agent/messages?period=2026-Q1&outcome=none&limit=1"


def test_no_threads_say_when_there_will_be_some(iv: Any, fake_api: FakeApi) -> None:
    fake_api.pages = [a_page(), a_page()]
    assert "No threads" in iv("threads")[1]


def test_a_company_below_the_threshold_says_so(iv: Any, fake_api: FakeApi) -> None:
    fake_api.documents["/api/agent/company-signals"] = {"signals": None}
    assert "ten candidates" in iv("signals", "Tiny")[1]


def test_a_problem_of_the_api_ends_with_1_and_its_detail_on_standard_error(iv: Any) -> None:
    code, out, err = iv("thread", "unknown")
    assert (code, out) == (1, "")
    assert err == "iv: You have no message with this id. Check the id.\n(not_found, request req-7)\n"


def test_json_does_not_hide_a_problem(iv: Any) -> None:
    code, out, err = iv("thread", "unknown", "--json")
    assert (code, out) == (1, "")
    assert "Check the id" in err


def test_nobody_listening_ends_with_1(iv: Any) -> None:
    code, _, err = iv("whoami", "--base-url", "http://127.0.0.1:9")
    assert code == 1
    assert "127.0.0.1:9" in err


def test_a_wait_longer_than_the_timeout_ends_at_once_with_1(iv: Any, fake_api: FakeApi) -> None:
    fake_api.failures = [(429, {"code": "rate_limited", "detail": "Wait."}, {"Retry-After": "30"})]
    code, _, err = iv("whoami", "--timeout", "2")
    assert code == 1
    assert "Wait." in err


def test_a_429_is_waited_for(iv: Any, fake_api: FakeApi) -> None:
    fake_api.failures = [(429, {"code": "rate_limited", "detail": "Wait."}, {"Retry-After": "1"})]
    assert iv("whoami", "--timeout", "10")[0] == 0
    assert len(fake_api.seen) == 2


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("nothing",),
        ("health", "--period", "2026-Q5"),
        ("health", "--timeout", "0"),
        ("health", "--timeout", "nan"),
        ("signals",),
        ("outcome", "msg_1", "won"),
        ("threads", "--outcome", "won"),
        ("threads", "--limit", "0"),
        ("fit", "/no/such/file"),
        ("whoami", "--base-url", "ftp://x"),
        ("whoami", "--api-key", ""),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(iv: Any, fake_api: FakeApi, argv: tuple[str, ...]) -> None:
    code, out, err = iv(*argv)
    assert (code, out) == (2, "")
    assert err
    assert fake_api.seen == []


def test_a_file_that_is_no_utf_8_is_wrong_usage(iv: Any, tmp_path: Path) -> None:
    path = tmp_path / "latin"
    path.write_bytes(b"caf\xe9")
    code, _, err = iv("fit", str(path))
    assert code == 2
    assert "UTF-8" in err


@pytest.mark.parametrize("argv", [("--help",), ("health", "--help"), ("outcome", "--help"), ("mcp", "--help")])
def test_help_has_an_example(iv: Any, argv: tuple[str, ...]) -> None:
    code, out, _ = iv(*argv)
    assert code == 0
    assert "example" in out
    assert "iv " in out


def test_names_from_outside_cannot_write_to_the_terminal(iv: Any, fake_api: FakeApi) -> None:
    fake_api.pages = [a_page(a_thread(company="\x1b[2JEvil [red]Inc\u202e")), a_page()]
    out = iv("threads")[1]
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]Inc" in out


def test_lines_are_kept_only_where_they_may_be() -> None:
    assert clean("a\nb\tc\r\x07") == "a b c"
    assert clean("a\nb", keep_lines=True) == "a\nb"


@pytest.mark.usefixtures("iv")
def test_a_reader_that_stops_early_is_no_error(fake_api: FakeApi) -> None:
    fake_api.pages = [a_page(*[a_thread(f"msg_{number}") for number in range(3000)])] * 2
    command = f"{sys.executable} -m intraview.cli threads | head -n 1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "Id" in done.stdout


def test_the_key_is_in_no_output(iv: Any) -> None:
    for argv in [("whoami",), ("thread", "unknown"), ("whoami", "--base-url", "http://127.0.0.1:9")]:
        assert KEY not in "".join(map(str, iv(*argv)))
