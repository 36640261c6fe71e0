"""How the Tallies table names its items. A person's are one partition, so that one query finds them in every team.

| subject | sort_key | holds |
|---|---|---|
| user#U | team#T#2026-Q1 | the tally of a quarter in a team |
| user#U | team#T#2026-Q1#H | the same with one company; `company` and `spelling` say which, H is their hash |
| user#U | met#H | `company`: a company that no tally of the person names any more; H is its hash |
| user#U | reports#M | what the person reported of message M, while the message is another's |
| company#K | candidate#P | the tally of a candidate, by pseudonym, at company K |

Every tally carries `write`, which names the last write that changed it. A counter that falls to zero leaves its tally,
and a user's tally without counters is deleted. No id contains "#".
"""

import hashlib
from collections.abc import Mapping

from shared.domain.periods import Quarter
from shared.domain.tallies import CandidateKey, CompanyKey, QuarterKey, Tally, TallyKey
from shared.store.table import Item

MET, REPORTS, CANDIDATE = "met#", "reports#", "candidate#"


def user_subject(user_id: str) -> str:
    """Returns the subject of all that the table holds of a person."""
    return f"user#{user_id}"


def company_subject(company_key: str) -> str:
    """Returns the subject of a company's tallies, one sort_key a candidate."""
    return f"company#{company_key}"


def quarter_sort_key(team_id: str, quarter: Quarter | str) -> str:
    """Returns the sort_key of a quarter in a team, with which those of its companies begin."""
    return f"team#{team_id}#{quarter}"


def tally_item_key(key: TallyKey) -> dict[str, str]:
    """Returns the primary key of a tally."""
    match key:
        case CandidateKey(company, candidate):
            return {"subject": company_subject(company), "sort_key": CANDIDATE + candidate}
        case CompanyKey(team_id, user_id, quarter, company, spelling):
            sort_key = f"{quarter_sort_key(team_id, quarter)}#{_digest(f'{company}\0{spelling}')}"
            return {"subject": user_subject(user_id), "sort_key": sort_key}
        case QuarterKey(team_id, user_id, quarter):
            return {"subject": user_subject(user_id), "sort_key": quarter_sort_key(team_id, quarter)}


def names_in(key: TallyKey) -> dict[str, str]:
    """Returns the attributes that a tally holds beside its counters, since its sort_key has only their hash."""
    return {"company": key.company, "spelling": key.spelling} if isinstance(key, CompanyKey) else {}


def key_of_item(item: Item) -> TallyKey | None:
    """Returns the key of a tally; None for an item that is no tally."""
    subject, sort_key = item["subject"], item["sort_key"]
    if subject.startswith("company#"):
        return CandidateKey(subject.removeprefix("company#"), sort_key.removeprefix(CANDIDATE))
    match sort_key.split("#"):
        case ["team", team_id, quarter]:
            return QuarterKey(team_id, subject.removeprefix("user#"), quarter)
        case ["team", team_id, quarter, _]:
            return CompanyKey(team_id, subject.removeprefix("user#"), quarter, item["company"], item["spelling"])
        case _:
            return None


def met_item(key: CompanyKey) -> Item:
    """Returns the item that remembers a company whose last tally of a person is deleted."""
    return {"subject": user_subject(key.user_id), "sort_key": MET + _digest(key.company), "company": key.company}


def parked_key(user_id: str, message_id: str) -> dict[str, str]:
    """Returns the primary key of a person's reports of a message that is another's."""
    return {"subject": user_subject(user_id), "sort_key": REPORTS + message_id}


def counters_of(item: Mapping[str, object]) -> Tally:
    """Returns a tally's counters, which are all that is a number."""
    return {name: value for name, value in item.items() if isinstance(value, int) and value}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
