"""Tokens of the identity provider: whom a good one names, and that no forged one names anybody (contract 16)."""

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from local.stack import Stack
from shared.domain.identities import Identity
from shared.infra.errors import Unavailable
from shared.infra.identity_provider import IdentityProvider, Refused, SignInSettings
from tests.integration.test_sign_in import NONCE


@pytest.fixture(scope="module")
def provider(stack: Stack) -> IdentityProvider:
    return IdentityProvider(SignInSettings(**stack.identity_provider.settings))


def test_a_token_of_the_pool_names_the_person_by_sub(stack: Stack, provider: IdentityProvider) -> None:
    token = stack.identity_provider.token("Cognito", "sub-1", NONCE)
    assert provider.verify(token, NONCE) == Identity("Cognito", "sub-1")


def test_a_federated_token_names_the_person_by_the_teams_own_provider(stack: Stack, provider: IdentityProvider) -> None:
    token = stack.identity_provider.token("Acme", "ada", NONCE)
    assert provider.verify(token, NONCE) == Identity("Acme", "ada")


type Forge = Callable[[Stack], str]


def _signed(key: RSAKey | OctKey, algorithm: str, stack: Stack) -> str:
    claims = jwt.decode(stack.identity_provider.token("Cognito", "x", NONCE), stack.identity_provider.key).claims
    kid = stack.identity_provider.key.kid
    return jwt.encode({"alg": algorithm, "kid": kid}, claims, key, algorithms=[algorithm])


def _unsigned(stack: Stack) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    body = stack.identity_provider.token("Cognito", "x", NONCE).split(".")[1]
    return f"{head}.{body}."


def _changed(**claims: Any) -> Forge:
    return lambda stack: stack.identity_provider.token("Cognito", "x", **{"nonce": NONCE, **claims})


TWO = [{"providerName": "A", "userId": "1"}, {"providerName": "B", "userId": "2"}]
FORGED: dict[str, Forge] = {
    "another key": lambda stack: _signed(RSAKey.generate_key(2048), "RS256", stack),
    "a shared secret": lambda stack: _signed(OctKey.import_key("x" * 64), "HS256", stack),
    "no signature": _unsigned,
    "no token": lambda _: "nonsense",
    "another audience": _changed(aud="another client"),
    "several audiences": _changed(aud=["local-console", "another client"]),
    "another issuer": _changed(iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"),
    "an access token": _changed(token_use="access"),
    "expired": _changed(exp=int(time.time()) - 3600),
    "no end": _changed(exp=None),
    "an end that is text": _changed(exp="2099-01-01"),
    "from the future": _changed(iat=int(time.time()) + 3600),
    "another nonce": _changed(nonce="another"),
    "no subject": _changed(sub=None),
    "two identities": _changed(identities=TWO),
    "a provider that calls itself the pool": _changed(identities=[{"providerName": "Cognito", "userId": "1"}]),
    "an identity of another shape": _changed(identities="Acme_ada"),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=list(FORGED))
def test_a_forged_token_is_refused(stack: Stack, provider: IdentityProvider, forge: Forge) -> None:
    with pytest.raises(Refused):
        provider.verify(forge(stack), NONCE)


def test_the_providers_new_key_is_found_and_forged_ones_cause_no_flood(stack: Stack) -> None:
    local = stack.identity_provider
    provider = IdentityProvider(SignInSettings(**local.settings))
    provider.verify(local.token("Cognito", "x", NONCE), NONCE)
    old, local.key = local.key, RSAKey.generate_key(2048, {"kid": "new", "use": "sig", "alg": "RS256"})
    try:
        with pytest.raises(Refused):  # read a moment ago
            provider.verify(local.token("Cognito", "x", NONCE), NONCE)
        provider._keys_read_at -= 31  # half a minute later
        assert provider.verify(local.token("Cognito", "x", NONCE), NONCE).subject == "x"
    finally:
        local.key = old


@pytest.fixture
def answering() -> Iterator[Callable[[int, bytes], str]]:
    """Starts a token endpoint that always gives one answer; returns its address."""
    servers = []

    def start(status: int, body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def exchange(stack: Stack, token_url: str) -> Identity:
    settings = replace(SignInSettings(**stack.identity_provider.settings), token_url=token_url)
    return IdentityProvider(settings).exchange("code", "v" * 43, "http://127.0.0.1/console/", NONCE)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (503, b"busy"),
        (302, b""),
        (200, b"not JSON"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"id_token": 7}'),
        (200, b'{"id_token": "' + b"x" * 70_000 + b'"}'),
    ],
    ids=["500", "503", "a redirect", "no JSON", "a list", "no token", "a token that is a number", "no end"],
)
def test_a_provider_that_fails_is_unavailable(
    stack: Stack, answering: Callable[[int, bytes], str], status: int, body: bytes
) -> None:
    with pytest.raises(Unavailable):
        exchange(stack, answering(status, body))


def test_a_code_that_the_provider_refuses_is_refused(stack: Stack, answering: Callable[[int, bytes], str]) -> None:
    with pytest.raises(Refused):
        exchange(stack, answering(400, b'{"error": "invalid_grant"}'))


def test_a_provider_that_nobody_reaches_is_unavailable(stack: Stack) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable):
            exchange(stack, f"http://127.0.0.1:{nobody.getsockname()[1]}")


def test_a_provider_that_hangs_is_given_up_within_seconds(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            exchange(stack, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - began < 10
