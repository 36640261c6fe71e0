"""Where `anthropic` may be imported: with the module, before the snapshot of SnapStart, or by the first request."""

import os
from importlib import import_module
from typing import Any

if os.environ["IMPORTED"] == "with the module":
    import_module("shared.claude.client")


def handler(_event: object, _context: object) -> dict[str, Any]:
    """Answers as soon as Claude could be asked."""
    import_module("shared.claude.client")
    return {"statusCode": 200}
