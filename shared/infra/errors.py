"""Errors of the services that the product depends on. They know nothing of HTTP: `shared.web.endpoint` maps them."""


class Unavailable(Exception):
    """A backend failed or was too slow; the same request may succeed later.

    `detail` is written for the caller and names nothing internal. `retry_after` is in whole seconds.
    """

    def __init__(
        self, detail: str = "The service is temporarily unavailable. Try again later.", *, retry_after: int = 5
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after


class InputTooLong(Exception):
    """What the caller sent is longer than a backend can read. `detail` is written for the caller."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Throttled(Unavailable):
    """A backend takes no more calls for now: the same call succeeds once there are fewer."""
