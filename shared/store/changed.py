"""Which candidates of a company have changed since its last release: noted in the Reports table, beside the release.

| subject | period | holds |
|---|---|---|
| company#stripe | release#changed#H | candidate H changed since the last release: which write was the last to |

Whatever changes a candidate's tally notes the candidate in the same transaction. So whoever differs from the last
release is noted, and one read that brings the release and at most ten of the noted shows whether a next one can be due,
however many candidates there are. Each has an item of their own: writes for two candidates never meet in one.

Note and tally name the write, and no other write has its name. Who read both, and found the same name, has seen the
note's change in the tally, and may forget the note unless a later write has made it another. Of two items of a
transaction under way a read may find one changed and the other not (AWS, "DynamoDB transactions": read-committed).
"""

import hashlib

from shared.domain.tallies import CandidateKey
from shared.store.table import Item
from shared.store.tally_items import company_subject

PREFIX = "release#changed#"

_LONGEST_SUBJECT = 72  # bytes


def release_subject(company_key: str) -> str:
    """The subject of what is kept of a company's releases. A long name is in it as a hash, so that a release and ten
    noted candidates are one read unit; as names are lower case, none can be taken for a hash.
    """
    subject = company_subject(company_key)
    if len(subject.encode()) <= _LONGEST_SUBJECT:
        return subject
    return company_subject("SHA256:" + hashlib.sha256(company_key.encode()).hexdigest()[:32])


def note_key(company_key: str, candidate: str) -> dict[str, str]:
    """Where it is noted that a candidate changed."""
    return {"subject": release_subject(company_key), "period": PREFIX + candidate}


def marker_of(key: CandidateKey, write: str) -> Item:
    """Returns the item that marks a candidate as changed by this write."""
    return {**note_key(key.company, key.candidate), "write": write}
