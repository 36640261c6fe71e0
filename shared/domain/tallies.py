"""Tallies: sums of what messages contribute. **A tally always equals the sum over its messages** (architecture).

`contribution` is the one place that says what a message adds to any number of any report. Every write of a message
applies `changes(before, after)` to the tallies in the same transaction, so no report ever needs the messages
themselves.

| tally | subject | window | counters |
|---|---|---|---|
| a user's quarter | `user#U` | `2026-Q1` | all of them |
| a user's quarter with one company | `user#U` | `2026-Q1#stripe` | inbound, fit:* |
| a candidate at a company, ever | `company#stripe` | `candidate#H` | inbound, fit:*, topic:*, tracked, reached:* |

| counter | counts messages |
|---|---|
| inbound | all |
| fit:F, topic:T, action:A | triaged so |
| tracked | with any outcome |
| reached:S | whose thread reached stage S, or went beyond it |
| verified, verified:reached:S | the same two, among those whose outcome an integration confirms |
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared.domain.messages import Message, Triage
from shared.domain.periods import Quarter

type Tally = Mapping[str, int]


class TallyKey(NamedTuple):
    """Where a tally is kept."""

    subject: str
    window: str


def user_subject(user_id: str) -> str:
    """The subject of a user's tallies."""
    return f"user#{user_id}"


def company_subject(company_key: str) -> str:
    """The subject of a company's tallies, one window a candidate."""
    return f"company#{company_key}"


def company_window(quarter: Quarter, company_key: str) -> str:
    """The window of a user's tally with one company."""
    return f"{quarter}#{company_key}"


def company_of(window: str) -> str:
    """The company of a user's tally with one, or nothing for the tally of a whole quarter."""
    return window.partition("#")[2]


def candidate_window(candidate: str) -> str:
    """The window of one candidate's tally at a company; `candidate` is a pseudonym, never a user id."""
    return f"candidate#{candidate}"


def contribution(message: Message) -> dict[TallyKey, Counter[str]]:
    """What a message adds, to each of the three tallies it belongs to. Nothing while it waits for its triage."""
    if message.triage is None:
        return {}
    triage, key = message.triage, message.triage.company_key
    user = user_subject(triage.user_id)
    received = Counter({"inbound": 1, f"fit:{triage.fit}": 1})
    topics = Counter({f"topic:{topic}": 1 for topic in triage.topics})
    outcome, verified = _outcome_counters(message)
    return {
        TallyKey(user, str(triage.quarter)): received + topics + outcome + verified + _action_counter(triage),
        TallyKey(user, company_window(triage.quarter, key)): received,
        TallyKey(company_subject(key), candidate_window(message.candidate)): received + topics + outcome,
    }


def _action_counter(triage: Triage) -> Counter[str]:
    return Counter({f"action:{triage.action}": 1})


def _outcome_counters(message: Message) -> tuple[Counter[str], Counter[str]]:
    standing = message.history.standing
    if standing.outcome is None:
        return Counter(), Counter()
    outcome = Counter({"tracked": 1} | {f"reached:{stage}": 1 for stage in standing.reached()})
    if not standing.verified:
        return outcome, Counter()
    return outcome, Counter({"verified": 1} | {f"verified:reached:{stage}": 1 for stage in standing.reached()})


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
    """All tallies that these messages come to."""
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
