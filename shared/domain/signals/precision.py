"""The precision of published company signals. The default is exact, as in the reference; an operator may reduce it.

Coarser figures hide what one candidate changes (`docs/privacy.md` has the measurements). The arithmetic uses integer
hundredths. With the default, results equal those of `shared.domain.rounding`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.domain.rounding import apportion, divide

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Precision:
    """`round_to`: rates are multiples of this many hundredths, counts multiples of this number; 1 is exact. `clamp`:
    the least distance of a rate from 0 and from 1, in hundredths; 0 switches it off.
    """

    round_to: int = 1
    clamp: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError if the steps do not add up to one whole."""
        if self.round_to < 1 or _WHOLE % self.round_to:
            raise ValueError(f"SIGNALS_ROUND_TO is {self.round_to}; it must divide 100, like 1, 2 or 5")
        if not 0 <= 3 * self.clamp <= _WHOLE or self.clamp % self.round_to:
            raise ValueError(f"SIGNALS_CLAMP is {self.clamp}; it must be a multiple of SIGNALS_ROUND_TO, at most 33")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Precision":
        """Reads SIGNALS_ROUND_TO and SIGNALS_CLAMP; the default is exact. Raises ValueError for other values."""
        return cls(int(environ.get("SIGNALS_ROUND_TO") or 1), int(environ.get("SIGNALS_CLAMP") or 0))

    def count(self, number: int) -> int:
        """Returns a count rounded to the nearest multiple, half up."""
        return divide(number, self.round_to) * self.round_to

    def rate(self, part: int, whole: int) -> float:
        """Returns `part / whole`, rounded half up and clamped; 0.0 if `whole` is 0."""
        if not whole:
            return 0.0
        hundredths = divide(_WHOLE * part, whole * self.round_to) * self.round_to
        return min(max(hundredths, self.clamp), _WHOLE - self.clamp) / _WHOLE

    def shares(self, counts: Sequence[int]) -> list[float]:
        """Returns each count's share of the sum, by largest remainder. The shares add up to exactly 1.00; none is below
        the clamp.
        """
        if not sum(counts):
            return [0.0] * len(counts)
        steps = apportion(counts, _WHOLE // self.round_to)
        least = self.clamp // self.round_to
        lifted = [max(step, least) for step in steps]
        for _ in range(sum(lifted) - sum(steps)):  # take what the lifted ones gained from the largest
            lifted[lifted.index(max(lifted))] -= 1
        return [step * self.round_to / _WHOLE for step in lifted]


EXACT = Precision()
"""The precision of the reference."""
