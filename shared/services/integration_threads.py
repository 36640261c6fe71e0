"""Facts and links become the verified reports of threads (contract 15).

A thread's reports from a provider are made of all facts of its application each time, and replace the provider's
earlier ones in one transaction with the tallies. Each of the three things that can change them, a fact, a link and a
triage, is written first and then settles the threads it may concern. So it does not matter which comes first, and a
repeated delivery completes an interrupted one.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.ats.facts import Fact
from shared.domain.ats.links import ApplicationKey, Link, latest_first, thread_of
from shared.domain.ats.reports import reports_of
from shared.domain.ats.signatures import Provider
from shared.domain.messages import Message
from shared.domain.plans import Plan
from shared.domain.pseudonyms import Pseudonyms
from shared.services.integration_receipt import PING, Task, facts_in
from shared.store import Erased, Store
from shared.store.applications import Application
from shared.store.connections import ReceivedEvent
from shared.store.table import Conflict, retry_on_conflict


class AnotherTeams(Exception):
    """A link names a thread that belongs to another team than the link."""


def apply_task(store: Store, task: Task, now: datetime) -> bool:
    """Applies what was queued of an event. May be repeated.

    Returns False for an event that is dropped: its connection is gone, or its team is not on Enterprise any more.
    """
    connection = store.connections.get(task["connection_id"])
    team = store.accounts.team(connection.team_id) if connection else None
    if connection is None or team is None or team.plan is not Plan.ENTERPRISE:
        return False
    received_at = datetime.fromisoformat(task["received_at"])
    kind, digest, facts = task["kind"], task["digest"], facts_in(task)
    store.connections.note_event(connection.connection_id, kind, received_at)
    if not facts and kind != PING:
        store.connections.add_event(connection.connection_id, ReceivedEvent(digest, received_at, kind))
    keys = set()
    for fact in facts:
        key = ApplicationKey(connection.team_id, connection.provider, fact.application_id)
        store.applications.add_fact(key, fact, connection.connection_id, digest, received_at)
        keys.add(key)
    for key in sorted(keys):
        settle(store, key, now)
    return True


def link_thread(store: Store, pseudonyms: Pseudonyms, link: Link, now: datetime) -> None:
    """Links an application to a thread, and settles the threads that this concerns. May be repeated.

    Raises AnotherTeams, and Erased for a thread of an erased person.
    """

    def attempt() -> None:
        message = store.messages.get(link.message_id)
        team_id = message.triage.team_id if message and message.triage else None
        if team_id not in (None, link.application.team_id):
            raise AnotherTeams
        owner = message.owner if message else None
        person, thread = pseudonyms.erased_person(owner or ""), pseudonyms.erased_message(link.message_id)
        try:
            store.applications.link(link, owner, (person, thread))
        except Conflict:
            if store.messages.is_erased(thread) if message is None else store.accounts.is_erased(person):
                raise Erased from None
            raise

    retry_on_conflict(attempt)
    settle(store, link.application, now)


def settle_links_of(store: Store, message_id: str, now: datetime) -> None:
    """Settles what a change of a thread's team or owner may concern. May be repeated."""
    for link in store.applications.of_thread(message_id):
        settle(store, link.application, now)


def settle(store: Store, key: ApplicationKey, now: datetime) -> None:
    """Makes the reports of every thread that an application is, or was, follow from the facts."""
    for link in store.applications.read(key, now).links:
        while _settle_thread(store, link.message_id, now):
            pass  # facts may have come between reading and writing: read them once more


def erase_thread(store: Store, message_id: str, now: datetime) -> None:
    """Deletes all links to a thread, and the facts of the applications that are no other thread. May be repeated.

    Comes before the thread itself goes, since its owner is how an interrupted erasure finds it again.
    """
    for link in store.applications.of_thread(message_id):
        links = store.applications.read(link.application, now).links
        named = _thread_of(store, links) or next((each.message_id for each in latest_first(links)), message_id)
        store.applications.unlink(link, with_facts=named == message_id)


def thread_of_application(store: Store, key: ApplicationKey, now: datetime) -> str | None:
    """Returns the thread to which an application's facts are applied, or None while they wait."""
    message_id = _thread_of(store, store.applications.read(key, now).links)
    message = store.messages.get(message_id) if message_id else None
    if message is None or message_id is None:
        return None
    claims = [link for link in store.applications.of_thread(message_id) if link.application.provider is key.provider]
    claimed = (link.application for link in latest_first(claims) if _claimed(store, link, message, now))
    return message_id if next(claimed, None) == key else None


def facts_of_thread(store: Store, message: Message, now: datetime) -> dict[Provider, tuple[Fact, ...]]:
    """Returns the facts of the applications that a thread is, by provider, and keeps them as long as it is."""
    found: dict[Provider, tuple[Fact, ...]] = {}
    links = store.applications.of_thread(message.message_id)
    for link in latest_first(links):
        if link.application.provider not in found and (application := _claimed(store, link, message, now)):
            store.applications.keep(link.application, application, message.message_id)
            found[link.application.provider] = application.facts
    return found


def _claimed(store: Store, link: Link, message: Message, now: datetime) -> Application | None:
    """Returns the application of a link if it is this thread."""
    key = link.application
    if not _belongs(message, key.team_id):
        return None
    application = store.applications.read(key, now)
    return application if _thread_of(store, application.links, message) == message.message_id else None


def _settle_thread(store: Store, message_id: str, now: datetime) -> bool:
    """Returns whether anything was written."""
    read: list[Message | None] = []

    def settled(message: Message | None) -> Message | None:
        read.append(message)
        if message is None or message.triage is None:
            return message
        history, facts = message.history, facts_of_thread(store, message, now)
        for provider in Provider:
            history = history.with_provider(provider.value, reports_of(facts.get(provider, ()), provider))
        return message.with_history(history)

    return store.messages.change(message_id, settled) is not read[-1]


def _thread_of(store: Store, links: Sequence[Link], known: Message | None = None) -> str | None:
    """Returns the thread of an application, given all of its links; `known` is a thread that has been read already."""

    def is_valid(message_id: str) -> bool:
        message = known if known and known.message_id == message_id else store.messages.get(message_id)
        return message is not None and _belongs(message, links[0].application.team_id)

    return thread_of(links, is_valid)


def _belongs(message: Message, team_id: str) -> bool:
    return message.triage is not None and message.triage.team_id == team_id
