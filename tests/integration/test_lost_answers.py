"""A write that took place and whose answer was lost is sent again by the SDK. It is not to be taken for another's: a
condition that the writer's own success makes false would say so.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import get_session

from shared.domain.ats.signatures import Provider
from shared.domain.events import read_event
from shared.domain.messages import Message, receipt_of
from shared.domain.outcomes import Outcome
from shared.domain.plans import Plan
from shared.domain.webhooks.events import received
from shared.services.ingestion import apply
from shared.services.teams import update_team
from shared.services.webhooks import Deliverer, publish
from shared.store import Store
from shared.store.connections import Connection
from shared.store.spend import SummariesBusy
from shared.store.webhooks import SLOTS, Task
from tests.builders import NOW, a_message_triaged, a_triage, an_id, days
from tests.e2e.faults.proxy import LosesAnswers
from tests.integration.conftest import PSEUDONYMS
from tests.integration.test_webhooks import an_endpoint, deliverer, receiving


@pytest.fixture(scope="module")
def proxy(dynamodb_local: str) -> Iterator[LosesAnswers]:
    proxy = LosesAnswers(dynamodb_local)
    yield proxy
    proxy.stop()


@pytest.fixture
def lossy(proxy: LosesAnswers, local_store: Store) -> Store:
    """The store behind a network that loses the first answer to each write."""
    config = Config(read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    client = get_session().create_client("dynamodb", region_name="us-east-1", endpoint_url=proxy.url, config=config)
    return Store(local_store._environ, client, pause=lambda _: None)


def test_a_summary_takes_one_place_and_counts_its_tokens_once(lossy: Store, local_store: Store) -> None:
    team = an_id("team")
    lease = lossy.spend.begin(team, NOW, at_once=2, budget=1_000)
    second = local_store.spend.begin(team, NOW, at_once=2, budget=1_000)
    with pytest.raises(SummariesBusy):
        local_store.spend.begin(team, NOW, at_once=2, budget=1_000)
    lossy.spend.end(lease, 10)
    late = second._replace(until=second.until + 1)  # of a lease that ended: its tokens are added without a condition
    lossy.spend.end(late, 5)
    [item] = local_store.spend._table.query("subject = :s", s=f"summaries#{team}")
    assert (item["tokens"], lease.place in item, second.place in item) == (15, False, True)


def test_a_large_company_is_claimed_by_the_run_that_claimed_it(lossy: Store, local_store: Store, company: str) -> None:
    local_store.releases.assign_to_job(company)
    assert lossy.releases.claim_large_company(company, NOW, NOW - days(1))
    assert not local_store.releases.claim_large_company(company, NOW + timedelta(seconds=1), NOW - days(1))
    local_store.releases.assign_to_readers(company)


def test_a_version_is_bumped_once_by_the_one_who_named_it(lossy: Store, local_store: Store, company: str) -> None:
    lossy.releases.bump_version_from(company, 0)
    assert local_store.releases.state(company).version == 1


def test_a_delivery_is_attempted_by_the_function_that_postponed_it(lossy: Store, local_store: Store) -> None:
    team = an_id("team")
    endpoint = an_endpoint(local_store, team)
    event = received(an_id("msg"), team, receipt_of(a_triage(), NOW))
    assert event
    with receiving() as receiver:
        [task] = publish(lossy, PSEUDONYMS, event, NOW)
        at: Deliverer = deliverer(lossy, receiver.port)
        assert at.deliver(Task(task.team_id, task.endpoint_id, task.event_id)) is None
        assert len(receiver.requests) == 1
    delivery = local_store.webhooks.delivery(endpoint.endpoint_id, event.event_id)
    assert delivery
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 1)
    free = local_store.webhooks.free_slots(endpoint.endpoint_id, NOW)
    assert len(free) == SLOTS, "the attempt held one place, and gave it back"


def test_a_secret_that_was_changed_is_not_called_somebody_else_s(lossy: Store, local_store: Store) -> None:
    connection = Connection(an_id("con"), an_id("team"), Provider.ASHBY, NOW)
    lossy.connections.add(connection)
    lossy.connections.set_secret(connection, b"first", NOW)
    first = local_store.connections.get(connection.connection_id)
    assert first
    lossy.connections.set_secret(first, b"second", NOW + days(1))
    second = local_store.connections.get(connection.connection_id)
    assert second
    assert (second.secret, second.old_secret) == (b"second", b"first")


def test_an_outcome_is_one_report_whether_or_not_it_changes_a_figure(lossy: Store, local_store: Store) -> None:
    message, user = an_id("msg"), an_id("user")
    apply(read_event(a_message_triaged(message_id=message, user_id=user)), lossy, PSEUDONYMS, lambda _: None, NOW)

    def report(found: Message | None) -> Message:
        assert found
        return found.with_history(found.history.self_reported(Outcome.OFFERED, "", NOW))

    lossy.messages.change(message, report)
    lossy.messages.change(message, report)  # the repetition changes no figure
    stored = local_store.messages.get(message)
    assert stored
    assert len(stored.history.reports) == 2


def test_a_team_s_plan_is_taken_in(lossy: Store, local_store: Store) -> None:
    team, made = an_id("team"), list[Any]()
    for n, plan in enumerate((Plan.PRO, Plan.TEAM)):
        update_team(lossy, made.append, team, "Acme", plan, f"2026-0{n + 1}")
        found = local_store.accounts.team(team)
        assert found
        assert (found.plan, json.dumps(made)) == (plan, "[]")
