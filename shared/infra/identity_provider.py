"""The identity provider of the console: an Amazon Cognito user pool, over OpenID Connect."""

import json
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import urllib3
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.domain.identities import POOL, Identity
from shared.infra.deployment_settings import deployment_settings
from shared.infra.errors import Unavailable
from shared.infra.telemetry import logger

_TIMEOUT = urllib3.Timeout(connect=2, read=4, total=5)
_MAX_ANSWER = 64 * 1024
_KEYS_FOR = 3600
"""Seconds that the provider's public keys are kept. A token of a key that is not among them has them read again."""

_KEYS_AGAIN_AFTER = 30
"""Seconds after which they may be read again for such a token, so that forged ones cause no flood."""

_LEEWAY = 60
"""Seconds that clocks may differ."""


class Refused(Exception):
    """The provider refuses the code, or the token is not one for this sign-in. The message is for the log."""


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """Where the identity provider is, and what it knows the console as."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str
    sign_out_url: str
    client_id: str


def sign_in_settings() -> SignInSettings:
    """The settings of this deployment. Raises Unavailable."""
    return SignInSettings(**deployment_settings()["sign_in"])


def identity_provider() -> "IdentityProvider":
    """The provider of this deployment, with the keys that it is known to sign with. Raises Unavailable."""
    return _provider(sign_in_settings())


@lru_cache(maxsize=1)
def _provider(settings: SignInSettings) -> "IdentityProvider":
    return IdentityProvider(settings)


class IdentityProvider:
    """Exchanges codes for identities."""

    def __init__(self, settings: SignInSettings) -> None:
        self.settings = settings
        self._http = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)
        self._keys = KeySet([])
        self._keys_read_at = float("-inf")

    def exchange(self, code: str, verifier: str, redirect_uri: str, nonce: str) -> Identity:
        """Returns whom the code of a sign-in stands for. Raises Refused, and Unavailable when the provider fails."""
        fields = {
            "grant_type": "authorization_code",
            "client_id": self.settings.client_id,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._request("POST", self.settings.token_url, body=urlencode(fields), headers=headers)
        if not isinstance(answer.get("id_token"), str):
            raise Unavailable
        return self.verify(answer["id_token"], nonce)

    def verify(self, token: str, nonce: str) -> Identity:
        """Returns whom an ID token names. Raises Refused, and Unavailable when the provider's keys cannot be read."""
        claims = self._claims(token)
        now = time.time()
        expected = {"iss": self.settings.issuer, "aud": self.settings.client_id, "token_use": "id", "nonce": nonce}
        for name, value in expected.items():
            if claims.get(name) != value:
                raise Refused(f"the token has another {name}")
        expires, issued = claims.get("exp"), claims.get("iat")
        if not isinstance(expires, int) or expires <= now - _LEEWAY:
            raise Refused("the token has expired")
        if not isinstance(issued, int) or issued > now + _LEEWAY:
            raise Refused("the token is from the future")
        return _identity(claims)

    def _claims(self, token: str) -> dict[str, Any]:
        if time.monotonic() > self._keys_read_at + _KEYS_FOR:
            self._read_keys()
        try:
            return _decoded(token, self._keys)
        except Refused:
            if time.monotonic() < self._keys_read_at + _KEYS_AGAIN_AFTER:
                raise
        self._read_keys()  # the provider may have a new key
        return _decoded(token, self._keys)

    def _read_keys(self) -> None:
        document = self._request("GET", self.settings.keys_url)
        try:
            self._keys = KeySet.import_key_set(document)  # type: ignore[arg-type]  # checked by the library itself
        except (JoseError, ValueError, KeyError, TypeError):
            raise Unavailable from None
        self._keys_read_at = time.monotonic()

    def _request(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, url, redirect=False, preload_content=False, **sent)
            body = response.read(_MAX_ANSWER, decode_content=True)
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            logger.error("the identity provider cannot be reached", error=type(error).__name__)
            raise Unavailable from error
        if method == "POST" and response.status in (400, 401):
            raise Refused("the provider refuses the code")
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        if response.status != 200 or not isinstance(document, dict):
            logger.error("the identity provider fails", status=response.status)
            raise Unavailable
        return document


def _decoded(token: str, keys: KeySet) -> dict[str, Any]:
    try:
        return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"the token is not signed by the provider: {type(error).__name__}") from None


def _identity(claims: dict[str, Any]) -> Identity:
    """A federated person is named by their own provider, everybody else by the pool."""
    identities = claims.get("identities", [])
    match identities:
        case []:
            provider, subject = POOL, claims.get("sub")
        case [{"providerName": provider, "userId": subject}]:
            pass
        case _:
            raise Refused("the token names more than one identity")
    if (
        not isinstance(provider, str)
        or not isinstance(subject, str)
        or not subject
        or (identities and provider == POOL)
    ):
        raise Refused("the token names nobody")
    return Identity(provider, subject)
