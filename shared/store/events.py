"""The webhook events of all teams, found again in Messages and Reports by a scan, for republication alone."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.store.item_events import Written, events_in
from shared.store.table import Item, Key, Table


class Cursor(NamedTuple):
    """Where a scan goes on: the table, and the key of the last item read."""

    table: str
    after: Key | None


class Events:
    """The events of teams. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, messages: Table, reports: Table) -> None:
        self._messages = messages
        self._reports = reports

    def scan(self, team_id: str, cursor: Cursor | None) -> Iterator[tuple[list[Written], Cursor | None]]:
        """Yields the events of a team, of all teams where it is empty, item by item, each with the cursor after it.

        The last cursor is None. A page in which nothing was found is yielded without events.
        """
        table, after = cursor or Cursor("messages", None)
        if table == "messages":
            for items, last in self._message_pages(team_id, after):
                for item in items:
                    yield events_in(item), Cursor("messages", {"message_id": item["message_id"]})
                yield [], Cursor("messages", last) if last else Cursor("reports", None)
            after = None
        for items, last in self._report_pages(team_id, after):
            for item in items:
                yield events_in(item), Cursor("reports", {"subject": item["subject"], "period": item["period"]})
            yield [], Cursor("reports", last) if last else None

    def _message_pages(self, team_id: str, after: Key | None) -> Iterator[tuple[list[Item], Key | None]]:
        if team_id:
            return self._messages.scan("", after, only="team_id = :team", team=team_id)
        return self._messages.scan("", after, only="attribute_exists(team_id)")

    def _report_pages(self, team_id: str, after: Key | None) -> Iterator[tuple[list[Item], Key | None]]:
        if team_id:
            begin = after["period"] if after else "0"
            condition = "subject = :subject AND #period > :begin"
            return iter([(list(self._reports.query(condition, subject=f"team#{team_id}", begin=begin)), None)])
        return self._reports.scan("subject, #period, #log", after, only="begins_with(subject, :team)", team="team#")
