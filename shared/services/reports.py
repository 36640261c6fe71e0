"""How each report is made: gather tallies, decide with a pure function, write the result. Nothing here computes a
figure.

Figures come from `shared.domain.career_health` and `shared.domain.team_analytics`; company signals have a module of
their own, `shared.services.releases`.

A career health report is only cached in Reports, and a cache fails open: when Reports cannot be read or written, it is
made from its tallies all the same, and a metric says so. A team's snapshot is kept there: what was not written was not
made, so that raises Unavailable.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from shared.domain import career_health, team_analytics
from shared.domain.career_health import CareerHealth
from shared.domain.periods import Quarter
from shared.domain.tallies import Tally
from shared.domain.team_analytics import TeamAnalytics
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count
from shared.store import Store
from shared.store.table import despite_others


def cached_career_health(store: Store, user_id: str, quarter: Quarter, now: datetime) -> CareerHealth | None:
    """The report in the cache, if it may still be served."""
    report = _or_else(lambda: store.reports.career_health(user_id, quarter), None)
    if report and career_health.is_fresh(quarter, datetime.fromisoformat(report.generated_at), now):
        return report
    return None


def make_career_health(store: Store, user_id: str, quarter: Quarter, now: datetime) -> CareerHealth:
    """Makes a candidate's report anew and caches it: one query, one read, and one look-up for each company listed."""
    tally, companies = store.tallies.quarter(user_id, quarter)
    prior_total = store.tallies.inbound(user_id, quarter.previous)
    names = _names(store, [user_id], quarter, {user_id: companies}, companies)
    report = career_health.career_health(quarter, tally, companies, names, prior_total, now)
    _or_else(lambda: store.reports.put_career_health(user_id, report), None)
    return report


def make_snapshot(store: Store, team_id: str, quarter: Quarter, now: datetime) -> TeamAnalytics:
    """Makes a team's snapshot from the tallies of those who are its members now, and keeps it; makes it anew if one of
    them is erased meanwhile.
    """
    return despite_others(lambda: _make_snapshot(store, team_id, quarter, now))


def _make_snapshot(store: Store, team_id: str, quarter: Quarter, now: datetime) -> TeamAnalytics:
    erasures = store.snapshots.erasures(team_id)
    members = store.accounts.members(team_id)
    tally: Counter[str] = Counter()
    companies: dict[str, Counter[str]] = {}
    of_member: dict[str, Mapping[str, Tally]] = {}
    for user_id in members:
        quarterly, of_member[user_id] = store.tallies.quarter(user_id, quarter)
        tally.update(quarterly)
        for company, company_tally in of_member[user_id].items():
            companies.setdefault(company, Counter()).update(company_tally)
    names = _names(store, members, quarter, of_member, companies)
    snapshot = team_analytics.team_analytics(team_id, quarter, len(members), tally, companies, names, now)
    store.snapshots.put(snapshot, erasures)
    return snapshot


def _names(
    store: Store,
    user_ids: Iterable[str],
    quarter: Quarter,
    of_user: Mapping[str, Mapping[str, Tally]],
    companies: Mapping[str, Tally],
) -> dict[str, str]:
    """How each listed company was spelled when it was last seen by any of the users (contract 7)."""
    user_ids = list(user_ids)
    names = {}
    for company in career_health.top_companies(companies):
        seen = [
            store.messages.latest_spelling(user_id, quarter, company)
            for user_id in user_ids
            if company in of_user[user_id]
        ]
        if found := [spelling for spelling in seen if spelling]:
            names[company] = max(found)[1]
    return names


def _or_else[Result](use_cache: Callable[[], Result], otherwise: Result) -> Result:
    try:
        return use_cache()
    except Unavailable:
        count("ReportCacheUnavailable")
        return otherwise
