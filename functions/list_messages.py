"""GET /api/agent/messages: the caller's threads in the team of the key, the newest first, page by page."""

import re
from collections.abc import Mapping
from typing import Annotated, cast, get_args

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, BeforeValidator, Field

from shared.domain.periods import Quarter, timestamp
from shared.domain.plans import ALL_PLANS, Scope
from shared.services.threads import BadCursor, OutcomeFilter, ThreadList, page_of_threads, parse_cursor
from shared.store import preload, store
from shared.store.threads import Thread
from shared.web.endpoint import Caller, Resolver, endpoint
from shared.web.problems import FieldError
from shared.web.requests import Period
from shared.web.threads import ThreadSummary

preload("threads")

_NO_CURSOR = FieldError(
    parameter="cursor",
    detail="is not a cursor of this list; pass next_cursor as it was returned, with the same period and outcome",
)


def _cursor_errors(caller: Caller, given: Mapping[str, str]) -> list[FieldError]:
    """A cursor of another list, or none at all. Where the list itself is at fault, only the form can be checked."""
    cursor = given.get("cursor")
    if cursor is None:
        return []
    try:
        parse_cursor(cursor)
        if (threads := _list_of(caller, given)) is not None:
            threads.position(cursor)
    except BadCursor:
        return [_NO_CURSOR]
    return []


def _list_of(caller: Caller, given: Mapping[str, str]) -> ThreadList | None:
    period, outcome = given.get("period"), given.get("outcome")
    if outcome not in (None, *get_args(OutcomeFilter)):
        return None
    try:
        quarter = Quarter.parse(period) if period is not None else None
    except ValueError:
        return None
    return ThreadList(caller.team_id, caller.user_id, quarter, cast("OutcomeFilter | None", outcome))


app = Resolver(_cursor_errors)


def _whole_number(value: object) -> object:
    """Returns the digits of a parameter. pydantic alone would also take `1_0`, `+5` and blanks around a number."""
    if isinstance(value, str) and not re.fullmatch("[1-9][0-9]{0,9}", value):
        raise ValueError("must be a whole number from 1 to 100")
    return value


class ThreadPage(BaseModel):
    """A page of threads. `next_cursor` is null on the last one."""

    messages: list[ThreadSummary]
    next_cursor: str | None


@app.get("/api/agent/messages")
def list_messages(
    period: Annotated[Period | None, Query()] = None,
    outcome: Annotated[OutcomeFilter | None, Query()] = None,
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(_whole_number), Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=1_000)] = None,
) -> ThreadPage:
    """The caller's recruiter threads."""
    caller = app.caller
    threads = ThreadList(caller.team_id, caller.user_id, Quarter.parse(period) if period else None, outcome)
    page, next_cursor = page_of_threads(store(), threads, limit, cursor)
    return ThreadPage(messages=list(map(_summary, page)), next_cursor=next_cursor)


def _summary(thread: Thread) -> ThreadSummary:
    """Returns a thread as a list shows it."""
    return ThreadSummary(
        id=thread.message_id,
        company=thread.company,
        fit=thread.fit,
        topics=thread.topics,
        action=thread.action,
        received_at=timestamp(thread.received_at),
        outcome=thread.outcome,
        outcome_recorded_at=timestamp(thread.outcome_recorded_at) if thread.outcome_recorded_at else None,
        verified=thread.verified,
    )


handler = endpoint(app, scope=Scope.READ, plans=ALL_PLANS)
