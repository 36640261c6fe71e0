"""What the local stack mends of moto."""

import threading
from collections.abc import Callable

import pytest
from moto.sqs.models import Message, Queue

from local.aws.moto_server import keep_messages_sent_during_a_deletion


class Sent(Message):
    """A message whose receipt handle is its body. `meanwhile` runs when a deletion walks over it."""

    def __init__(self, body: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__(body, body)
        self._meanwhile = meanwhile

    def had_receipt_handle(self, receipt_handle: str) -> bool:
        self._meanwhile()
        return receipt_handle == self.body


def left_after_two_deletions_and_a_sending() -> list[str]:
    """The bodies that a queue holds after a message was deleted, while another was deleted and a third one sent."""
    queue = Queue("queue", "us-east-1", "123456789012")  # type: ignore[abstract]  # as moto itself makes them

    def delete_and_send() -> None:
        queue.delete_message("two")
        queue.add_message(Sent("three"))

    meanwhile = threading.Thread(target=delete_and_send)

    def start() -> None:
        if threading.current_thread() is threading.main_thread() and not meanwhile.ident:
            meanwhile.start()
            meanwhile.join(0.3)  # it waits if the deletion under way has the queue for itself

    for message in (Sent("one"), Sent("two"), Sent("last", start)):
        queue.add_message(message)
    queue.delete_message("one")
    meanwhile.join()
    return [message.body for message in queue._messages]


def test_a_message_sent_during_a_deletion_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "three" not in left_after_two_deletions_and_a_sending(), "moto keeps it now: the mending can go"
    monkeypatch.setattr(Queue, "delete_message", Queue.delete_message)  # put back afterwards
    keep_messages_sent_during_a_deletion()
    assert left_after_two_deletions_and_a_sending() == ["last", "three"]
