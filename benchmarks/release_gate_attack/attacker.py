"""The attacker: exact Bayesian inference over all counts that agree with everything ever served.

Nobody who sees the same figures, and knows as much beforehand, can be right more often.
"""

from collections.abc import Callable, Iterable, Mapping

from shared.domain.signals.company_signals import Signals

type Counts = tuple[int, int, int]
"""A company's strong fits, maybes and misfits; or its interviewed candidates, and twice 0."""

type Moves = Mapping[Counts, float]
"""What a candidate may have changed, and how probable each is."""

type Belief = dict[Counts, float]
type Agrees = Callable[[Counts, Signals], bool]

_NEGLIGIBLE = 1e-9


def moved(belief: Belief, moves: Moves) -> Belief:
    """What he believes after one more candidate did something."""
    result: Belief = {}
    for (a, b, c), probability in belief.items():
        for (x, y, z), chance in moves.items():
            after = (a + x, b + y, c + z)
            result[after] = result.get(after, 0.0) + probability * chance
    return result


def seen(belief: Belief, agrees: Agrees, served: Signals) -> tuple[Belief, float]:
    """What is left of a belief by what is served, and how probable it was to be served."""
    left = {counts: probability for counts, probability in belief.items() if agrees(counts, served)}
    evidence = sum(left.values())
    return {c: p / evidence for c, p in left.items() if p > _NEGLIGIBLE * evidence}, evidence


class Attacker:
    """Follows one company from its first release, release by release."""

    def __init__(self, prior: Belief, agrees: Agrees, first: Signals) -> None:
        self._agrees = agrees
        self._belief, _ = seen(prior, agrees, first)

    def guess(self, target: Moves, others: Iterable[Moves], served: Signals) -> Counts:
        """The most probable of what the target can have done, now that this is served."""
        belief = self._belief
        for moves in others:
            belief = moved(belief, moves)
        posterior: dict[Counts, float] = {}
        after: Belief = {}
        for move, chance in target.items():
            left, evidence = seen(moved(belief, {move: 1.0}), self._agrees, served)
            posterior[move] = chance * evidence
            for counts, probability in left.items():
                after[counts] = after.get(counts, 0.0) + probability * posterior[move]
        self._belief = {counts: probability / sum(posterior.values()) for counts, probability in after.items()}
        return max(posterior, key=posterior.__getitem__)


class Follower:
    """Follows one person who is in every release with one and the same trait, and weighs which of two it is."""

    def __init__(self, prior: Belief, agrees: Agrees, first: Signals, traits: tuple[Counts, Counts]) -> None:
        self._agrees = agrees
        belief, _ = seen(prior, agrees, first)
        self._beliefs = dict.fromkeys(traits, belief)
        self._odds = dict.fromkeys(traits, 0.5)

    def guess(self, others: Iterable[Moves], served: Signals) -> Counts:
        """The more probable trait, now that this is served."""
        others = list(others)
        for trait, belief in self._beliefs.items():
            after = moved(belief, {trait: 1.0})
            for moves in others:
                after = moved(after, moves)
            self._beliefs[trait], evidence = seen(after, self._agrees, served)
            self._odds[trait] *= evidence
        whole = sum(self._odds.values())
        self._odds = {trait: odds / whole for trait, odds in self._odds.items()}
        return max(self._odds, key=self._odds.__getitem__)
