"""In the Reports table, by which version of the normaliser company names are keyed, and how far a re-keying has come.

| subject | period | holds |
|---|---|---|
| normalizer | state | the version, and how far a re-keying has come |
| normalizer | moved#... | two companies: a re-keying has moved messages from one to the other, and not settled them |

The version is the deployment's, kept from its first message on. A message needs none of its own: it has the name as it
was written beside the one it is counted under.
"""

import hashlib
from contextlib import suppress
from typing import NamedTuple

from shared.domain.companies.normalize import NORMALIZER_VERSION
from shared.store.table import ConditionFailed, Table

_SUBJECT = "normalizer"
_STATE = {"subject": _SUBJECT, "period": "state"}


class Rekeying(NamedTuple):
    """How far a re-keying has come: the message it has walked to, and how many it has seen and moved."""

    walked_to: str = ""
    seen: int = 0
    moved: int = 0


class Rekeyings:
    """The state of company names. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._version_is_kept = False

    def keep_version(self) -> None:
        """Keeps this version of the normaliser as the one that names are keyed by, unless one is kept. To be called
        before a message is counted; only the first call of a process writes.
        """
        if self._version_is_kept:
            return
        with suppress(ConditionFailed):
            self._table.put({**_STATE, "normalizer": NORMALIZER_VERSION}, "attribute_not_exists(subject)")
        self._version_is_kept = True

    def names_are_keyed(self) -> bool:
        """Whether messages count under the names that this version of the normaliser gives, and none is being moved.

        To be asked after the candidates were read: a re-keying that begins later finds the release made of them.
        """
        state = self._table.get(**_STATE)
        return not state or ("rekeying" not in state and state["normalizer"] == NORMALIZER_VERSION)

    def under_way(self) -> Rekeying | None:
        """The re-keying that has been begun and not ended, if it was for this version of the normaliser."""
        item = self._table.get(**_STATE) or {}
        if "rekeying" not in item or item["normalizer"] != NORMALIZER_VERSION:
            return None
        return Rekeying(item["walked_to"], item["seen"], item["moved"])

    def keep(self, rekeying: Rekeying) -> None:
        """Keeps how far a re-keying has come. From its beginning to its end no company is released."""
        self._table.put({**_STATE, "rekeying": True, "normalizer": NORMALIZER_VERSION, **rekeying._asdict()})

    def end(self) -> None:
        """From here on companies are released again."""
        self._table.put({**_STATE, "normalizer": NORMALIZER_VERSION})

    def note_move(self, old_key: str, new_key: str) -> None:
        """Notes that messages are moved from one company to another, before they are."""
        self._table.put({**_move(old_key, new_key), "old": old_key, "new": new_key})

    def moves(self) -> list[tuple[str, str]]:
        """From which companies to which messages were moved, and that are not settled yet."""
        condition = "subject = :subject AND begins_with(period, :moved)"
        items = self._table.query(condition, subject=_SUBJECT, moved="moved#")
        return [(item["old"], item["new"]) for item in items]

    def forget_move(self, old_key: str, new_key: str) -> None:
        """Forgets a move, once the companies are settled."""
        self._table.delete(**_move(old_key, new_key))


def _move(old_key: str, new_key: str) -> dict[str, str]:
    both = hashlib.sha256(f"{old_key}#{new_key}".encode()).hexdigest()[:32]  # together they may be too long for a key
    return {"subject": _SUBJECT, "period": f"moved#{both}"}
