"""The command `iv`."""

from intraview.cli.main import main

__all__ = ["main"]
