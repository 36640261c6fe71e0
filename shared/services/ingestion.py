"""What each event of the agent platform does to the store (contract 11).

Applying an event again, or after later ones, changes nothing: each part of the store keeps the time of the event
that wrote it.
"""

from collections.abc import Callable
from datetime import datetime

from shared.domain import events
from shared.domain.ats.links import ApplicationKey, Link
from shared.domain.companies.identity import counted_as
from shared.domain.keys import Team
from shared.domain.messages import Message, Triage
from shared.domain.outcomes import OutcomeReport
from shared.domain.profiles import Profile
from shared.domain.pseudonyms import Pseudonyms
from shared.domain.tallies import TooManyTopics
from shared.services.erasure import erase_person
from shared.services.integration_threads import AnotherTeams, erase_thread, link_thread, settle_links_of
from shared.services.teams import update_team
from shared.store import Erased, Store
from shared.store.messages import Guards


def apply(
    event: events.Event, store: Store, pseudonyms: Pseudonyms, ensure_usage_key: Callable[[Team], object], now: datetime
) -> None:
    """Applies one event. `ensure_usage_key` provides the API Gateway key of a team's plan.

    Raises Erased for a late event about an erased person, BadEvent for a message with too many topics and a link to
    another team's thread, and Unavailable when a backend fails: then it is to be applied again.
    """
    match event.detail:
        case events.TeamUpdated(team_id=team_id, name=name, plan=plan):
            update_team(store, ensure_usage_key, team_id, name, plan, event.event_order)
        case events.MemberJoined(team_id=team_id, user_id=user_id, role=role, sign_in=sign_in):
            tombstone = pseudonyms.erased_person(user_id)
            identity = pseudonyms.identity(sign_in.provider, sign_in.subject) if sign_in else ""
            store.accounts.put_membership(team_id, user_id, tombstone, role, event.time, event.event_order, identity)
        case events.MemberLeft(team_id=team_id, user_id=user_id):
            tombstone = pseudonyms.erased_person(user_id)
            store.accounts.put_membership(team_id, user_id, tombstone, None, event.time, event.event_order)
        case events.ProfileUpdated(user_id=user_id) as detail:
            profile = Profile.model_validate(detail.model_dump(exclude={"user_id"}))
            store.accounts.put_profile(user_id, profile, pseudonyms.erased_person(user_id), event.event_order)
        case events.MessageTriaged() as detail:
            _triage(detail, event.event_order, store, pseudonyms, now)
        case events.OutcomeVerified() as detail:
            _verify(outcome_report_of(detail, event.time), detail.message_id, store, pseudonyms)
        case events.ThreadLinked() as detail:
            _link(detail, event.event_order, store, pseudonyms, now)
        case events.CandidateErased(user_id=user_id):
            erase_person(store, pseudonyms, user_id, now)


def triage_of(detail: events.MessageTriaged, event_order: str) -> Triage:
    """Returns the triage of an event."""
    company_key, spelling = counted_as(detail.company)
    return Triage(
        user_id=detail.user_id,
        team_id=detail.team_id,
        received_at=detail.received_at,
        company=detail.company,
        company_key=company_key,
        spelling=spelling,
        fit=detail.fit,
        topics=tuple(detail.topics),
        action=detail.action,
        event_order=event_order,
    )


def outcome_report_of(detail: events.OutcomeVerified, time: datetime) -> OutcomeReport:
    """Returns the outcome report of an event, which counts at the earlier of its two times (contract 6)."""
    at = min(detail.verified_at, time)
    return OutcomeReport(at, verified=True, outcome=detail.outcome, source=detail.source)


def _triage(
    detail: events.MessageTriaged, event_order: str, store: Store, pseudonyms: Pseudonyms, now: datetime
) -> None:
    triage, candidate = triage_of(detail, event_order), pseudonyms.candidate(detail.user_id)
    store.renormalizations.record_version()

    def triaged(message: Message | None) -> Message:
        return (message or Message(detail.message_id)).triaged(triage, candidate)

    tombstone = pseudonyms.erased_message(detail.message_id)
    guards = Guards(pseudonyms.erased_person(detail.user_id), tombstone, event_order)
    try:
        store.messages.change(detail.message_id, triaged, guards, limit_topics=True)
    except TooManyTopics as error:
        raise events.BadEvent(f"detail.topics: {error}") from None
    except Erased:
        # By this word the message is an erased person's, whoever had it by an earlier one. An outcome may be waiting
        # for it, or still come: neither has a person to belong to.
        store.messages.erase(detail.message_id, tombstone, event_order)
        if store.messages.get(detail.message_id) is None:  # or a later triage gave it to somebody else
            erase_thread(store, detail.message_id, now)
        raise
    settle_links_of(store, detail.message_id, now)


def _link(detail: events.ThreadLinked, event_order: str, store: Store, pseudonyms: Pseudonyms, now: datetime) -> None:
    application = ApplicationKey(detail.team_id, detail.provider, detail.application_id)
    try:
        link_thread(store, pseudonyms, Link(application, detail.message_id, event_order), now)
    except AnotherTeams:
        raise events.BadEvent("detail.message_id: is a thread of another team") from None


def _verify(report: OutcomeReport, message_id: str, store: Store, pseudonyms: Pseudonyms) -> None:
    def verified(message: Message | None) -> Message:
        message = message or Message(message_id)
        return message.with_history(message.history.with_verified_event(report))

    store.messages.change(message_id, verified, Guards(message=pseudonyms.erased_message(message_id)))
