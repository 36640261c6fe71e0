"""Rates in which no candidate is more than a fifth (contract 8).

A company with one candidate behind 91 of its 100 threads would otherwise publish that candidate's rates as its own.
"""

from collections.abc import Mapping
from math import lcm

LARGEST_SHARE = 5
"""One candidate is at most one part in so many."""

type Mix = tuple[int, ...]
"""Of one candidate's threads, how many are of each kind; the first number is all of them."""


def capped(mixes: Mapping[Mix, int]) -> list[int]:
    """Numbers in the proportions of a sum of mixes in which one with more threads than the cap weighs the cap.

    `mixes` says how many candidates have each mix; there is one at least. Numbers are whole: all are multiplied by what
    makes the spread of a cap over a candidate's own mix whole. Without anybody beyond the cap they are the plain sums.
    """
    cap = thread_cap({mix: candidates for mix, candidates in mixes.items() if mix[0]})
    scale = lcm(*(mix[0] for mix in mixes if mix[0] > cap))
    sums = [0] * max(map(len, mixes))
    for mix, candidates in mixes.items():
        weight = candidates * (scale * cap // mix[0] if mix[0] > cap else scale)
        for index, threads in enumerate(mix):
            sums[index] += weight * threads
    return sums


def thread_cap(mixes: Mapping[Mix, int]) -> int:
    """The largest whole number that is at most a fifth of the sum of min(threads, number) over the candidates."""
    low, high = 0, sum(mix[0] * candidates for mix, candidates in mixes.items()) // LARGEST_SHARE
    while low < high:  # the sum grows ever slower, so what holds for a number holds for all below
        middle = (low + high + 1) // 2
        if LARGEST_SHARE * middle <= sum(min(mix[0], middle) * candidates for mix, candidates in mixes.items()):
            low = middle
        else:
            high = middle - 1
    return low
