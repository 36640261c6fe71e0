"""Whatever is called in whatever order: nobody sees another's data, no key does too much, nobody erased returns.

A Hypothesis state machine plays teams, members and keys against the gateway in process, with its caches, and holds
every answer to a model of who may see what. Each person's data carries a mark of its own.
"""

import json
import os
import re
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from local.control_plane import ControlPlane
from local.stack import Stack
from shared.plans import Plan, Scope
from tests.builders import a_message_triaged, an_event, an_id

HEALTH, SUMMARY = "/api/agent/career-health", "/api/agent/job-summary"
ANALYTICS, SIGNALS = "/api/team/agent/analytics?period=2026-Q1", "/api/agent/company-signals"
EXAMPLES = int(os.environ.get("ISOLATION_EXAMPLES", "5"))
picks = st.data()
MARK = re.compile(r"mark[0-9a-f]{6}x\d+")


@dataclass
class Team:
    id: str
    plan: Plan
    members: set[str] = field(default_factory=set)
    """Everybody who ever was one: a snapshot that is kept holds those of its time."""


@dataclass(frozen=True)
class Key:
    value: str
    id: str
    team: Team
    user: str
    scopes: frozenset[Scope]


class Isolation(RuleBasedStateMachine):
    """Teams, their people, and calls."""

    keys = Bundle("keys")
    stack: Stack

    def __init__(self) -> None:
        super().__init__()
        self.control = ControlPlane(self.stack)
        self.teams: list[Team] = []
        self.users: list[str] = []
        self.messages: list[tuple[str, str, str]] = []
        self.left: set[tuple[str, str]] = set()
        self.erased: set[str] = set()
        self.revoked: set[str] = set()
        self.seconds = 0

    def publish(self, kind: str, **detail: Any) -> None:
        self.seconds += 1
        time = f"2026-03-01T00:{self.seconds // 60:02}:{self.seconds % 60:02}Z"
        event = an_event(kind, time=time, **detail)
        answer = self.control.apply_events(json.dumps(event).encode())
        assert answer.document["rejected"] == []

    @initialize(target=keys)
    def two_teams_at_work(self) -> Any:
        keys = []
        for team in (self.new_team(Plan.ENTERPRISE), self.new_team(Plan.TEAM)):
            for _ in range(2):
                user = self.join(team)
                self.triage(team, user)
                keys.append(self.make_key(team, user, frozenset(Scope)))
        return multiple(*keys)

    def new_team(self, plan: Plan) -> Team:
        team = Team(an_id("team"), plan)
        self.teams.append(team)
        self.publish("TeamUpdated", team_id=team.id, name="A team", plan=plan)
        return team

    def join(self, team: Team) -> str:
        run = an_id("")
        user = f"mark{run[1:7]}x{run[7:]}"
        self.users.append(user)
        team.members.add(user)
        self.publish("MemberJoined", team_id=team.id, user_id=user)
        self.publish(
            "ProfileUpdated", user_id=user, headline=f"Head {user}", summary="led growth", skills=[], stories=[]
        )
        return user

    def triage(self, team: Team, user: str) -> None:
        message = an_id("msg")
        about: dict[str, Any] = {"user_id": user, "team_id": team.id, "company": f"Company {user}", "topics": [user]}
        self.publish("MessageTriaged", **a_message_triaged(message_id=message, **about)["detail"])
        self.messages.append((message, user, team.id))

    def make_key(self, team: Team, user: str, scopes: frozenset[Scope]) -> Key:
        request = {"team_id": team.id, "user_id": user, "scopes": sorted(scopes), "name": "x"}
        answer = self.control.create_key(json.dumps(request).encode())
        assert answer.status == (404 if user in self.erased else 201)
        made = answer.document if answer.status == 201 else {"key": "iv_live_none", "key_id": "none"}
        return Key(made["key"], made["key_id"], team, user, scopes)

    @rule(pick=picks, plan=st.sampled_from(Plan))
    def grow(self, pick: st.DataObject, plan: Plan) -> None:
        team = self.new_team(plan) if len(self.teams) < 4 else pick.draw(st.sampled_from(self.teams))
        self.triage(team, self.join(team))

    @rule(pick=picks, plan=st.sampled_from(Plan))
    def change_plan(self, pick: st.DataObject, plan: Plan) -> None:
        team = pick.draw(st.sampled_from(self.teams))
        team.plan = plan
        self.publish("TeamUpdated", team_id=team.id, name="A team", plan=plan)

    @rule(pick=picks)
    def hear_again_of_a_person(self, pick: st.DataObject) -> None:
        self.triage(pick.draw(st.sampled_from(self.teams)), pick.draw(st.sampled_from(self.users)))

    @rule(target=keys, pick=picks, scopes=st.frozensets(st.sampled_from(Scope), min_size=1))
    def give_a_key(self, pick: st.DataObject, scopes: frozenset[Scope]) -> Key:
        return self.make_key(pick.draw(st.sampled_from(self.teams)), pick.draw(st.sampled_from(self.users)), scopes)

    @rule(pick=picks, kind=st.sampled_from(["left", "erased"]))
    @precondition(lambda self: len(self.left) + len(self.erased) < len(self.users) // 3)
    def lose(self, pick: st.DataObject, kind: str) -> None:
        user = pick.draw(st.sampled_from(self.users))
        if kind == "erased":
            self.publish("CandidateErased", user_id=user)
            self.erased.add(user)
        else:
            team = pick.draw(st.sampled_from(self.teams))
            self.publish("MemberLeft", team_id=team.id, user_id=user)
            self.left.add((team.id, user))

    @rule(key=consumes(keys))
    @precondition(lambda self: len(self.revoked) < 2)
    def revoke(self, key: Key) -> None:
        if key.id != "none" and key.user not in self.erased:
            assert self.control.revoke_key(key.id).status == 204
            self.revoked.add(key.value)
        self.call(key, "GET", HEALTH, Scope.READ)

    def call(
        self, key: Key, method: str, target: str, scope: Scope, body: Any = None, *, enterprise: bool = False
    ) -> int | None:
        """Makes a call; holds refusals and marks to the model; the status of a call that got through."""
        headers = [("Authorization", f"Bearer {key.value}")]
        answer = self.stack.gateway.handle(method, target, headers, json.dumps(body).encode() if body else b"")
        visible = {key.user} | (key.team.members if enterprise else set())
        marks = set(MARK.findall(answer.body.decode()))
        assert marks <= visible - self.erased
        gone = key.user in self.erased or (key.team.id, key.user) in self.left
        if key.id == "none" or key.value in self.revoked or gone:
            assert answer.status == 401
            return None
        if answer.status == 429:
            return None
        if (enterprise and key.team.plan is not Plan.ENTERPRISE) or scope not in key.scopes:
            assert answer.status == 403
            return None
        return answer.status

    @rule(key=keys)
    def read_everything(self, key: Key) -> None:
        assert self.call(key, "GET", HEALTH, Scope.READ) in (200, None)
        assert self.call(key, "POST", HEALTH, Scope.READ, {"period": "2026-Q1"}) in (200, None)
        assert self.call(key, "GET", ANALYTICS, Scope.READ, enterprise=True) in (200, None)
        job = {"job_description": "Growth lead. You led growth."}
        assert self.call(key, "POST", SUMMARY, Scope.READ, job) in (200, None)

    @rule(key=keys, pick=picks)
    def read_signals(self, key: Key, pick: st.DataObject) -> None:
        headers = [("Authorization", f"Bearer {key.value}")]
        company = f"Company%20{pick.draw(st.sampled_from(self.users))}"
        answer = self.stack.gateway.handle("GET", f"{SIGNALS}?company={company}", headers)
        assert answer.status != 200 or answer.body == b'{"signals":null}'

    @rule(key=keys, pick=picks)
    def record(self, key: Key, pick: st.DataObject) -> None:
        message_id, owner, team = pick.draw(st.sampled_from(self.messages))
        target = f"/api/agent/messages/{message_id}/outcome"
        status = self.call(key, "PATCH", target, Scope.WRITE, {"outcome": "offered", "notes": owner})
        if owner in self.erased:
            assert status in (404, None)
        elif owner == key.user:
            assert status in (200, None)
        else:
            assert status in (403 if team == key.team.id else 404, None)


def test_no_sequence_of_calls_shows_or_does_what_a_key_may_not(stack: Stack) -> None:
    machine = type("Machine", (Isolation,), {"stack": stack})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=checks),
    )
