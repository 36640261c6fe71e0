"""A stack whose DynamoDB fails and whose workers die."""

import contextlib
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.control_plane import ControlPlane
from local.stack import Settings, Stack
from shared.domain.outcomes import Outcome
from shared.store import Store
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.faults.proxy import FaultyProxy
from tests.e2e.faults.queue import INGEST, RedeliveringQueue

AT_ONCE = 16
"""Workers on the queue, and callers: most of the time they wait for the SDK to try again."""
TEAMS = 10
CALLERS_OWN = 400
"""Messages that are there before, for callers to record outcomes of."""

KILL_EVERY = 2.0
"""Seconds between two kills where workers of several functions die."""
_QUIET_SECONDS = 6


class World:
    """A stack behind a faulty proxy, with teams, keys and messages that were made on a good day."""

    def __init__(self, folder: Path) -> None:
        self.proxy: FaultyProxy | None = None
        self.stack = Stack(Settings(environments=AT_ONCE), folder / "functions.log", between=self._between)
        self.queue = RedeliveringQueue(self.stack, INGEST, AT_ONCE)
        self.store = Store(self.stack.template.functions[INGEST].environment, self.stack.dynamodb)
        control = ControlPlane(self.stack)
        self.owners: dict[str, str] = {}
        self.teams: dict[str, str] = {}
        self.threads: dict[str, list[str]] = {}
        for _ in range(TEAMS):
            team, user = an_id("team"), an_id("user")
            self.teams[team] = user
            messages = [an_id("msg") for _ in range(CALLERS_OWN // TEAMS)]
            events = [an_event("TeamUpdated", team_id=team, name="A team", plan="enterprise")]
            events += [an_event("MemberJoined", team_id=team, user_id=user)]
            events += [
                a_message_triaged(message_id=m, user_id=user, team_id=team, company=an_id("co")) for m in messages
            ]
            assert json.loads(json.dumps(control.apply_events(json.dumps(events).encode()).document))["rejected"] == []
            key = control.create_key(
                json.dumps({"team_id": team, "user_id": user, "scopes": ["write"], "name": "x"}).encode()
            ).document["key"]
            self.owners |= dict.fromkeys(messages, key)
            self.threads[team] = messages

    def _between(self, url: str) -> str:
        self.proxy = FaultyProxy(url, seed=5)
        return self.proxy.url

    def record(self, message: str, outcome: Outcome) -> tuple[int, str]:
        """PATCHes an outcome as its owner; the status, and Retry-After."""
        answer = self.stack.gateway.handle(
            "PATCH",
            f"/api/agent/messages/{message}/outcome",
            [("Authorization", f"Bearer {self.owners[message]}")],
            json.dumps({"outcome": outcome}).encode(),
        )
        return answer.status, answer.header("retry-after") or ""

    def published(self) -> None:
        """Waits until no new delivery has come for some seconds."""
        before, since = -1, time.monotonic()
        while time.monotonic() < since + _QUIET_SECONDS:
            time.sleep(0.5)
            if (count := sum(1 for _ in self.stack.scan("WebhooksTable", "pk"))) != before:
                before, since = count, time.monotonic()

    @contextlib.contextmanager
    def killing(self, every: float, *functions: str) -> Iterator[list[int]]:
        """Kills one worker of these functions every so many seconds, none at 0. Yields who was killed."""
        over, killed, dice = threading.Event(), list[int](), random.Random(7)

        def kill() -> None:
            while every and not over.wait(every):
                pids = sorted(pid for name in functions for pid in self.stack.environments.processes(name))
                with contextlib.suppress(ProcessLookupError):  # killed before, and not yet missed
                    if pids:
                        os.kill(pid := dice.choice(pids), signal.SIGKILL)
                        killed.append(pid)

        thread = threading.Thread(target=kill, daemon=True)
        thread.start()
        try:
            yield killed
        finally:
            over.set()
            thread.join()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.stack.stop()
    assert world.proxy
    world.proxy.stop()
