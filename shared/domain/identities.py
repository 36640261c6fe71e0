"""Whom an identity provider asserts (contract 16)."""

from dataclasses import dataclass

POOL = "Cognito"
"""The provider of the accounts that the user pool itself keeps. They may belong to several teams."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The provider's name, and its name for the person. An email address is no identity."""

    provider: str
    subject: str
