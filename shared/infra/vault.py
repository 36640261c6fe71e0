"""Secrets that customers give us, encrypted by AWS KMS before they are stored.

The connection's id is part of the encryption: a ciphertext that is copied to another connection cannot be read there.
The key never leaves KMS. What was decrypted is kept in memory, since a function meets the same few secrets again.
"""

import os
from functools import lru_cache

from shared.infra.aws import aws_call, client
from shared.infra.settings import required


def seal(connection_id: str, secret: str) -> bytes:
    """Returns the secret, encrypted. Raises Unavailable."""
    answer = aws_call(
        client("kms").encrypt,
        KeyId=required(os.environ, "INTEGRATIONS_KEY_ID"),
        Plaintext=secret.encode(),
        EncryptionContext={"connection_id": connection_id},
    )
    return bytes(answer["CiphertextBlob"])


@lru_cache(maxsize=1_000)
def unseal(connection_id: str, sealed: bytes) -> str:
    """Returns the secret of a connection. Raises Unavailable."""
    answer = aws_call(
        client("kms").decrypt,
        KeyId=required(os.environ, "INTEGRATIONS_KEY_ID"),
        CiphertextBlob=sealed,
        EncryptionContext={"connection_id": connection_id},
    )
    return bytes(answer["Plaintext"]).decode()
