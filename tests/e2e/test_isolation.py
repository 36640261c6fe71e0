"""In any order of calls, nobody sees another's data, no key does too much, and no erased person returns.

A Hypothesis state machine plays teams, members and keys against the gateway in process, with its caches, and holds
every answer to a model of who may see what, and how much of it there is. Each person's data carries a mark of its own,
and is of the current quarter, so that cached reports hold it too.
"""

import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
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
from local.gateway.proxy import Response
from local.stack import Stack
from shared.domain.periods import Quarter
from shared.domain.plans import REQUESTS_A_MINUTE, Plan, Scope
from tests import leaks
from tests.builders import a_message_triaged, an_event, an_id

QUARTER = Quarter.containing(datetime.now(UTC))
THREADS = "/api/agent/messages"
HEALTH, SUMMARY = "/api/agent/career-health", "/api/agent/job-summary"
ANALYTICS, SIGNALS = f"/api/team/agent/analytics?period={QUARTER}", "/api/agent/company-signals"
EXAMPLES = int(os.environ.get("ISOLATION_EXAMPLES", "3"))
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
        self.messages: dict[str, tuple[str, str]] = {}
        """Whose each thread is, and in which team."""
        self.recorded: set[str] = set()
        self.made: list[Key] = []
        self.calls: Counter[tuple[str, Plan]] = Counter()
        self.left: set[tuple[str, str]] = set()
        self.erased: set[str] = set()
        self.joined: set[tuple[str, str]] = set()
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
            for scopes in ({Scope.READ, Scope.WRITE}, {Scope.READ}):
                user = self.join(team)
                self.triage(team, user)
                keys.append(self.make_key(team, user, frozenset(scopes)))
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
        self.joined.add((team.id, user))
        self.publish("MemberJoined", team_id=team.id, user_id=user)
        self.publish(
            "ProfileUpdated", user_id=user, headline=f"Head {user}", summary="led growth", skills=[], stories=[]
        )
        return user

    def triage(self, team: Team, user: str, message: str = "") -> None:
        message = message or an_id("msg")
        about: dict[str, Any] = {"user_id": user, "team_id": team.id, "company": f"Company {user}", "topics": [user]}
        received = QUARTER.start.isoformat()
        self.publish("MessageTriaged", **a_message_triaged(message_id=message, received_at=received, **about)["detail"])
        if user not in self.erased:
            self.messages[message] = (user, team.id)

    def make_key(self, team: Team, user: str, scopes: frozenset[Scope]) -> Key:
        request = {"team_id": team.id, "user_id": user, "scopes": sorted(scopes), "name": "x"}
        answer = self.control.create_key(json.dumps(request).encode())
        assert answer.status == (201 if (team.id, user) in self.joined else 404)
        made = answer.document if answer.status == 201 else {"key": "iv_live_none", "key_id": "none"}
        self.made.append(Key(made["key"], made["key_id"], team, user, scopes))
        return self.made[-1]

    @rule(pick=picks, plan=st.sampled_from(Plan))
    def grow(self, pick: st.DataObject, plan: Plan) -> None:
        team = self.new_team(plan) if len(self.teams) < 4 else pick.draw(st.sampled_from(self.teams))
        self.triage(team, self.join(team))

    @rule(pick=picks, plan=st.sampled_from(Plan))
    def change_plan(self, pick: st.DataObject, plan: Plan) -> None:
        team = pick.draw(st.sampled_from(self.teams))
        concerned = [key for key in self.made if key.team is team]
        self.look(*concerned)
        team.plan = plan
        self.publish("TeamUpdated", team_id=team.id, name="A team", plan=plan)
        self.look(*concerned)

    @rule(pick=picks)
    def hear_again_of_a_person(self, pick: st.DataObject) -> None:
        self.triage(pick.draw(st.sampled_from(self.teams)), pick.draw(st.sampled_from(self.users)))

    @rule(pick=picks)
    def join_another_team(self, pick: st.DataObject) -> None:
        user, team = pick.draw(st.sampled_from(self.users)), pick.draw(st.sampled_from(self.teams))
        self.publish("MemberJoined", team_id=team.id, user_id=user)
        if user not in self.erased:
            team.members.add(user)
            self.joined.add((team.id, user))
            self.left.discard((team.id, user))

    @rule(pick=picks)
    def correct_a_thread(self, pick: st.DataObject) -> None:
        message = pick.draw(st.sampled_from(sorted(self.messages)))
        owner, _ = self.messages[message]
        if owner not in self.erased:
            self.triage(pick.draw(st.sampled_from(self.teams)), owner, message)

    @rule(target=keys, pick=picks, scopes=st.frozensets(st.sampled_from(Scope), min_size=1))
    def give_a_key(self, pick: st.DataObject, scopes: frozenset[Scope]) -> Key:
        anybody = [(team.id, user) for team in self.teams for user in self.users]
        team_id, user = pick.draw(st.sampled_from(sorted(self.joined) * len(self.users) + anybody))
        return self.make_key(next(team for team in self.teams if team.id == team_id), user, scopes)

    @rule(pick=picks, kind=st.sampled_from(["left", "erased"]))
    @precondition(lambda self: len(self.left) + len(self.erased) < len(self.users) // 3)
    def lose(self, pick: st.DataObject, kind: str) -> None:
        self.part_with(pick.draw(st.sampled_from(self.users)), pick.draw(st.sampled_from(self.teams)), kind)

    def part_with(self, user: str, team: Team, kind: str) -> None:
        concerned = [key for key in self.made if user in {key.user} | key.team.members]
        self.look(*concerned)
        if kind == "erased":
            self.publish("CandidateErased", user_id=user)
            self.erased.add(user)
            self.joined = {membership for membership in self.joined if membership[1] != user}
        else:
            self.publish("MemberLeft", team_id=team.id, user_id=user)
            self.left.add((team.id, user))
            self.joined.discard((team.id, user))
        self.look(*concerned)

    def teardown(self) -> None:
        """Whatever came before: all try every thread, leave or are erased one by one, and are heard of again."""
        for key in self.made:
            for message in list(self.messages)[:6]:
                self.record_outcome(key, message)
        for n, key in enumerate(list(self.made)):
            self.part_with(key.user, key.team, ("erased", "left")[n % 2])
            self.triage(key.team, key.user)
            self.look(self.make_key(key.team, key.user, key.scopes))

    @rule(pick=picks)
    @precondition(lambda self: self.left)
    def join_again(self, pick: st.DataObject) -> None:
        team_id, user = pick.draw(st.sampled_from(sorted(self.left)))
        if user in self.erased:
            return
        self.publish("MemberJoined", team_id=team_id, user_id=user)
        self.left.discard((team_id, user))
        self.joined.add((team_id, user))
        next(team for team in self.teams if team.id == team_id).members.add(user)

    @rule(key=consumes(keys))
    @precondition(lambda self: len(self.revoked) < 2)
    def revoke(self, key: Key) -> None:
        self.look(key)
        if key.id != "none" and key.user not in self.erased:
            assert self.control.revoke_key(key.id).status == 204
            self.revoked.add(key.value)
        self.look(key)

    def call(
        self, key: Key, method: str, target: str, scope: Scope, body: Any = None, *, enterprise: bool = False
    ) -> Response | None:
        """Makes a call; holds refusals and marks to the model; the answer to a call that got through."""
        leaks.said(body)
        headers = [("Authorization", f"Bearer {key.value}")]
        answer = self.stack.gateway.handle(method, target, headers, json.dumps(body).encode() if body else b"")
        visible = {key.user} | (key.team.members if enterprise else set())
        assert marks(answer) <= visible - self.erased
        gone = key.user in self.erased or (key.team.id, key.user) in self.left
        if key.id == "none" or key.value in self.revoked or gone:
            assert answer.status == 401
            return None
        bucket = (key.team.id, key.team.plan)
        if answer.status == 429:
            assert self.calls[bucket] >= REQUESTS_A_MINUTE[key.team.plan]
            return None
        self.calls[bucket] += 1
        if (enterprise and key.team.plan is not Plan.ENTERPRISE) or scope not in key.scopes:
            assert answer.status == 403
            return None
        return answer

    def look(self, *keys: Key) -> None:
        """Reads what is cached, in each way in which something may be: before a change, and after it."""
        for key in keys:
            if report := self.call(key, "GET", HEALTH, Scope.READ):
                assert report.status == 200
                snapshot = self.call(key, "GET", ANALYTICS, Scope.READ, enterprise=True)
                assert snapshot is None or snapshot.status == 200

    @rule(key=keys)
    def read_what_was_counted(self, key: Key) -> None:
        if report := self.call(key, "POST", HEALTH, Scope.READ, {"period": str(QUARTER)}):
            assert report.status == 200
            mine = {id_ for id_, (owner, team) in self.messages.items() if (owner, team) == (key.user, key.team.id)}
            counted = json.loads(report.body)
            assert counted["inbound_volume"]["total"] == len(mine)
            assert counted["outcome_summary"]["total_tracked"] == len(mine & self.recorded)
            assert marks(report) == ({key.user} if mine else set())
        self.look(key)

    @rule(key=keys)
    def compare_a_job(self, key: Key) -> None:
        job = {"job_description": "Growth lead. You led growth."}
        if summary := self.call(key, "POST", SUMMARY, Scope.READ, job):
            assert (summary.status, marks(summary)) == (200, {key.user})

    @rule(key=keys)
    def list_threads(self, key: Key) -> None:
        if answer := self.call(key, "GET", f"{THREADS}?limit=100", Scope.READ):
            assert answer.status == 200
            mine = {id_ for id_, (owner, team) in self.messages.items() if (owner, team) == (key.user, key.team.id)}
            assert {thread["id"] for thread in json.loads(answer.body)["messages"]} == mine

    @rule(key=keys, pick=picks)
    def read_a_thread(self, key: Key, pick: st.DataObject) -> None:
        message_id = pick.draw(st.sampled_from(sorted(self.messages)))
        if answer := self.call(key, "GET", f"{THREADS}/{message_id}", Scope.READ):
            owner, team = self.messages[message_id]
            if owner in self.erased or team != key.team.id:
                assert answer.status == 404
            else:
                assert answer.status == (200 if owner == key.user else 403)

    @rule(key=keys, pick=picks)
    def read_signals(self, key: Key, pick: st.DataObject) -> None:
        company = f"Company%20{pick.draw(st.sampled_from(self.users))}"
        if answer := self.call(key, "GET", f"{SIGNALS}?company={company}", Scope.READ):
            assert (answer.status, answer.body) == (200, b'{"signals":null}')

    @rule(key=keys, pick=picks)
    def record(self, key: Key, pick: st.DataObject) -> None:
        own = [message for message, (owner, _) in self.messages.items() if owner == key.user]
        self.record_outcome(key, pick.draw(st.sampled_from(own * len(self.messages) + list(self.messages))))

    def record_outcome(self, key: Key, message_id: str) -> None:
        owner, team = self.messages[message_id]
        target = f"/api/agent/messages/{message_id}/outcome"
        answer = self.call(key, "PATCH", target, Scope.WRITE, {"outcome": "offered", "notes": owner})
        if answer is None:
            return
        if owner in self.erased:
            assert answer.status == 404
        elif (owner, team) == (key.user, key.team.id):
            assert answer.status == 200
            self.recorded.add(message_id)
            self.read_what_was_counted(key)
        else:
            assert answer.status == (403 if team == key.team.id else 404)


def marks(answer: Response) -> set[str]:
    """Whose data an answer holds."""
    return set(MARK.findall(answer.body.decode()))


def test_no_sequence_of_calls_shows_or_does_what_a_key_may_not(stack: Stack) -> None:
    machine = type("Machine", (Isolation,), {"stack": stack})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=checks),
    )
