"""The stored form of a roster: 20 bytes a candidate (12 of pseudonym, 8 of digest), sorted, in parts that fit an item.

A company of 100,000 candidates has 2 MB in seven parts.
"""

from itertools import batched
from struct import Struct

from shared.domain.signals.company_signals import Roster

_ENTRY = Struct(">12sQ")
_ENTRIES_A_PART = 15_000
"""Entries in one part: 300 KB of the 400 KB that an item may have."""


def packed(roster: Roster) -> list[bytes]:
    """Returns the roster in parts, at least one."""
    entries = (_ENTRY.pack(bytes.fromhex(candidate), digest) for candidate, digest in sorted(roster.items()))
    return [b"".join(part) for part in batched(entries, _ENTRIES_A_PART, strict=False)] or [b""]


def unpacked(part: bytes) -> dict[str, int]:
    """Returns the entries of a part."""
    return {pseudonym.hex(): digest for pseudonym, digest in _ENTRY.iter_unpack(part)}
