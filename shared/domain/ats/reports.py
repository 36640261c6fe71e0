"""A thread's outcome reports from a provider: a pure function of all facts of its application (contract 15).

The function sorts the facts by their own time, so neither arrival nor repetition matters. Its result replaces the
provider's earlier reports, so that an unreject or an unhire takes back what it took back.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from shared.domain.ats import ashby, greenhouse
from shared.domain.ats.facts import Fact, Step
from shared.domain.ats.signatures import Provider
from shared.domain.outcomes import STAGES, Outcome, OutcomeReport

STEP_OF: Mapping[Provider, Callable[[str, Mapping[str, str]], Step]] = {
    Provider.GREENHOUSE: greenhouse.step_of,
    Provider.ASHBY: ashby.step_of,
}

_ORDER = {step: position for position, step in enumerate(Step)}
_STAGES = {
    Step.SCHEDULED: Outcome.SCREENING_SCHEDULED,
    Step.INTERVIEWED: Outcome.INTERVIEWED,
    Step.OFFERED: Outcome.OFFERED,
}
"""Steps that are reported once. A second interview changes nothing."""
_OUTCOMES = _STAGES | {
    Step.HIRED: Outcome.ACCEPTED,
    Step.UNHIRED: Outcome.OFFERED,
    Step.REJECTED_BY_COMPANY: Outcome.DECLINED_BY_COMPANY,
}
_REJECTIONS = {Outcome.DECLINED_BY_COMPANY, Outcome.DECLINED_BY_CANDIDATE, Outcome.WITHDREW}


def reports_of(facts: Iterable[Fact], provider: Provider) -> tuple[OutcomeReport, ...]:
    """Returns the reports of one application, in the order of their own time; none once it has been deleted."""
    reports: list[OutcomeReport] = []
    earlier: list[Fact] = []
    for fact in in_order(facts, provider):
        step = step_of(provider, fact)
        if step is Step.DELETED:
            return ()
        if step is Step.UNREJECTED:
            reports = [report for report in reports if report.outcome not in _REJECTIONS]
        outcome = outcome_of(fact, earlier, provider)
        earlier.append(fact)
        if step in _STAGES and outcome and {*STAGES[STAGES.index(outcome) :]} & {each.outcome for each in reports}:
            continue  # reached before, or passed
        if outcome:
            reports.append(OutcomeReport(fact.at, verified=True, outcome=outcome, source=provider.value))
    return tuple(next(run) for _, run in groupby(reports, key=lambda report: report.outcome))


def in_order(facts: Iterable[Fact], provider: Provider) -> list[Fact]:
    """Returns the facts in the order in which they happened, deletions first: nothing comes after one."""
    steps = {fact: step_of(provider, fact) for fact in facts}
    return sorted(steps, key=lambda fact: (steps[fact] is not Step.DELETED, fact.at, _ORDER[steps[fact]], fact.key))


def outcome_of(fact: Fact, earlier: Iterable[Fact], provider: Provider) -> Outcome | None:
    """Returns the outcome that a fact reports after the earlier ones; None for one that is unmapped or takes back."""
    step = step_of(provider, fact)
    if step is Step.REJECTED_BY_CANDIDATE:
        offered = any(_OUTCOMES.get(step_of(provider, each)) is Outcome.OFFERED for each in earlier)
        return Outcome.DECLINED_BY_CANDIDATE if offered else Outcome.WITHDREW
    return _OUTCOMES.get(step)


def step_of(provider: Provider, fact: Fact) -> Step:
    """Returns what a fact means. UNMAPPED is shown to the team as such."""
    return STEP_OF[provider](fact.kind, dict(fact.words))
