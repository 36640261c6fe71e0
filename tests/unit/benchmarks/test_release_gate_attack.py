"""The attack of `benchmarks/release_gate_attack`, small: what it is to show, it shows."""

from collections.abc import Callable

import pytest

from benchmarks.release_gate_attack.publishers import COARSE, gate, gate_without_cap, live, over_a_threshold
from benchmarks.release_gate_attack.questions import (
    Result,
    Served,
    all_known_for_sure,
    fit_of_a_dominant_candidate,
    fit_of_a_newcomer,
    one_person_in_every_release,
    whether_an_outcome_changed,
)
from shared.domain.signals.precision import EXACT

type Question = Callable[[Served, int, int, int], Result]

GATE = Served("gate", gate)
questions = pytest.mark.parametrize("question", [fit_of_a_newcomer, whether_an_outcome_changed])


@questions
def test_live_figures_tell_everything_threshold_or_not(question: Question) -> None:
    assert question(Served("live", live, batch=1), 5, 0, 5).attacker == 1.0
    assert question(Served("threshold", over_a_threshold, batch=1), 12, 0, 5).attacker == 1.0


@questions
def test_the_gate_leaves_little_to_whoever_does_not_know_the_others(question: Question) -> None:
    result = question(GATE, 12, 0, 60)
    assert result.attacker < result.blind + 0.16  # three standard errors above what the sum of ten tells


@questions
def test_the_gate_does_not_protect_from_whoever_knows_nine_of_the_ten(question: Question) -> None:
    assert question(GATE, 12, 9, 5).attacker == 1.0


def test_the_gate_does_not_protect_whoever_is_in_every_release() -> None:
    [once, often] = one_person_in_every_release("gate", EXACT, (1, 12), 30)
    assert once.attacker < 0.9 < often.attacker


def test_only_a_clamp_hides_that_all_have_the_same_outcome() -> None:
    assert all_known_for_sure("exact", EXACT, 100).attacker > 0.2
    assert all_known_for_sure("clamped", COARSE, 100).attacker == 0.0


def test_the_cap_takes_from_the_rates_what_they_said_of_a_candidate_with_most_threads() -> None:
    assert fit_of_a_dominant_candidate(Served("no cap", gate_without_cap), 10, 91, 40).attacker == 1.0
    assert fit_of_a_dominant_candidate(GATE, 10, 91, 40).attacker < 0.9
