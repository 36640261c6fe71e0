"""How a ledger is kept: 20 bytes a candidate, 12 of pseudonym and 8 of digest, sorted, in parts that fit an item.

For a company of 100,000 candidates that is 2 MB in seven parts.
"""

from itertools import batched
from struct import Struct

from shared.domain.signals.company_signals import Ledger

_ENTRY = Struct(">12sQ")
_ENTRIES_A_PART = 15_000
"""Entries in one part: 300 KB of the 400 KB that an item may have."""


def packed(ledger: Ledger) -> list[bytes]:
    """The ledger in parts, at least one."""
    entries = (_ENTRY.pack(bytes.fromhex(candidate), digest) for candidate, digest in sorted(ledger.items()))
    return [b"".join(part) for part in batched(entries, _ENTRIES_A_PART, strict=False)] or [b""]


def unpacked(part: bytes) -> dict[str, int]:
    """The entries of a part."""
    return {pseudonym.hex(): digest for pseudonym, digest in _ENTRY.iter_unpack(part)}
