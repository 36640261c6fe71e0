"""What a caller is told when a team's job summaries have reached a limit (contract 3)."""

from shared.web.problems import DailyBudgetSpent, SummariesBusy


def test_a_busy_team_is_told_to_come_back_in_five_seconds() -> None:
    problem = SummariesBusy("Try again.", retry_after=5)
    assert (problem.status, problem.code, problem.headers) == (429, "summaries_busy", {"Retry-After": "5"})


def test_a_spent_budget_has_a_code_of_its_own() -> None:
    problem = DailyBudgetSpent("Tomorrow.", retry_after=60)
    assert (problem.status, problem.code, problem.headers) == (429, "daily_budget_spent", {"Retry-After": "60"})
    assert problem.document("r")["title"] == "Too Many Requests"
