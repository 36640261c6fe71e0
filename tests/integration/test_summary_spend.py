"""How many job summaries a team has under way, and what they may cost a day (contract 3)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions import summarize_job
from shared.claude.client import Claude
from shared.store import Store
from shared.store.spend import LEASE_SECONDS, DailyBudgetSpent, Lease, SummariesBusy
from tests.builders import an_id
from tests.integration.claude_calls import GOOD, SETTINGS, Keys
from tests.integration.messages_api import MessagesApi
from tests.unit.domain.job_fit_builders import a_profile

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def begin(store: Store, team: str, now: datetime = NOW, *, at_once: int = 2, budget: int = 1000) -> Lease:
    return store.spend.begin(team, now, at_once=at_once, budget=budget)


def test_a_team_has_no_more_summaries_under_way_than_it_may(store: Store) -> None:
    team = an_id("team")
    first, second = begin(store, team), begin(store, team)
    assert first.place != second.place
    with pytest.raises(SummariesBusy):
        begin(store, team)
    begin(store, an_id("team"))
    store.spend.end(first, 10)
    assert begin(store, team).place == first.place


def test_a_crashed_summary_frees_its_place_when_its_lease_ends(store: Store) -> None:
    team = an_id("team")
    begin(store, team, at_once=1)
    with pytest.raises(SummariesBusy):
        begin(store, team, NOW + timedelta(seconds=LEASE_SECONDS - 1), at_once=1)
    begin(store, team, NOW + timedelta(seconds=LEASE_SECONDS), at_once=1)


def test_a_late_end_counts_its_tokens_and_leaves_the_place_to_its_new_holder(store: Store) -> None:
    team = an_id("team")
    late = begin(store, team, at_once=1)
    later = NOW + timedelta(seconds=LEASE_SECONDS)
    begin(store, team, later, at_once=1, budget=100)
    store.spend.end(late, 99)
    with pytest.raises(SummariesBusy):
        begin(store, team, later, at_once=1, budget=100)


def test_a_spent_budget_lasts_until_the_utc_day_ends(store: Store) -> None:
    team = an_id("team")
    store.spend.end(begin(store, team, budget=100), 60)
    store.spend.end(begin(store, team, budget=100), 60)
    with pytest.raises(DailyBudgetSpent):
        begin(store, team, budget=100)
    begin(store, team, datetime(2026, 11, 27, tzinfo=UTC), budget=100)


@pytest.fixture
def summarize(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, MessagesApi], dict[str, Any]]:
    """Calls the function for a team, with limits of one summary and 1,000 tokens; GOOD uses 613."""
    event = json.loads((Path(__file__).parents[2] / "events/summarize_job.json").read_text())
    event |= {"body": json.dumps({"job_description": "You know SQL."}), "isBase64Encoded": False}
    caller = event["requestContext"]["authorizer"]
    caller["user_id"] = an_id("user")
    store.accounts.put_profile(caller["user_id"], a_profile(), an_id("tombstone"), "2026")
    monkeypatch.setattr(summarize_job, "store", lambda: store)
    monkeypatch.setenv("CLAUDE_AT_ONCE", "1")
    monkeypatch.setenv("CLAUDE_DAILY_TOKENS", "1000")

    def call(team: str, api: MessagesApi) -> dict[str, Any]:
        claude = Claude(SETTINGS, Keys("k"), summarize_job.record_call, base_url=api.url)
        monkeypatch.setattr(summarize_job, "claude", lambda: claude)
        caller["team_id"] = team
        return summarize_job.handler(event, LambdaContext())

    return call


def test_a_team_whose_tokens_are_spent_is_told_when_to_come_back(
    summarize: Callable[[str, MessagesApi], dict[str, Any]],
) -> None:
    team = an_id("team")
    with MessagesApi(GOOD) as api:
        statuses = [summarize(team, api)["statusCode"] for _ in range(2)]
        answer = summarize(team, api)
        assert summarize(an_id("team"), api)["statusCode"] == 200
    assert statuses == [200, 200]
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (429, "daily_budget_spent")
    assert 0 < int(answer["headers"]["Retry-After"]) <= 86_400
    assert len(api.requests) == 3


def test_a_team_with_summaries_under_way_waits_and_claude_is_not_asked(
    store: Store, summarize: Callable[[str, MessagesApi], dict[str, Any]]
) -> None:
    team = an_id("team")
    store.spend.begin(team, datetime.now(UTC), at_once=1, budget=1000)
    with MessagesApi(GOOD) as api:
        answer = summarize(team, api)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (429, "summaries_busy")
    assert (answer["headers"]["Retry-After"], api.requests) == ("5", [])
