"""A job summary from end to end: ask Claude about a profile and a job, and let through only what the profile proves.

The rule: three visible steps, ask, check, answer; the checking is `shared.domain.job_fit.grounding` and knows no model.
"""

from dataclasses import dataclass

from shared.claude.client import Claude
from shared.domain.job_fit.grounding import GroundedFit, ground
from shared.domain.job_fit.prompt import build_prompt, parse_answer, sources_of
from shared.domain.profiles import Profile

CHECKING_SECONDS_A_CHARACTER = 4e-5
"""Of a profile, kept for checking the answer: 10 s for the largest. Checking takes time in proportion to the profile
(at 256 MB a function has a seventh of a processor), and comes after the last call to Claude.
"""


@dataclass(frozen=True)
class JobSummary:
    """A checked comparison, and the model that made the unchecked one."""

    grounded: GroundedFit
    model: str


def summarize(profile: Profile, job_description: str, claude: Claude, *, nonce: str, deadline: float) -> JobSummary:
    """Compares a profile with a job.

    `nonce` is fresh and random for each request; `deadline` is a reading of Claude's clock. The longer the profile, the
    earlier Claude must have answered. Raises Unavailable when
    Claude gave no usable answer by then, and InputTooLong when it cannot read so much.
    """
    sources = sources_of(profile)
    prompt = build_prompt(sources, job_description, nonce=nonce)
    checking = CHECKING_SECONDS_A_CHARACTER * sum(len(text) for source in sources for text in source.texts)
    answer, model = claude.ask(prompt, parse_answer, deadline=deadline - checking)
    return JobSummary(ground(answer, sources, job_description), model)
