"""One run of the evaluation: every case asked, every answer scored.

The rule: how a case is asked is an argument, so that the model, the stand-in and a test are scored by the same code.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.job_fit_eval.cases import PERSONAS, Pair, attacks, pairs, profile
from benchmarks.job_fit_eval.obedient import score_obedience
from benchmarks.job_fit_eval.scores import Answered, score_attacks, score_invariance, score_pairs, score_quotes
from shared.domain.profiles import Profile

type Ask = Callable[[Profile, str], Answered]


def run(ask: Ask, *, at_once: int = 1) -> dict[str, Any]:
    """The report: scores, and what was answered to each pair."""
    labelled, hostile = pairs(), attacks()
    swapped = [(pair, persona) for pair in labelled for persona in PERSONAS]
    with ThreadPoolExecutor(at_once) as pool:
        to_pairs = pool.map(lambda case: ask(profile(case[0].profile, case[1]), case[0].job_description), swapped)
        to_attacks = pool.map(lambda attack: ask(profile(attack.profile), attack.job_description), hostile)
        by_pair = {(pair.id, persona): answer for (pair, persona), answer in zip(swapped, to_pairs, strict=True)}
        by_attack = {attack.id: answer for attack, answer in zip(hostile, to_attacks, strict=True)}
    return {
        "labels": score_pairs(labelled, by_pair),
        "quotes": score_quotes([*by_pair.values(), *by_attack.values()]),
        "attacks": score_attacks(hostile, by_attack),
        "obedience": score_obedience(),
        "invariance": score_invariance(labelled, by_pair, list(PERSONAS)),
        "by_pair": [_detail(pair, by_pair[pair.id, "base"]) for pair in labelled],
    }


def _detail(pair: Pair, answer: Answered) -> dict[str, Any]:
    return {
        "id": pair.id,
        "fit": answer.fit,
        "expected_fit": pair.fit,
        "evidence": sorted(answer.stories),
        "expected_evidence": sorted(pair.evidence),
        "gaps": answer.gaps.splitlines(),
        "expected_gaps": list(pair.gaps),
    }
