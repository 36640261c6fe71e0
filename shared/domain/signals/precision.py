"""How exactly company signals are published: exactly as counted, as the reference shows them, unless an operator says
otherwise.

Coarser figures blur what one candidate changes (`docs/privacy.md` has the measurements). Everything is integer
arithmetic on hundredths, like `shared.domain.rounding`, whose results the default gives digit for digit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.domain.rounding import apportion, divide

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Precision:
    """`round_to`: rates are multiples of so many hundredths, counts of so many; 1 is exact. `clamp`: no rate is nearer
    than so many hundredths to 0 or to 1; 0 is none.
    """

    round_to: int = 1
    clamp: int = 0

    def __post_init__(self) -> None:
        """Refuses steps that do not add up to one whole, with ValueError."""
        if self.round_to < 1 or _WHOLE % self.round_to:
            raise ValueError(f"SIGNALS_ROUND_TO is {self.round_to}; it must divide 100, like 1, 2 or 5")
        if not 0 <= 3 * self.clamp <= _WHOLE or self.clamp % self.round_to:
            raise ValueError(f"SIGNALS_CLAMP is {self.clamp}; it must be a multiple of SIGNALS_ROUND_TO, at most 33")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Precision":
        """Reads SIGNALS_ROUND_TO and SIGNALS_CLAMP; without them, figures are exact. Raises ValueError for nonsense."""
        return cls(int(environ.get("SIGNALS_ROUND_TO") or 1), int(environ.get("SIGNALS_CLAMP") or 0))

    def count(self, number: int) -> int:
        """A count to the nearest multiple, half up."""
        return divide(number, self.round_to) * self.round_to

    def rate(self, part: int, whole: int) -> float:
        """`part / whole`, half up, away from 0 and 1; 0.0 when there is nothing to divide by."""
        if not whole:
            return 0.0
        hundredths = divide(_WHOLE * part, whole * self.round_to) * self.round_to
        return min(max(hundredths, self.clamp), _WHOLE - self.clamp) / _WHOLE

    def shares(self, counts: Sequence[int]) -> list[float]:
        """Each count's share of their sum, by largest remainder: they add up to exactly 1.00, and none is below the
        clamp.
        """
        if not sum(counts):
            return [0.0] * len(counts)
        steps = apportion(counts, _WHOLE // self.round_to)
        least = self.clamp // self.round_to
        lifted = [max(step, least) for step in steps]
        for _ in range(sum(lifted) - sum(steps)):  # what some were given, the largest give
            lifted[lifted.index(max(lifted))] -= 1
        return [step * self.round_to / _WHOLE for step in lifted]


EXACT = Precision()
"""The reference's own precision."""
