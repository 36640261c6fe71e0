"""The signature over an ATS body (contract 15)."""

import hashlib
import hmac

import pytest

from shared.domain.ats.signatures import SIGNATURE_HEADERS, Provider, is_signed

BODY = b'{"action":"ping","name":"\\u003cb\\u003e"}'


def signed(provider: Provider, body: bytes, secret: str) -> str:
    """The header's value as the vendor sends it."""
    return SIGNATURE_HEADERS[provider][1] + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("provider", Provider)
def test_the_raw_body_verifies_with_any_live_secret_and_with_no_other(provider: Provider) -> None:
    signature = signed(provider, BODY, "new")
    assert is_signed(provider, signature, BODY, ["old", "new"])
    assert not is_signed(provider, signature, BODY, ["old"])
    assert not is_signed(provider, signature, BODY.replace(b"\\u003c", b"<"), ["new"])
    assert not is_signed(provider, signature, BODY, [])


@pytest.mark.parametrize("provider", Provider)
def test_an_empty_secret_never_verifies(provider: Provider) -> None:
    assert not is_signed(provider, signed(provider, BODY, ""), BODY, [""])


@pytest.mark.parametrize("provider", Provider)
def test_a_signature_of_another_form_never_verifies(provider: Provider) -> None:
    good = signed(provider, BODY, "s")
    digits = good[-64:]
    other = next(each for each in Provider if each is not provider)
    for bad in (
        "",
        digits,
        good[:-1],
        good + "0",
        signed(other, BODY, "s"),
        f"sha1={digits}",
        "sha256 \u00e9" + digits,
    ):
        assert not is_signed(provider, bad, BODY, ["s"])
