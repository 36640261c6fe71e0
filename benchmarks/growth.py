"""What a report costs as its messages grow from 100 to 100,000, beside a design that counts the messages themselves.

Tallies are written as `ingest_events` would have left them, from the same pure contributions.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from statistics import median
from typing import Any

from benchmarks.meter import Meter
from benchmarks.tables import EVENT_ORDER, Tables, join
from local.aws.bulk import write_in_bulk
from shared.domain.messages import Action, Fit, Message, Triage
from shared.domain.outcomes import Outcome, OutcomeReport
from shared.domain.periods import Quarter
from shared.domain.signals.company_signals import MIN_CANDIDATES
from shared.domain.tallies import CandidateKey, CompanyKey, QuarterKey, Tally, TallyKey, recounted
from shared.services.releases import current_signals
from shared.services.reports import make_career_health, make_scheduled_snapshot
from shared.store.message_items import message_item
from shared.store.tally_writes import whole_tallies

SIZES = (100, 1_000, 10_000, 100_000)
MEMBERS, COMPANIES, TOPICS = 12, 20, 8
TEAM = "team"
_ROUNDS = 7


@dataclass(frozen=True)
class Case:
    """Something that is made anew, and what has to happen before each time, which does not count."""

    make: Callable[[], object]
    before: Callable[[], object] = object


def measure(tables: Tables) -> dict[str, Any]:
    """Read units, calls and milliseconds of a report, a release of signals and a read of them, a snapshot and the naive
    report, by number of messages; and by what they do grow with: companies, candidates, members.
    """
    now = datetime.now(UTC)
    quarter = Quarter.containing(now)
    of_sizes = [_of_size(tables, size, quarter, now) for size in SIZES]
    result: dict[str, Any] = {"messages": list(SIZES)}
    for kind in of_sizes[0]:
        result[kind] = _costs(tables, [of[kind] for of in of_sizes])
    # Once: DynamoDB Local reads a whole index in time that grows with its square, as DynamoDB does not.
    naive = [Case(partial(_naive_report, tables.dynamodb, f"grown_{size}")) for size in SIZES]
    result["naive"] = _costs(tables, naive, rounds=1)
    by_companies = {number: _of_companies(tables, number, quarter, now) for number in (10, 100, 1_000)}
    by_candidates = {number: _of_candidates(tables, number, now) for number in (10, 100, 900)}
    by_members = {number: _of_members(tables, number, quarter, now) for number in (3, 12, 50, 200)}
    result["report_by_companies"] = _by(tables, by_companies)
    result["release_by_candidates"] = _by(tables, {number: release for number, (release, _) in by_candidates.items()})
    result["signals_by_candidates"] = _by(tables, {number: read for number, (_, read) in by_candidates.items()})
    result["snapshot_by_members"] = _by(tables, by_members)
    return result


def _of_size(tables: Tables, size: int, quarter: Quarter, now: datetime) -> dict[str, Case]:
    user_id, team_id, store = f"grown_{size}", f"team_{size}", tables.store
    tallies = _receive(tables, user_id, size, quarter)
    # A team whose members have this much in all, and a company whose candidates have.
    share = {
        key: Counter({name: max(1, count // MEMBERS) for name, count in of.items()}) for key, of in tallies.items()
    }
    for n in range(MEMBERS):
        member = f"{team_id}_{n}"
        join(store, team_id, member)
        met(
            tables,
            {
                key._replace(team_id=team_id, user_id=member): of
                for key, of in share.items()
                if not isinstance(key, CandidateKey)
            },
        )
    signal = next(of for key, of in tallies.items() if isinstance(key, CandidateKey) and key.company == "company 0")
    company = f"company of {size}"
    release, read = _of_company(tables, company, {f"{n:024x}": signal for n in range(50)}, now)
    return {
        "report": Case(partial(make_career_health, store, TEAM, user_id, quarter, now)),
        "release": release,
        "signals": read,
        "snapshot": Case(partial(make_scheduled_snapshot, store, team_id, quarter, now, now)),
    }


def _of_company(tables: Tables, company: str, candidates: Mapping[str, Tally], now: datetime) -> tuple[Case, Case]:
    """A read that makes a release, after ten candidates have changed, and one that does not."""
    keys = {candidate: CandidateKey(company, candidate) for candidate in candidates}
    met(tables, {keys[candidate]: tally for candidate, tally in candidates.items()})
    times = count(1)

    def ten_change() -> None:
        more = {"inbound": next(times)}
        changing = list(candidates)[:MIN_CANDIDATES]
        met(tables, {keys[candidate]: Counter(candidates[candidate]) + Counter(more) for candidate in changing})

    read = partial(current_signals, tables.store, company, now)
    return Case(read, ten_change), Case(read)


def _receive(
    tables: Tables, user_id: str, messages: int, quarter: Quarter, companies: int = COMPANIES
) -> dict[TallyKey, Counter[str]]:
    """Writes a user's messages and their tallies, and gives the tallies."""
    received = [a_message(n, user_id, quarter, companies) for n in range(messages)]
    tallies = recounted(received)
    met(tables, tallies)
    write_in_bulk(tables.dynamodb, "MessagesTable", (message_item(message, 1) for message in received))
    return tallies


def met[Key: (QuarterKey | CompanyKey | CandidateKey)](tables: Tables, tallies: Mapping[Key, Tally]) -> None:
    """Writes tallies, and which candidates of companies changed."""
    for table, written in zip(("TalliesTable", "ReportsTable"), whole_tallies(tallies), strict=True):
        write_in_bulk(tables.dynamodb, table, written)


def a_message(n: int, user_id: str, quarter: Quarter, companies: int = COMPANIES) -> Message:
    """The nth message of a user, from one company after another: triaged, every other one with an outcome."""
    triage = Triage(
        user_id=user_id,
        team_id=TEAM,
        received_at=quarter.start + timedelta(seconds=n),
        company=f"Company {n % companies}",
        company_key=f"company {n % companies}",
        spelling=f"Company {n % companies}",
        fit=list(Fit)[n % 3],
        topics=(f"topic_{n % TOPICS}", f"topic_{n * 3 % TOPICS}"),
        action=list(Action)[n % 3],
        event_order=EVENT_ORDER,
    )
    message = Message(f"{user_id}_{n}", triage, "ab" * 12)
    if n % 2:
        return message
    report = OutcomeReport(quarter.start, verified=n % 4 == 0, outcome=list(Outcome)[n % 9])
    history = message.history
    if report.verified:
        return message.with_history(history.with_verified_event(report))
    return message.with_history(history.with_own(history.own.with_report(report)))


def candidates(number: int) -> dict[str, Tally]:
    """Tallies of candidates at a company: of one, two or three messages, a third of them with an outcome."""
    outcome, tallies = {"tracked": 1, "reached:screening_scheduled": 1}, dict[str, Tally]()
    for n in range(number):
        inbound = 1 + n % 3
        tally = {"inbound": inbound, f"fit:{('strong_fit', 'maybe', 'misfit')[n % 3]}": inbound}
        tallies[f"{n:024x}"] = tally | {f"topic:{n % 7}": 1, f"topic:{n % 5}": 1} | (outcome if n % 3 == 0 else {})
    return tallies


def _of_candidates(tables: Tables, number: int, now: datetime) -> tuple[Case, Case]:
    return _of_company(tables, f"company with {number}", candidates(number), now)


def _of_companies(tables: Tables, number: int, quarter: Quarter, now: datetime) -> Case:
    user_id = f"user of {number} companies"
    _receive(tables, user_id, 2 * number, quarter, number)
    return Case(partial(make_career_health, tables.store, TEAM, user_id, quarter, now))


def _of_members(tables: Tables, number: int, quarter: Quarter, now: datetime) -> Case:
    team_id, store = f"team_of_{number}", tables.store
    own = {"inbound": 40, "fit:maybe": 40, "action:drafted": 40, "topic:compensation": 20, "tracked": 10}
    for n in range(number):
        member = f"{team_id}_{n}"
        join(store, team_id, member)
        user = (team_id, member, str(quarter))
        companies = {CompanyKey(*user, f"company {n}", f"Company {n}"): own for n in range(10)}
        met(tables, companies)
        met(tables, {QuarterKey(*user): own})
    return Case(partial(make_scheduled_snapshot, store, team_id, quarter, now, now))


def _by(tables: Tables, cases: Mapping[int, Case]) -> dict[int, dict[str, float]]:
    return dict(zip(cases, _costs(tables, list(cases.values())), strict=True))


def _costs(tables: Tables, cases: Sequence[Case], rounds: int = _ROUNDS) -> list[dict[str, float]]:
    """Each case once in a round, so that whatever else the machine does, it does to all of them."""
    meter = Meter(tables.dynamodb)
    took: list[list[float]] = [[] for _ in cases]
    counted: list[dict[str, float]] = [{} for _ in cases]
    for turn in range(rounds + (rounds > 1)):
        for n, case in enumerate(cases):
            case.before()
            with meter.attached():
                meter.reset()
                started = time.perf_counter()
                case.make()
                elapsed = time.perf_counter() - started
            written = meter.write_units + meter.transaction_units(tables.dynamodb)
            counted[n] = {"read_units": meter.read_units, "write_units": written, "calls": len(meter.calls)}
            if turn or rounds == 1:  # not a first release, a first connection
                took[n].append(1000 * elapsed)
    return [units | {"ms": round(median(times), 1)} for units, times in zip(counted, took, strict=True)]


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
            counters[f"company:{item['spelling']['S']}"] += 1
    return counters
