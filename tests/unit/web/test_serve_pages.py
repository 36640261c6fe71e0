"""Static pages: what is served, to whom, and with which headers."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from functions.serve_pages import PAGES, TYPES, handler

EVENT = json.loads((Path(__file__).parents[3] / "events" / "serve_pages.json").read_text())
FILES = sorted(path.relative_to(PAGES / "docs").as_posix() for path in (PAGES / "docs").rglob("*") if path.is_file())


def get(path: str, prefix: str = "/live", host: str = "api.example.com", **headers: str) -> dict[str, Any]:
    """Gets a path under a stage prefix, as API Gateway asks for it."""
    file = path.removeprefix("/docs").removeprefix("/")
    context = {**EVENT["requestContext"], "path": prefix + path, "domainName": host}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return handler(
        {
            **EVENT,
            "resource": "/docs/{file+}" if file else "/docs",
            "path": path,
            "pathParameters": {"file": file} if file else None,
            "headers": {"X-Forwarded-Proto": "https", **given},
            "requestContext": context,
        },
        None,
    )


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_served_with_its_type_and_a_strict_policy(file: str) -> None:
    answer = get(f"/docs/{file}")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == TYPES[Path(file).suffix]
    policy = answer["headers"]["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "unsafe" not in policy
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert answer["headers"]["x-request-id"]
    if file != "openapi.json":
        assert answer["body"] == (PAGES / "docs" / file).read_text()


def get_console(path: str, prefix: str = "/live") -> dict[str, Any]:
    """Gets an address of the console."""
    file = path.removeprefix("/console").removeprefix("/")
    return handler(
        {
            **EVENT,
            "resource": "/console/{file+}" if file else "/console",
            "path": path,
            "pathParameters": {"file": file} if file else None,
            "headers": {"X-Forwarded-Proto": "https"},
            "requestContext": {**EVENT["requestContext"], "path": prefix + path, "domainName": "api.example.com"},
        },
        None,
    )


@pytest.mark.parametrize("prefix", ["/live", "", "/v1"])
@pytest.mark.parametrize(
    "address", ["", "threads", "threads/msg_1.2", "signals/Node.js", "signals/A%2FB", "nowhere/at/all"]
)
def test_every_address_of_the_console_is_its_page_with_the_address_of_this_server(prefix: str, address: str) -> None:
    answer = get_console(f"/console/{address}", prefix)
    assert answer["headers"]["Content-Type"] == TYPES[".html"]
    assert f'<base href="https://api.example.com{prefix}/console/">' in answer["body"]


@pytest.mark.parametrize("file", ["missing.js", "pages/missing.js", "vendor/x", "api/nothing", "../docs/docs.js"])
def test_what_is_no_address_of_the_console_is_404(file: str) -> None:
    assert get_console(f"/console/{file}")["statusCode"] == 404


def test_the_consoles_own_files_are_served_as_they_are() -> None:
    for path in (PAGES / "console").rglob("*"):
        if path.is_file() and path.name != "index.html":
            answer = get_console(f"/console/{path.relative_to(PAGES / 'console').as_posix()}")
            assert answer["body"] == path.read_text()
            assert answer["headers"]["Content-Type"] == TYPES[path.suffix]


def test_a_folder_is_its_index_and_lacks_a_slash_only_once() -> None:
    assert get("/docs/")["body"] == (PAGES / "docs" / "index.html").read_text()
    redirect = get("/docs")
    assert (redirect["statusCode"], redirect["headers"]["Location"]) == (308, "docs/")


@pytest.mark.parametrize("name", ["nothing", "../serve_pages.py", "vendor", "vendor/../docs.js", "INDEX.html", "%2e"])
def test_only_names_of_files_lead_anywhere(name: str) -> None:
    answer = get(f"/docs/{name}")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (404, "not_found")
    assert "/docs/" in json.loads(answer["body"])["detail"]


def test_a_page_that_the_caller_holds_is_not_sent_again() -> None:
    first = get("/docs/")
    again = get("/docs/", if_none_match=first["headers"]["ETag"])
    assert (again["statusCode"], again["body"]) == (304, "")
    assert get("/docs/", if_none_match='W/"other"')["statusCode"] == 200


def test_a_page_is_compressed_for_who_takes_that() -> None:
    answer = get("/docs/docs.css", accept_encoding="gzip, br")
    assert answer["headers"]["Content-Encoding"] == "gzip"
    assert answer["isBase64Encoded"]
    assert gzip.decompress(base64.b64decode(answer["body"])) == (PAGES / "docs" / "docs.css").read_bytes()


def test_versioned_files_are_kept_for_good_and_others_are_asked_for_again() -> None:
    vendored = next(file for file in FILES if file.startswith("vendor/"))
    assert "immutable" in get(f"/docs/{vendored}")["headers"]["Cache-Control"]
    assert get("/docs/")["headers"]["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("prefix", "host", "server"),
    [
        ("/live", "a1.execute-api.us-east-1.amazonaws.com", "https://a1.execute-api.us-east-1.amazonaws.com/live"),
        ("", "api.example.com", "https://api.example.com"),
        ("/v1", "api.example.com", "https://api.example.com/v1"),
    ],
)
def test_the_openapi_document_names_the_server_that_serves_it(prefix: str, host: str, server: str) -> None:
    document = json.loads(get("/docs/openapi.json", prefix, host)["body"])
    assert document["servers"] == [{"url": server}]


@pytest.mark.parametrize("page", [file for file in FILES if file.endswith(".html")])
def test_a_page_loads_only_files_beside_it(page: str) -> None:
    text = (PAGES / "docs" / page).read_text()
    for target in re.findall(r'(?:src|href)="([^"#]+)"', text):
        assert target == "data:," or target == "./" or target in FILES, target
    assert not re.search(r"<(script|style)>|style=|onclick=", text)


def test_vendored_files_are_those_of_their_package() -> None:
    for folder, vendored in json.loads((PAGES / "vendored.json").read_text()).items():
        files = {path.name: path.read_bytes() for path in (PAGES / folder).iterdir()}
        assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == vendored["sha256"]
        assert vendored["version"] in folder
        assert "LICENSE" in files
