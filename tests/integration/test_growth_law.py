"""Whatever stream of valid events comes: no item outgrows its bound, no quarter closes, and a refusal has its reason
(contract 11). The limits are lowered, so that short streams meet them at every turn.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.events import BadEvent, MessageTriaged, read_event
from shared.domain.messages import Message
from shared.domain.outcomes import Outcome
from shared.domain.tallies import (
    MAX_COMPANY_TOPICS,
    MAX_QUARTER_TOPICS,
    CandidateKey,
    TallyKey,
    changes,
    recounted,
    topics_in,
)
from shared.domain.topics import MAX_TOPIC_BYTES, MAX_TOPICS
from shared.services.ingestion import apply, triage_of
from shared.store import Store, tally_writes
from tests.builders import NOW, a_message_triaged, an_event, an_id
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_growth import LARGEST_ITEM, item_size

QUARTER_TOPICS, COMPANY_TOPICS, MARGIN = 30, 45, 5
TEAMS, USERS, MESSAGES = ("team_1", "team_2"), ("ann", "bob"), tuple("abcdefghij")
COMPANIES, QUARTERS = ("Acme", "ACME", "Globex", "N/A"), ("2025-12-31T00:00:00Z", "2026-02-10T00:00:00Z")
TOPIC_BYTES = MAX_TOPIC_BYTES + len("topic:") + 12
"""Of one topic in a tally: its name, and its number as DynamoDB keeps it, rounded up."""
REST = 1_500
"""Bytes of a tally's keys, names and other counters."""


@dataclass(frozen=True)
class Triaged:
    """A message comes in, or is corrected: perhaps to another person, team, quarter or company."""

    message: str
    user: str
    team: str
    received_at: str
    company: str
    topics: range


@dataclass(frozen=True)
class Reported:
    """An outcome of a thread, by an integration or its owner; perhaps of a thread not seen yet."""

    message: str
    outcome: Outcome
    by_owner: bool


ranges = st.builds(lambda start, number: range(start, start + number), st.integers(0, 70), st.integers(0, MAX_TOPICS))
triaged = st.builds(
    Triaged,
    message=st.sampled_from(MESSAGES),
    user=st.sampled_from(USERS),
    team=st.sampled_from(TEAMS),
    received_at=st.sampled_from(QUARTERS),
    company=st.sampled_from(COMPANIES),
    topics=ranges,
)
reported = st.builds(Reported, st.sampled_from(MESSAGES), st.sampled_from(Outcome), st.booleans())
streams = st.lists(triaged | triaged | triaged | reported, min_size=10, max_size=40)


class Stream:
    """A stream under way, with the messages as they should be."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run = an_id("run").replace("_", "")
        self.messages: dict[str, Message] = {}
        self.times = 0

    def name(self, short: str) -> str:
        return f"{self.run}-{short}"

    def take(self, step: Triaged | Reported) -> None:
        """Applies a step, which is refused exactly if a limit of topics says so."""
        self.times += 1
        time = f"2026-03-01T{self.times // 60:02}:{self.times % 60:02}:00Z"
        match step:
            case Triaged():
                self._triage(step, time)
            case Reported(by_owner=False):
                detail = {"message_id": self.name(step.message), "outcome": step.outcome.value, "verified_at": time}
                self._apply(an_event("OutcomeVerified", time=time, source="lever", **detail))
            case Reported() if self.name(step.message) in self.messages:
                self._record(step.message, step.outcome)

    def _triage(self, step: Triaged, time: str) -> None:
        event = a_message_triaged(
            time,
            message_id=self.name(step.message),
            user_id=self.name(step.user),
            team_id=step.team,
            received_at=step.received_at,
            company=step.company if step.company == "N/A" else f"{self.run} {step.company}",
            topics=[f"{n:0{MAX_TOPIC_BYTES}}" for n in step.topics],
        )
        read = read_event(event)
        assert isinstance(read.detail, MessageTriaged)
        before = self.messages.get(read.detail.message_id)
        candidate = PSEUDONYMS.candidate(read.detail.user_id)
        after = (before or Message(read.detail.message_id)).triaged(triage_of(read.detail, read.event_order), candidate)
        if self._is_too_much(before, after):
            with pytest.raises(BadEvent, match=r"^detail\.topics: would be more than \d+ different topics (in|at)"):
                self._apply(event)
        else:
            self._apply(event)
            self.messages[after.message_id] = after

    def _is_too_much(self, before: Message | None, after: Message) -> bool:
        now = recounted(self.messages.values())
        then = recounted((self.messages | {after.message_id: after}).values())
        return any(
            topics_in(+then[key]) > limit_of(key) and topics_in(+then[key]) > topics_in(now.get(key, {}))
            for key in changes(before, after)
            if key in then
        )

    def _apply(self, event: dict[str, Any]) -> None:
        apply(read_event(event), self.store, PSEUDONYMS, lambda _: None, NOW)

    def _record(self, message: str, outcome: Outcome) -> None:
        def report(found: Message | None) -> Message:
            assert found is not None
            return found.with_history(found.history.self_reported(outcome, "", NOW))

        self.store.messages.change(self.name(message), report)

    def check(self) -> None:
        """Every tally is the sum over its messages, within its bound, and without counters of nothing."""
        stored = self.store.messages.get_many(list(self.messages))
        assert {m.message_id: m.triage for m in stored} == {name: m.triage for name, m in self.messages.items()}
        expected = {key: dict(+counters) for key, counters in recounted(stored).items()}
        people = [self.store.tallies.person(self.name(user)) for user in USERS]
        found: dict[TallyKey, dict[str, int]] = {
            key: dict(tally) for person in people for key, tally in person.tallies.items()
        }
        found |= {key: dict(self.store.tallies.get(key)) for key in expected if isinstance(key, CandidateKey)}
        assert found == expected
        for item in self._items():
            topics = [name for name in item if name.startswith("topic:")]
            assert "0" not in [typed["N"] for typed in item.values() if "N" in typed], "an empty counter leaves"
            assert len(topics) <= max(QUARTER_TOPICS, COMPANY_TOPICS)
            assert item_size(item) <= len(topics) * TOPIC_BYTES + REST

    def _items(self) -> list[dict[str, Any]]:
        subjects = [f"user#{self.name(user)}" for user in USERS]
        subjects += [f"company#{self.run} {company}" for company in ("acme", "globex")]
        table = self.store.tallies._table
        return [item for subject in subjects for item in table.query_typed("subject = :s", s=subject)]


def limit_of(key: TallyKey) -> int:
    return COMPANY_TOPICS if isinstance(key, CandidateKey) else QUARTER_TOPICS


@given(steps=streams)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_stream_of_valid_events_outgrows_an_item_or_closes_a_quarter(
    steps: list[Triaged | Reported], local_store: Store
) -> None:
    with pytest.MonkeyPatch.context() as lowered:
        lowered.setattr(tally_writes, "MAX_QUARTER_TOPICS", QUARTER_TOPICS)
        lowered.setattr(tally_writes, "MAX_COMPANY_TOPICS", COMPANY_TOPICS)
        lowered.setattr(tally_writes, "_MARGIN", MARGIN)
        stream = Stream(local_store)
        for step in steps:
            stream.take(step)
        stream.check()
        for message in MESSAGES:  # whatever came before, these pass
            stream.take(Reported(message, Outcome.OFFERED, by_owner=False))
            stream.take(Reported(message, Outcome.ACCEPTED, by_owner=True))
        known = len(stream.messages)
        for number, (user, team, received_at) in enumerate((u, t, r) for u in USERS for t in TEAMS for r in QUARTERS):
            stream.take(Triaged(f"new{number}", user, team, received_at, COMPANIES[number % 4], range(0)))
        assert len(stream.messages) == known + 8
        stream.check()


def test_the_largest_tally_stays_below_a_quarter_of_the_largest_item() -> None:
    """The bound that the streams keep, under the limits as they are."""
    assert max(MAX_COMPANY_TOPICS, MAX_QUARTER_TOPICS) * TOPIC_BYTES + REST < LARGEST_ITEM / 4
