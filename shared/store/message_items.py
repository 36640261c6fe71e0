"""How the Messages table holds a thread, and the order in which its index lists a person's threads."""

from datetime import UTC, datetime, timedelta

from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.periods import sortable
from shared.store.event_logs import log_item, log_of
from shared.store.histories import history_attributes, history_of
from shared.store.table import Item

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MICROSECOND = (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


def thread_order(team_id: str, received_at: datetime, message_id: str) -> str:
    """Returns the sort key of the index by_user: the threads of a team, newest first, then by id."""
    return f"{team_id}#{newest_first(received_at)}#{message_id}"


def newest_first(moment: datetime) -> str:
    """Returns text that sorts later moments first: the microseconds that are left of the year 9999."""
    return f"{_LAST_MICROSECOND - (moment - _EPOCH) // timedelta(microseconds=1):018d}"


def message_item(message: Message, version: int) -> Item:
    """Returns the message as the table holds it."""
    item: Item = {"message_id": message.message_id, "version": version, **history_attributes(message.history)}
    if log := log_item(message):
        item["log"] = log
    if triage := message.triage:
        item |= {
            "user_id": triage.user_id,
            "team_id": triage.team_id,
            "candidate": message.candidate,
            "received_at": sortable(triage.received_at),
            "company": triage.company,
            "company_key": triage.company_key,
            "spelling": triage.spelling,
            "fit": triage.fit.value,
            "topics": list(triage.topics),
            "action": triage.action.value,
            "event_order": triage.event_order,
            "thread_order": thread_order(triage.team_id, triage.received_at, message.message_id),
        }
    return item


def message_of(item: Item) -> Message:
    triage = None
    if "user_id" in item:
        triage = Triage(
            user_id=item["user_id"],
            team_id=item["team_id"],
            received_at=datetime.fromisoformat(item["received_at"]),
            company=item["company"],
            company_key=item["company_key"],
            spelling=item["spelling"],
            fit=Fit(item["fit"]),
            topics=tuple(item["topics"]),
            action=Action(item["action"]),
            event_order=item["event_order"],
        )
    return Message(
        item["message_id"],
        triage,
        item.get("candidate", ""),
        history_of(item),
        item["version"],
        log_of(item.get("log", {}), triage),
    )
