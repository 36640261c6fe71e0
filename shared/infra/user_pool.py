"""The identity providers of the console's user pool, in Amazon Cognito. Every method may be repeated."""

from collections.abc import Mapping
from typing import Any

from shared.infra.aws import AwsError, aws_call, client

_OF_THE_POOL = "COGNITO"
_SETTINGS = (
    "ClientName",
    "RefreshTokenValidity",
    "AccessTokenValidity",
    "IdTokenValidity",
    "TokenValidityUnits",
    "ExplicitAuthFlows",
    "CallbackURLs",
    "LogoutURLs",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "AllowedOAuthFlowsUserPoolClient",
    "PreventUserExistenceErrors",
    "EnableTokenRevocation",
)
"""What a client is described with and an update has to repeat: Cognito sets what is left out back to its default."""


class BadProvider(Exception):
    """Cognito refuses a provider's settings. The message says why."""


class UserPool:
    """A user pool with the one client of the console. Every method raises Unavailable when Cognito fails."""

    def __init__(self, pool_id: str, client_id: str) -> None:
        self._cognito = client("cognito-idp")
        self._pool_id = pool_id
        self._client_id = client_id

    def providers(self) -> list[str]:
        """The names of all providers, sorted."""
        names: list[str] = []
        page: dict[str, str] = {}
        while True:
            answer = aws_call(self._cognito.list_identity_providers, UserPoolId=self._pool_id, MaxResults=60, **page)
            names += [provider["ProviderName"] for provider in answer["Providers"]]
            if "NextToken" not in answer:
                return sorted(names)
            page = {"NextToken": answer["NextToken"]}

    def put(self, name: str, kind: str, details: Mapping[str, str]) -> None:
        """Makes a provider, or replaces its settings, and lets the console use it. Raises BadProvider."""
        named: dict[str, Any] = {"UserPoolId": self._pool_id, "ProviderName": name, "ProviderDetails": dict(details)}
        try:
            try:
                aws_call(self._cognito.create_identity_provider, ProviderType=kind, **named)
            except AwsError as error:
                if error.code != "DuplicateProviderException":
                    raise
                aws_call(self._cognito.update_identity_provider, **named)
        except AwsError as error:
            if error.code != "InvalidParameterException":
                raise
            raise BadProvider(str(error).rpartition("operation: ")[2]) from None  # what Cognito itself says
        self._offer(self.providers())

    def remove(self, name: str) -> None:
        """Ends a provider."""
        self._offer([other for other in self.providers() if other != name])
        try:
            aws_call(self._cognito.delete_identity_provider, UserPoolId=self._pool_id, ProviderName=name)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise

    def _offer(self, providers: list[str]) -> None:
        """Has the console's page offer these providers beside the pool's own accounts."""
        key = {"UserPoolId": self._pool_id, "ClientId": self._client_id}
        described = aws_call(self._cognito.describe_user_pool_client, **key)["UserPoolClient"]
        kept = {name: described[name] for name in _SETTINGS if name in described}
        aws_call(
            self._cognito.update_user_pool_client, **key, **kept, SupportedIdentityProviders=[_OF_THE_POOL, *providers]
        )
