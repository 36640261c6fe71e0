"""Erasure: everything held about a person goes, aggregates included, and stays gone (contract 8 and 11; GDPR article
17).
"""

from datetime import datetime

from shared.domain.pseudonyms import Pseudonyms
from shared.domain.signals.company_signals import WITHDRAWN_AFTER
from shared.domain.tallies import TallyKey, candidate_window, company_of, company_subject
from shared.infra.errors import Unavailable
from shared.store import Store


def erase_person(store: Store, pseudonyms: Pseudonyms, user_id: str, now: datetime) -> None:
    """Erases a person. Every step may be repeated, so a crash half way is finished by the next delivery of the event.

    Messages leave through the same transaction as they came, each taking its contribution along. So when every tally of
    the person has come to nothing, every message is gone: the tallies prove it, although the index that finds the
    messages may lag. Raises Unavailable while it does. What a correction has given to another stays, though the index
    may still know it as this person's: the message itself says whose it is.
    """
    store.accounts.put_tombstone(pseudonyms.erased_person(user_id))  # from here on, nothing about the person is written
    for message in store.messages.owned(user_id, list(store.messages.ids_of(user_id))):
        assert message.triage is not None  # noqa: S101 - or it would be nobody's
        store.messages.erase(message.message_id, pseudonyms.erased_message(message.message_id), message.triage.stamp)
    tallies = store.tallies.of_user(user_id)
    if any(tallies.values()):
        raise Unavailable
    candidate = pseudonyms.candidate(user_id)
    for company_key in {company for key in tallies if (company := company_of(key.window))}:
        store.tallies.delete(TallyKey(company_subject(company_key), candidate_window(candidate)))
        store.releases.candidate_erased(company_key, candidate, now + WITHDRAWN_AFTER)
    store.api_keys.forget(user_id)
    for team_id in store.accounts.leave_teams(user_id):
        store.snapshots.forget(team_id)  # they hold the person's numbers, and no new one will
    store.reports.forget(user_id)
    for key in tallies:
        store.tallies.delete(key)
    store.accounts.forget(user_id)
