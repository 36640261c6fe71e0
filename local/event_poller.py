"""Feeds events from the ingest queue to their function, as Lambda's poller does on AWS."""

import contextlib
import threading
import traceback
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from local.control_plane import ControlPlane

_INTERVAL = 0.4
"""Seconds between two reads of the queue."""


@contextlib.contextmanager
def polling(control_plane: ControlPlane) -> Iterator[None]:
    """Applies events of the queue in the background until the end."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(_INTERVAL):
            try:
                control_plane.apply_queued_events()
            except (BotoCoreError, ClientError):
                traceback.print_exc()

    thread = threading.Thread(target=run, name="event-poller", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=10)
