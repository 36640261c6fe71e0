"""A thread's outcome reports from a provider: a pure function of all facts of its application (contract 15).

The function sorts the facts by their own time, so neither arrival nor repetition matters. Its result replaces the
provider's earlier reports, so that an unreject or an unhire takes back what it took back.
"""

from collections.abc import Callable, Iterable, Mapping

from shared.domain.ats import ashby, greenhouse
from shared.domain.ats.facts import Fact, Step
from shared.domain.ats.signatures import Provider
from shared.domain.outcomes import STAGES, Outcome, OutcomeReport

MAPPING_VERSION = 1
"""Increment when a result changes, so that stored reports are made again."""
STEP_OF: Mapping[Provider, Callable[[str, Mapping[str, str]], Step]] = {
    Provider.GREENHOUSE: greenhouse.step_of,
    Provider.ASHBY: ashby.step_of,
}

_ORDER = {step: position for position, step in enumerate(Step)}
_REJECTIONS = {Outcome.DECLINED_BY_COMPANY, Outcome.DECLINED_BY_CANDIDATE, Outcome.WITHDREW}


def reports_of(facts: Iterable[Fact], provider: Provider) -> tuple[OutcomeReport, ...]:
    """The reports of one application, in the order of their own time."""
    reports: list[OutcomeReport] = []
    steps = {(fact.at, step_of(provider, fact)) for fact in facts}
    for at, step in sorted(steps, key=lambda each: (each[0], _ORDER[each[1]])):
        if step is Step.UNREJECTED:
            reports = [report for report in reports if report.outcome not in _REJECTIONS]
            continue
        outcome = _outcome(step, [report.outcome for report in reports])
        if outcome and not (reports and reports[-1].outcome == outcome):
            reports.append(OutcomeReport(at, verified=True, outcome=outcome, source=provider.value))
    return tuple(reports)


def step_of(provider: Provider, fact: Fact) -> Step:
    """What a fact means; UNMAPPED is shown to the team as such."""
    return STEP_OF[provider](fact.kind, dict(fact.words))


def _outcome(step: Step, earlier: list[Outcome]) -> Outcome | None:
    """What a step reports after the earlier outcomes; None where it is no step forward."""
    match step:
        case Step.SCHEDULED:
            return _unless_beyond(Outcome.SCREENING_SCHEDULED, earlier)
        case Step.INTERVIEWED:
            return _unless_beyond(Outcome.INTERVIEWED, earlier)
        case Step.OFFERED:
            return _unless_beyond(Outcome.OFFERED, earlier)
        case Step.HIRED:
            return Outcome.ACCEPTED
        case Step.UNHIRED:
            return Outcome.OFFERED
        case Step.REJECTED_BY_COMPANY:
            return Outcome.DECLINED_BY_COMPANY
        case Step.REJECTED_BY_CANDIDATE:
            return Outcome.DECLINED_BY_CANDIDATE if Outcome.OFFERED in earlier else Outcome.WITHDREW
        case _:
            return None


def _unless_beyond(stage: Outcome, earlier: list[Outcome]) -> Outcome | None:
    """A stage that was reached before, or passed, is no step back: a second interview changes nothing."""
    return None if {*STAGES[STAGES.index(stage) :]} & {*earlier} else stage
