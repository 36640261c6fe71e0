"""The Integrations table, second family: applications, what is known of them, and which threads they are.

| pk | sk | holds |
|---|---|---|
| application#T#P#A | fact#K | a fact about application A of provider P in team T; `ttl` until a thread is known |
| application#T#P#A | link#M | a link to thread M, with the order of the latest event that names it |
| thread#M | link#T#P#A | the same link, from the thread's side |

One query reads an application whole. Erasure reaches it from the thread's side.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched

from shared.domain.ats.facts import Fact
from shared.domain.ats.links import ApplicationKey, Link
from shared.domain.ats.signatures import Provider
from shared.domain.periods import sortable
from shared.store.connections import ReceivedEvent, ends, event_item, seen_item
from shared.store.table import ConditionFailed, Conflict, Item, Table, retry_on_conflict, transact, unless_erased

_NEWER = "attribute_not_exists(event_order) OR event_order < :event_order"
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Application:
    """What is known of an application. `waiting` are the keys of the facts that are not kept for good."""

    facts: tuple[Fact, ...]
    links: tuple[Link, ...]
    waiting: tuple[str, ...] = ()


class Applications:
    """Facts and links. Every method raises Unavailable when DynamoDB fails."""

    def __init__(self, table: Table, messages: Table, accounts: Table) -> None:
        self._table = table
        self._messages = messages
        self._accounts = accounts

    def read(self, key: ApplicationKey, now: datetime) -> Application:
        """Returns what is known of an application."""
        facts, links, waiting = [], [], []
        for item in self._table.query("pk = :pk", pk=_pk(key)):
            kind, _, name = item["sk"].partition("#")
            if kind == "link":
                links.append(Link(key, name, item["event_order"]))
            elif item.get("ttl", now.timestamp() + 1) > now.timestamp():
                facts.append(_fact(key, item))
                waiting += [name] if "ttl" in item else []
        return Application(tuple(facts), tuple(links), tuple(waiting))

    def add_fact(self, key: ApplicationKey, fact: Fact, connection_id: str, digest: str, received_at: datetime) -> None:
        """Keeps a fact, and lists its event, unless both are there. It waits for a link, 30 days at most.

        A fact without a time of its own is known again by its event's id or, since a sender may change that, by the
        hash of its body.
        """
        event = ReceivedEvent(fact.key, received_at, fact.kind, fact.application_id)
        listed = event_item(connection_id, event)
        item = _fact_item(key, fact) | {"ttl": ends(received_at), "listed_pk": listed["pk"], "listed_sk": listed["sk"]}
        writes = [self._table.put_op(item, "attribute_not_exists(pk)"), self._table.put_op(listed)]
        if not fact.dated:
            body = hashlib.sha256(f"{digest} {fact.application_id}".encode()).hexdigest()[:32]
            seen = seen_item(connection_id, body, received_at)
            writes.append(self._table.put_op(seen, "attribute_not_exists(pk)"))
        with suppress(ConditionFailed):
            retry_on_conflict(lambda: transact(self._table.client, writes))

    def keep(self, key: ApplicationKey, application: Application, message_id: str) -> None:
        """Keeps the facts for as long as the thread is linked."""
        linked = self._table.check_op({"pk": _pk(key), "sk": f"link#{message_id}"}, "attribute_exists(pk)")
        for some in batched(application.waiting, _AT_ONCE, strict=False):
            kept = [
                self._table.update_op({"pk": _pk(key), "sk": f"fact#{name}"}, "REMOVE #ttl", "attribute_exists(pk)")
                for name in some
            ]
            with suppress(ConditionFailed):  # an erasure came first
                retry_on_conflict(partial(transact, self._table.client, [linked, *kept]))

    def link(self, link: Link, owner: str | None, tombstones: tuple[str, str]) -> None:
        """Keeps a link, unless a later event said the same. `owner` is whose thread it is now, None if it is unknown.

        `tombstones` are the keys of the owner's and of the message's. Raises Conflict if one exists, or the owner has
        changed: then read again.
        """
        person, message = tombstones
        checks: list[Item] = []
        if owner is None:
            checks.append(self._messages.check_op({"message_id": message}, "attribute_not_exists(message_id)"))
        elif owner:
            checks.append(unless_erased(self._accounts, person))
            same = {"message_id": link.message_id}
            checks.append(self._messages.check_op(same, "user_id = :owner", owner=owner))
        sides = [{"pk": pk, "sk": sk, "event_order": link.event_order} for pk, sk in _sides(link)]
        writes = [*checks, *(self._table.put_op(side, _NEWER, event_order=link.event_order) for side in sides)]
        try:
            transact(self._table.client, writes)
        except ConditionFailed as error:
            if min(error.failed) < len(checks):
                raise Conflict from None

    def of_thread(self, message_id: str) -> list[Link]:
        """Returns all links to a thread, whichever take effect."""
        found = []
        for item in self._table.query("pk = :pk", pk=f"thread#{message_id}"):
            _, team_id, provider, application_id = item["sk"].split("#")
            found.append(
                Link(ApplicationKey(team_id, Provider(provider), application_id), message_id, item["event_order"])
            )
        return found

    def unlink(self, link: Link, *, with_facts: bool) -> None:
        """Deletes a link and, with it, the application's facts and the events that list them. May be repeated.

        The facts go once more after the link: until then a fact that arrives may be kept for good.
        """
        (pk, sk), (thread_pk, thread_sk) = _sides(link)
        if with_facts:
            self._delete_facts(pk)
        self._table.delete(pk=pk, sk=sk)
        if with_facts:
            self._delete_facts(pk)
        self._table.delete(pk=thread_pk, sk=thread_sk)

    def _delete_facts(self, pk: str) -> None:
        for item in self._table.query("pk = :pk AND begins_with(sk, :fact)", pk=pk, fact="fact#"):
            self._table.delete(pk=item["listed_pk"], sk=item["listed_sk"])
            self._table.delete(pk=pk, sk=item["sk"])


def _pk(key: ApplicationKey) -> str:
    return f"application#{key.team_id}#{key.provider}#{key.application_id}"


def _sides(link: Link) -> Iterable[tuple[str, str]]:
    key = link.application
    from_thread = f"link#{key.team_id}#{key.provider}#{key.application_id}"
    return (_pk(key), f"link#{link.message_id}"), (f"thread#{link.message_id}", from_thread)


def _fact_item(key: ApplicationKey, fact: Fact) -> Item:
    return {
        "pk": _pk(key),
        "sk": f"fact#{fact.key}",
        "event_id": fact.event_id,
        "kind": fact.kind,
        "at": sortable(fact.at),
        "dated": fact.dated,
        "words": dict(fact.words),
    }


def _fact(key: ApplicationKey, item: Item) -> Fact:
    return Fact(
        event_id=item["event_id"],
        kind=item["kind"],
        at=datetime.fromisoformat(item["at"]),
        application_id=key.application_id,
        words=tuple(sorted(item["words"].items())),
        dated=item["dated"],
    )
