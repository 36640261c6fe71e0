"""Things that no well-meaning client sends."""

import random
from collections.abc import Mapping

JSON = "application/json"

BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "spaces": b" \r\n\t",
    "null": b"null",
    "a list": b"[]",
    "a string": b'"outcome"',
    "a number": b"1",
    "a NUL": b"\0",
    "no UTF-8": b'{"job_description": "\xff\xfe\xfa"}',
    "Latin-1": '{"outcome": "offered", "job_description": "Nestlé", "notes": "Nestlé"}'.encode("latin-1"),
    "Windows-1252": '{"outcome": "offered", "job_description": "“a job”", "notes": "“x”"}'.encode("cp1252"),
    "UTF-8 cut within a character": '{"outcome": "offered", "job_description": "é'.encode()[:-1] + b'"}',
    "UTF-8 with a byte too many": b'{"outcome": "offered", "job_description": "\xc3\xa9\xa9"}',
    "over-long UTF-8": b'{"outcome": "offered", "job_description": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"outcome": "offered", "job_description": "\xed\xa0\x80"}',
    "beyond Unicode": b'{"outcome": "offered", "job_description": "\xf4\x90\x80\x80"}',
    "no UTF-8 in a name": b'{"outcome": "offered", "job_description": "x", "\xe9": 1}',
    "the replacement character": '{"outcome": "offered", "job_description": "\ufffd"}'.encode(),
    "128 KB of empty lists": b'{"a": [' + b"[]," * 43_600 + b"[]]}",
    "more than 128 KB": b'{"job_description": "x", "outcome": "offered"}' + b" " * 131_072,
    "UTF-16": '{"job_description": "x"}'.encode("utf-16"),
    "UTF-8 with a mark": b'\xef\xbb\xbf{"job_description": "x"}',
    "cut off": b'{"job_description": "x',
    "twice": b'{"outcome": "offered", "outcome": "ghosted"}',
    "twice, escaped": b'{"outcome": "offered", "outc\\u006fme": "ghosted"}',
    "NaN": b'{"job_description": NaN}',
    "minus infinity": b'{"period": -Infinity}',
    "a number too long": b'{"period": ' + b"9" * 5_000 + b"}",
    "a number too large": b'{"period": 1e999999}',
    "deeply nested lists": b"[" * 100_000 + b"]" * 100_000,
    "deeply nested objects": b'{"outcome":' * 20_000 + b"1" + b"}" * 20_000,
    "nested to the limit": b'{"outcome":' * 900 + b"1" + b"}" * 900,
    "a lone surrogate": b'{"job_description": "\\ud800", "outcome": "\\udfff", "period": "\\ud800"}',
    "a lone surrogate for a name": b'{"\\ud800": 1}',
    "a lone surrogate in notes": b'{"outcome": "offered", "notes": "\\udbff"}',
    "a surrogate pair": b'{"job_description": "\\ud83d\\ude00", "outcome": "offered", "period": "\\ud83d\\ude00"}',
    "NUL in notes": b'{"outcome": "offered", "notes": "a\\u0000b"}',
    "a prototype": b'{"__proto__": {"outcome": "offered"}, "__class__": 1}',
    "a thousand unknown fields": b"{" + b",".join(b'"f%d": 1' % n for n in range(1_000)) + b"}",
    "an empty name": b'{"": ""}',
    "a name of slashes": b'{"a/b~c": 1}',
    "10,001 characters": b'{"job_description": "' + b"x" * 10_001 + b'"}',
    "one megabyte": b'{"job_description": "' + b"x" * 1_000_000 + b'"}',
    "more than ten megabytes": b'{"job_description": "' + b"x" * 10_500_000 + b'"}',
    "a form": b"outcome=offered&period=2026-Q1",
    "XML": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}

NOT_UTF_8 = frozenset(
    {
        "no UTF-8",
        "Latin-1",
        "Windows-1252",
        "UTF-8 cut within a character",
        "UTF-8 with a byte too many",
        "over-long UTF-8",
        "a surrogate in UTF-8",
        "a lone surrogate",
        "beyond Unicode",
        "no UTF-8 in a name",
        "no UTF-8 in one of two",
    }
)
"""Names of things whose bytes are not UTF-8, sent as they are or percent-encoded: each is 400, never another text."""

QUERIES: Mapping[str, str] = {
    "nothing": "",
    "an empty name": "=x",
    "an empty name and value": "=&=",
    "a name without a value": "company",
    "the name twice": "company=a&company=b",
    "the name twice, escaped": "company=a&comp%61ny=b",
    "a NUL": "company=%00",
    "a file separator": "company=%1C",
    "no UTF-8": "company=%ff%fe",
    "a lone surrogate": "company=%ED%A0%80",
    "half an escape": "company=%&period=%2",
    "Latin-1": "company=Nestl%E9",
    "UTF-8 cut within a character": "company=Nestl%C3",
    "over-long UTF-8": "company=%C0%AF",
    "beyond Unicode": "company=%F4%90%80%80",
    "no UTF-8 in a name": "comp%E9ny=a",
    "no UTF-8 in one of two": "company=a&company=%E9",
    "the replacement character": "company=%EF%BF%BD",
    "over-long": "company=" + "x" * 8_000,
    "a thousand names": "&".join(f"p{n}=1" for n in range(1_000)),
    "semicolons": "company=a;company=b",
    "brackets": "company[]=a&company[$ne]=b",
    "line ends": "company=a%0d%0aSet-Cookie:%20a=b",
    "year zero": "period=0000-Q1",
    "the first year": "period=0001-Q1",
    "digits of another script": "period=%D9%A2%D9%A0%D9%A2%D9%A6-Q1",
    "a limit that is no number": "limit=ten",
    "a limit too large": "limit=" + "9" * 400,
    "a cursor of nothing": "cursor=",
    "a cursor of no base64": "cursor=%FF%00*",
    "an over-long cursor": "cursor=" + "A" * 5_000,
    "two question marks": "company=a?company=b",
}

SEGMENTS: Mapping[str, str] = {
    "dots": "..",
    "escaped dots": "%2e%2e%2f%2e%2e",
    "an escaped slash": "a%2fb",
    "a NUL": "%00",
    "no UTF-8": "%ff",
    "a lone surrogate": "%ED%A0%80",
    "half an escape": "%2",
    "no escape": "a%zz",
    "Latin-1": "Nestl%E9",
    "UTF-8 cut within a character": "a%C3",
    "over-long UTF-8": "%C0%AF",
    "the replacement character": "%EF%BF%BD",
    "a blank": "%20",
    "over-long": "m" * 8_000,
    "longer than a key may be": "m" * 2_100,
    "four-byte characters": "%F0%9F%98%80" * 300,
    "a quote": "'%22%3B--",
    "a tombstone": "erased%23" + "0" * 24,
    "line ends": "%0d%0aX:y",
    "many slashes": "/////",
}

BROKEN_ESCAPES = frozenset({"half an escape", "no escape"})
"""Names of segments with a % that no two hexadecimal digits follow."""

_AUTHORIZED = b"Authorization: Bearer KEY\r\n"
HEADERS: Mapping[str, bytes] = {
    "two keys": _AUTHORIZED + b"Authorization: Bearer iv_live_x\r\nContent-Length: 0\r\n\r\n",
    "no value": b"Authorization:\r\nContent-Length: 0\r\n\r\n",
    "a folded header": _AUTHORIZED + b"X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "Latin-1": _AUTHORIZED + b"X-A: \xe9\r\nUser-Agent: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    "a NUL": _AUTHORIZED + b"X-A: a\0b\r\nContent-Length: 0\r\n\r\n",
    "over-long": _AUTHORIZED + b"X-A: " + b"a" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n",
    "a hundred": _AUTHORIZED + b"".join(b"X-%d: a\r\n" % n for n in range(100)) + b"Content-Length: 0\r\n\r\n",
    "a length of no number": _AUTHORIZED + b"Content-Length: ten\r\n\r\n",
    "a negative length": _AUTHORIZED + b"Content-Length: -1\r\n\r\n",
    "a length too short": _AUTHORIZED + b'Content-Length: 1\r\n\r\n{"period": "2026-Q1"}',
    "a host of line ends": _AUTHORIZED + b"Host: a\r\nContent-Length: 0\r\n\r\n",
    "an upgrade": _AUTHORIZED + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n",
    "an expectation": _AUTHORIZED + b"Expect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    "an override": _AUTHORIZED + b"X-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n\r\n",
    "odd tags": _AUTHORIZED + b'If-None-Match: W/"\xe9", *, ,,"\r\nContent-Length: 0\r\n\r\n',
    "chunks": _AUTHORIZED + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a chunk of no size": _AUTHORIZED + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a compressed body": _AUTHORIZED + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
}


def request(method: str, target: str, key: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A well-formed request around whatever it carries."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", f"Authorization: Bearer {key}"]
    lines += [f"{name}: {value}" for name, value in (headers or {"Content-Type": JSON}).items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


_TARGETS = (
    ("GET", "/api/agent/career-health"),
    ("POST", "/api/agent/career-health"),
    ("GET", "/api/agent/company-signals?company=Stripe"),
    ("POST", "/api/agent/job-summary"),
    ("GET", "/api/team/agent/analytics?period=2026-Q1"),
    ("PATCH", "/api/agent/messages/m/outcome"),
    ("GET", "/api/agent/messages?limit=2&outcome=none&cursor=x"),
    ("GET", "/api/agent/messages/m"),
)


def malformed_request(dice: random.Random, key: str) -> bytes:
    """A request with a malformed body, or a good one with some of its bytes changed, or bytes of no meaning at all."""
    method, target = dice.choice(_TARGETS)
    body = dice.choice([b"{}", b'{"period": "2026-Q1"}', b'{"outcome": "offered"}', b'{"job_description": "a job"}'])
    match dice.randrange(10):
        case 0:
            return dice.randbytes(dice.randrange(1, 400)) + b"\r\n\r\n"
        case 1 | 2 | 3:
            raw = bytearray(request(method, target, key, body))
            for _ in range(dice.randrange(1, 6)):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
            return bytes(raw)
        case _:
            changed = bytearray(body)
            for _ in range(dice.randrange(1, 8)):
                where = dice.randrange(len(changed) + 1)
                changed[where : where + dice.randrange(3)] = dice.choice(_TOKENS)
            return request(method, target, key, bytes(changed))


_TOKENS = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"\xe9",
    b"\xc3",
    b"\xed\xa0\x80",
    b"1e9",
    b"null",
    b"NaN",
    b" ",
    b"\0",
)
