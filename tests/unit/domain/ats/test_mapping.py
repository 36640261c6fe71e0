"""Vendors' events become facts, and facts become a thread's verified reports (contract 15).

Payload shapes follow the vendors' documentation; the values are ours.
"""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ats import ashby, greenhouse
from shared.domain.ats.facts import Fact, NotAnEvent, Step
from shared.domain.ats.reports import reports_of, step_of
from shared.domain.ats.signatures import Provider

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
GREENHOUSE, ASHBY = Provider.GREENHOUSE, Provider.ASHBY
PERSON = {"id": 7, "first_name": "Ada", "last_name": "Byron", "email_addresses": [{"value": "ada@example.com"}]}


def application(**more: Any) -> dict[str, Any]:
    """The `payload` of a Greenhouse event that nests an application."""
    return {"application": {"id": 42, "last_activity_at": "2026-04-01T10:00:00Z", "candidate": PERSON, **more}}


def stage_change(status: str, at: str = "2026-04-01T10:00:00Z") -> dict[str, Any]:
    """A stage with one interview."""
    interviews = [{"id": 1, "name": "Screen", "status": status}, {"id": 2, "status": "to_be_scheduled"}]
    payload = application(current_stage={"id": 3, "name": "Phone", "interviews": interviews}, last_activity_at=at)
    return {"action": "candidate_stage_change", "payload": payload}


def offer(
    action: str = "offer_created", *, status: str = "Created", sent_on: str | None = "2026-04-05", version: int = 1
) -> dict[str, Any]:
    """A flat offer."""
    body = {"id": 9, "application_id": 42, "offer_status": status, "sent_on": sent_on, "version": version}
    return {"action": action, "payload": {**body, "resolved_at": "2026-04-09T08:00:00Z"}}


def reject(kind: str, at: str = "2026-04-10T09:00:00Z") -> dict[str, Any]:
    """A rejection with a reason of this type."""
    reason = {"id": 14, "name": "Too junior", "type": {"id": 3, "name": kind}}
    return {"action": "reject_candidate", "payload": application(rejected_at=at, rejection_reason=reason)}


def hire(resolved_at: str = "2026-04-09T08:00:00Z") -> dict[str, Any]:
    """A hire, dated by its offer."""
    details = {"id": 9, "version": 2, "sent_at": "2026-04-05", "resolved_at": resolved_at}
    return {"action": "hire_candidate", "payload": application(offer=details)}


def unhire(at: str = "2026-04-20T08:00:00Z") -> dict[str, Any]:
    """A hire taken back."""
    return {"action": "unhire_candidate", "payload": application(last_activity_at=at)}


def unreject(at: str = "2026-04-11T09:00:00Z") -> dict[str, Any]:
    """A rejection taken back."""
    return {"action": "unreject_candidate", "payload": application(rejected_at=None, last_activity_at=at)}


def outcomes(provider: Provider, *bodies: dict[str, Any]) -> list[tuple[str, str]]:
    """The day and outcome of each report that these events lead to."""
    read = greenhouse.facts_of if provider is GREENHOUSE else ashby.facts_of
    facts = [fact for i, body in enumerate(bodies) for fact in read(body, f"e{i}", NOW)]
    return [(f"{report.at:%m-%d}", report.outcome.value) for report in reports_of(facts, provider)]


@pytest.mark.parametrize("status", ["awaiting_feedback", "collect_feedback", "complete"])
def test_a_greenhouse_interview_that_took_place_is_interviewed(status: str) -> None:
    assert outcomes(GREENHOUSE, stage_change(status)) == [("04-01", "interviewed")]


def test_a_greenhouse_interview_is_scheduled_once_and_a_second_is_no_step_back() -> None:
    assert outcomes(
        GREENHOUSE,
        stage_change("scheduled", "2026-04-01T10:00:00Z"),
        stage_change("scheduled", "2026-04-02T10:00:00Z"),
        stage_change("complete", "2026-04-03T10:00:00Z"),
        stage_change("scheduled", "2026-04-04T10:00:00Z"),
    ) == [("04-01", "screening_scheduled"), ("04-03", "interviewed")]


def test_a_greenhouse_offer_counts_when_it_was_sent_and_stands() -> None:
    assert outcomes(GREENHOUSE, offer(sent_on=None)) == []
    assert outcomes(GREENHOUSE, offer(status="Deprecated"), offer("offer_updated", status="Rejected")) == []
    assert outcomes(GREENHOUSE, offer(status="Accepted")) == [("04-05", "offered")]
    versions = [offer(), offer("offer_updated", status="Deprecated"), offer(version=2, sent_on="2026-04-06")]
    assert outcomes(GREENHOUSE, *versions) == [("04-05", "offered")]


def test_a_greenhouse_hire_is_accepted_when_its_offer_was_resolved_and_an_unhire_goes_back_to_offered() -> None:
    assert outcomes(GREENHOUSE, hire()) == [("04-09", "accepted")]
    assert outcomes(GREENHOUSE, hire(), unhire()) == [("04-09", "accepted"), ("04-20", "offered")]
    assert outcomes(GREENHOUSE, unhire()) == [("04-20", "offered")]


def test_a_greenhouse_rejection_tells_who_rejected_whom() -> None:
    assert outcomes(GREENHOUSE, reject("We rejected them")) == [("04-10", "declined_by_company")]
    assert outcomes(GREENHOUSE, reject("They rejected us")) == [("04-10", "withdrew")]
    assert outcomes(GREENHOUSE, offer(), reject("They rejected us")) == [
        ("04-05", "offered"),
        ("04-10", "declined_by_candidate"),
    ]
    assert outcomes(GREENHOUSE, reject("Wrong skill set")) == [], "a type that is not in the mapping is never guessed"


def test_an_unreject_takes_the_rejection_back_also_at_the_same_instant() -> None:
    interview = stage_change("complete")
    rejected = reject("We rejected them", "2026-04-10T09:00:00Z")
    assert outcomes(GREENHOUSE, interview, rejected, unreject()) == [("04-01", "interviewed")]
    assert outcomes(GREENHOUSE, rejected, unreject("2026-04-10T09:00:00Z")) == []
    again = reject("We rejected them", "2026-04-12T09:00:00Z")
    assert outcomes(GREENHOUSE, rejected, unreject(), again) == [("04-12", "declined_by_company")]


def ashby_application(action: str, at: str = "2026-04-02T00:00:00.123Z", **more: Any) -> dict[str, Any]:
    """An Ashby event about an application."""
    data = {"application": {"id": "a-42", "updatedAt": at, "candidate": PERSON, **more}}
    return {"action": action, "webhookActionId": "w1", "data": data}


def ashby_offer(action: str = "offerCreate", **more: Any) -> dict[str, Any]:
    """An Ashby event about an offer."""
    return {"action": action, "data": {"offer": {"applicationId": "a-42", "updatedAt": "2026-04-06T00:00:00Z", **more}}}


def ashby_interview(status: str) -> dict[str, Any]:
    """An Ashby event about an interview schedule."""
    schedule = {"applicationId": "a-42", "status": status, "updatedAt": "2026-04-01T00:00:00Z"}
    return {"action": "interviewScheduleUpdate", "data": {"interviewSchedule": schedule}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ashby_interview("Scheduled"), [("04-01", "screening_scheduled")]),
        (ashby_interview("WaitingOnFeedback"), [("04-01", "interviewed")]),
        (ashby_interview("Complete"), [("04-01", "interviewed")]),
        (ashby_interview("Cancelled"), []),
        (ashby_offer(offerStatus="WaitingOnCandidateResponse"), [("04-06", "offered")]),
        (ashby_offer(offerStatus="WaitingOnApprovalStart"), []),
        (
            ashby_offer("offerUpdate", acceptanceStatus="Accepted", decidedAt="2026-04-07T09:00:00Z"),
            [("04-07", "accepted")],
        ),
        (ashby_application("candidateHire", status="Hired"), [("04-02", "accepted")]),
        (ashby_application("applicationUpdate", status="Hired"), [("04-02", "accepted")]),
        (
            ashby_application("candidateStageChange", status="Archived", archiveReason={"reasonType": "RejectedByOrg"}),
            [("04-02", "declined_by_company")],
        ),
        (
            ashby_application("applicationUpdate", archiveReason={"reasonType": "RejectedByCandidate"}),
            [("04-02", "withdrew")],
        ),
        (ashby_application("applicationUpdate", archiveReason={"reasonType": "Other"}), []),
        (ashby_application("applicationSubmit", status="Active"), []),
        ({"action": "ping", "data": {}}, []),
        ({"action": "ping"}, []),
    ],
)
def test_an_ashby_event_is_read_as_the_mapping_says(body: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert outcomes(ASHBY, body) == expected


def test_three_events_of_one_ashby_hire_are_one_report_and_each_has_an_id_of_its_own() -> None:
    hires = [
        ashby_application(a, status="Hired") for a in ("candidateHire", "candidateStageChange", "applicationUpdate")
    ]
    assert outcomes(ASHBY, *hires) == [("04-02", "accepted")]
    assert len({ashby.event_id_of(body) for body in hires}) == 3


def test_the_archive_reason_of_an_ashby_application_beats_its_offer() -> None:
    body = ashby_application("applicationUpdate", archiveReason={"reasonType": "RejectedByOrg"})
    body["data"]["offer"] = {"applicationId": "a-42", "offerStatus": "CandidateRejected"}
    assert outcomes(ASHBY, body) == [("04-02", "declined_by_company")]


def test_a_fact_holds_nothing_of_a_person() -> None:
    bodies = [stage_change("scheduled"), reject("We rejected them"), hire()]
    kept = repr([greenhouse.facts_of(body, "e", NOW) for body in bodies])
    kept += repr(ashby.facts_of(ashby_application("candidateHire", status="Hired"), "e", NOW))
    assert not [word for word in ("Ada", "Byron", "example.com") if word in kept]


def test_the_time_of_an_event_is_its_own_and_never_later_than_the_receipt() -> None:
    [fact] = greenhouse.facts_of(stage_change("complete", "2026-04-01T12:00:00+02:00"), "e", NOW)
    assert fact.at == datetime(2026, 4, 1, 10, tzinfo=UTC)
    for unusable in ("2062-01-01T00:00:00Z", "20260401", "1775037600", "2026-04-01T10:00:00", "", "yesterday"):
        [fact] = greenhouse.facts_of(stage_change("complete", unusable), "e", NOW)
        assert fact.at == NOW


def test_an_application_id_is_compared_as_text() -> None:
    [fact] = greenhouse.facts_of(hire(), "e", NOW)
    assert fact.application_id == "42"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
actions = st.sampled_from(["hire_candidate", "offer_created", "candidate_stage_change", "candidateHire", "offerUpdate"])
names = st.sampled_from(
    ["application", "id", "offer", "application_id", "interviewSchedule", "sent_on", "current_stage"]
)


@given(actions | json_values, st.dictionaries(names, json_values) | json_values)
def test_any_signed_json_is_read_or_refused_and_nothing_else(action: object, payload: object) -> None:
    for read, name in ((greenhouse.facts_of, "payload"), (ashby.facts_of, "data")):
        for body in ({"action": action, name: payload}, {"action": action, name: {"application": payload}}, payload):
            try:
                facts = read(body, "e", NOW)
            except NotAnEvent:
                continue
            assert all(fact.at <= NOW and 1 <= len(fact.application_id) <= 128 for fact in facts)


times = st.integers(0, 6).map(lambda hours: NOW - timedelta(hours=10 - hours))
greenhouse_words = st.sampled_from(
    [
        ("candidate_stage_change", (("interviews", "scheduled"),)),
        ("candidate_stage_change", (("interviews", "complete"),)),
        ("offer_created", (("offer_status", "Created"), ("sent_on", "2026-04-01"))),
        ("offer_updated", (("offer_status", "Deprecated"), ("sent_on", "2026-04-01"))),
        ("hire_candidate", ()),
        ("unhire_candidate", ()),
        ("reject_candidate", (("rejection_type", "We rejected them"),)),
        ("reject_candidate", (("rejection_type", "They rejected us"),)),
        ("unreject_candidate", ()),
        ("update_candidate", ()),
    ]
)
fact_lists = st.lists(
    st.builds(lambda i, at, raw: Fact(f"e{i}", raw[0], at, "42", raw[1]), st.integers(0, 9), times, greenhouse_words),
    max_size=8,
)


@given(fact_lists, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_facts_give_the_same_reports(facts: list[Fact], chance: random.Random) -> None:
    shuffled = [*facts, *chance.choices(facts, k=len(facts))] if facts else []
    chance.shuffle(shuffled)
    assert reports_of(shuffled, GREENHOUSE) == reports_of(facts, GREENHOUSE)


@given(fact_lists)
def test_reports_are_in_order_and_none_repeats_the_one_before(facts: list[Fact]) -> None:
    reports = reports_of(facts, GREENHOUSE)
    assert [report.at for report in reports] == sorted(report.at for report in reports)
    assert all(first.outcome != second.outcome for first, second in pairwise(reports))
    assert all(report.verified and report.source == "greenhouse" for report in reports)


@given(fact_lists, times)
def test_a_final_unreject_leaves_no_rejection(facts: list[Fact], at: datetime) -> None:
    last = Fact("last", "unreject_candidate", NOW, "42")
    found = {report.outcome.value for report in reports_of([*facts, last], GREENHOUSE)}
    assert not found & {"declined_by_company", "declined_by_candidate", "withdrew"}


def test_what_the_mapping_does_not_name_is_unmapped() -> None:
    [fact] = greenhouse.facts_of({"action": "application_updated", "payload": application()}, "e", NOW)
    assert step_of(GREENHOUSE, fact) is Step.UNMAPPED
