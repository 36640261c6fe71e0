"""Which changes of a thread customers hear of, and that one change is one event (contract 14)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.domain.messages import Message
from shared.domain.outcomes import Outcome, OutcomeReport
from shared.domain.webhooks.events import current_events, message_events, snapshot_ready
from shared.domain.webhooks.schedule import GIVE_UP_AFTER, WAITS, Health, next_attempt
from shared.domain.webhooks.signing import secret_of, signed_headers
from tests.builders import a_history, a_message, self_report, verified

AT = datetime(2026, 3, 1, tzinfo=UTC)


def written(before: Message | None, after: Message) -> Message:
    """A message as the store writes it over another."""
    return after.counted(before)


def types(before: Message | None, after: Message | None) -> list[str]:
    """The types of the events of a write."""
    return [event.type for event in message_events(before, after)]


def test_a_first_triage_is_received_and_a_correction_is_not() -> None:
    first = written(None, a_message())
    assert types(None, first) == ["message.received"]
    assert types(first, written(first, a_message(company="Notion", event_order="2027"))) == []


def test_the_body_of_an_event_is_thin_and_has_the_documented_fields() -> None:
    [event] = message_events(None, a_message())
    body = json.loads(event.body)
    assert body == {
        "type": "message.received",
        "timestamp": "2026-02-10T09:30:00Z",
        "data": {
            "id": "msg_1",
            "team_id": "team_1",
            "company": "Stripe",
            "fit": "strong_fit",
            "action": "auto_replied",
            "received_at": "2026-02-10T09:30:00Z",
        },
    }
    recorded = written(a_message(), a_message(self_report(Outcome.INTERVIEWED)))
    [event] = message_events(a_message(), recorded)
    assert json.loads(event.body)["data"] == {
        "id": "msg_1",
        "team_id": "team_1",
        "outcome": "interviewed",
        "stage": "interviewed",
        "verified": False,
        "recorded_at": "2026-03-01T00:00:00Z",
    }


def test_an_owner_s_report_is_recorded_and_an_integration_s_is_verified() -> None:
    untouched = a_message()
    recorded = written(untouched, a_message(self_report(Outcome.INTERVIEWED)))
    assert types(untouched, recorded) == ["outcome.recorded"]
    verified_outcome = written(recorded, a_message(self_report(Outcome.INTERVIEWED), verified(Outcome.INTERVIEWED, 2)))
    assert types(recorded, verified_outcome) == ["outcome.verified"]


def test_a_report_that_changes_neither_outcome_nor_stage_nor_verification_is_no_event() -> None:
    once = written(a_message(), a_message(self_report(Outcome.INTERVIEWED)))
    again = written(once, a_message(self_report(Outcome.INTERVIEWED), self_report(Outcome.INTERVIEWED, 5)))
    assert types(once, again) == []


def test_an_outcome_that_came_before_its_message_is_told_with_it() -> None:
    waiting = written(None, Message("msg_1", history=a_history(verified(Outcome.OFFERED))))
    assert types(None, waiting) == []
    triaged = written(waiting, replace(a_message(), history=waiting.history, change=waiting.change))
    assert types(waiting, triaged) == ["message.received", "outcome.verified"]


def test_a_deleted_thread_is_in_no_event() -> None:
    assert types(a_message(self_report(Outcome.ACCEPTED)), None) == []


def test_a_return_to_an_earlier_outcome_is_an_event_of_its_own() -> None:
    """A rejection that the ATS takes back leaves the thread as it was; a receiver must still hear of it."""
    interviewed = written(a_message(), a_message(verified(Outcome.INTERVIEWED)))
    declined_history = a_history(verified(Outcome.INTERVIEWED), verified(Outcome.DECLINED_BY_COMPANY, 2))
    declined = written(interviewed, replace(interviewed, history=declined_history))
    back = written(declined, replace(declined, history=interviewed.history))
    ids = [
        message_events(before, after)[0].event_id
        for before, after in ((a_message(), interviewed), (interviewed, declined), (declined, back))
    ]
    assert len(set(ids)) == 3


outcomes = st.sampled_from(list(Outcome))
reports = st.builds(
    lambda outcome, by_integration, hours: OutcomeReport(
        AT + timedelta(hours=hours), verified=by_integration, outcome=outcome, source="x" if by_integration else ""
    ),
    outcomes,
    st.booleans(),
    st.integers(0, 50),
)


@given(st.lists(reports, max_size=8))
def test_there_is_an_event_exactly_when_what_a_team_sees_changes(given_reports: list[OutcomeReport]) -> None:
    message = written(None, a_message())
    seen: set[str] = set()
    for count in range(1, len(given_reports) + 1):
        after = written(message, replace(message, history=a_history(*given_reports[:count])))
        events = message_events(message, after)
        assert bool(events) == (message.history.status.shown != after.history.status.shown)
        assert events == message_events(message, after), "a duplicate of the stream has the same id"
        assert not {event.event_id for event in events} & seen
        seen |= {event.event_id for event in events}
        message = after


@given(st.lists(reports, min_size=1, max_size=8), st.lists(reports, max_size=3))
def test_the_events_of_a_thread_as_it_is_are_those_of_its_receipt_and_its_latest_change(
    told: list[OutcomeReport], parked: list[OutcomeReport]
) -> None:
    """They are the same to the byte, timestamp included, however long after the change they are made."""
    waiting = written(None, Message("msg_1", history=a_history(*(each for each in parked if each.verified))))
    message = written(waiting, replace(a_message(), history=waiting.history))
    published = message_events(waiting, message)
    for count in range(1, len(told) + 1):
        after = written(message, replace(message, history=a_history(*parked, *told[:count])))
        published += message_events(message, after)
        message = after
    latest = [event for event in published if event.type.startswith("outcome.")][-1:]
    assert current_events(message) == [published[0], *latest]


def test_an_outcome_s_event_has_the_time_at_which_the_outcome_was_recorded() -> None:
    recorded = written(a_message(), a_message(self_report(Outcome.OFFERED, 4)))
    [event] = message_events(a_message(), recorded)
    assert event.timestamp == datetime(2026, 3, 4, tzinfo=UTC)
    repeated = written(recorded, a_message(self_report(Outcome.OFFERED, 2), self_report(Outcome.OFFERED, 4)))
    assert current_events(repeated)[1] == event, "a report that changes nothing changes no event"
    taken_back = written(repeated, a_message())
    [event] = message_events(repeated, taken_back)
    assert event.timestamp == datetime(2026, 2, 10, 9, 30, tzinfo=UTC)


def test_a_snapshot_made_by_the_same_job_is_the_same_event() -> None:
    first, again = (snapshot_ready("team_1", "2026-Q1", AT) for _ in range(2))
    assert first == again
    assert first.timestamp == AT
    assert first.event_id != snapshot_ready("team_1", "2026-Q1", AT + timedelta(days=30)).event_id


def test_the_waits_are_those_of_the_contract() -> None:
    at, times = AT, []
    for failed in range(1, len(WAITS) + 1):
        at = next_attempt(failed, at) or at
        times.append((at - AT).total_seconds())
    assert times == [5, 305, 2_105, 9_305, 27_305, 63_305, 99_305]
    assert next_attempt(len(WAITS) + 1, at) is None


def test_five_days_of_failures_disable_an_endpoint_and_a_success_starts_over() -> None:
    failing = Health().after(500, AT)
    assert failing == Health(AT)
    assert not failing.after(None, AT + GIVE_UP_AFTER - timedelta(seconds=1)).disabled
    assert failing.after(302, AT + GIVE_UP_AFTER).disabled
    assert failing.after(204, AT + timedelta(days=4)) == Health()


def test_gone_disables_at_once_and_a_success_does_not_enable() -> None:
    gone = Health().after(410, AT)
    assert gone.disabled
    assert gone.after(200, AT).disabled


def test_the_standard_library_of_receivers_verifies_what_is_signed_with_either_live_secret() -> None:
    now = datetime.now(UTC)
    old, new, other = (secret_of("s", "whe_1", version) for version in (1, 2, 3))
    headers = signed_headers([new, old], "evt_1", '{"a":"\u00e9"}', now)
    for secret in (old, new):
        assert Webhook(secret).verify('{"a":"\u00e9"}', headers) == {"a": "\u00e9"}
    for secret, body in ((other, '{"a":"\u00e9"}'), (new, '{"a":"e"}')):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


def test_every_endpoint_and_every_version_has_a_secret_of_its_own() -> None:
    secrets = {secret_of(d, e, v) for d in ("a", "b") for e in ("whe_1", "whe_2") for v in (1, 2)}
    assert len(secrets) == 8
    assert all(secret.startswith("whsec_") and len(secret) == 50 for secret in secrets)
