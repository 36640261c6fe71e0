"""Export: everything that is held about one person, as JSON (GDPR articles 15 and 20).

What is about others stays out: a key's hash opens nothing to the person and everything to a thief, and a team's
snapshots are sums over all its members. A person's messages may be more than one answer of a function can hold, so they
come in portions; everything else is in the first.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from shared.domain.keys import KeyRecord
from shared.domain.messages import Message
from shared.domain.outcomes import OutcomeReport, Standing
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import Tally, TallyKey, company_of
from shared.infra.errors import Unavailable
from shared.store import Store

type Json = dict[str, Any]

PORTION = 4_000_000
"""Bytes of messages in one answer: Lambda takes 6 MB (AWS, "Lambda quotas")."""

_AT_ONCE = 100


def export_person(store: Store, pseudonyms: Pseudonyms, user_id: str, after: str = "", portion: int = PORTION) -> Json:
    """A portion of what is held about a person. `next` is what to give as `after` for the next one, null at the end.

    Raises Unavailable while the index that finds the messages lags behind them: it has as many as the tallies say, and
    each of them is the person's, or it is not to be trusted.
    """
    ids = sorted(store.messages.ids_of(user_id))
    tallies = store.tallies.of_user(user_id)
    if sum(tally.get("inbound", 0) for key, tally in tallies.items() if not company_of(key.window)) != len(ids):
        raise Unavailable
    messages, last = _portion(_messages(store, user_id, [i for i in ids if i > after]), portion)
    found: Json = {"messages": messages, "next": last}
    if after:
        return found
    profile = store.accounts.profile(user_id)
    return {
        "user_id": user_id,
        "erased": store.accounts.is_erased(pseudonyms.erased_person(user_id)),
        "profile": profile.model_dump(mode="json") if profile else None,
        "memberships": [
            {"team_id": team_id, "joined": found.joined, "role": found.role, "as_of": _said_at(found.order)}
            for team_id, found in store.accounts.memberships(user_id)
        ],
        "keys": list(map(_key, store.api_keys.of_user(user_id))),
        "tallies": [{"window": key.window, "counters": dict(tally)} for key, tally in tallies.items() if tally],
        "reports": [report.model_dump(mode="json") for report in store.reports.all_career_health(user_id)],
        "companies": list(_companies(store, tallies, pseudonyms.candidate(user_id))),
        **found,
    }


def _messages(store: Store, user_id: str, ids: list[str]) -> Iterator[Json]:
    for some in batched(ids, _AT_ONCE, strict=False):
        messages = list(store.messages.owned(user_id, some))
        if len(messages) != len(some):
            raise Unavailable
        yield from map(_message, sorted(messages, key=lambda message: message.message_id))


def _portion(messages: Iterator[Json], most: int) -> tuple[list[Json], str | None]:
    """As many messages as fit, at least one, and the id of the last of them if there are more."""
    taken: list[Json] = []
    size = 0
    for message in messages:
        size += len(json.dumps(message))
        if taken and size > most:
            return taken, taken[-1]["message_id"]
        taken.append(message)
    return taken, None


def _message(message: Message) -> Json:
    triage, history = message.triage, message.history
    assert triage is not None  # noqa: S101 - the index has no message without
    earlier = {"earlier": _standing(history.settled)} if history.settled_until else {}
    return {
        "message_id": message.message_id,
        "team_id": triage.team_id,
        "received_at": _text(triage.received_at),
        "company": triage.company,
        "counted_as": triage.company_key,
        "fit": triage.fit,
        "topics": list(triage.topics),
        "action": triage.action,
        "as_of": _said_at(triage.stamp),
        **_standing(history.standing),
        "outcome_reports": [_report(report) for report in history.reports],
        **earlier,
    }


def _standing(standing: Standing) -> Json:
    return {
        "outcome": standing.outcome,
        "stage": standing.stage,
        "verified": standing.verified,
        "recorded_at": _text(standing.recorded_at),
    }


def _report(report: OutcomeReport) -> Json:
    return {
        "at": _text(report.at),
        "outcome": report.outcome,
        "verified": report.verified,
        "source": report.source,
        "notes": report.notes,
    }


def _key(record: KeyRecord) -> Json:
    return {
        "key_id": record.key_id,
        "team_id": record.team_id,
        "name": record.name,
        "scopes": sorted(record.scopes),
        "created_at": _text(record.created_at),
        "expires_at": _text(record.expires_at),
        "revoked_at": _text(record.revoked_at),
        "last_used_on": record.last_used_on,
    }


def _companies(store: Store, tallies: dict[TallyKey, Tally], candidate: str) -> Iterator[Json]:
    """The person's part in company signals, under the pseudonym it is kept by."""
    for company_key in sorted({company for key in tallies if (company := company_of(key.window))}):
        yield {
            "company": company_key,
            "candidate": candidate,
            "counters": dict(store.tallies.candidate(company_key, candidate)),
            "changed_since_release": store.releases.is_noted(company_key, candidate),
            "in_release": store.releases.is_in_release(company_key, candidate),
        }


def _said_at(stamp: str) -> str:
    return stamp.split(" ")[0]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
