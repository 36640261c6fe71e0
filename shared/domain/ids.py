"""Ids are opaque strings of other systems (contract 11)."""

MAX_ID_LENGTH = 128
"""Characters of any id, in a request or an event: a sort key of DynamoDB holds 1,024 bytes."""
