"""`iv mcp` against the running API, asked by the SDK's own client."""

import asyncio
import os
import sys
from typing import Any

import mcp
import pytest

from shared.domain.plans import Scope
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi

pytestmark = pytest.mark.clients


@pytest.mark.parametrize("scopes", [(Scope.READ,), (Scope.READ, Scope.WRITE)])
def test_an_assistant_reads_and_writes_only_with_a_key_that_may(api: RunningApi, scopes: tuple[Scope, ...]) -> None:
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="A team", plan="pro"),
        an_event("MemberJoined", team_id=team, user_id=user),
    )
    variables = {
        "INTRAVIEW_BASE_URL": str(api.http.base_url).rstrip("/"),
        "INTRAVIEW_API_KEY": api.make_key(team, user, *scopes),
    }
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "intraview.cli", "mcp"], env={**os.environ, **variables}
    )

    async def asked() -> tuple[set[str], Any]:
        async with mcp.Client(server) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            return tools, await client.call_tool("career_health", {})

    tools, report = asyncio.run(asked())
    assert ("record_outcome" in tools) == (Scope.WRITE in scopes)
    assert "team_analytics" not in tools
    assert report.structured_content["inbound_volume"]["total"] == 0
