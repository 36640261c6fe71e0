"""Loads the demo data: folds its events with the domain's own functions and writes what they come to, in bulk.

The result is what `ingest_events` would have left; one transaction after another would take a minute.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.aws.bulk import write_in_bulk
from local.demo.data import demo_events, demo_self_reports
from shared.domain.events import Event, MessageTriaged, OutcomeVerified, read_event
from shared.domain.messages import Message
from shared.domain.outcomes import OutcomeReport
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import recounted
from shared.services.ingestion import apply, outcome_report_of, triage_of
from shared.store import Store
from shared.store.message_items import message_item
from shared.store.tally_writes import whole_tallies


def seed(
    dynamodb: Any, environ: Mapping[str, str], pseudonyms: Pseudonyms, now: datetime, fraction: float = 1.0
) -> int:
    """Fills the empty tables with the demo data as of `now`, or with a fraction of its messages. Returns how many.

    `environ` names the tables, as a function's environment does.
    """
    store = Store(environ, dynamodb)
    store.renormalizations.record_version()
    messages: dict[str, Message] = {}
    for event in map(read_event, demo_events(now, fraction)):
        if isinstance(event.detail, MessageTriaged | OutcomeVerified):
            _fold(messages, event, pseudonyms)
        else:
            apply(event, store, pseudonyms, lambda _: None, now)
    for report in demo_self_reports(now, fraction):
        message = messages[report["message_id"]]
        own = OutcomeReport(report["at"], verified=False, outcome=report["outcome"], notes=report["notes"] or "")
        history = message.history.with_own(message.history.own.with_report(own))
        messages[message.message_id] = message.with_history(history)
    write_in_bulk(dynamodb, environ["MESSAGES_TABLE"], (message_item(message, 1) for message in messages.values()))
    tallies, markers = whole_tallies(recounted(messages.values()))
    write_in_bulk(dynamodb, environ["TALLIES_TABLE"], tallies)
    write_in_bulk(dynamodb, environ["MARKERS_TABLE"], markers)
    return len(messages)


def _fold(messages: dict[str, Message], event: Event, pseudonyms: Pseudonyms) -> None:
    match event.detail:
        case MessageTriaged(message_id=message_id) as detail:
            message = messages.get(message_id) or Message(message_id)
            triage = triage_of(detail, event.event_order)
            messages[message_id] = message.triaged(triage, pseudonyms.candidate(detail.user_id))
        case OutcomeVerified(message_id=message_id) as detail:
            message = messages.get(message_id) or Message(message_id)
            messages[message_id] = message.with_history(
                message.history.with_verified_event(outcome_report_of(detail, event.time))
            )
