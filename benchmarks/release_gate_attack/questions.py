"""What the attacker wants to know, each with the life of companies in which he tries to find out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb, sqrt
from random import Random

from benchmarks.release_gate_attack.attacker import Agrees, Attacker, Belief, Counts, Follower, Moves
from benchmarks.release_gate_attack.publishers import FITS, Publisher, Tallies, gate
from shared.domain.signals.company_signals import MIN_CANDIDATES, Signals
from shared.domain.signals.precision import EXACT, Precision

RELEASES = 8
"""Releases in a row of each company, each with a target of its own."""

STRONG, MAYBE, MISFIT = (1, 0, 0), (0, 1, 0), (0, 0, 1)
FIT_COUNTS = (STRONG, MAYBE, MISFIT)
NEWCOMER: Moves = {STRONG: 0.47, MAYBE: 0.32, MISFIT: 0.21}
"""A newcomer's fit, with the shares of the reference's example."""

STRANGER: Moves = {(1, 0, 0): 0.25, (-1, 0, 0): 0.25, (0, 0, 0): 0.5}
"""What a candidate does to the interviewed, of whom nothing is known: half of those who do anything change outcome."""


@dataclass(frozen=True)
class Served:
    """A way to publish, by its name."""

    name: str
    publisher: Callable[[], Publisher]
    batch: int = MIN_CANDIDATES
    precision: Precision = EXACT


@dataclass
class Result:
    """How often the attacker was right, beside how often he would have been without looking at any figure."""

    question: str
    served: str
    candidates: int
    knows: int
    guesses: int
    blind: float
    attacker: float

    @property
    def error(self) -> float:
        """Two standard errors of the attacker's rate."""
        return 2 * sqrt(self.attacker * (1 - self.attacker) / self.guesses)


def poll_for(poll: Publisher, people: Tallies) -> Signals:
    """What is served; there is something."""
    served = poll(people)
    assert served is not None
    return served


@cache
def fits_of(number: int) -> Belief:
    """How probable each count of fits is among so many candidates."""
    strong, maybe, misfit = NEWCOMER.values()
    return {
        (s, m, rest): comb(number, s) * comb(number - s, m) * strong**s * maybe**m * misfit**rest
        for s in range(number + 1)
        for m in range(number + 1 - s)
        for rest in [number - s - m]
    }


def fits_agree(precision: Precision) -> Agrees:
    """Whether counts of fits make the shares that are served."""
    shares = cache(precision.shares)
    return lambda counts, served: shares(counts) == [served.strong_fit_rate, served.maybe_rate, served.misfit_rate]


def a_fit(rng: Random) -> Counts:
    """The fit of a newcomer."""
    [fit] = rng.choices([STRONG, MAYBE, MISFIT], list(NEWCOMER.values()))
    return fit


def join(people: Tallies, fit: Counts) -> None:
    """A newcomer with one message."""
    people[f"{len(people):024x}"] = {"inbound": 1, f"fit:{FITS[fit.index(1)]}": 1}


def fit_of_a_newcomer(served: Served, size: int, knows: int, companies: int) -> Result:
    """Newcomers come one after another. Of each batch one is the target, and some of the others are known."""
    rng, agrees, right, blind = Random(f"{served.name}/{size}/{knows}"), fits_agree(served.precision), 0, 0
    for _ in range(companies):
        people: Tallies = {}
        for _ in range(size):
            join(people, a_fit(rng))
        poll = served.publisher()
        now = poll_for(poll, people)
        attacker = Attacker(fits_of(size), agrees, now)
        for _ in range(RELEASES):
            fits = [a_fit(rng) for _ in range(served.batch)]
            for fit in fits[:-1]:
                join(people, fit)
            assert poll(people) == now, "fewer than ten changes show nothing"
            join(people, fits[-1])
            now = poll_for(poll, people)
            target, *others = fits
            moves = [{fit: 1.0} if n < knows else NEWCOMER for n, fit in enumerate(others)]
            right += attacker.guess(NEWCOMER, moves, now) == target
            blind += target == STRONG
    guesses = companies * RELEASES
    return Result("fit of a newcomer", served.name, size, knows, guesses, blind / guesses, right / guesses)


def whether_an_outcome_changed(served: Served, size: int, knows: int, companies: int) -> Result:
    """In each batch one candidate is the target, of whom he knows the outcome before. Did it change?"""
    rng, rate, right, blind = Random(f"{served.name}/{size}/{knows}"), cache(served.precision.rate), 0, 0
    prior = {(n, 0, 0): comb(size, n) / 2**size for n in range(size + 1)}

    def agrees(counts: Counts, now: Signals) -> bool:
        return 0 <= counts[0] <= size and rate(counts[0], size) == now.outcome_interview_rate

    for _ in range(companies):
        people = with_outcomes(rng, size, 0.5)
        poll = served.publisher()
        now = poll_for(poll, people)
        attacker = Attacker(prior, agrees, now)
        for _ in range(RELEASES):
            effects = []
            for person in rng.sample(sorted(people), served.batch):
                tally = people[person]
                effects.append((1 - 2 * tally["reached:interviewed"], rng.random() < 0.5))
                if len(effects) == served.batch:
                    assert poll(people) == now, "fewer than ten changes show nothing"
                tally["topic:x"] = tally.get("topic:x", 0) + 1
                tally["reached:interviewed"] += effects[-1][0] * effects[-1][1]
            now = poll_for(poll, people)
            (step, changed), *others = effects
            moves = [{(other * did, 0, 0): 1.0} if n < knows else STRANGER for n, (other, did) in enumerate(others)]
            guess = attacker.guess({(step, 0, 0): 0.5, (0, 0, 0): 0.5}, moves, now)
            right += (guess[0] != 0) == changed
            blind += changed
    guesses = companies * RELEASES
    share = max(blind, guesses - blind) / guesses
    return Result("whether an outcome changed", served.name, size, knows, guesses, share, right / guesses)


def with_outcomes(rng: Random, size: int, interviewed: float) -> Tallies:
    """Candidates with one tracked thread each, of whom that share was interviewed."""
    return {
        f"{n:024x}": {
            "inbound": 1,
            "fit:maybe": 1,
            "tracked": 1,
            "reached:interviewed": int(rng.random() < interviewed),
        }
        for n in range(size)
    }


def one_person_in_every_release(name: str, precision: Precision, after: Sequence[int], companies: int) -> list[Result]:
    """One person comes with each release, always a strong fit or always a misfit, and nine newcomers with them."""
    rng, agrees, right = Random(name), fits_agree(precision), dict.fromkeys(after, 0)
    for _ in range(companies):
        people: Tallies = {}
        for _ in range(MIN_CANDIDATES):
            join(people, a_fit(rng))
        poll, truth = gate(precision), rng.choice([STRONG, MISFIT])
        attacker = Follower(fits_of(MIN_CANDIDATES), agrees, poll_for(poll, people), (STRONG, MISFIT))
        for number in range(1, after[-1] + 1):
            for _ in range(MIN_CANDIDATES - 1):
                join(people, a_fit(rng))
            people["f" * 24] = {"inbound": number, f"fit:{FITS[truth.index(1)]}": number}
            guess = attacker.guess([NEWCOMER] * (MIN_CANDIDATES - 1), poll_for(poll, people))
            if number in right:
                right[number] += guess == truth
    return [
        Result(f"one person in {number} releases", name, 10, 0, companies, 0.5, right[number] / companies)
        for number in after
    ]


def fit_of_a_dominant_candidate(served: Served, size: int, threads: int, companies: int) -> Result:
    """One candidate has most of a company's threads, all of one fit; the others have one each. Which fit is it?

    He knows who has how many threads. `candidates` of the result counts everybody, `knows` is 0.
    """
    rng, right, blind = Random(f"{served.name}/dominant/{size}/{threads}"), 0, 0
    for _ in range(companies):
        people: Tallies = {}
        for _ in range(size - 1):
            join(people, a_fit(rng))
        truth = a_fit(rng)
        people["f" * 24] = {"inbound": threads, f"fit:{FITS[truth.index(1)]}": threads}
        now = poll_for(served.publisher(), people)
        posterior = {
            fit: chance
            * sum(p for counts, p in fits_of(size - 1).items() if shown(served, counts, fit, threads) == rates_of(now))
            for fit, chance in NEWCOMER.items()
        }
        right += max(posterior, key=posterior.__getitem__) == truth
        blind += truth == STRONG
    return Result("fit of a dominant candidate", served.name, size, 0, companies, blind / companies, right / companies)


def rates_of(served: Signals) -> tuple[float, float, float]:
    """The three rates of fits."""
    return served.strong_fit_rate, served.maybe_rate, served.misfit_rate


@cache
def shown(served: Served, others: Counts, fit: Counts, threads: int) -> tuple[float, float, float]:
    """The rates of a company of these fits and one candidate with many threads of one fit."""
    people: Tallies = {}
    for index, number in enumerate(others):
        for _ in range(number):
            join(people, FIT_COUNTS[index])
    people["f" * 24] = {"inbound": threads, f"fit:{FITS[fit.index(1)]}": threads}
    return rates_of(poll_for(served.publisher(), people))


def all_known_for_sure(name: str, precision: Precision, companies: int) -> Result:
    """How often a first release tells every one of ten outcomes for sure, when nine in ten get an interview."""
    rng, sure = Random(name), 0
    for _ in range(companies):
        served = poll_for(gate(precision), with_outcomes(rng, 10, 0.9))
        possible = {n for n in range(11) if precision.rate(n, 10) == served.outcome_interview_rate}
        sure += possible in ({0}, {10})
    return Result("all ten known for sure", name, 10, 0, companies, 0.0, sure / companies)
