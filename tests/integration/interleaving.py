"""Workers that take turns, call by call, so that a test can replay any interleaving."""

import threading
from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """A worker ends here, as a process does that is killed: nothing of the product may catch it."""


class Worker:
    """Something that runs in a thread of its own and stops before each of its calls, until it is its turn."""

    def __init__(self, work: Callable[["Worker"], object]) -> None:
        self._turn, self._waits = threading.Semaphore(0), threading.Semaphore(0)
        self._killed = False
        self.over = False
        self.failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()
        self._waits.acquire()

    def _run(self, work: Callable[["Worker"], object]) -> None:
        try:
            self.stop()
            work(self)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.failed = error
        finally:
            self.over = True
            self._waits.release()

    def stop(self, _seconds: float = 0) -> None:
        """Waits for the worker's next turn; a pause is over when it comes."""
        self._waits.release()
        self._turn.acquire()
        if self._killed:
            raise Killed

    def go(self) -> None:
        """Lets the worker make its next call, and comes back when it is before the one after that, or has ended."""
        if not self.over:
            self._turn.release()
            self._waits.acquire()

    def kill(self) -> None:
        """Ends the worker where it stands."""
        self._killed = True
        self.go()

    def finish(self) -> None:
        """Lets the worker run to its end."""
        while not self.over:
            self.go()
        self._thread.join()

    def client(self, client: Any) -> Any:
        """The client, as the worker is to use it."""
        return _Stopping(client, self)


class _Stopping:
    def __init__(self, client: Any, worker: Worker) -> None:
        self._client = client
        self._worker = worker

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, operation)

        def call(**parameters: Any) -> Any:
            self._worker.stop()
            return method(**parameters)

        return call
