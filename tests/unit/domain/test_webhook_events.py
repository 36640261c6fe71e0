"""Which changes of a thread customers hear of, and that one change is one event (contract 14)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.domain.event_log import EventLog
from shared.domain.history import History
from shared.domain.messages import Fit, Message, Triage
from shared.domain.outcomes import Outcome, OutcomeReport
from shared.domain.webhooks.events import WebhookEvent, logged_events, message_events, snapshot_ready
from shared.domain.webhooks.schedule import GIVE_UP_AFTER, WAITS, Health, next_attempt
from shared.domain.webhooks.signing import secret_of, signed_headers
from shared.store.message_items import message_item, message_of
from tests.builders import a_history, a_message, a_triage, self_report, verified
from tests.strategies import triages

AT = datetime(2026, 3, 1, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 20, 12, tzinfo=UTC)
UNTOUCHED = a_message().logged(None, WRITTEN)


def written(before: Message | None, after: Message, at: datetime = WRITTEN) -> Message:
    """A message as the store writes it over another, which is the one that it was made of."""
    return replace(after, log=before.log if before else EventLog()).logged(before, at)


def types(before: Message | None, after: Message | None) -> list[str]:
    """The types of the events of a write."""
    return [event.type for event in message_events(before, after)]


def test_a_first_triage_is_received_and_a_correction_is_not() -> None:
    first = written(None, a_message())
    assert types(None, first) == ["message.received"]
    assert types(first, written(first, a_message(company="Notion", event_order="2027"))) == []


def test_the_body_of_an_event_is_thin_and_has_the_documented_fields() -> None:
    [event] = message_events(None, UNTOUCHED)
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
    recorded = written(UNTOUCHED, a_message(self_report(Outcome.INTERVIEWED)))
    [event] = message_events(UNTOUCHED, recorded)
    assert json.loads(event.body)["data"] == {
        "id": "msg_1",
        "team_id": "team_1",
        "outcome": "interviewed",
        "stage": "interviewed",
        "verified": False,
        "recorded_at": "2026-03-01T00:00:00Z",
    }


def test_an_owner_s_report_is_recorded_and_an_integration_s_is_verified() -> None:
    recorded = written(UNTOUCHED, a_message(self_report(Outcome.INTERVIEWED)))
    assert types(UNTOUCHED, recorded) == ["outcome.recorded"]
    verified_outcome = written(recorded, a_message(self_report(Outcome.INTERVIEWED), verified(Outcome.INTERVIEWED, 2)))
    assert types(recorded, verified_outcome) == ["outcome.verified"]


def test_a_report_that_changes_neither_outcome_nor_stage_nor_verification_is_no_event() -> None:
    once = written(UNTOUCHED, a_message(self_report(Outcome.INTERVIEWED)))
    again = written(once, a_message(self_report(Outcome.INTERVIEWED), self_report(Outcome.INTERVIEWED, 5)))
    assert types(once, again) == []


def test_an_outcome_that_came_before_its_message_is_told_with_it() -> None:
    waiting = written(None, Message("msg_1", history=a_history(verified(Outcome.OFFERED))))
    assert types(None, waiting) == []
    triaged = written(waiting, replace(a_message(), history=waiting.history))
    assert types(waiting, triaged) == ["message.received", "outcome.verified"]


def test_a_deleted_thread_is_in_no_event() -> None:
    assert types(a_message(self_report(Outcome.ACCEPTED)), None) == []


def test_a_return_to_an_earlier_outcome_is_an_event_of_its_own() -> None:
    """A rejection that the ATS takes back leaves the thread as it was; a receiver must still hear of it."""
    interviewed = written(UNTOUCHED, a_message(verified(Outcome.INTERVIEWED)))
    declined_history = a_history(verified(Outcome.INTERVIEWED), verified(Outcome.DECLINED_BY_COMPANY, 2))
    declined = written(interviewed, replace(interviewed, history=declined_history))
    back = written(declined, replace(declined, history=interviewed.history))
    ids = [
        message_events(before, after)[0].event_id
        for before, after in ((UNTOUCHED, interviewed), (interviewed, declined), (declined, back))
    ]
    assert len(set(ids)) == 3


def with_report(history: History, report: OutcomeReport) -> History:
    """A history with one more report."""
    if report.verified:
        return history.with_verified_event(report)
    return history.with_own(history.own.with_report(report))


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


@given(st.lists(triages(), min_size=1, max_size=4), st.lists(reports, max_size=8), st.data())
def test_the_log_of_a_thread_has_the_events_that_its_owner_s_team_was_given(
    given_triages: list[Triage], told: list[OutcomeReport], data: st.DataObject
) -> None:
    """They are the same to the byte, whatever was corrected since, and none is of another team or person."""
    message, before = Message("msg_1"), None
    given_events: list[WebhookEvent] = []
    steps: list[Triage | OutcomeReport] = data.draw(st.permutations([*given_triages, *told]))
    for step in steps:
        if isinstance(step, Triage):
            after = message.triaged(step, candidate="c")
            passed_on = message.triage and (message.owner, message.triage.team_id) != (step.user_id, step.team_id)
            given_events = [] if passed_on and after is not message else given_events
        else:
            after = message.with_history(with_report(message.history, step))
        if after is not message:
            after = after.logged(before, WRITTEN)
            given_events += message_events(before, after)
            message = before = after
    logged = [event for _, event in logged_events(message)]
    assert logged == given_events
    assert {event.team_id for event in logged} <= {message.triage.team_id if message.triage else ""}
    assert message_of(message_item(message, 1)) == replace(message, version=1), "the table keeps all of it"


def test_a_correction_changes_nothing_of_the_receipt() -> None:
    corrected = written(UNTOUCHED, a_message(company="Notion", event_order="2027", fit=Fit.MISFIT))
    assert logged_events(corrected) == logged_events(UNTOUCHED)


def test_a_thread_that_passed_to_another_team_or_person_takes_none_of_its_events_along() -> None:
    recorded = written(UNTOUCHED, a_message(self_report(Outcome.INTERVIEWED)))
    to_a_team, to_a_person = a_triage(team_id="team_2", event_order="2027"), a_triage(user_id="u2", event_order="2027")
    assert logged_events(recorded.triaged(to_a_team, "c").logged(recorded, WRITTEN)) == []
    passed_on = recorded.triaged(to_a_person, "c").logged(recorded, WRITTEN)
    [(_, event)] = logged_events(passed_on)
    assert (event.type, json.loads(event.body)["data"]["outcome"]) == ("outcome.verified", None)
    assert message_events(recorded, passed_on) == [event]


def test_a_log_has_the_latest_thirty_changes_of_thirty_days() -> None:
    message, at = UNTOUCHED, WRITTEN
    for number in range(1, 41):
        at += timedelta(days=number % 2)
        message = written(message, a_message(self_report(list(Outcome)[number % 2])), at)
    assert [change.number for change in message.log.changes] == list(range(11, 41))
    later = written(message, a_message(self_report(Outcome.ACCEPTED)), at + timedelta(days=25))
    assert [change.number for change in later.log.changes] == list(range(31, 42))
    assert later.log.receipt == UNTOUCHED.log.receipt


def test_an_outcome_s_event_has_the_time_at_which_the_outcome_was_recorded() -> None:
    recorded = written(UNTOUCHED, a_message(self_report(Outcome.OFFERED, 4)))
    [event] = message_events(UNTOUCHED, recorded)
    assert event.timestamp == datetime(2026, 3, 4, tzinfo=UTC)
    repeated = written(recorded, a_message(self_report(Outcome.OFFERED, 2), self_report(Outcome.OFFERED, 4)))
    assert logged_events(repeated)[1][1] == event, "a report that changes nothing changes no event"
    taken_back = written(repeated, a_message())
    [event] = message_events(repeated, taken_back)
    assert event.timestamp == WRITTEN


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
