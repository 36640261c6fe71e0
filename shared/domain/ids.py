"""Ids are opaque strings of other systems (contract 11)."""

import re

MAX_ID_LENGTH = 128
"""Characters of any id, in a request or an event: a sort key of DynamoDB holds 1,024 bytes."""

_ID = re.compile(rf"[A-Za-z0-9._:-]{{1,{MAX_ID_LENGTH}}}")


def is_id(text: str) -> bool:
    """Whether a text may be an id. An id contains no "#", which separates ids in the keys of the tables, and is not "."
    or "..", which clients and proxies take out of an address.
    """
    return _ID.fullmatch(text) is not None and text not in {".", ".."}
