"""GET /docs/… and /console/…: static pages from the function's own bundle, `functions/pages`. No key is needed.

A page names others relative to itself, so that it works under a stage prefix and under a custom domain. Two files hold
an absolute address, that of the server that serves them: the OpenAPI document, and the console's page, which is served
at every address of the console (/console/threads/msg_1).
"""

import base64
import gzip
import hashlib
import html
import json
import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from shared.web.base_url import base_url
from shared.web.problems import PROBLEM_JSON, NotFound

PAGES = Path(__file__).parent / "pages"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
REVALIDATED, FOREVER = "no-cache", "public, max-age=31536000, immutable"
OPENAPI, CONSOLE = "docs/openapi.json", "console/index.html"
_ADDRESS_IN_CONSOLE = re.compile(r"console/(?!(?:api|pages|parts|charts|styles|vendor)/)[^/.]+(?:/.*)?", re.DOTALL)
"""What is no file of the console. An id or a company's name in an address may have dots: /console/signals/Node.js."""
_BASE = b'<base href="./">'
"""What the console's page has in place of its absolute address."""

type Event = dict[str, Any]
type Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A file as it is served."""

    content: bytes
    content_type: str
    cache_control: str

    @property
    def etag(self) -> str:
        """Changes with the content; weak, since the same page is sent as it is and compressed."""
        return f'W/"{hashlib.sha256(self.content).hexdigest()[:32]}"'


def handler(event: Event, _context: object) -> Answer:
    """Returns the page of a path, 304 if the caller holds it, a redirect from a folder without its slash, or 404."""
    section = event["resource"].split("/")[1]
    file = (event["pathParameters"] or {}).get("file", "")
    if not file and not event["path"].endswith("/"):
        return _answer(event, 308, {"Location": f"{section}/", "Cache-Control": REVALIDATED})
    page = find_page(f"{section}/{file or 'index.html'}", base_url(event))
    if page is None:
        problem = NotFound("There is no such page. The documentation begins at /docs/.")
        body = json.dumps(problem.document(event["requestContext"]["requestId"]))
        return _answer(event, 404, {"Content-Type": PROBLEM_JSON, "Cache-Control": "no-store"}, body)
    headers = {"Cache-Control": page.cache_control, "ETag": page.etag, "Vary": "Accept-Encoding"}
    if page.etag in _header(event, "if-none-match"):
        return _answer(event, 304, headers)
    headers["Content-Type"] = page.content_type
    if "gzip" not in _header(event, "accept-encoding"):
        return _answer(event, 200, headers, page.content.decode())
    packed = base64.b64encode(gzip.compress(page.content, mtime=0)).decode()
    return {**_answer(event, 200, {**headers, "Content-Encoding": "gzip"}, packed), "isBase64Encoded": True}


def find_page(name: str, base_url: str) -> Page | None:
    """The page of a name such as `docs/index.html`. Only names of files that are there lead anywhere, and addresses of
    the console.
    """
    page = _page(name)
    if page is None and _ADDRESS_IN_CONSOLE.fullmatch(name):
        name, page = CONSOLE, _page(CONSOLE)
    if page is None:
        return None
    if name == OPENAPI:
        document = {**json.loads(page.content), "servers": [{"url": base_url}]}
        return replace(page, content=json.dumps(document, ensure_ascii=False).encode())
    if name == CONSOLE:
        base = f'<base href="{html.escape(base_url)}/console/">'.encode()
        return replace(page, content=page.content.replace(_BASE, base))
    return page


@lru_cache(maxsize=256)
def _page(name: str) -> Page | None:
    path = _files().get(name)
    if path is None:
        return None
    cache_control = FOREVER if "/vendor/" in name else REVALIDATED  # a vendored file's folder names its version
    return Page(path.read_bytes(), TYPES[path.suffix], cache_control)


@cache
def _files() -> dict[str, Path]:
    return {path.relative_to(PAGES).as_posix(): path for path in PAGES.rglob("*") if path.is_file()}


def _header(event: Event, name: str) -> str:
    return next((value for key, value in (event["headers"] or {}).items() if key.lower() == name), "")


def _answer(event: Event, status: int, headers: dict[str, str], body: str = "") -> Answer:
    headers = {"x-request-id": event["requestContext"]["requestId"], **SECURITY, **headers}
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
