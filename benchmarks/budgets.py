"""What the start of each function may take. The modules are held by tests/unit/test_import_budget.py on any machine,
the ratio by `make bench`, which needs a quiet one. To exceed either is a decision: see docs/performance.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """`modules` come on top of those of a process with a botocore client; `of_bare` is init beside a bare handler's."""

    modules: int
    of_bare: float = 1.25


BUDGETS = {
    "authorizer": Budget(60, of_bare=0.85),
    "get_career_health": Budget(240),
    "regenerate_career_health": Budget(240),
    "get_company_signals": Budget(245),
    "get_team_analytics": Budget(245),
    "record_outcome": Budget(235),
    "summarize_job": Budget(3_400, of_bare=6.0),  # anthropic; it starts from a snapshot
    "ingest_events": Budget(215, of_bare=1.35),
    "plan_team_snapshots": Budget(78, of_bare=1.1),
    "make_team_snapshot": Budget(205),
    "manage_keys": Budget(130, of_bare=1.2),
    "verify_tallies": Budget(65, of_bare=1.1),
    "release_large_companies": Budget(124, of_bare=1.2),
    "export_person": Budget(97, of_bare=1.2),
    "rekey_companies": Budget(130, of_bare=1.2),
}
