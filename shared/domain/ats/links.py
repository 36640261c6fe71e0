"""Which thread an application is: the one that the latest valid link names (contract 15).

Names and addresses never match anything. A link is valid while its thread belongs to the team that links it, so a link
to another team's thread never takes effect, whichever of the two is known first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from shared.domain.ats.signatures import Provider


class ApplicationKey(NamedTuple):
    """Names an application: a provider's ids are its own, and so are a team's accounts with the provider."""

    team_id: str
    provider: Provider
    application_id: str


@dataclass(frozen=True, slots=True)
class Link:
    """An event says that the application is the thread; `event_order` is the order of that event."""

    application: ApplicationKey
    message_id: str
    event_order: str


def thread_of(links: Iterable[Link], is_valid: Callable[[str], bool]) -> str | None:
    """Returns the thread of an application, given all of its links. `is_valid` says whether the team owns a thread."""
    latest_first = sorted(links, key=lambda link: (link.event_order, link.message_id), reverse=True)
    return next((link.message_id for link in latest_first if is_valid(link.message_id)), None)


def latest_first(links: Iterable[Link]) -> list[Link]:
    """Returns a thread's links in the order in which they claim it: it is the first application that claims it back."""
    return sorted(links, key=lambda link: (link.event_order, link.application), reverse=True)
