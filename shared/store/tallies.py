"""The Tallies table, read: a quarter of a user, the candidates of a company. Only `shared.store.messages` adds to
tallies.
"""

from collections.abc import Iterator
from typing import Any

from shared.domain.periods import Quarter
from shared.domain.tallies import Tally, TallyKey, candidate_window, company_subject, company_window, user_subject
from shared.store.table import Item, Table


class Tallies:
    """Tallies by subject and window. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def quarter(self, user_id: str, quarter: Quarter) -> tuple[Tally, dict[str, Tally]]:
        """A user's quarter: its tally, and those of its companies by normalised name. One query, however many
        messages.
        """
        windows = self._windows(user_subject(user_id), str(quarter))
        prefix = company_window(quarter, "")
        companies = {
            window.removeprefix(prefix): tally for window, tally in windows.items() if window.startswith(prefix)
        }
        return windows.get(str(quarter), {}), companies

    def inbound(self, user_id: str, quarter: Quarter) -> int:
        """How many messages a user received in a quarter."""
        item = self._table.get(subject=user_subject(user_id), window=str(quarter)) or {}
        return int(item.get("inbound", 0))

    def candidates(self, company_key: str, start: str = "", at_most: int = 0) -> dict[str, Tally]:
        """The tallies of a company's candidates, by pseudonym; of those whose pseudonym starts so, and not more than
        that many if that is said.
        """
        return self.candidates_as_written(company_key, start, at_most)[0]

    def candidates_as_written(
        self, company_key: str, start: str = "", at_most: int = 0
    ) -> tuple[dict[str, Tally], dict[str, str]]:
        """The same, and of each candidate which write was the last to change the tally."""
        prefix = candidate_window("")
        tallies: dict[str, Tally] = {}
        writes: dict[str, str] = {}
        for item in self._items(company_subject(company_key), prefix + start, at_most):
            candidate = item["window"]["S"].removeprefix(prefix)
            tallies[candidate] = _counters(item)
            writes[candidate] = item["write"]["S"] if "write" in item else ""
        return tallies, writes

    def candidate(self, company_key: str, candidate: str) -> Tally:
        """One candidate's tally at a company."""
        return self.candidates(company_key, candidate).get(candidate, {})

    def of_user(self, user_id: str) -> dict[TallyKey, Tally]:
        """All tallies of a user, over all quarters."""
        subject = user_subject(user_id)
        return {TallyKey(subject, window): tally for window, tally in self._windows(subject, "").items()}

    def delete(self, key: TallyKey) -> None:
        """Deletes a tally that has come to nothing."""
        self._table.delete(subject=key.subject, window=key.window)

    def _windows(self, subject: str, prefix: str) -> dict[str, Tally]:
        return {item["window"]["S"]: _counters(item) for item in self._items(subject, prefix)}

    def _items(self, subject: str, prefix: str, at_most: int = 0) -> Iterator[Item]:
        condition = "subject = :subject"
        values: dict[str, Any] = {"subject": subject}
        if prefix:
            condition += " AND begins_with(#window, :prefix)"
            values["prefix"] = prefix
        return self._table.query_typed(condition, at_most=at_most, **values)


def _counters(item: Item) -> Tally:
    """A tally's counters, which are all that is a number. From the typed form in one step: a company's candidates come
    by the hundred.
    """
    return {name: count for name, typed in item.items() if "N" in typed and (count := int(typed["N"]))}
