"""Secrets of this deployment that never change, read from Secrets Manager once per process."""

import os
from functools import cache

from shared.domain.pseudonyms import Pseudonyms
from shared.infra.aws import aws_call, client
from shared.infra.settings import required


@cache
def pseudonyms() -> Pseudonyms:
    """The names of people in company tallies and tombstones. Raises Unavailable."""
    return Pseudonyms(_secret("PSEUDONYM_SECRET_ID"))


@cache
def webhook_secret() -> str:
    """The secret from which the secrets of all webhook endpoints are computed. Raises Unavailable."""
    return _secret("WEBHOOK_SECRET_ID")


def _secret(variable: str) -> str:
    secret_id = required(os.environ, variable)
    return str(aws_call(client("secretsmanager").get_secret_value, SecretId=secret_id)["SecretString"])
