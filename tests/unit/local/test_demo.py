"""The demo data is what a newcomer judges the product by: valid, always the same, worth reading at every endpoint."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.demo.data import caller_message_id, demo_events, demo_self_reports
from local.demo.market import COMPANIES, DEMO_COMPANY, TOPICS
from local.demo.people import DEMO_CALLERS, JOB_DESCRIPTION, PROFILES, SIGN_INS, TEAMS
from shared.domain.companies.normalize import normalize_company
from shared.domain.events import MessageTriaged, OutcomeVerified, ProfileUpdated, TeamUpdated, read_event
from shared.domain.history import History
from shared.domain.messages import Action, Fit
from shared.domain.outcomes import STAGES, Outcome, OutcomeReport, reached
from shared.domain.periods import Quarter, timestamp
from shared.domain.plans import Plan
from shared.domain.signals.company_signals import MIN_CANDIDATES

MID_QUARTER = datetime(2026, 2, 14, 10, 30, tzinfo=UTC)
MOMENTS = [
    datetime(2026, 1, 1, tzinfo=UTC),  # the first second of a quarter
    MID_QUARTER,
    datetime(2028, 3, 31, 23, 59, 59, tzinfo=UTC),  # the last, in a leap year
]

at_any_time = pytest.mark.parametrize("now", MOMENTS, ids=timestamp)


@cache
def events_at(now: datetime, fraction: float = 1.0) -> list[dict[str, Any]]:
    """The events, made once for all tests, which only read them."""
    return demo_events(now, fraction)


@cache
def triages(now: datetime, fraction: float = 1.0) -> dict[str, dict[str, Any]]:
    """The last word on each message, by its id."""
    latest: dict[str, dict[str, Any]] = {}
    for event in sorted(events_at(now, fraction), key=lambda event: str(event["time"])):
        if event["detail-type"] == "MessageTriaged":
            latest[event["detail"]["message_id"]] = event["detail"]
    return latest


@cache
def histories(now: datetime, fraction: float = 1.0) -> dict[str, History]:
    """What became of each thread with an outcome: events first, then the candidates' own reports."""
    threads: dict[str, History] = defaultdict(History)
    for event in events_at(now, fraction):
        if event["detail-type"] == "OutcomeVerified":
            detail = event["detail"]
            at = datetime.fromisoformat(detail["verified_at"])
            report = OutcomeReport(at, verified=True, outcome=Outcome(detail["outcome"]), source=detail["source"])
            threads[detail["message_id"]] = threads[detail["message_id"]].with_verified_event(report)
    for told in demo_self_reports(now, fraction):
        thread = threads[told["message_id"]]
        own = OutcomeReport(told["at"], verified=False, outcome=told["outcome"], notes=told["notes"] or "")
        threads[told["message_id"]] = thread.with_own(thread.own.with_report(own))
    return threads


def candidates_by_company(now: datetime, fraction: float = 1.0) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Distinct candidates of each company: all of them, and those with an outcome there."""
    met: dict[str, set[str]] = defaultdict(set)
    tracked: dict[str, set[str]] = defaultdict(set)
    outcomes = histories(now, fraction)
    for message_id, detail in triages(now, fraction).items():
        company = normalize_company(detail["company"])
        met[company].add(detail["user_id"])
        if message_id in outcomes:
            tracked[company].add(detail["user_id"])
    return met, tracked


@at_any_time
def test_every_event_is_one_the_platform_may_send(now: datetime) -> None:
    for raw in events_at(now):
        assert set(raw) == {"id", "source", "detail-type", "time", "detail"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", raw["time"])
        event = read_event(raw)
        assert type(event.detail).__name__ == raw["detail-type"]
        if isinstance(event.detail, MessageTriaged):
            assert event.detail.received_at <= event.time
            assert event.detail.topics
            assert set(event.detail.topics) <= set(TOPICS)
        if isinstance(event.detail, OutcomeVerified):
            assert event.detail.verified_at <= event.time


def test_event_ids_are_unique() -> None:
    ids = [event["id"] for event in events_at(MID_QUARTER)]
    assert len(set(ids)) == len(ids)


@at_any_time
def test_nothing_lies_in_the_future(now: datetime) -> None:
    assert all(read_event(event).time <= now for event in events_at(now))
    assert all(report["at"] <= now for report in demo_self_reports(now))


def test_the_same_moment_gives_the_same_data() -> None:
    assert demo_events(MID_QUARTER, 0.1) == demo_events(MID_QUARTER, 0.1)
    assert demo_self_reports(MID_QUARTER, 0.1) == demo_self_reports(MID_QUARTER, 0.1)


@settings(max_examples=10, deadline=None)
@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90) - timedelta(seconds=1)))
def test_later_in_the_same_quarter_there_is_only_more(passed: timedelta) -> None:
    quarter = Quarter.containing(MID_QUARTER)
    now, end = quarter.start + passed, quarter.start + timedelta(days=quarter.days) - timedelta(seconds=1)
    assert demo_events(now, 0.1) == [event for event in demo_events(end, 0.1) if event["time"] <= timestamp(now)]
    assert demo_self_reports(now, 0.1) == [report for report in demo_self_reports(end, 0.1) if report["at"] <= now]


@at_any_time
def test_about_three_thousand_messages_fill_five_quarters(now: datetime) -> None:
    messages = triages(now)
    assert 2_500 <= len(messages) <= 3_600
    quarters = Counter(
        Quarter.containing(datetime.fromisoformat(detail["received_at"])) for detail in messages.values()
    )
    current = Quarter.containing(now)
    assert max(quarters) == current
    assert len(quarters) == 5
    assert min(count for quarter, count in quarters.items() if quarter != current) >= 400


def test_a_fraction_scales_the_messages() -> None:
    assert 200 <= len(triages(MID_QUARTER, 0.1)) <= 400
    assert len(demo_self_reports(MID_QUARTER, 0.1)) < len(demo_self_reports(MID_QUARTER)) / 5


def test_every_plan_has_a_team_and_twelve_are_in_the_enterprise_team() -> None:
    events = [read_event(event).detail for event in events_at(MID_QUARTER)]
    assert {event.plan for event in events if isinstance(event, TeamUpdated)} == set(Plan)
    members = {team.team_id: team.members for team in TEAMS}
    sizes = {team_id: len(users) for team_id, users in members.items()}
    assert [sizes[DEMO_CALLERS[plan].team_id] for plan in (Plan.ENTERPRISE, Plan.TEAM, Plan.PRO)] == [12, 4, 1]
    joined = Counter(e["detail"]["team_id"] for e in events_at(MID_QUARTER) if e["detail-type"] == "MemberJoined")
    guests = Counter(team for team, user, _ in SIGN_INS if user not in members[team])
    assert joined == Counter(sizes) + guests


def test_nobody_gets_a_message_before_they_joined() -> None:
    events = events_at(MID_QUARTER)
    joined = {
        (event["detail"]["team_id"], event["detail"]["user_id"]): event["time"]
        for event in events
        if event["detail-type"] == "MemberJoined"
    }
    for detail in triages(MID_QUARTER).values():
        assert joined[detail["team_id"], detail["user_id"]] < detail["received_at"]


@at_any_time
@pytest.mark.parametrize("fraction", [1.0, 0.1])
def test_each_caller_has_messages_in_this_quarter_and_the_prior_one(now: datetime, fraction: float) -> None:
    current = Quarter.containing(now)
    messages = triages(now, fraction).values()
    for caller in DEMO_CALLERS.values():
        own = [
            detail for detail in messages if (detail["user_id"], detail["team_id"]) == (caller.user_id, caller.team_id)
        ]
        quarters = {Quarter.containing(datetime.fromisoformat(detail["received_at"])) for detail in own}
        assert {current, current.previous} <= quarters


@at_any_time
@pytest.mark.parametrize("fraction", [1.0, 0.1])
def test_each_caller_owns_the_message_of_the_patch_example(now: datetime, fraction: float) -> None:
    messages, outcomes = triages(now, fraction), histories(now, fraction)
    for plan, caller in DEMO_CALLERS.items():
        message_id = caller_message_id(plan)
        assert messages[message_id]["user_id"] == caller.user_id
        assert message_id not in outcomes


def test_each_caller_has_a_profile_with_proven_and_other_stories() -> None:
    told = {}
    for raw in events_at(MID_QUARTER):
        event = read_event(raw).detail
        if isinstance(event, ProfileUpdated):
            told[event.user_id] = event
    for caller in DEMO_CALLERS.values():
        profile = told[caller.user_id]
        assert profile.headline
        assert profile.summary
        assert profile.skills
        assert {story.proof for story in profile.stories} == {True, False}
        assert all(story.context and story.action and story.result and story.learning for story in profile.stories)
        assert len({story.story_id for story in profile.stories}) == len(profile.stories)
    assert set(PROFILES) == {caller.user_id for caller in DEMO_CALLERS.values()}
    assert set(told) == {user_id for team in TEAMS for user_id in team.members}


def test_the_job_fits_the_enterprise_caller_best_and_the_team_caller_least() -> None:
    wanted = set(re.findall(r"[a-z]{5,}", JOB_DESCRIPTION.lower()))

    def words_shared(plan: Plan) -> int:
        return len(wanted & set(re.findall(r"[a-z]{5,}", str(PROFILES[DEMO_CALLERS[plan].user_id]).lower())))

    assert words_shared(Plan.ENTERPRISE) > words_shared(Plan.PRO) > words_shared(Plan.TEAM)


def test_the_job_description_can_be_pasted_into_a_shell() -> None:
    assert not set("'\"\\\n`$!") & set(JOB_DESCRIPTION)
    assert len(JOB_DESCRIPTION) <= 1_000


def test_spellings_of_a_company_are_one_company_and_companies_stay_apart() -> None:
    names = [{normalize_company(spelling) for spelling in spellings} for spellings in COMPANIES]
    assert all(len(group) == 1 for group in names)
    assert len(set.union(*names)) == len(COMPANIES)


def test_companies_are_spelled_in_more_than_one_way() -> None:
    spellings = {detail["company"] for detail in triages(MID_QUARTER).values()}
    assert set(COMPANIES[0]) <= spellings
    assert len(spellings) > len(COMPANIES)


@at_any_time
def test_companies_lie_on_both_sides_of_the_privacy_threshold(now: datetime) -> None:
    met, tracked = candidates_by_company(now)
    public = {company for company, candidates in met.items() if len(candidates) >= MIN_CANDIDATES}
    with_rates = {company for company, candidates in tracked.items() if len(candidates) >= MIN_CANDIDATES}
    assert len(with_rates) >= 15
    assert with_rates < public  # some are public, but their outcomes are not
    assert len(met) - len(public) >= 4


@at_any_time
@pytest.mark.parametrize("fraction", [1.0, 0.1])
def test_the_demo_company_is_always_published_with_outcomes(now: datetime, fraction: float) -> None:
    met, tracked = candidates_by_company(now, fraction)
    name = normalize_company(DEMO_COMPANY)
    assert len(met[name]) >= MIN_CANDIDATES
    assert len(tracked[name]) >= MIN_CANDIDATES


@at_any_time
def test_fits_actions_and_outcomes_are_believable(now: datetime) -> None:
    messages = triages(now)
    fits = Counter(Fit(detail["fit"]) for detail in messages.values())
    actions = Counter(Action(detail["action"]) for detail in messages.values())
    assert fits[Fit.STRONG_FIT] > fits[Fit.MAYBE] > fits[Fit.MISFIT] > 0.1 * len(messages)
    assert actions[Action.AUTO_REPLIED] > actions[Action.DRAFTED] > actions[Action.DECLINED] > 0.05 * len(messages)

    statuses = [history.status for history in histories(now).values()]
    assert {status.outcome for status in statuses} == set(Outcome)
    assert 0.4 < len(statuses) / len(messages) < 0.7
    screened, interviewed, offered, accepted = (
        sum(stage in reached(status.stage) for status in statuses) / len(statuses) for stage in STAGES
    )
    assert 0.65 > screened > interviewed > 0.3
    assert 0.2 > offered > 2 * accepted > 0
    verified = [status for status in statuses if status.verified]
    assert 0.15 < len(verified) / len(statuses) < 0.35
    assert (
        sum(Outcome.INTERVIEWED in reached(status.verified_stage) for status in verified) / len(verified) > interviewed
    )


def test_each_outcome_belongs_to_a_message_that_came_before_it() -> None:
    messages = triages(MID_QUARTER)
    reports = demo_self_reports(MID_QUARTER)
    assert [report["at"] for report in reports] == sorted(report["at"] for report in reports)
    for report in reports:
        assert messages[report["message_id"]]["user_id"] == report["user_id"]
        assert messages[report["message_id"]]["received_at"] < timestamp(report["at"])
    for event in events_at(MID_QUARTER):
        if event["detail-type"] == "OutcomeVerified":
            assert messages[event["detail"]["message_id"]]["received_at"] < event["detail"]["verified_at"]


def test_a_few_messages_are_corrected_later() -> None:
    triaged = [event for event in events_at(MID_QUARTER) if event["detail-type"] == "MessageTriaged"]
    times: dict[str, set[str]] = defaultdict(set)
    for event in triaged:
        times[event["detail"]["message_id"]].add(event["time"])
    assert 10 <= sum(len(stamps) == 2 for stamps in times.values()) <= 100


def test_a_few_events_come_out_of_order_and_some_outcomes_before_their_message() -> None:
    known: set[str] = set()
    newest, late, early_outcomes = "", 0, 0
    for event in events_at(MID_QUARTER):
        late += event["time"] < newest
        newest = max(newest, event["time"])
        if event["detail-type"] == "MessageTriaged":
            known.add(event["detail"]["message_id"])
        elif event["detail-type"] == "OutcomeVerified":
            early_outcomes += event["detail"]["message_id"] not in known
    assert 5 <= late <= 100
    assert early_outcomes >= 1
