"""The guide for integrators as a page: `make openapi` writes functions/pages/docs/guide.html from docs/guide.md."""

import re
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "docs" / "guide.md"
PAGE = ROOT / "functions" / "pages" / "docs" / "guide.html"

_FRAME = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Guide for integrators</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="docs.css">
</head>
<body>
  <a class="skip" href="#guide">Skip to the guide</a>
  <header>
    <nav aria-label="Documentation">
      <a href="./">API reference</a>
      <a href="guide.html" aria-current="page">Guide</a>
      <a href="openapi.json">OpenAPI document</a>
    </nav>
  </header>
  <main class="article" id="guide" tabindex="-1">
{}</main>
</body>
</html>
"""


def guide_page() -> str:
    """The page. Each heading has an id, to which problem types lead; what may scroll can be reached by keyboard."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(SOURCE.read_text())
    for heading, text in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", _slug(text))
        if heading.type == "table_open":
            heading.attrSet("tabindex", "0")
    body = str(markdown.renderer.render(tokens, markdown.options, {}))
    return _FRAME.format(body.replace("<pre>", '<pre tabindex="0">'))


def _slug(heading: Token) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", heading.content.lower()).strip("-")


def main() -> None:
    """Writes the page."""
    PAGE.write_text(guide_page())


if __name__ == "__main__":
    main()
