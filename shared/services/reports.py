"""How each report is made: read tallies, decide with a pure function, write the result. Nothing here computes a figure.

Figures come from `shared.domain.career_health` and `shared.domain.team_analytics`; company signals have a module of
their own, `shared.services.releases`.

A career health report is only cached in Reports, and the cache fails open: when Reports cannot be read or written, the
report is made from its tallies all the same, and a metric says so. A team's snapshot is kept there, so making one
raises Unavailable when it cannot be written.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from shared.domain import career_health, team_analytics
from shared.domain.career_health import CareerHealth
from shared.domain.periods import Quarter
from shared.domain.team_analytics import TeamAnalytics
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.store import Store
from shared.store.table import retry_on_conflict


def cached_career_health(
    store: Store, team_id: str, user_id: str, quarter: Quarter, now: datetime
) -> CareerHealth | None:
    """Returns the cached report, if it may still be served."""
    report = _or_else(lambda: store.reports.career_health(team_id, user_id, quarter), None)
    if report and career_health.is_fresh(datetime.fromisoformat(report.generated_at), now):
        return report
    return None


def make_career_health(store: Store, team_id: str, user_id: str, quarter: Quarter, now: datetime) -> CareerHealth:
    """Makes the report on a person's quarter in a team: one query, one read, and one write that caches it.

    Only the running quarter's report is cached, since no request is served another one from the cache.
    """
    tally, companies = store.tallies.quarter(team_id, user_id, quarter)
    prior_total = store.tallies.inbound(team_id, user_id, quarter.previous)
    report = career_health.career_health(quarter, tally, companies, prior_total, now)
    if quarter == Quarter.containing(now):
        _or_else(lambda: store.reports.put_career_health(team_id, user_id, report, now), None)
    return report


def team_snapshot(store: Store, team_id: str, quarter: Quarter | None, now: datetime) -> TeamAnalytics:
    """Returns a team's scheduled snapshot of a quarter, by default of the latest; without one, a snapshot made now.

    A snapshot of a running quarter that is made on request is served for a day; one of a quarter that has ended is made
    for each request. A scheduled snapshot that can no longer be served is made again.
    """
    scheduled = store.snapshots.scheduled(team_id, quarter)
    if scheduled:
        return scheduled.snapshot or make_scheduled_snapshot(
            store, team_id, scheduled.quarter, scheduled.snapshot_time, now
        )
    quarter = quarter or Quarter.containing(now)
    if quarter.has_ended(now):
        return _snapshot(store, team_id, quarter, now)
    return store.snapshots.live(team_id, quarter, now) or retry_on_conflict(
        lambda: _make_live_snapshot(store, team_id, quarter, now)
    )


def make_scheduled_snapshot(
    store: Store, team_id: str, quarter: Quarter, snapshot_time: datetime, now: datetime
) -> TeamAnalytics:
    """Makes a team's scheduled snapshot and keeps it; makes it again if a member is erased meanwhile."""
    return retry_on_conflict(lambda: _make_scheduled_snapshot(store, team_id, quarter, snapshot_time, now))


def _make_scheduled_snapshot(
    store: Store, team_id: str, quarter: Quarter, snapshot_time: datetime, now: datetime
) -> TeamAnalytics:
    erasures = store.snapshots.erasures(team_id)
    snapshot = _snapshot(store, team_id, quarter, now)
    store.snapshots.put_scheduled(snapshot, snapshot_time, erasures)
    return snapshot


def _make_live_snapshot(store: Store, team_id: str, quarter: Quarter, now: datetime) -> TeamAnalytics:
    erasures = store.snapshots.erasures(team_id)
    snapshot = _snapshot(store, team_id, quarter, now)
    store.snapshots.put_live(snapshot, now, erasures)
    return snapshot


def _snapshot(store: Store, team_id: str, quarter: Quarter, now: datetime) -> TeamAnalytics:
    """Adds up what the members of now have in this team: one query a member."""
    members = store.accounts.members(team_id)
    tally: Counter[str] = Counter()
    companies: dict[str, dict[str, Counter[str]]] = {}
    for user_id in members:
        quarterly, by_company = store.tallies.quarter(team_id, user_id, quarter)
        tally.update(quarterly)
        for company, by_spelling in by_company.items():
            for spelling, counters in by_spelling.items():
                companies.setdefault(company, {}).setdefault(spelling, Counter()).update(counters)
    return team_analytics.team_analytics(team_id, quarter, len(members), tally, companies, now)


def _or_else[Result](use_cache: Callable[[], Result], otherwise: Result) -> Result:
    try:
        return use_cache()
    except Unavailable:
        count("ReportCacheUnavailable")
        return otherwise
