"""Names for people that only the holder of a key can compute: company tallies and tombstones know nobody by their id.

The key is a secret of the deployment and never rotates, since a candidate must stay the same candidate.
"""

import hashlib
import hmac


class Pseudonyms:
    """HMAC-SHA-256 names, cut to 96 bits: no two of a billion people share one by chance."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def candidate(self, user_id: str) -> str:
        """A candidate's name in company tallies: 24 hexadecimal digits, spread evenly over a company's key range."""
        return self._name("candidate", user_id)

    def person(self, user_id: str) -> str:
        """Returns a person's name in audit lines and tombstones."""
        return self._name("person", user_id)

    def erased_person(self, user_id: str) -> str:
        """The key of a person's tombstone in Accounts."""
        return f"erased#{self.person(user_id)}"

    def identity(self, provider: str, subject: str) -> str:
        """Returns the name of an identity with which somebody signs in to the console."""
        return self._name("identity", f"{provider}:{subject}")  # a provider's name has no colon

    def erased_message(self, message_id: str) -> str:
        """The key of a message's tombstone in Messages."""
        return f"erased#{self._name('message', message_id)}"

    def _name(self, purpose: str, text: str) -> str:
        return hmac.digest(self._key, f"{purpose}:{text}".encode(), hashlib.sha256)[:12].hex()
