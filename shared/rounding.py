"""How the API rounds: exactly, from counts, half up, so that every published number follows from its counts (contract
5).

Everything is integer arithmetic until the last step; a float only carries the finished decimal to JSON.
"""

from collections.abc import Sequence


def rate(part: int, whole: int) -> float:
    """`part / whole` with two decimals, half up (5 of 8 is 0.63); 0.0 when there is nothing to divide by."""
    return _half_up(100 * part, whole) / 100 if whole else 0.0


def shares(counts: Sequence[int]) -> list[float]:
    """Each count's share of their sum, two decimals, by largest remainder, so that the shares add up to exactly 1.00.

    Equal remainders go to the earlier count. All zeros when the counts are.
    """
    whole = sum(counts)
    if not whole:
        return [0.0] * len(counts)
    hundredths = [100 * count // whole for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: -(100 * counts[i] % whole))
    for i in by_remainder[: 100 - sum(hundredths)]:
        hundredths[i] += 1
    return [share / 100 for share in hundredths]


def percentage_change(now: int, before: int) -> float | None:
    """The change from `before` to `now` in per cent, one decimal, half away from zero; None without a `before`."""
    if not before:
        return None
    change = 1000 * (now - before)
    return (_half_up(change, before) if change >= 0 else -_half_up(-change, before)) / 10


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
