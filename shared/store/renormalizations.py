"""The state of company names in the Reports table: which normaliser version they use, and how far a renormalization is.

| subject | period | holds |
|---|---|---|
| normalizer | state | the version, and the progress of a renormalization |
| normalizer | moved#... | two companies: messages moved from one to the other; their releases are not replaced yet |

One version applies to the whole deployment, from its first message on. A message stores its company's name as written
and as normalised, so it needs no version of its own.
"""

import hashlib
from contextlib import suppress
from typing import NamedTuple

from shared.domain.companies.normalize import NORMALIZER_VERSION
from shared.store.table import ConditionFailed, Table

_SUBJECT = "normalizer"
_STATE = {"subject": _SUBJECT, "period": "state"}


class Renormalization(NamedTuple):
    """The progress of a renormalization: the last message scanned, and the numbers of messages seen and moved."""

    scanned_to: str = ""
    seen: int = 0
    moved: int = 0


class Renormalizations:
    """The state of company names. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._version_is_recorded = False

    def record_version(self) -> None:
        """Records this version of the normaliser for the deployment, unless one is recorded.

        Call it before a message is counted. Only the first call of a process writes.
        """
        if self._version_is_recorded:
            return
        with suppress(ConditionFailed):
            self._table.put({**_STATE, "normalizer": NORMALIZER_VERSION}, "attribute_not_exists(subject)")
        self._version_is_recorded = True

    def names_are_current(self) -> bool:
        """Returns whether all messages are counted under names of this normaliser version.

        Call it after reading the candidates: a renormalization that starts later sees the release made from them.
        """
        state = self._table.get(**_STATE)
        return not state or ("in_progress" not in state and state["normalizer"] == NORMALIZER_VERSION)

    def in_progress(self) -> Renormalization | None:
        """Returns the progress of an unfinished renormalization for this normaliser version."""
        item = self._table.get(**_STATE) or {}
        if "in_progress" not in item or item["normalizer"] != NORMALIZER_VERSION:
            return None
        return Renormalization(item["scanned_to"], item["seen"], item["moved"])

    def save(self, progress: Renormalization) -> None:
        """Saves the progress. No company is released between the first call and `finish`."""
        self._table.put({**_STATE, "in_progress": True, "normalizer": NORMALIZER_VERSION, **progress._asdict()})

    def finish(self) -> None:
        """Ends the renormalization; companies are released again."""
        self._table.put({**_STATE, "normalizer": NORMALIZER_VERSION})

    def add_move(self, old_key: str, new_key: str) -> None:
        """Records that messages move from one company to another. Call it before they move."""
        self._table.put({**_move(old_key, new_key), "old": old_key, "new": new_key})

    def moves(self) -> list[tuple[str, str]]:
        """Returns the recorded moves, as pairs of the old and the new company."""
        condition = "subject = :subject AND begins_with(period, :moved)"
        items = self._table.query(condition, subject=_SUBJECT, moved="moved#")
        return [(item["old"], item["new"]) for item in items]

    def delete_move(self, old_key: str, new_key: str) -> None:
        """Deletes a move, once the releases of its companies are replaced."""
        self._table.delete(**_move(old_key, new_key))


def _move(old_key: str, new_key: str) -> dict[str, str]:
    both = hashlib.sha256(f"{old_key}#{new_key}".encode()).hexdigest()[:32]  # both names may be too long for a key
    return {"subject": _SUBJECT, "period": f"moved#{both}"}
