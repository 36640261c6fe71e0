"""The steps of the smoke test: a person's whole life on a stack, with the calls and refusals that callers rely on.

Team ids are never used again and teams are not deleted, so every run uses the same two teams. The person, the keys and
the thread are new in each run and erased at its end.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from intraview import ApiError, Client, ConnectionFailed, NotFound, PlanNotEntitled, RateLimited, ScopeMissing
from intraview import BadRequest as ClientBadRequest
from intraview import Unauthorized as ClientUnauthorized

from local.smoke.targets import Target
from shared.domain.periods import timestamp

ENTERPRISE, PRO = "smoke-enterprise", "smoke-pro"
"""The two teams of all runs."""

_COMPANY = "Smoke Test Company"
_CALLS_TO_LIMIT = 60
"""A Pro team has 20 requests a minute. AWS enforces the limit on a best-effort basis."""

_NEARLY_A_RETRY = 2.5
"""Seconds: less than the Retry-After of 3, so that the client does not wait and try again."""

type Step = tuple[str, Callable[[], None]]


class StepFailed(Exception):
    """A step did not show what it must. The message says what was seen."""


class SmokeTest:
    """One run. `patience` is how many seconds it waits for events and for cached verdicts to expire."""

    def __init__(
        self,
        target: Target,
        patience: float = 90,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target, self._patience, self._sleep, self._clock = target, patience, sleep, clock
        self.user_id = f"smoke-{uuid.uuid4()}"
        self._message_id = f"thread-{self.user_id}"
        self._key_ids: dict[str, str] = {}
        self._clients = ExitStack()
        self._writer: Client
        self._reader: Client
        self._pro: Client
        self._published = self._erased = False

    def steps(self) -> Iterator[Step]:
        """The steps with their names, in order."""
        yield "publish two teams, a member of both and a profile", self._publish_member
        yield "make keys with manage_keys", self._make_keys
        yield "whoami shows team, plan and scopes", self._whoami
        yield "publish a message and wait for the report", self._publish_message
        yield "read every endpoint", self._read_endpoints
        yield "record an outcome and read it back", self._record_outcome
        yield "bad requests get 400, 401, 403 and 404", self._refusals
        yield "a Pro key gets 429 within 60 calls", self._reach_limit
        yield "a revoked key gets 401", self._revoke
        yield "erase the person; no key is left", self._erase

    def close(self) -> None:
        """Erases the person if a step failed before the last, and closes the connections."""
        self._clients.close()
        if self._published and not self._erased:
            self._target.publish(("CandidateErased", {"user_id": self.user_id}))

    def _publish_member(self) -> None:
        self._published = True
        for team, plan in ((ENTERPRISE, "enterprise"), (PRO, "pro")):
            self._target.publish(
                ("TeamUpdated", {"team_id": team, "name": f"Smoke test ({plan})", "plan": plan}),
                ("MemberJoined", {"team_id": team, "user_id": self.user_id}),
            )
        profile = {"headline": "Smoke test", "skills": ["Python"], "summary": "Writes Python services."}
        self._target.publish(("ProfileUpdated", {"user_id": self.user_id, **profile}))

    def _make_keys(self) -> None:
        self._writer = self._client(self._key(ENTERPRISE, "read", "write"))
        self._reader = self._client(self._key(ENTERPRISE, "read"))
        self._pro = self._client(self._key(PRO, "read"))

    def _key(self, team_id: str, *scopes: str) -> str:
        """A key. It is 404 until the events of team and membership have been applied."""
        request = {"team_id": team_id, "user_id": self.user_id, "name": "smoke test", "scopes": list(scopes)}

        def made() -> str | None:
            status, body = self._target.manage_keys("create", **request)
            if status == 404:
                return None
            if status != 201:
                raise StepFailed(f"manage_keys returned {status}: {body}")
            self._key_ids[body["key"]] = body["key_id"]
            return str(body["key"])

        return str(self._wait_for(made, "manage_keys knows no such member; look at the dead letters of the events"))

    def _client(self, key: str) -> Client:
        return self._clients.enter_context(Client(key, base_url=self._target.url))

    def _whoami(self) -> None:
        shown = self._writer.whoami()
        _expect(shown.team_id == ENTERPRISE and shown.user_id == self.user_id, f"the key belongs to {shown}")
        _expect(shown.plan == "enterprise" and set(shown.scopes) == {"read", "write"}, f"the key is {shown}")
        _expect(self._pro.whoami().plan == "pro", "the plan of the Pro key is not pro")

    def _publish_message(self) -> None:
        message = {
            "message_id": self._message_id,
            "user_id": self.user_id,
            "team_id": ENTERPRISE,
            "received_at": timestamp(datetime.now(UTC)),
            "company": _COMPANY,
            "fit": "strong_fit",
            "topics": ["compensation"],
            "action": "drafted",
        }
        self._target.publish(("MessageTriaged", message))
        self._wait_for(
            lambda: self._writer.regenerate_career_health().inbound_volume.total == 1,
            "the report still shows no message; look at the dead letters of the events",
        )

    def _read_endpoints(self) -> None:
        report = self._reader.career_health()
        _expect([company.name for company in report.top_companies] == [_COMPANY], f"top_companies: {report}")
        _expect(self._reader.company_signals(_COMPANY).signals is None, "signals of one candidate are published")
        listed = [thread.id for thread in self._reader.threads()]
        _expect(listed == [self._message_id], f"the list shows {listed}")
        _expect(self._reader.thread(self._message_id).outcome is None, "the new thread has an outcome")
        _expect(self._reader.team_analytics().team_id == ENTERPRISE, "the analytics are of another team")
        summary = self._reader.job_summary("We are looking for a Python engineer. You need Python.")
        _expect(bool(summary.overall_fit and summary.one_line_pitch), "the job summary is empty")

    def _record_outcome(self) -> None:
        self._writer.record_outcome(self._message_id, "screening_scheduled")
        thread = self._writer.thread(self._message_id)
        _expect(thread.outcome == "screening_scheduled", f"the thread's outcome is {thread.outcome}")
        tracked = self._writer.career_health().outcome_summary.total_tracked
        _expect(tracked == 1, f"the report tracks {tracked} outcomes")

    def _refusals(self) -> None:
        unknown_key = self._clients.enter_context(Client("iv_live_" + "0" * 38, base_url=self._target.url))
        _expect_error(ClientUnauthorized, unknown_key.whoami)
        _expect_error(NotFound, lambda: self._reader.thread("unknown"))
        _expect_error(ClientBadRequest, lambda: self._reader.job_summary("x" * 200_000))
        _expect_error(ScopeMissing, lambda: self._reader.record_outcome(self._message_id, "interviewed"))
        _expect_error(PlanNotEntitled, self._pro.team_analytics)

    def _reach_limit(self) -> None:
        for _ in range(_CALLS_TO_LIMIT):
            try:
                self._pro.whoami(timeout=_NEARLY_A_RETRY)
            except RateLimited:
                return
        raise StepFailed(f"{_CALLS_TO_LIMIT} calls of a Pro key all succeeded")

    def _revoke(self) -> None:
        key = self._key(ENTERPRISE, "read")
        client = self._client(key)
        client.whoami()
        status, body = self._target.manage_keys("revoke", team_id=ENTERPRISE, key_id=self._key_ids[key])
        _expect(status == 204, f"manage_keys returned {status}: {body}")
        self._wait_until_refused(client)

    def _erase(self) -> None:
        self._target.publish(("CandidateErased", {"user_id": self.user_id}))
        self._erased = True
        self._wait_for(lambda: not self._keys_left(), "the person's keys are still listed")
        self._wait_until_refused(self._writer)

    def _keys_left(self) -> list[str]:
        """The keys of this person that manage_keys still lists."""
        listed = [self._target.manage_keys("list", team_id=team)[1]["keys"] for team in (ENTERPRISE, PRO)]
        return [key["key_id"] for keys in listed for key in keys if key["user_id"] == self.user_id]

    def _wait_until_refused(self, client: Client) -> None:
        def refused() -> bool:
            try:
                client.whoami()
            except ClientUnauthorized:
                return True
            return False

        self._wait_for(refused, "the key still works; API Gateway caches a verdict for 60 s")

    def _wait_for[Found](self, look: Callable[[], Found], otherwise: str) -> Any:
        """The first result that is true. Raises StepFailed when the patience ends."""
        deadline = self._clock() + self._patience
        while not (found := look()):
            if self._clock() > deadline:
                raise StepFailed(f"after {self._patience:.0f} s {otherwise}")
            self._sleep(0.5)
        return found


def _expect(shown: bool, otherwise: str) -> None:
    if not shown:
        raise StepFailed(otherwise)


def _expect_error(kind: type[ApiError], call: Callable[[], object]) -> None:
    try:
        call()
    except kind:
        return
    except (ApiError, ConnectionFailed) as error:
        raise StepFailed(f"expected {kind.status} {kind.code}, got: {error}") from None
    raise StepFailed(f"expected {kind.status} {kind.code}, but the call succeeded")
