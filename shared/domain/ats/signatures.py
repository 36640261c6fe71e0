"""The signature of an ATS request over its raw body (contract 15).

Greenhouse sends `Signature: sha256 <hex>`, Ashby `Ashby-Signature: sha256=<hex>`; both are HMAC-SHA256. The body must
be the bytes as sent: Greenhouse signs its escapes of `<` and `>`.
"""

import hashlib
import hmac
from collections.abc import Iterable
from enum import StrEnum


class Provider(StrEnum):
    """The applicant tracking systems that can report outcomes."""

    GREENHOUSE = "greenhouse"
    ASHBY = "ashby"


SIGNATURE_HEADERS = {Provider.GREENHOUSE: ("signature", "sha256 "), Provider.ASHBY: ("ashby-signature", "sha256=")}
"""The header of each provider's signature, in lower case, and what stands before the hex digits."""


def is_signed(provider: Provider, signature: str, body: bytes, secrets: Iterable[str]) -> bool:
    """Whether one of the secrets signed this body; constant in time. An empty secret never verifies."""
    _, prefix = SIGNATURE_HEADERS[provider]
    given = signature.removeprefix(prefix).lower().encode("ascii", "replace")
    well_formed = signature.startswith(prefix)
    matches = [
        hmac.compare_digest(hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode(), given)
        for secret in secrets
        if secret
    ]
    return well_formed and any(matches)
