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

from shared.domain.history import History, Reports
from shared.domain.keys import KeyRecord
from shared.domain.messages import Message
from shared.domain.outcomes import OutcomeReport
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import CompanyKey, QuarterKey, Tally, TallyKey
from shared.domain.webhooks.events import logged_events
from shared.infra.errors import Unavailable
from shared.store import Store
from shared.store.webhooks import Delivery

type Json = dict[str, Any]

PORTION = 4_000_000
"""Bytes of messages in one answer: Lambda takes 6 MB (AWS, "Lambda quotas")."""

_AT_ONCE = 100


def export_person(
    store: Store, pseudonyms: Pseudonyms, user_id: str, now: datetime, after: str = "", portion: int = PORTION
) -> Json:
    """A portion of what is held about a person. `next` is what to give as `after` for the next one, null at the end.

    Raises Unavailable while the index that finds the messages lags behind them: it has as many as the tallies say, and
    each of them is the person's, or it is not to be trusted.
    """
    ids = sorted(store.messages.ids_of(user_id))
    person = store.tallies.person(user_id)
    received = (tally.get("inbound", 0) for key, tally in person.tallies.items() if isinstance(key, QuarterKey))
    if sum(received) != len(ids):
        raise Unavailable
    messages, last = _portion(_messages(store, user_id, [i for i in ids if i > after], now), portion)
    found: Json = {"messages": messages, "next": last}
    if after:
        return found
    profile = store.accounts.profile(user_id)
    return {
        "user_id": user_id,
        "erased": store.accounts.is_erased(pseudonyms.erased_person(user_id)),
        "profile": profile.model_dump(mode="json") if profile else None,
        "memberships": [
            {
                "team_id": team_id,
                "joined": found.joined,
                "role": found.role,
                "event_time": _event_time(found.event_order),
            }
            for team_id, found in store.accounts.memberships(user_id)
        ],
        "keys": list(map(_key, store.api_keys.of_user(user_id))),
        "tallies": [_tally(key, tally) for key, tally in person.tallies.items()],
        "reports": store.reports.documents(user_id),
        "companies": list(_companies(store, person.companies, pseudonyms.candidate(user_id))),
        "reports_of_former_threads": [
            {"message_id": message_id, **_own_reports(reports)} for message_id, reports in person.reports.items()
        ],
        **found,
    }


def _messages(store: Store, user_id: str, ids: list[str], now: datetime) -> Iterator[Json]:
    for some in batched(ids, _AT_ONCE, strict=False):
        messages = list(store.messages.owned(user_id, some))
        if len(messages) != len(some):
            raise Unavailable
        for message in sorted(messages, key=lambda message: message.message_id):
            deliveries = store.webhooks.about(message.message_id)
            yield _message(message) | {
                "webhook_deliveries": list(map(_delivery, deliveries)),
                "applications": list(_applications(store, message.message_id, now)),
            }


def _applications(store: Store, message_id: str, now: datetime) -> Iterator[Json]:
    """Yields the applications that are linked to a thread, and what applicant tracking systems said of them."""
    for link in store.applications.of_thread(message_id):
        facts = store.applications.read(link.application, now).facts
        yield {
            "provider": link.application.provider,
            "application_id": link.application.application_id,
            "link_event_time": _event_time(link.event_order),
            "facts": [
                {"event_id": fact.event_id, "kind": fact.kind, "at": _text(fact.at), "words": dict(fact.words)}
                for fact in facts
            ],
        }


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
    triage = message.triage
    assert triage is not None  # noqa: S101 - the index has no message without
    return {
        "message_id": message.message_id,
        "team_id": triage.team_id,
        "received_at": _text(triage.received_at),
        "company": triage.company,
        "counted_as": triage.company_key,
        "shown_as": triage.spelling,
        "fit": triage.fit,
        "topics": list(triage.topics),
        "action": triage.action,
        "event_time": _event_time(triage.event_order),
        **_history(message.history),
        "webhook_events": [
            {"written_at": _text(written_at), "body": event.body} for written_at, event in logged_events(message)
        ],
    }


def _delivery(delivery: Delivery) -> Json:
    event = delivery.event
    return {"type": event.type, "body": event.body, "state": delivery.state, "attempts": list(delivery.attempts)}


def _history(history: History) -> Json:
    status = history.status
    origins = (history.own, history.verified_events, *history.providers.values())
    return {
        "outcome": status.outcome,
        "stage": status.stage,
        "verified": status.verified,
        "recorded_at": _text(status.recorded_at),
        "outcome_reports": [_report(report) for report in history.reports],
        "earlier_outcomes": [earlier for origin in origins for earlier in _earlier(origin)],
    }


def _own_reports(reports: Reports) -> Json:
    return {"outcome_reports": list(map(_report, reports.kept)), "earlier_outcomes": _earlier(reports)}


def _earlier(reports: Reports) -> list[Json]:
    """Of reports that are no longer kept one by one, when each outcome was last reported."""
    return [{"outcome": outcome, "at": _text(at)} for outcome, at in reports.older.items()]


def _report(report: OutcomeReport) -> Json:
    return {
        "at": _text(report.at),
        "outcome": report.outcome,
        "verified": report.verified,
        "source": report.source,
        "notes": report.notes,
        "first_at": _text(report.first_at),
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


def _tally(key: TallyKey, tally: Tally) -> Json:
    names = key._asdict() if isinstance(key, CompanyKey | QuarterKey) else {}
    return {name: text for name, text in names.items() if name != "user_id"} | {"counters": dict(tally)}


def _companies(store: Store, companies: set[str], candidate: str) -> Iterator[Json]:
    """Yields the person's part in company signals, under the pseudonym it is kept by."""
    for company_key in sorted(companies):
        yield {
            "company": company_key,
            "candidate": candidate,
            "counters": dict(store.tallies.candidate(company_key, candidate)),
            "changed_since_release": store.releases.is_pending(company_key, candidate),
            "in_release": store.releases.is_in_release(company_key, candidate),
        }


def _event_time(event_order: str) -> str:
    return event_order.split(" ")[0]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
