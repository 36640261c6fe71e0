"""Teams: their plan, and the API Gateway keys that go with it (contract 3)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import batched

from shared.domain.keys import Team
from shared.domain.plans import Plan
from shared.infra.errors import Unavailable
from shared.services.usage_plans import UsagePlans
from shared.store import Store

_ROUNDS = 5
"""Tries to write a plan while the team's first keys are made."""

_PAGE = 100


def update_team(
    store: Store, ensure_usage_key: Callable[[Team], object], team_id: str, name: str, plan: Plan, event_order: str
) -> None:
    """Takes in a team's name and plan, unless newer ones are known.

    The API Gateway key of a new plan exists before the plan is written, so no caller ever meets a plan without one. A
    team for which no key was ever made needs none. An event that comes late or again makes a lost key again.
    """
    for _ in range(_ROUNDS):
        team = store.accounts.team(team_id)
        is_old = team is not None and team.event_order >= event_order
        if team and team.metered:
            ensure_usage_key(team if is_old else replace(team, plan=plan))
        if is_old or store.accounts.put_team(team_id, name, plan, event_order, metered=bool(team and team.metered)):
            return
    raise Unavailable


@dataclass(frozen=True)
class UsageKeyDifference:
    """What is wrong with the API Gateway key of a team's plan: missing, disabled or not_in_plan."""

    team_id: str
    plan: Plan
    problem: str


@dataclass
class Findings:
    """What a verification found. `done` is false when its time ran out: run it again."""

    teams: int
    differences: list[UsageKeyDifference]
    repaired: int = 0
    done: bool = True


def verify_usage_plans(
    store: Store, usage_plans: UsagePlans, *, repair: bool, enough: Callable[[], bool] = lambda: False
) -> Findings:
    """Compares what API Gateway holds with the plan of every team that has keys; repairs it if asked to."""
    teams = list(_teams_with_keys(store, repair=repair))
    holdings = usage_plans.holdings()
    different = [(team, problem) for team in teams if (problem := usage_plans.problem(team, holdings))]
    findings = Findings(
        len(teams), [UsageKeyDifference(team.team_id, team.plan, problem) for team, problem in different]
    )
    for team, _ in different if repair else ():
        if enough():
            findings.done = False
            break
        usage_plans.ensure(team)
        findings.repaired += 1
    return findings


def _teams_with_keys(store: Store, *, repair: bool) -> Iterator[Team]:
    """A team's item restored to before its first key does not say that it has keys: that is repaired too."""
    for page in batched(sorted(store.api_keys.teams()), _PAGE, strict=False):
        for team in store.accounts.teams(page):
            yield store.accounts.note_metered(team.team_id) if repair and not team.metered else team
