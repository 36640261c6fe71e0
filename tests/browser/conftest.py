"""The running API, for clients of it."""

from tests.e2e.conftest import api, base_url

__all__ = ["api", "base_url"]
