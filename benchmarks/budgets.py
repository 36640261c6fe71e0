"""What the start of each function may take. tests/unit/template/test_import_budget.py checks the modules on any
machine; `make bench` checks the ratio, which needs a quiet one. To exceed either is a decision: docs/performance.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """`modules` come on top of those of a process with a botocore client; `of_bare` is init beside a bare handler's."""

    modules: int
    of_bare: float = 1.25


BUDGETS = {
    "authorizer": Budget(65, of_bare=0.85),
    "get_career_health": Budget(250),
    "regenerate_career_health": Budget(250),
    "get_company_signals": Budget(262),
    "get_team_analytics": Budget(255),
    "record_outcome": Budget(250),
    "list_messages": Budget(262),
    "get_message": Budget(250),
    "whoami": Budget(245),
    "serve_pages": Budget(10),
    "receive_integration": Budget(68),
    "summarize_job": Budget(3_400, of_bare=6.0),  # anthropic; it starts from a snapshot
    "ingest_events": Budget(249, of_bare=1.35),
    "plan_team_snapshots": Budget(86, of_bare=1.1),
    "make_team_snapshot": Budget(212),
    "publish_events": Budget(78, of_bare=1.2),
    "deliver_webhook": Budget(80, of_bare=1.3),
    "queue_due_webhooks": Budget(72, of_bare=1.2),
    "manage_webhooks": Budget(146, of_bare=1.3),
    "republish_events": Budget(146, of_bare=1.3),
    "manage_keys": Budget(138, of_bare=1.2),
    "manage_teams": Budget(130, of_bare=1.2),
    "manage_sign_in": Budget(125, of_bare=1.2),
    "sign_in": Budget(205, of_bare=1.6),  # joserfc and cryptography; it starts from a snapshot
    "console_session": Budget(262),
    "console_keys": Budget(262),
    "console_webhooks": Budget(262),
    "console_integrations": Budget(268),
    "verify_usage_plans": Budget(134, of_bare=1.2),
    "verify_tallies": Budget(136, of_bare=1.2),
    "release_large_companies": Budget(134, of_bare=1.2),
    "apply_facts": Budget(160),
    "manage_integrations": Budget(153, of_bare=1.2),
    "export_person": Budget(160, of_bare=1.2),
    "renormalize_companies": Budget(148, of_bare=1.2),
}
