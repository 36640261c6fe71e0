"""Which requests a server of the local stack serves, by their Host and Origin."""

import pytest

from local.loopback import refusal


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_a_loopback_name_is_served(host: str) -> None:
    assert refusal([("Host", host), ("Accept", "*/*")]) is None


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["evil.example"],
        ["evil.example:8000"],
        ["127.0.0.1.evil.example"],
        ["evil.example@127.0.0.1"],
        ["localhost.evil.example:8000"],
        ["127.0.0.1:8000 evil.example"],
        ["128.0.0.1"],
        ["0.0.0.0:8000"],
        ["[::]:8000"],
        ["localhost:"],
        ["localhost:8000\n"],
        ["127.0.0.1", "evil.example"],
        ["127.0.0.1", "127.0.0.1"],
    ],
)
def test_any_other_host_is_refused(hosts: list[str]) -> None:
    assert "Host" in str(refusal([("host", host) for host in hosts]))


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_a_page_of_the_server_itself_is_served(origin: str) -> None:
    assert refusal([("Host", "127.0.0.1:8000"), ("Origin", origin)]) is None


def test_a_server_at_the_port_of_http_serves_its_pages_too() -> None:
    assert refusal([("Host", "localhost"), ("Origin", "http://127.0.0.1")]) is None


@pytest.mark.parametrize(
    "origins",
    [
        ["https://evil.example"],
        ["http://evil.example:8000"],
        ["http://127.0.0.1"],
        ["http://localhost:3000"],
        ["https://localhost:8000"],
        ["http://localhost:8000.evil.example"],
        ["http://http://localhost:8000"],
        ["localhost:8000"],
        ["null"],
        [""],
        ["http://localhost:8000", "https://evil.example"],
        ["http://localhost:8000/"],
    ],
)
def test_a_page_of_anybody_else_is_refused(origins: list[str]) -> None:
    headers = [("Host", "127.0.0.1:8000"), *[("Origin", origin) for origin in origins]]
    assert "Origin" in str(refusal(headers))
