"""Which candidates of a company have changed since its last release: noted in the Reports table, beside the release.

| subject | period | holds |
|---|---|---|
| company#stripe | release#changed#H | candidate H changed since the last release: which write was the last to |

Whatever changes a candidate's tally notes the candidate in the same transaction. So whoever differs from the last
release is noted, and one read that brings the release and at most ten of the noted shows whether a next one can be due,
however many candidates there are. Each has an item of their own: writes for two candidates never meet in one.
"""

import hashlib
from collections.abc import Iterable, Iterator
from uuid import uuid4

from shared.store.table import Item
from shared.tallies import TallyKey, candidate_window, company_subject

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


def changed_key(company_key: str, candidate: str) -> dict[str, str]:
    """Where it is noted that a candidate changed."""
    return {"subject": release_subject(company_key), "period": PREFIX + candidate}


def changed_items(tallies: Iterable[TallyKey]) -> Iterator[Item]:
    """What goes with a change of these tallies: of those of a candidate at a company, that the candidate changed.

    Under a name that no other write has, so that whoever forgets what one write noted never forgets a later one's.
    """
    company, candidate = company_subject(""), candidate_window("")
    for subject, window in tallies:
        if subject.startswith(company):
            key = changed_key(subject.removeprefix(company), window.removeprefix(candidate))
            yield {**key, "write": uuid4().hex}
