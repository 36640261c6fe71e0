"""How a ledger is kept: 20 bytes a candidate, 12 of pseudonym and 8 of digest, sorted, in parts that fit an item.

For a company of 100,000 candidates that is 2 MB in seven parts.
"""

from collections.abc import Iterator
from itertools import batched

from shared.company_signals import Ledger

_PSEUDONYM_BYTES = 12
_ENTRY_BYTES = 20
_ENTRIES_A_PART = 15_000
"""Entries in one part: 300 KB of the 400 KB that an item may have."""


def packed(ledger: Ledger) -> list[bytes]:
    """The ledger in parts, at least one."""
    entries = (bytes.fromhex(candidate + digest) for candidate, digest in sorted(ledger.items()))
    return [b"".join(part) for part in batched(entries, _ENTRIES_A_PART, strict=False)] or [b""]


def unpacked(part: bytes) -> dict[str, str]:
    """The entries of a part."""
    return {entry[:_PSEUDONYM_BYTES].hex(): entry[_PSEUDONYM_BYTES:].hex() for entry in _entries(part)}


def without(part: bytes, candidate: str) -> bytes:
    """The part without a candidate; the same bytes if the candidate is not in it."""
    pseudonym = bytes.fromhex(candidate)
    return b"".join(entry for entry in _entries(part) if not entry.startswith(pseudonym))


def _entries(part: bytes) -> Iterator[bytes]:
    return (part[start : start + _ENTRY_BYTES] for start in range(0, len(part), _ENTRY_BYTES))
