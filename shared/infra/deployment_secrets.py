"""Secrets of this deployment that never change, read from Secrets Manager once per process."""

import os
from functools import cache

from shared.domain.pseudonyms import Pseudonyms
from shared.infra.aws import call, client
from shared.infra.settings import required


@cache
def pseudonyms() -> Pseudonyms:
    """The names of people in company tallies and tombstones. Raises Unavailable."""
    secret_id = required(os.environ, "PSEUDONYM_SECRET_ID")
    answer = call(client("secretsmanager").get_secret_value, SecretId=secret_id)
    return Pseudonyms(answer["SecretString"])
