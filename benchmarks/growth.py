"""What a report costs as its messages grow from 100 to 100,000, beside a design that counts the messages themselves.

Tallies are written as `ingest_events` would have left them, from the same pure contributions.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks.meter import Meter
from benchmarks.tables import STAMP, Tables
from local.bulk import write_in_bulk
from shared.messages import Action, Fit, Message, Triage
from shared.outcomes import Outcome, OutcomeReport
from shared.periods import Quarter
from shared.releases import current_signals
from shared.reporting import make_career_health, make_snapshot
from shared.store.changed import changed_items
from shared.store.messages import message_item
from shared.store.tallies import tally_items
from shared.tallies import Tally, TallyKey, candidate_window, company_subject, recounted

SIZES = (100, 1_000, 10_000, 100_000)
MEMBERS, COMPANIES, TOPICS = 12, 20, 8
_REPEATS = 5


def measure(tables: Tables) -> dict[str, Any]:
    """Read units, calls and milliseconds of a report, a signal, a snapshot and the naive report, by number of messages;
    and by what they do grow with: companies, candidates, members.
    """
    now = datetime.now(UTC)
    quarter = Quarter.containing(now)
    result: dict[str, Any] = {"messages": list(SIZES)}
    rows = [_of_size(tables, size, quarter, now) for size in SIZES]
    for kind in rows[0]:
        result[kind] = [row[kind] for row in rows]
    result["report_by_companies"] = {number: _by_companies(tables, number, quarter, now) for number in (10, 100, 1_000)}
    result["signal_by_candidates"] = {number: _by_candidates(tables, number, now) for number in (10, 100, 900)}
    result["snapshot_by_members"] = {number: _by_members(tables, number, quarter, now) for number in (3, 12, 50, 200)}
    return result


def _of_size(tables: Tables, size: int, quarter: Quarter, now: datetime) -> dict[str, Any]:
    user_id, team_id, store = f"grown_{size}", f"team_{size}", tables.store
    tallies = _receive(tables, user_id, size, quarter)
    signal = next(iter(tallies[key] for key in tallies if key.subject == "company#company 0"))
    # A team whose members have this much in all, and a company whose candidates have.
    share = {
        key: Counter({name: max(1, count // MEMBERS) for name, count in of.items()}) for key, of in tallies.items()
    }
    for member in range(MEMBERS):
        of_member = f"user#{team_id}_{member}"
        store.accounts.put_membership(team_id, f"{team_id}_{member}", "erased#nobody", STAMP, joined=True)
        of_user = ((key, of) for key, of in share.items() if key.subject.startswith("user#"))
        write_in_bulk(
            tables.dynamodb, "TalliesTable", ({"subject": of_member, "window": key.window, **of} for key, of in of_user)
        )
        messages = (a_message(n, f"{team_id}_{member}", quarter) for n in range(COMPANIES))  # each company's spelling
        write_in_bulk(tables.dynamodb, "MessagesTable", (message_item(message, 1) for message in messages))
    company = f"company of {size}"
    met(tables, {TallyKey(f"company#{company}", f"candidate#{n:024x}"): signal for n in range(50)})
    costs = {
        "report": _cost(tables, lambda: make_career_health(store, user_id, quarter, now)),
        "spelling": _cost(tables, lambda: store.messages.latest_spelling(user_id, quarter, "company 0")),
        "signal": _cost(tables, lambda: current_signals(store, company, now)),
        "snapshot": _cost(tables, lambda: make_snapshot(store, team_id, quarter, now)),
    }
    # Once: DynamoDB Local reads an index in time that grows with its square, as DynamoDB does not.
    return costs | {"naive": _cost(tables, lambda: _naive_report(tables.dynamodb, user_id), repeats=1)}


def _receive(
    tables: Tables, user_id: str, messages: int, quarter: Quarter, companies: int = COMPANIES
) -> dict[TallyKey, Counter[str]]:
    """Writes a user's messages and their tallies, and gives the tallies."""
    received = [a_message(n, user_id, quarter, companies) for n in range(messages)]
    tallies = recounted(received)
    met(tables, tallies)
    write_in_bulk(tables.dynamodb, "MessagesTable", (message_item(message, 1) for message in received))
    return tallies


def met(tables: Tables, tallies: Mapping[TallyKey, Tally]) -> None:
    """Writes tallies, and which candidates of companies changed."""
    write_in_bulk(tables.dynamodb, "TalliesTable", tally_items(tallies))
    write_in_bulk(tables.dynamodb, "ReportsTable", changed_items(tallies))


def a_message(n: int, user_id: str, quarter: Quarter, companies: int = COMPANIES) -> Message:
    """The nth message of a user, from one company after another: triaged, every other one with an outcome."""
    triage = Triage(
        user_id=user_id,
        team_id="team",
        received_at=quarter.start + timedelta(seconds=n),
        company=f"Company {n % companies}",
        company_key=f"company {n % companies}",
        fit=list(Fit)[n % 3],
        topics=(f"topic_{n % TOPICS}", f"topic_{n * 3 % TOPICS}"),
        action=list(Action)[n % 3],
        stamp=STAMP,
    )
    message = Message(f"{user_id}_{n}", triage, "ab" * 12)
    if n % 2:
        return message
    report = OutcomeReport(quarter.start, verified=n % 4 == 0, outcome=list(Outcome)[n % 9], notes="")
    return message.with_history(message.history.with_report(report))


def candidates(company_key: str, number: int) -> dict[TallyKey, Tally]:
    """Tallies of a company's candidates: of one, two or three messages, a third of them with an outcome."""
    outcome, tallies = {"tracked": 1, "reached:screening_scheduled": 1}, dict[TallyKey, Tally]()
    for n in range(number):
        inbound = 1 + n % 3
        tally = {"inbound": inbound, f"fit:{('strong_fit', 'maybe', 'misfit')[n % 3]}": inbound}
        tally |= {f"topic:{n % 7}": 1, f"topic:{n % 5}": 1} | (outcome if n % 3 == 0 else {})
        tallies[TallyKey(company_subject(company_key), candidate_window(f"{n:024x}"))] = tally
    return tallies


def _by_candidates(tables: Tables, number: int, now: datetime) -> dict[str, float]:
    company = f"company with {number}"
    met(tables, candidates(company, number))
    return _cost(tables, lambda: current_signals(tables.store, company, now))


def _by_companies(tables: Tables, number: int, quarter: Quarter, now: datetime) -> dict[str, float]:
    user_id = f"user of {number} companies"
    _receive(tables, user_id, 2 * number, quarter, number)
    return _cost(tables, lambda: make_career_health(tables.store, user_id, quarter, now))


def _by_members(tables: Tables, number: int, quarter: Quarter, now: datetime) -> dict[str, float]:
    team_id, store = f"team of {number}", tables.store
    own = {"inbound": 40, "fit:maybe": 40, "action:drafted": 40, "topic:compensation": 20, "tracked": 10}
    for member in range(number):
        store.accounts.put_membership(team_id, f"{team_id}_{member}", "erased#nobody", STAMP, joined=True)
        windows = (str(quarter), *(f"{quarter}#company {n}" for n in range(10)))
        subject = f"user#{team_id}_{member}"
        items = [{"subject": subject, "window": window, **own} for window in windows]
        write_in_bulk(tables.dynamodb, "TalliesTable", items)
        messages = (a_message(n, f"{team_id}_{member}", quarter) for n in range(10))
        write_in_bulk(tables.dynamodb, "MessagesTable", (message_item(message, 1) for message in messages))
    return _cost(tables, lambda: make_snapshot(store, team_id, quarter, now))


def _cost(tables: Tables, make: Callable[[], object], repeats: int = _REPEATS) -> dict[str, float]:
    if repeats > 1:
        make()  # a first release, a first connection
    meter, took = Meter(tables.dynamodb), []
    for _ in range(repeats):
        with meter.attached():
            meter.reset()
            started = time.perf_counter()
            make()
            took.append(1000 * (time.perf_counter() - started))
    return {"read_units": meter.read_units, "calls": len(meter.calls), "ms": round(median(took), 1)}


def _naive_report(dynamodb: Any, user_id: str) -> Counter[str]:
    """Counts the user's messages: all of them, from an index that would have to hold all that a report counts."""
    counters: Counter[str] = Counter()
    pages = dynamodb.get_paginator("query").paginate(
        TableName="MessagesTable",
        IndexName="by_user",
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": user_id}},
    )
    for page in pages:
        for item in page["Items"]:
            counters["inbound"] += 1
            counters[f"company:{item['company']['S']}"] += 1
    return counters
