"""One request of ours to Claude, through the real SDK, against a server that does what it is told."""

import time
from typing import Any

from shared.claude.client import Claude, ClaudeSettings, KeyUnusable
from shared.claude.replies import Call
from shared.infra.errors import InputTooLong, Unavailable
from shared.services.job_summary import JobSummary, summarize
from tests.integration.messages_api import MessagesApi, Received, Step, message
from tests.unit.domain.job_fit_builders import JOB, a_claim, a_profile, an_answer

SETTINGS = ClaudeSettings(
    provider="anthropic", model="claude-haiku-5-5", effort="low", max_tokens=4096, key_secret_id="the secret's id"
)
GOOD = message(an_answer(a_claim()))
NONCE = "c0ffee"


class Keys:
    """A secret that holds one key, and another one once it is read past the cache."""

    def __init__(self, *keys: str) -> None:
        self._keys = list(keys)
        self.refreshed = 0

    def __call__(self, *, refresh: bool) -> str:
        if refresh:
            self.refreshed += 1
            self._keys = self._keys[1:] or self._keys
        if not self._keys:
            raise KeyUnusable
        return self._keys[0]


class Asking:
    """One request of ours: what it was answered, and everything it did on the way."""

    def __init__(self, url: str, *, seconds: float = 27.0, keys: Keys | None = None, **settings: Any) -> None:
        self.calls: list[Call] = []
        self.pauses: list[float] = []
        self.summary: JobSummary | None = None
        self.problem: Unavailable | None = None
        self.too_long: InputTooLong | None = None
        self.claude = Claude(
            SETTINGS.model_copy(update=settings),
            None if settings.get("provider") == "bedrock" else keys or Keys("the key"),
            self.calls.append,
            base_url=url,
            sleep=self.pauses.append,
        )
        try:
            self.summary = self.again(seconds)
        except Unavailable as problem:
            self.problem = problem
        except InputTooLong as refusal:
            self.too_long = refusal

    def again(self, seconds: float = 27.0) -> JobSummary:
        """Asks as this function's next request would. Raises Unavailable."""
        return summarize(a_profile(), JOB, self.claude, nonce=NONCE, deadline=time.monotonic() + seconds)

    @property
    def outcomes(self) -> list[str]:
        return [str(call.outcome) for call in self.calls]


def asked(*steps: Step, **options: Any) -> tuple[Asking, list[Received]]:
    with MessagesApi(*steps) as api:
        return Asking(api.url, **options), api.requests
