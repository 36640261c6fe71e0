"""Rates in which no candidate is more than a fifth (contract 8).

A company with one candidate behind 91 of its 100 threads would otherwise publish that candidate's rates as its own.
"""

from collections.abc import Mapping
from math import lcm

LARGEST_SHARE = 5
"""One candidate is at most one fifth of a rate."""

type Mix = tuple[int, ...]
"""One candidate's threads: the number of all of them first, then the number of each kind."""


def capped(mixes: Mapping[Mix, int]) -> list[int]:
    """Returns whole numbers in the proportions of the summed mixes, with each candidate's weight limited to the cap.

    `mixes` counts the candidates with each mix and is not empty. A candidate above the cap weighs the cap, spread over
    the candidate's own mix. All numbers are scaled by the least factor that keeps them whole. If nobody is above the
    cap, they are the plain sums.
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
    """Returns the largest whole number n that is at most a fifth of the sum of min(threads, n) over the candidates."""
    low, high = 0, sum(mix[0] * candidates for mix, candidates in mixes.items()) // LARGEST_SHARE
    while low < high:  # the sum is concave in n, so a cap that fits implies that all smaller ones fit
        middle = (low + high + 1) // 2
        if LARGEST_SHARE * middle <= sum(min(mix[0], middle) * candidates for mix, candidates in mixes.items()):
            low = middle
        else:
            high = middle - 1
    return low
