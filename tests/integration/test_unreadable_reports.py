"""A stored report that today's code cannot read is a miss: fields are added without a migration (contract 7)."""

import pytest

from shared.domain.periods import Quarter
from shared.services.releases import current_signals
from shared.services.reports import cached_career_health, make_career_health, make_scheduled_snapshot, team_snapshot
from shared.store import Store
from tests.builders import NOW, an_id
from tests.integration.company_candidates import fill

Q1 = Quarter(2026, 1)


@pytest.fixture
def team() -> str:
    return an_id("team")


def spoil(store: Store, subject: str, period: str, attribute: str = "body") -> None:
    """Leaves what a version with other fields would have written."""
    store.reports._table.update(
        {"subject": subject, "period": period}, f"SET {attribute} = :other", "attribute_exists(subject)", other="{}"
    )


def test_an_unreadable_cached_report_is_made_anew(local_store: Store, team: str) -> None:
    user = an_id("user")
    make_career_health(local_store, team, user, Q1, NOW)
    spoil(local_store, f"user#{user}", f"{team}#2026-Q1")
    assert cached_career_health(local_store, team, user, Q1, NOW) is None
    assert make_career_health(local_store, team, user, Q1, NOW).inbound_volume.total == 0


def test_an_unreadable_snapshot_is_made_anew_still_as_the_scheduled_one(local_store: Store, team: str) -> None:
    make_scheduled_snapshot(local_store, team, Q1, NOW, NOW)
    spoil(local_store, f"team#{team}", "2026-Q1")
    assert team_snapshot(local_store, team, Q1, NOW).member_count == 0
    again = local_store.snapshots.scheduled(team, None)
    assert again
    assert again.snapshot
    assert again.snapshot_time == NOW


def test_an_unreadable_release_is_null_until_the_next_is_due(local_store: Store) -> None:
    company = an_id("co").replace("_", "")
    fill(local_store, company, [f"{n:024x}" for n in range(12)])
    assert current_signals(local_store, company, NOW)
    spoil(local_store, f"company#{company}", "release", "signals")
    assert current_signals(local_store, company, NOW) is None
    fill(local_store, company, [f"{n:024x}" for n in range(12)], tracked=1)
    assert current_signals(local_store, company, NOW)
