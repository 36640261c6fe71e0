"""API keys: their format, and the verdict on one (contract 2).

    iv_live_ + 32 characters of base62 from a CSPRNG + 6 characters of base62 CRC-32 over all that stands before them

The checksum lets the authorizer refuse a typo or a guess without a database read, and lets secret scanners tell a real
key from a look-alike (`iv_live_[0-9A-Za-z]{38}`). Only the SHA-256 of a key is kept: 32 base62 characters hold 190
bits, so a slow hash would protect nothing that a fast one does not. A new format would get a new prefix (`iv_live2_`),
never another rule for this one.
"""

import hashlib
import hmac
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.identities import POOL
from shared.domain.memberships import Membership
from shared.domain.periods import timestamp
from shared.domain.plans import Plan, Scope, rate_limit_policy

PREFIX = "iv_live_"
_SECRET_LENGTH, _CHECKSUM_LENGTH = 32, 6
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BEARER = re.compile(rf"bearer +({PREFIX}[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECKSUM_LENGTH}}})", re.ASCII | re.IGNORECASE)


def make_key(choice: Callable[[str], str]) -> str:
    """A new key. `choice` picks a character of a string and must come from a CSPRNG (`secrets.choice`)."""
    body = PREFIX + "".join(choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    return body + _checksum(body)


def key_in_header(authorization: str) -> str | None:
    """The key in an Authorization header, or None for anything that is not a well-formed key with its checksum
    right.
    """
    match = _BEARER.fullmatch(authorization)
    if not match:
        return None
    key = match[1]
    body = key[:-_CHECKSUM_LENGTH]
    return key if key.startswith(PREFIX) and _checksum(body) == key[-_CHECKSUM_LENGTH:] else None


def hash_key(key: str) -> str:
    """The form in which a key is stored: its SHA-256 in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_id_of(key: str) -> str:
    """The id of a key, under which its record is stored. It follows from the key, so one read finds either."""
    return f"key_{hashlib.sha256(f'id of {key}'.encode()).hexdigest()[:20]}"


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is known of a key; never the key itself. `last_used_on` is a day: coarse on purpose.

    `rotated_to` is the id of the key's successor. `session` is empty for an API key. For the key of a
    console session it holds the identity provider and the pseudonym of the identity, with a space between. Such a key
    is never listed or rotated.
    """

    key_id: str
    key_hash: str
    team_id: str
    user_id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    rotated_to: str | None = None
    last_used_on: str | None = None
    session: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A team. `event_order` is that of its last TeamUpdated.

    `metered` says that a key was ever made for the team: only then does API Gateway hold a key for it.
    """

    team_id: str
    name: str
    plan: Plan
    event_order: str = ""
    suspended: bool = False
    metered: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """The key is good."""

    key: KeyRecord
    team: Team

    def context(self) -> dict[str, str]:
        """What the endpoints learn of the caller; API Gateway passes strings only."""
        return {
            "team_id": self.team.team_id,
            "user_id": self.key.user_id,
            "plan": self.team.plan,
            "scopes": " ".join(sorted(self.key.scopes)),
            "key_id": self.key.key_id,
            "key_name": self.key.name,
            "key_expires_at": timestamp(self.key.expires_at) if self.key.expires_at else "",
            "session": self.key.session,
            "rate_limit_policy": rate_limit_policy(self.team.plan),
        }


@dataclass(frozen=True, slots=True)
class Denied:
    """The key is refused. The reason is for the operator's metrics; a caller gets the same 401 for each."""

    reason: str


MALFORMED = "malformed"
"""Why a header is denied that holds no key, and for which nothing is read."""


def check_record(key: KeyRecord | None, key_hash: str, now: datetime) -> KeyRecord | Denied:
    """Returns the record of the presented key, or why it is refused for every team.

    All of that is known after one read: the cost of a refusal is the same, whatever its reason.
    """
    if key is None or not hmac.compare_digest(key.key_hash, key_hash):
        return Denied("unknown")
    if key.revoked_at is not None:
        return Denied("revoked")
    if key.expires_at is not None and key.expires_at <= now:
        return Denied("expired")
    return key


def check_team(
    key: KeyRecord, team: Team | None, membership: Membership, provider_team: str | None = None
) -> Allowed | Denied:
    """Returns the verdict on a key whose record is good, by its team and its member.

    A session also needs the identity that opened it: still the member's, and of a provider that opens the team. That
    is the user pool, or one that is registered for the team (`provider_team`) while it is on Enterprise.
    """
    if not membership.allows_key(key.created_at):
        return Denied("not_a_member")
    if team is None:
        return Denied("team_missing")
    if team.suspended:
        return Denied("team_suspended")
    if key.session:
        provider, identity = session_parts(key.session)
        registered = provider_team == team.team_id and team.plan is Plan.ENTERPRISE
        if identity != membership.identity or not (provider == POOL or registered):
            return Denied("identity_opens_nothing")
    return Allowed(key, team)


def session_parts(session: str) -> tuple[str, str]:
    """Returns the provider and the pseudonym of the identity that opened a session."""
    provider, _, identity = session.rpartition(" ")
    return provider, identity


def usage_key(api_id: str, team_id: str, plan: Plan) -> str:
    """The value of the API Gateway key on which all keys of a team draw while it has this plan (contract 3).

    It is computed, so that no table has to remember it. It is no credential: API Gateway takes it from the authorizer
    only. The API's id keeps the stacks of one account apart, in which values are unique.
    """
    return hashlib.sha256(f"usage key/{api_id}/{team_id}/{plan}".encode()).hexdigest()
