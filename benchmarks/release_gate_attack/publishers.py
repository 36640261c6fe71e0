"""What is served of a company: live figures, live figures over a threshold, or the product's releases."""

from collections.abc import Callable

from shared.domain.signals.company_signals import (
    Release,
    Signals,
    aggregate,
    company_signals,
    new_release,
    release_is_due,
)
from shared.domain.signals.precision import EXACT, Precision
from tests.builders import NOW

COARSE = Precision(round_to=5, clamp=10)
"""What docs/privacy.md tells a cautious operator to switch on."""

FITS = ("strong_fit", "maybe", "misfit")

type Tallies = dict[str, dict[str, int]]
type Publisher = Callable[[Tallies], Signals | None]


def live() -> Publisher:
    """Exact figures of whoever there is, at any time. The product has no such thing."""

    def poll(tallies: Tallies) -> Signals:
        tally = aggregate(tallies).tally
        strong, maybe, misfit = EXACT.shares([tally[f"fit:{fit}"] for fit in FITS])
        return Signals(
            company_name_normalized="acme",
            total_interactions=tally["inbound"],
            strong_fit_rate=strong,
            maybe_rate=maybe,
            misfit_rate=misfit,
            outcome_interview_rate=EXACT.rate(tally["reached:interviewed"], tally["tracked"]),
            outcome_offer_rate=None,
            top_topics=[],
            sample_size=len(tallies),
        )

    return poll


def over_a_threshold() -> Publisher:
    """Exact figures at any time, once there are ten candidates."""
    return lambda tallies: company_signals("acme", aggregate(tallies))


def gate_without_cap() -> Publisher:
    """The gate as it would be if a candidate could be any part of a rate."""
    product = gate()

    def poll(tallies: Tallies) -> Signals | None:
        served = product(tallies)
        tally = aggregate(tallies).tally
        strong, maybe, misfit = EXACT.shares([tally[f"fit:{fit}"] for fit in FITS])
        rates = {"strong_fit_rate": strong, "maybe_rate": maybe, "misfit_rate": misfit}
        return served.model_copy(update=rates) if served else None

    return poll


def gate(precision: Precision = EXACT) -> Publisher:
    """The product: the last release, after the next one is made if it is due."""
    last: Release | None = None

    def poll(tallies: Tallies) -> Signals | None:
        nonlocal last
        company = aggregate(tallies)
        if release_is_due((last and last.roster) or {}, company.roster):
            last = new_release("acme", company, NOW, precision)
        return last.served(NOW) if last else None

    return poll
