"""Erasure: deletes a person's data for good, in every team and in aggregates (contract 8, 11; GDPR article 17)."""

from datetime import datetime
from functools import partial

from shared.domain.pseudonyms import Pseudonyms
from shared.domain.signals.company_signals import WITHDRAWN_AFTER
from shared.domain.tallies import CandidateKey
from shared.infra.errors import Unavailable
from shared.services.integration_threads import erase_thread
from shared.store import Store


def erase_person(store: Store, pseudonyms: Pseudonyms, user_id: str, now: datetime) -> None:
    """Erases a person. Every step may be repeated, so the next delivery of the event completes an interrupted erasure.

    The transaction that deletes a message also subtracts its contribution. So when all counters of the person are zero,
    every message is deleted, although the index that finds the messages may lag. Raises Unavailable while it lags. A
    message that a correction assigned to another person is kept, even if the index still lists it for this one: the
    message itself names its owner.
    """
    store.accounts.put_tombstone(pseudonyms.erased_person(user_id))  # from here on, all writes about the person fail
    for message in store.messages.owned(user_id, list(store.messages.ids_of(user_id))):
        assert message.triage is not None  # noqa: S101 - or it would have no owner
        erase_thread(store, message.message_id, now)
        store.messages.erase(
            message.message_id,
            pseudonyms.erased_message(message.message_id),
            message.triage.event_order,
            before=partial(store.webhooks.delete_about, message.message_id),
        )
    person = store.tallies.person(user_id)
    if any(person.tallies.values()):
        raise Unavailable
    candidate = pseudonyms.candidate(user_id)
    for company_key in sorted(person.companies):
        store.tallies.delete(CandidateKey(company_key, candidate))
        store.releases.erase_candidate(company_key, candidate, now + WITHDRAWN_AFTER)
    store.api_keys.delete_for_user(user_id)
    for team_id in store.accounts.leave_teams(user_id):
        store.snapshots.member_erased(team_id)  # snapshots contain the person's figures; new ones will not
    store.reports.delete_for_user(user_id)
    store.tallies.delete_person(user_id)
    store.accounts.delete_for_user(user_id)
