"""How the API rounds: exactly, from counts, half up, so that every published number follows from its counts (contract
5).

Everything is integer arithmetic until the last step; a float only carries the finished decimal to JSON.
"""

from collections.abc import Sequence


def rate(part: int, whole: int) -> float:
    """`part / whole` with two decimals, half up (5 of 8 is 0.63); 0.0 when there is nothing to divide by."""
    return divide(100 * part, whole) / 100 if whole else 0.0


def shares(counts: Sequence[int]) -> list[float]:
    """Each count's share of their sum, two decimals, by largest remainder, so that the shares add up to exactly 1.00.

    Equal remainders go to the earlier count. All zeros when the counts are.
    """
    if not sum(counts):
        return [0.0] * len(counts)
    return [share / 100 for share in apportion(counts, 100)]


def apportion(counts: Sequence[int], seats: int) -> list[int]:
    """`seats` divided in proportion to counts that are not all zero, by largest remainder; ties go to the earlier
    count.
    """
    whole = sum(counts)
    given = [seats * count // whole for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: -(seats * counts[i] % whole))
    for i in by_remainder[: seats - sum(given)]:
        given[i] += 1
    return given


def percentage_change(now: int, before: int) -> float | None:
    """The change from `before` to `now` in per cent, one decimal, half away from zero; None without a `before`."""
    if not before:
        return None
    change = 1000 * (now - before)
    return (divide(change, before) if change >= 0 else -divide(-change, before)) / 10


def divide(numerator: int, denominator: int) -> int:
    """The quotient of two natural numbers as a whole number, half up."""
    return (2 * numerator + denominator) // (2 * denominator)
