"""The API over HTTP: a server in this process, or, with BASE_URL, any running local stack."""

import os
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.control_plane import ControlPlane
from local.gateway.server import HOST, Server, bind
from local.stack import Stack
from shared.domain.plans import Scope
from tests import leaks
from tests.builders import an_event


class RunningApi:
    """A running API and its control plane, as a stranger meets them."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def publish(self, *events: dict[str, Any]) -> dict[str, Any]:
        """Applies events, all of them or the test fails."""
        answer: dict[str, Any] = self.http.post("/_local/events", json=list(events)).raise_for_status().json()
        assert answer["rejected"] == []
        return answer

    def make_key(self, team_id: str, user_id: str, *scopes: Scope) -> str:
        """Makes a key of somebody who joined the team long ago, read-only unless scopes are named."""
        self.publish(an_event("MemberJoined", time="2026-01-01T00:00:00Z", team_id=team_id, user_id=user_id))
        request = {"team_id": team_id, "user_id": user_id, "scopes": scopes or (Scope.READ,), "name": "test"}
        return str(self.http.post("/_local/keys", json=request).raise_for_status().json()["key"])

    def call(self, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """Makes a request with a key. No log may ever hold what its body says."""
        leaks.said(request.get("json"))
        return self.http.request(method, path, headers={"Authorization": f"Bearer {key}"}, **request)


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the API answers."""
    if url := os.environ.get("BASE_URL"):
        yield url.rstrip("/")
        return
    stack: Stack = request.getfixturevalue("stack")
    ready = threading.Event()
    server = Server(stack.gateway, ControlPlane(stack), ready.set)
    with bind(0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        ready.wait(10)
        yield f"http://{HOST}:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def api(base_url: str) -> Iterator[RunningApi]:
    """The running API. Tests share it, so they use teams and people of their own."""
    with httpx.Client(base_url=base_url, timeout=60, trust_env=False) as http:
        yield RunningApi(http)
