"""Markers in the Reports table: the pending candidates of a company, who changed since its last release.

| subject | period | holds |
|---|---|---|
| company#stripe | release#pending#H | candidate H changed since the last release; `write` is the id of the change |

Each change of a candidate's tally writes the candidate's marker in the same transaction. So every candidate who differs
from the last release has a marker. One query returns the release and at most ten markers, and shows whether a release
can be due, however many candidates there are. Each candidate has an item, so writes for two candidates never conflict.

The marker and the tally carry the same write id. When a reader sees equal ids, its tally includes the marked change,
and it may delete the marker unless a later write has replaced it. Within a transaction in progress a read may return
one item changed and the other not (AWS, "DynamoDB transactions": read-committed).
"""

import hashlib

from shared.domain.tallies import CandidateKey
from shared.store.table import Item
from shared.store.tally_items import company_subject

PREFIX = "release#pending#"

_LONGEST_SUBJECT = 72  # bytes


def release_subject(company_key: str) -> str:
    """Returns the partition of a company's release.

    A long name is hashed, so that a release and ten markers fit one read unit. Names are lower case, so none equals
    a hashed one.
    """
    subject = company_subject(company_key)
    if len(subject.encode()) <= _LONGEST_SUBJECT:
        return subject
    return company_subject("SHA256:" + hashlib.sha256(company_key.encode()).hexdigest()[:32])


def marker_key(company_key: str, candidate: str) -> dict[str, str]:
    """Returns the primary key of a candidate's marker."""
    return {"subject": release_subject(company_key), "period": PREFIX + candidate}


def marker_of(key: CandidateKey, write: str) -> Item:
    """Returns the marker of a candidate changed by this write."""
    return {**marker_key(key.company, key.candidate), "write": write}
