"""Asking, checking and answering within the time that a caller waits (contract 9)."""

from typing import Any

import pytest

from shared.claude.client import BUDGET_SECONDS
from shared.domain.job_fit.prompt import Answer
from shared.domain.profiles import MAX_PROFILE_BYTES, Profile
from shared.services.job_summary import CHECKING_SECONDS_A_CHARACTER, summarize

NOTHING = Answer(requirements=(), claims=(), talking_points=(), overall_fit="maybe", one_line_pitch="")


class Asked:
    """In place of Claude: remembers until when it may answer."""

    deadline = 0.0

    def ask(self, _prompt: Any, _parse: Any, *, deadline: float) -> tuple[Answer, str]:
        self.deadline = deadline
        return NOTHING, "model"


@pytest.mark.parametrize("characters", [10, 5_000, 240_000])
def test_claude_answers_the_earlier_the_longer_the_profile_takes_to_check(characters: int) -> None:
    asked, summary = Asked(), "experience " * (characters // 5 // 11 + 1)
    profile = Profile(summary=summary[:40_000], stories=())
    summarize(profile, "A job", asked, nonce="n", deadline=100.0)  # type: ignore[arg-type]  # stands in for Claude
    length = len(summary[:40_000].rstrip())
    assert asked.deadline == pytest.approx(100.0 - length * CHECKING_SECONDS_A_CHARACTER)


def test_the_largest_profile_leaves_claude_most_of_the_time() -> None:
    assert MAX_PROFILE_BYTES * CHECKING_SECONDS_A_CHARACTER < 0.4 * BUDGET_SECONDS
