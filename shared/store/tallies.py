"""The Tallies table, read: a person's quarter in a team, all that is held of a person, the candidates of a company.

`shared.store.tally_items` names the items. Only `shared.store.messages` adds to tallies.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.domain.history import Reports
from shared.domain.periods import Quarter
from shared.domain.tallies import CandidateKey, CompanyKey, CompanyTallies, QuarterKey, Tally, TallyKey
from shared.store.histories import own_reports
from shared.store.table import Item, Table, from_dynamodb
from shared.store.tally_items import (
    CANDIDATE,
    REPORTS,
    company_subject,
    counters_of,
    key_of_item,
    quarter_sort_key,
    tally_item_key,
    user_subject,
)


@dataclass(frozen=True, slots=True)
class Person:
    """All that the table holds of a person.

    `companies` are those that ever counted the person as a candidate, and `reports` what the person reported of threads
    that are another's now, by message.
    """

    tallies: dict[TallyKey, Tally] = field(default_factory=dict)
    companies: set[str] = field(default_factory=set)
    reports: dict[str, Reports] = field(default_factory=dict)


class Tallies:
    """Tallies of people and companies. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def quarter(self, team_id: str, user_id: str, quarter: Quarter) -> tuple[Tally, CompanyTallies]:
        """Returns a person's quarter in a team, and its parts by company and spelling, in one query."""
        whole: Tally = {}
        companies: dict[str, dict[str, Tally]] = {}
        for item in map(from_dynamodb, self._items(user_subject(user_id), quarter_sort_key(team_id, quarter))):
            key = key_of_item(item)
            if isinstance(key, CompanyKey):
                companies.setdefault(key.company, {})[key.spelling] = counters_of(item)
            else:
                whole = counters_of(item)
        return whole, companies

    def inbound(self, team_id: str, user_id: str, quarter: Quarter) -> int:
        """Returns how many messages a person received in a quarter in a team."""
        return self.get(QuarterKey(team_id, user_id, str(quarter))).get("inbound", 0)

    def get(self, key: TallyKey) -> Tally:
        """Returns one tally, empty if there is none."""
        return counters_of(self._table.get(**tally_item_key(key)) or {})

    def candidates(self, company_key: str, start: str = "", at_most: int = 0) -> dict[str, Tally]:
        """Returns the tallies of a company's candidates by pseudonym.

        `start` selects those whose pseudonym begins so; `at_most` bounds their number.
        """
        return self.candidates_as_written(company_key, start, at_most)[0]

    def candidates_as_written(
        self, company_key: str, start: str = "", at_most: int = 0
    ) -> tuple[dict[str, Tally], dict[str, str]]:
        """Returns the same, and for each candidate the last write that changed the tally."""
        tallies: dict[str, Tally] = {}
        writes: dict[str, str] = {}
        for item in self._items(company_subject(company_key), CANDIDATE + start, at_most):
            candidate = item["sort_key"]["S"].removeprefix(CANDIDATE)
            tallies[candidate] = _counters(item)
            writes[candidate] = item["write"]["S"] if "write" in item else ""
        return tallies, writes

    def candidate(self, company_key: str, candidate: str) -> Tally:
        """Returns one candidate's tally at a company."""
        return self.get(CandidateKey(company_key, candidate))

    def person(self, user_id: str) -> Person:
        """Returns all that is held of a person, over all teams and quarters."""
        person = Person()
        for item in map(from_dynamodb, self._items(user_subject(user_id), "")):
            if key := key_of_item(item):
                person.tallies[key] = counters_of(item)
            if "company" in item:
                person.companies.add(item["company"])
            if item["sort_key"].startswith(REPORTS):
                person.reports[item["sort_key"].removeprefix(REPORTS)] = own_reports(item)
        return person

    def delete(self, key: TallyKey) -> None:
        """Deletes a tally. May be repeated."""
        self._table.delete(**tally_item_key(key))

    def delete_person(self, user_id: str) -> None:
        """Deletes all that is held of a person, once no message counts there. May be repeated."""
        for item in self._items(user_subject(user_id), ""):
            self._table.delete(subject=item["subject"]["S"], sort_key=item["sort_key"]["S"])

    def _items(self, subject: str, prefix: str, at_most: int = 0) -> Iterator[Item]:
        condition = "subject = :subject"
        values: dict[str, Any] = {"subject": subject}
        if prefix:
            condition += " AND begins_with(#sort_key, :prefix)"
            values["prefix"] = prefix
        return self._table.query_typed(condition, at_most=at_most, **values)


def _counters(item: Item) -> Tally:
    """Returns a tally's counters from the typed form in one step: a company's candidates come by the hundred."""
    return {name: count for name, typed in item.items() if "N" in typed and (count := int(typed["N"]))}
