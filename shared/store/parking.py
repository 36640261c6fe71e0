"""What happens to an owner's reports of outcomes when a message passes from one person to another.

They stay with the person who made them, in their partition of Tallies, where neither the next owner nor an export of
theirs finds them and an erasure does. They come back when the thread does.
"""

from collections.abc import Iterable
from dataclasses import replace

from shared.domain.history import Reports
from shared.domain.messages import Message
from shared.store.histories import own_reports, reports_item
from shared.store.table import Item, Table
from shared.store.tally_items import parked_key


class Parking:
    """The reports that leave a message with its former owner, and those that its next owner brings back."""

    def __init__(self, before: Message | None, after: Message | None) -> None:
        former = before.owner if before else ""
        self._after = after if after and after.owner and after.owner != former else None
        self._before = before if before and former and before.history.own.kept else None

    def keys_to_read(self) -> list[dict[str, str]]:
        """Returns the primary key of what the next owner reported when the message was theirs before."""
        return [parked_key(self._after.owner, self._after.message_id)] if self._after else []

    def with_parked(self, after: Message | None, found: Iterable[Item]) -> Message | None:
        """Returns the message with what its next owner had reported of it."""
        parked = self._parked(found)
        return replace(after, history=after.history.with_own(parked)) if after and parked else after

    def writes(self, tallies: Table, found: Iterable[Item]) -> list[Item]:
        """Returns the actions that park the former owner's reports, and delete the next owner's parked ones."""
        if not self._after:
            return []
        writes = [tallies.delete_op(key) for key in self.keys_to_read() if self._parked(found)]
        if self._before:
            key = parked_key(self._before.owner, self._before.message_id)
            writes.append(tallies.put_op({**key, "own": reports_item(self._before.history.own)}))
        return writes

    def _parked(self, found: Iterable[Item]) -> Reports | None:
        sort_keys = [key["sort_key"] for key in self.keys_to_read()]
        return next((own_reports(item) for item in found if item["sort_key"] in sort_keys), None)
