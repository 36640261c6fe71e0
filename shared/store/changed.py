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
import os
from collections.abc import Iterator, Mapping

from shared.domain.tallies import Tally, TallyKey, candidate_window, company_subject
from shared.store.table import Item, Table

PREFIX = "release#changed#"

_LONGEST_SUBJECT = 72  # bytes
_COMPANY, _CANDIDATE = company_subject(""), candidate_window("")


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


def additions(tallies: Table, notes: Table, changes: Mapping[TallyKey, Mapping[str, int]]) -> list[Item]:
    """The actions of `transact` that add to tallies, each followed by that which notes the candidate, if it has one."""
    actions, write = [], os.urandom(6).hex()
    for key, counters in changes.items():
        if note := _note_of(key, write):
            actions += [tallies.adding(key._asdict(), counters, write=write), notes.putting(note)]
        else:
            actions.append(tallies.adding(key._asdict(), counters))
    return actions


def tallies_and_notes(tallies: Mapping[TallyKey, Tally]) -> tuple[Iterator[Item], Iterator[Item]]:
    """Tallies and notes as the tables hold them once a single write has made them all."""
    write = os.urandom(6).hex()
    notes = {key: _note_of(key, write) for key in tallies}
    return (
        ({**key._asdict(), **counters} | ({"write": write} if notes[key] else {}) for key, counters in tallies.items()),
        (note for note in notes.values() if note),
    )


def _note_of(key: TallyKey, write: str) -> Item | None:
    """The note that goes with a change of this tally: there is one if it is a candidate's at a company."""
    if not key.subject.startswith(_COMPANY):
        return None
    return {**note_key(key.subject.removeprefix(_COMPANY), key.window.removeprefix(_CANDIDATE)), "write": write}
