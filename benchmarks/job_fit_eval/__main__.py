"""`make eval`: scores the job summary, against Claude with ANTHROPIC_API_KEY and against the stand-in without.

The rule: the product's own code from the prompt to the public answer; only the model differs, and the table names it.
"""

import json
import os
import secrets
import statistics
import sys
import time
from collections import Counter
from typing import Any

from benchmarks.job_fit_eval.cases import HERE
from benchmarks.job_fit_eval.runs import run
from benchmarks.job_fit_eval.scores import Answered
from local.stand_in import start_stand_in
from shared.claude.client import BUDGET_SECONDS, Claude, ClaudeSettings
from shared.claude.replies import Call
from shared.domain.profiles import Profile
from shared.infra.errors import Unavailable
from shared.services.job_summary import summarize

TRIES = 3  # a rate limit is not the model's answer


def main() -> int:
    """Runs everything, prints the table and writes the JSON file.

    Returns 1 when a quote is invalid, an attack works, or the checks let a false area, gap or link pass.
    """
    key = os.environ.get("ANTHROPIC_API_KEY", "")
    settings = ClaudeSettings.model_validate(
        {
            "provider": "anthropic",
            "model": os.environ.get("CLAUDE_MODEL", "claude-haiku-5-5"),
            "effort": os.environ.get("CLAUDE_EFFORT", "low"),
            "max_tokens": os.environ.get("CLAUDE_MAX_TOKENS", "4096"),
        }
    )
    print("Asking", settings.model if key else "the stand-in; set ANTHROPIC_API_KEY to ask Claude")
    if key:
        report = _run(settings, key, None)
    else:
        stand_in = start_stand_in()
        report = _run(settings, "stand-in", stand_in.url)
        stand_in.stop()
    _print(report)
    path = HERE / "results" / f"{report['model']}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\nwritten to", path)
    failed = [*report["attacks"]["worked"], *report["obedience"]["failed"]]
    return 0 if report["quotes"]["quote_validity"] == 1 and not failed else 1


def _run(settings: ClaudeSettings, key: str, base_url: str | None) -> dict[str, Any]:
    calls: list[Call] = []

    def read_key(*, refresh: bool) -> str:
        del refresh  # there is no other key to be had
        return key

    claude = Claude(settings, read_key, calls.append, base_url=base_url)

    def ask(profile: Profile, job_description: str) -> Answered:
        for _ in range(TRIES):
            deadline, nonce = time.monotonic() + BUDGET_SECONDS, secrets.token_hex(16)
            try:
                return Answered(summarize(profile, job_description, claude, nonce=nonce, deadline=deadline))
            except Unavailable as problem:
                time.sleep(problem.retry_after)
        return Answered(None)

    report = run(ask, at_once=4)
    model = next((call.model for call in calls if call.outcome == "answered"), settings.model)
    return {"model": model, **report, "calls": _costs(calls)}


def _costs(calls: list[Call]) -> dict[str, Any]:
    seconds = [call.seconds for call in calls]
    return {
        "calls": len(calls),
        **{f"calls {outcome}": number for outcome, number in Counter(str(call.outcome) for call in calls).items()},
        "seconds, median": round(statistics.median(seconds), 2),
        "seconds, longest": round(max(seconds), 2),
        "input tokens": sum(call.input_tokens for call in calls),
        "output tokens": sum(call.output_tokens for call in calls),
        "tokens read from the cache": sum(call.cache_read_tokens for call in calls),
        "tokens written to the cache": sum(call.cache_write_tokens for call in calls),
    }


def _print(report: dict[str, Any]) -> None:
    print(f"\n{'model':<30}{report['model']}")
    for part in ("labels", "quotes", "attacks", "obedience", "invariance", "calls"):
        for name, value in report[part].items():
            label = f"invariant under {name}" if part == "invariance" else name.replace("_", " ")
            is_share = isinstance(value, float) and part != "calls"
            print(f"{label:<30}{f'{value:.1%}' if is_share else value}")


if __name__ == "__main__":
    sys.exit(main())
