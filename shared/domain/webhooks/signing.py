"""Secrets and signatures of webhooks (Standard Webhooks; contract 14).

A secret is computed from a secret of the deployment, the endpoint and a version. So no table or export holds one, and
nothing has to be encrypted.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from standardwebhooks import Webhook

ROTATION_OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation still signs."""


def secret_of(deployment_secret: str, endpoint_id: str, version: int) -> str:
    """Returns a secret as it is shown: `whsec_` and the base64 of 32 bytes."""
    text = f"webhook:{endpoint_id}:{version}".encode()
    return "whsec_" + base64.b64encode(hmac.digest(deployment_secret.encode(), text, hashlib.sha256)).decode()


def signed_headers(secrets: Iterable[str], event_id: str, body: str, now: datetime) -> dict[str, str]:
    """Returns the three headers of a delivery, with one signature for each live secret. `now` is aware and in UTC."""
    signatures = (Webhook(secret).sign(event_id, now, body) for secret in secrets)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
