"""How the logs of webhook events are stored (contract 14).

A message has its log in the attribute `log`. Of the receipt there is only what differs from the triage, which for a
thread without corrections is nothing. A team's scheduled snapshot has the attribute `log` too: the times of the jobs
that made it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.domain.event_log import KEPT_FOR, MAX_CHANGES, Change, EventLog, Receipt
from shared.domain.messages import Message, Triage, receipt_of
from shared.domain.outcomes import Outcome
from shared.domain.periods import sortable
from shared.store.table import Item


def log_item(message: Message) -> Item:
    """Returns the log of a thread as an attribute, empty where there is nothing in it."""
    log = message.log
    item: Item = {}
    if log.count:
        item["count"] = log.count
    if log.changes:
        item["changes"] = list(map(_change_item, log.changes))
    if log.receipt and message.triage:
        shown, current = _receipt_item(log.receipt), _receipt_item(receipt_of(message.triage, log.receipt.written_at))
        item["received"] = {name: shown[name] for name in shown if name == "at" or shown[name] != current[name]}
    return item


def log_of(item: Mapping[str, Any], triage: Triage | None) -> EventLog:
    """Returns the log of a thread with this triage."""
    receipt = None
    if "received" in item and triage:
        stored = item["received"]
        shown = _receipt_item(receipt_of(triage, _moment(stored["at"]))) | stored
        received_at = datetime.fromisoformat(shown["received_at"])
        receipt = Receipt(_moment(shown["at"]), received_at, shown["company"], shown["fit"], shown["action"])
    return EventLog(receipt, tuple(map(_change_of, item.get("changes", []))), item.get("count", 0))


def snapshot_log(log: list[Item], snapshot_time: datetime, now: datetime) -> list[Item]:
    """Returns the log of a team's scheduled snapshot with one more, without those too old to be published again."""
    recent = [each for each in log if _moment(each["at"]) > now - KEPT_FOR]
    return [*recent, {"snapshot_time": sortable(snapshot_time), "at": _seconds(now)}][-MAX_CHANGES:]


def _receipt_item(receipt: Receipt) -> Item:
    return {
        "at": _seconds(receipt.written_at),
        "received_at": sortable(receipt.received_at),
        "company": receipt.company,
        "fit": receipt.fit,
        "action": receipt.action,
    }


def _change_item(change: Change) -> Item:
    item: Item = {"at": _seconds(change.written_at), "number": change.number}
    flags = {"by_owner": change.by_owner, "verified": change.verified}
    item |= {name: True for name, value in flags.items() if value}
    item |= {name: each.value for name, each in (("outcome", change.outcome), ("stage", change.stage)) if each}
    if change.recorded_at:
        item["recorded_at"] = sortable(change.recorded_at)
    return item


def _change_of(item: Mapping[str, Any]) -> Change:
    return Change(
        written_at=_moment(item["at"]),
        number=item["number"],
        by_owner=item.get("by_owner", False),
        outcome=Outcome(item["outcome"]) if "outcome" in item else None,
        stage=Outcome(item["stage"]) if "stage" in item else None,
        verified=item.get("verified", False),
        recorded_at=datetime.fromisoformat(item["recorded_at"]) if "recorded_at" in item else None,
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
