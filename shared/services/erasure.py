"""Erasure: everything held about a person goes, in every team, aggregates included, and stays gone (contract 8 and 11;
GDPR article 17).
"""

from datetime import datetime

from shared.domain.pseudonyms import Pseudonyms
from shared.domain.signals.company_signals import WITHDRAWN_AFTER
from shared.domain.tallies import CandidateKey
from shared.infra.errors import Unavailable
from shared.store import Store


def erase_person(store: Store, pseudonyms: Pseudonyms, user_id: str, now: datetime) -> None:
    """Erases a person. Every step may be repeated, so the next delivery of the event completes an interrupted erasure.

    Messages leave through the transaction by which they came, each taking its contribution along. So when the person
    has no counter left, every message is gone: the tallies prove it, although the index that finds the messages may
    lag. Raises Unavailable while it does. A message that a correction gave to another stays, though the index may still
    have it as this person's: the message itself names its owner.
    """
    store.accounts.put_tombstone(pseudonyms.erased_person(user_id))  # from here on, nothing about the person is written
    for message in store.messages.owned(user_id, list(store.messages.ids_of(user_id))):
        assert message.triage is not None  # noqa: S101 - or it would have no owner
        store.messages.erase(message.message_id, pseudonyms.erased_message(message.message_id), message.triage.stamp)
        store.webhooks.delete_about(message.message_id)
    person = store.tallies.person(user_id)
    if any(person.tallies.values()):
        raise Unavailable
    candidate = pseudonyms.candidate(user_id)
    for company_key in sorted(person.companies):
        store.tallies.delete(CandidateKey(company_key, candidate))
        store.releases.candidate_erased(company_key, candidate, now + WITHDRAWN_AFTER)
    store.api_keys.forget(user_id)
    for team_id in store.accounts.leave_teams(user_id):
        store.snapshots.member_erased(team_id)  # they hold the person's numbers, and no new one will
    store.reports.delete_for_user(user_id)
    store.tallies.delete_person(user_id)
    store.accounts.forget(user_id)
