"""The local stack takes receivers on loopback too, and nothing else that the deployed function refuses."""

import pytest

from local.webhook_functions import parse_local_target
from shared.domain.webhooks.targets import BadTarget, Target
from tests.unit.domain.test_webhook_targets import HOSTILE_URLS


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://127.0.0.1:9000/hook?a=1", Target("127.0.0.1", "/hook?a=1", 9000, "http")),
        ("http://localhost", Target("localhost", "/", 80, "http")),
        ("http://[::1]:9000/", Target("::1", "/", 9000, "http")),
        ("https://example.com/hook", Target("example.com", "/hook")),
    ],
)
def test_loopback_over_http_is_taken_beside_what_is_deployed(url: str, target: Target) -> None:
    assert parse_local_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        *HOSTILE_URLS,
        "http://127.0.0.1:22\n/",
        "http://127.0.0.1:9000/\r\nHost: evil.example/",
        "http://127.0.0.1:9000/a b",
        "http://127.0.0.1\t:9000/",
        " http://127.0.0.1:9000/",
        "http://127.0.0.1:9000/\x00",
        "http://127.0.0.1:9000/\x7f",
        "http://127.0.0.1:9000/\u200b",
        "http://127.0.0.1:9000\\@evil.example/",
        "http://127.0.0.1:9000/#fragment",
        "http://user@127.0.0.1:9000/",
        "http://10.0.0.1/",
        "http://example.com/",
        "http://localhost.evil.example/",
        "http://127.0.0.1:0x50/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        parse_local_target(url)
