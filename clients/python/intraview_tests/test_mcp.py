"""The MCP server, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from .conftest import DOCUMENTS, FakeApi
from .fakes import KEY, WHOAMI

mcp = pytest.importorskip("mcp", reason="the MCP server is an extra")

READING = {"whoami", "career_health", "company_signals", "job_fit", "list_threads", "get_thread"}


def ask(fake_api: FakeApi, question: Callable[[Any], Awaitable[Any]]) -> Any:
    """Starts `iv mcp` and lets the client ask."""
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "intraview.cli", "mcp"],
        env={**os.environ, "INTRAVIEW_API_KEY": KEY, "INTRAVIEW_BASE_URL": fake_api.url},
    )

    async def asked() -> Any:
        async with mcp.Client(server, read_timeout_seconds=30) as client:
            return await question(client)

    return asyncio.run(asked())


async def tools_of(client: Any) -> dict[str, Any]:
    return {tool.name: tool for tool in (await client.list_tools()).tools}


def test_a_key_that_may_write_gets_one_tool_that_writes(fake_api: FakeApi) -> None:
    tools = ask(fake_api, tools_of)
    assert set(tools) == READING | {"record_outcome"}
    assert {name for name, tool in tools.items() if not tool.annotations.read_only_hint} == {"record_outcome"}
    assert all(tool.description and tool.annotations for tool in tools.values())


def test_a_key_that_only_reads_gets_no_tool_that_writes(fake_api: FakeApi) -> None:
    fake_api.documents["/api/agent/whoami"] = {**WHOAMI, "scopes": ["read"]}
    assert set(ask(fake_api, tools_of)) == READING


def test_the_team_tool_is_for_enterprise(fake_api: FakeApi) -> None:
    fake_api.documents["/api/agent/whoami"] = {**WHOAMI, "scopes": ["read"], "plan": "enterprise"}
    assert set(ask(fake_api, tools_of)) == READING | {"team_analytics"}


def test_tools_return_the_documents_of_the_api(fake_api: FakeApi) -> None:
    async def questions(client: Any) -> list[Any]:
        return [
            await client.call_tool("career_health", {}),
            await client.call_tool("company_signals", {"company": "Stripe"}),
            await client.call_tool("list_threads", {"outcome": "none", "limit": 5}),
            await client.call_tool("record_outcome", {"message_id": "msg_1", "outcome": "offered"}),
        ]

    results = ask(fake_api, questions)
    assert [result.is_error for result in results] == [False] * 4
    documents = [json.loads(result.content[0].text) for result in results]
    assert documents[0] == DOCUMENTS["/api/agent/career-health"] == results[0].structured_content
    assert documents[2] == fake_api.pages[0]
    assert json.loads(fake_api.seen[-1][3]) == {"outcome": "offered"}


def test_a_problem_is_an_error_that_says_what_to_do(fake_api: FakeApi) -> None:
    async def question(client: Any) -> Any:
        return await client.call_tool("get_thread", {"message_id": "unknown"})

    result = ask(fake_api, question)
    assert result.is_error
    assert "Check the id" in result.content[0].text
    assert KEY not in result.content[0].text


def test_a_key_that_is_refused_ends_the_server_with_its_reason(fake_api: FakeApi) -> None:
    fake_api.failures = [(401, {"code": "unauthorized", "detail": "Send a valid API key."}, {})]
    environment = {**os.environ, "INTRAVIEW_API_KEY": KEY, "INTRAVIEW_BASE_URL": fake_api.url}
    done = subprocess.run(
        [sys.executable, "-m", "intraview.cli", "mcp"], env=environment, input="", capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Send a valid API key." in done.stderr
