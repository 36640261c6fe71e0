"""Tallies: sums of what messages contribute. **A tally always equals the sum over its messages.**

`contribution` is the one place that says what a message adds to any number of any report. Every write of a message
applies `changes(before, after)` to the tallies in the same transaction, so no report ever needs the messages
themselves.

| tally | counters |
|---|---|
| a user's quarter in a team | all of them |
| the same with one company, by the spelling of its name | inbound, fit:* |
| a candidate at a company, over all teams and time | inbound, fit:*, topic:*, tracked, reached:* |

| counter | counts messages |
|---|---|
| inbound | all |
| fit:F, topic:T, action:A | triaged so |
| tracked | with any outcome |
| reached:S | whose thread reached stage S, or went beyond it |
| verified | with an outcome that an integration confirms |
| verified:reached:S | the verified ones of which integrations' reports alone show stage S, or beyond it |

A message that names no company counts in its user's quarter only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared.domain.messages import Message
from shared.domain.outcomes import reached

type Tally = Mapping[str, int]

type CompanyTallies = Mapping[str, Mapping[str, Tally]]
"""Tallies by normalised company name, then by spelling."""

MAX_QUARTER_TOPICS = 500
"""Different topics in a user's quarter in a team (contract 11)."""

MAX_COMPANY_TOPICS = 1_000
"""Different topics of one candidate at one company, over all time."""

TOPIC = "topic:"


class QuarterKey(NamedTuple):
    """Names the tally of a user's quarter in a team."""

    team_id: str
    user_id: str
    quarter: str


class CompanyKey(NamedTuple):
    """Names the tally of a user's quarter in a team with a company, as far as its name was spelled so."""

    team_id: str
    user_id: str
    quarter: str
    company: str
    spelling: str


class CandidateKey(NamedTuple):
    """Names the tally of a candidate, by pseudonym, at a company."""

    company: str
    candidate: str


type TallyKey = QuarterKey | CompanyKey | CandidateKey


class TooManyTopics(ValueError):
    """A message would bring a tally more different topics than it may have."""


def contribution(message: Message) -> dict[TallyKey, Counter[str]]:
    """Returns what a message adds to each tally it belongs to. Nothing while it waits for its triage."""
    if message.triage is None:
        return {}
    triage = message.triage
    user = (triage.team_id, triage.user_id, str(triage.quarter))
    received = Counter({"inbound": 1, f"fit:{triage.fit}": 1})
    topics = Counter({f"{TOPIC}{topic}": 1 for topic in triage.topics})
    action = Counter({f"action:{triage.action}": 1})
    outcome, verified = _outcome_counters(message)
    result: dict[TallyKey, Counter[str]] = {QuarterKey(*user): received + topics + action + outcome + verified}
    if triage.company_key:
        result[CompanyKey(*user, triage.company_key, triage.spelling)] = received
        result[CandidateKey(triage.company_key, message.candidate)] = received + topics + outcome
    return result


def _outcome_counters(message: Message) -> tuple[Counter[str], Counter[str]]:
    status = message.history.status
    if status.outcome is None:
        return Counter(), Counter()
    outcome = Counter({"tracked": 1} | {f"reached:{stage}": 1 for stage in reached(status.stage)})
    if not status.verified:
        return outcome, Counter()
    return outcome, Counter({"verified": 1} | {f"verified:reached:{s}": 1 for s in reached(status.verified_stage)})


def changes(before: Message | None, after: Message | None) -> dict[TallyKey, dict[str, int]]:
    """`contribution(after) - contribution(before)`, tally by tally, without what stays the same. None is no message."""
    old = contribution(before) if before else {}
    new = contribution(after) if after else {}
    result = {}
    for key in {**old, **new}:
        difference = Counter(new.get(key, Counter()))
        difference.subtract(old.get(key, Counter()))
        if changed := {name: count for name, count in difference.items() if count}:
            result[key] = changed
    return result


def recounted(messages: Iterable[Message]) -> dict[TallyKey, Counter[str]]:
    """Returns all tallies that these messages come to."""
    tallies: dict[TallyKey, Counter[str]] = {}
    for message in messages:
        for key, counters in contribution(message).items():
            tallies.setdefault(key, Counter()).update(counters)
    return tallies


def total(tallies: Iterable[Tally]) -> Counter[str]:
    """The sum of tallies, without counters that come to nothing."""
    result: Counter[str] = Counter()
    for tally in tallies:
        result.update(tally)
    return +result


def ranked(tally: Tally, prefix: str) -> list[tuple[str, int]]:
    """The counters that start with `prefix`, without it, the largest first, then by name (contract 7)."""
    found = [
        (name.removeprefix(prefix), count) for name, count in tally.items() if name.startswith(prefix) and count > 0
    ]
    return sorted(found, key=lambda item: (-item[1], item[0]))


def topics_in(tally: Tally) -> int:
    """How many different topics a tally counts."""
    return sum(name.startswith(TOPIC) for name in tally)
