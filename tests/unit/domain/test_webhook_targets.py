"""URLs and addresses that a webhook may be delivered to, and the many that it may not (contract 14)."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.webhooks.targets import BadTarget, Target, is_global, parse_target

HOSTILE_URLS = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/",
    "example.com",
    "",
    "https://",
    "https:///path",
    "https:example.com",
    "https://example.com:80/",
    "https://example.com:8443/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:x/",
    "https://user@example.com/",
    "https://user:password@example.com/",  # pragma: allowlist secret
    "https://@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com#@evil.example/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://10.0.0.1/",
    "https://8.8.8.8/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[2606:4700::1111]/",
    "https://[fe80::1%25eth0]/",
    "https://localhost/",
    "https://intranet/",
    "https://example.com./",
    "https://exa mple.com/",
    "https://example.com\\@evil.example/",
    "https://example.com\t/",
    "https://example.com\r\nHost: evil.example/",
    "https://ex\u00e4mple.com/",
    "https://\u2460\u2461\u2466.0.0.1/",
    "https://example\u3002com/",
    "https://-example.com/",
    "https://exa_mple.com/",
    f"https://{'a' * 64}.com/",
    f"https://{'a.' * 130}com/",
    "https://example.com/" + "a" * 2_000,
]

REFUSED_ADDRESSES = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, not to bind
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_a_hostile_url_is_refused_with_what_to_change(url: str) -> None:
    with pytest.raises(BadTarget, match="must"):
        parse_target(url)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.com", Target("example.com", "/")),
        ("https://example.com:443/hooks?team=a&x=%20", Target("example.com", "/hooks?team=a&x=%20")),
        ("https://Hooks.Example.CO.UK/a/b", Target("hooks.example.co.uk", "/a/b")),
        ("https://xn--exmple-cua.com/", Target("xn--exmple-cua.com", "/")),
        ("https://1password.com/?", Target("1password.com", "/")),
    ],
)
def test_an_ordinary_url_is_read(url: str, target: Target) -> None:
    assert parse_target(url) == target


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            target = parse_target(url)
        except BadTarget:
            continue
        assert (target.scheme, target.port) == ("https", 443)
        with pytest.raises(ValueError, match="does not appear"):
            ipaddress.ip_address(target.host)


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::200e"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_global(address)


@given(st.ip_addresses(v=4).filter(lambda ip: not ip.is_global))
def test_no_ipv4_address_gets_in_by_an_ipv6_form_that_carries_it(ip: ipaddress.IPv4Address) -> None:
    number = int(ip)
    forms = [number, 0xFFFF << 32 | number, 0x64_FF9B << 96 | number, 0x2002 << 112 | number << 80]
    assert not any(is_global(str(ipaddress.IPv6Address(form))) for form in forms)
