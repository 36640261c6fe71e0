"""Companies of a thousand candidates and more: served in one read, looked at by the job, lose nothing (contract 8)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from benchmarks.meter import Meter
from shared.domain.signals.company_signals import LARGE_COMPANY, LARGE_COMPANY_INTERVAL, Release, aggregate, new_release
from shared.services.releases import current_signals, release_large_companies
from shared.store import Store
from shared.store.roster_codec import packed
from shared.store.tally_items import company_subject
from tests.builders import NOW, an_id, days
from tests.integration.company_candidates import erase, fill, people, roster_parts, run_the_job, sample_size
from tests.integration.conftest import PSEUDONYMS

pytestmark = pytest.mark.usefixtures("no_other_large_companies")

MINUTE = timedelta(minutes=1)


def test_a_large_company_is_served_in_one_read_of_one_unit(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(LARGE_COMPANY + 50)))
    assert current_signals(local_store, company, NOW) is None
    assert run_the_job(local_store)["released"] == 1
    with Meter(local_store._dynamodb).attached() as meter:
        assert sample_size(local_store, company) == LARGE_COMPANY + 50
    assert (meter.calls, meter.read_units, meter.write_units) == (["Query"], 1.0, 0.0)


def test_no_read_goes_through_more_than_a_thousand_candidates(local_store: Store) -> None:
    units = []
    for number in (1_500, 2_500):
        company = an_id("crowded").replace("_", "")
        fill(local_store, company, people(range(number)))
        with Meter(local_store._dynamodb).attached() as meter:
            assert current_signals(local_store, company, NOW) is None
        units.append(meter.read_units)
        with meter.attached():
            meter.reset()
            assert current_signals(local_store, company, NOW) is None
        assert (meter.calls, meter.read_units) == (["Query"], 1.0), "it is left to the job"
    assert units[0] == units[1]


def test_a_company_that_outgrew_its_release_is_served_from_it_until_the_job_comes(
    local_store: Store, company: str
) -> None:
    fill(local_store, company, people(range(20)))
    assert sample_size(local_store, company) == 20
    fill(local_store, company, people(range(20, LARGE_COMPANY + 100)))
    assert sample_size(local_store, company) == 20
    run_the_job(local_store)
    assert sample_size(local_store, company) == LARGE_COMPANY + 100


def test_a_large_company_is_evaluated_once_an_hour(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(LARGE_COMPANY)))
    current_signals(local_store, company, NOW)
    assert run_the_job(local_store) == {"evaluated": 1, "released": 1, "remaining": 0}
    fill(local_store, company, people(range(LARGE_COMPANY, LARGE_COMPANY + 10)))
    assert run_the_job(local_store, NOW + LARGE_COMPANY_INTERVAL - MINUTE)["evaluated"] == 0
    assert sample_size(local_store, company) == LARGE_COMPANY
    later = NOW + LARGE_COMPANY_INTERVAL
    assert run_the_job(local_store, later) == {"evaluated": 1, "released": 1, "remaining": 0}
    assert sample_size(local_store, company, later) == LARGE_COMPANY + 10


def test_of_two_runs_at_once_one_looks_at_a_large_company(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(LARGE_COMPANY)))
    current_signals(local_store, company, NOW)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: run_the_job(local_store), range(4)))
    assert sum(run["evaluated"] for run in runs) == 1


def test_nine_changes_of_a_large_company_release_nothing(local_store: Store, company: str) -> None:
    fill(local_store, company, people(range(LARGE_COMPANY)))
    current_signals(local_store, company, NOW)
    run_the_job(local_store)
    fill(local_store, company, people(range(9)), tracked=1)
    assert run_the_job(local_store, NOW + days(1)) == {"evaluated": 1, "released": 0, "remaining": 0}
    assert sample_size(local_store, company, NOW + days(1)) == LARGE_COMPANY


def test_what_there_is_no_time_for_comes_first_in_the_next_run(local_store: Store) -> None:
    first, second = an_id("releases").replace("_", ""), an_id("releases").replace("_", "")
    for name in (first, second):
        fill(local_store, name, people(range(LARGE_COMPANY)))
        current_signals(local_store, name, NOW)
    enough = iter([True, False])
    assert release_large_companies(local_store, NOW, lambda: next(enough)) == {
        "evaluated": 1,
        "released": 1,
        "remaining": 1,
    }
    assert run_the_job(local_store, NOW + MINUTE) == {"evaluated": 1, "released": 1, "remaining": 0}
    assert (sample_size(local_store, first), sample_size(local_store, second)) == (LARGE_COMPANY, LARGE_COMPANY)


def test_a_company_that_shrinks_is_evaluated_by_its_readers_again(local_store: Store, company: str) -> None:
    candidates = people(range(LARGE_COMPANY + 5))
    fill(local_store, company, candidates)
    current_signals(local_store, company, NOW)
    run_the_job(local_store)
    erase(local_store, company, candidates[:500])
    run_the_job(local_store, NOW + days(1))
    assert sample_size(local_store, company) == LARGE_COMPANY + 5 - 500
    assert company not in local_store.releases.large_companies(NOW + days(9))
    assert roster_parts(local_store, company) == ["roster"]
    fill(local_store, company, people(range(-10, 0)))
    assert sample_size(local_store, company) == LARGE_COMPANY + 5 - 500 + 10


def test_a_roster_of_several_parts_is_exchanged_as_a_whole(
    local_store: Store, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.roster_codec._ENTRIES_A_PART", LARGE_COMPANY)
    candidates = people(range(LARGE_COMPANY + 100))
    fill(local_store, company, candidates)
    current_signals(local_store, company, NOW)
    run_the_job(local_store)
    release = local_store.releases.state(company).release
    assert release is not None
    assert len(local_store.releases.roster(company, release)) == LARGE_COMPANY + 100
    before = roster_parts(local_store, company)
    assert len(before) == 2

    # A job whose release comes too late has written parts ahead; they belong to no release.
    version = local_store.releases.bump_version(company).version
    local_store.releases.bump_version(company)
    other = aggregate({**local_store.tallies.candidates(company), "f" * 24: {"inbound": 1}})
    assert not local_store.releases.put_release(company, new_release(company, other, NOW), version)
    assert len(roster_parts(local_store, company)) == 3
    assert len(local_store.releases.roster(company, release)) == LARGE_COMPANY + 100

    # An erased candidate leaves whichever part holds it.
    gone = max(candidates)
    erase(local_store, company, [gone])
    left = local_store.releases.state(company).release
    assert left is not None
    assert left.erased_since_release == 1
    assert gone not in local_store.releases.roster(company, left)

    fill(local_store, company, people(range(LARGE_COMPANY + 100, LARGE_COMPANY + 109)))
    run_the_job(local_store, NOW + days(1))
    assert sample_size(local_store, company) == LARGE_COMPANY + 108
    after = roster_parts(local_store, company)
    assert len(after) == 2
    assert set(after) & set(before) == {"roster"}, "the first, which is written with its release"
    release = local_store.releases.state(company).release
    assert release is not None
    assert len(local_store.releases.roster(company, release)) == LARGE_COMPANY + 108


def test_a_part_of_a_release_that_came_too_late_is_nobodys(local_store: Store, company: str) -> None:
    """A small release may have the version under which the parts of a large one were written ahead."""
    fill(local_store, company, people(range(10)))
    assert sample_size(local_store, company) == 10
    table, stranger = local_store.reports._table, PSEUDONYMS.candidate("a stranger")
    part = {"subject": company_subject(company), "period": "roster#1#1", "version": 1}
    table.put({**part, "entries": packed({stranger: 1})[0]})
    local_store.releases.erase_candidate(company, stranger, NOW)
    release = local_store.releases.state(company).release
    assert release is not None
    assert (release.erased_since_release, release.withdraw_at) == (0, None)
    local_store.releases.delete_stale_parts(company)
    assert roster_parts(local_store, company) == ["roster"]


def test_the_longest_release_is_one_read_unit(local_store: Store) -> None:
    company = "\U00020000" * 200
    topics = {f"topic:{n}{'\U00020000' * 99}": 1 for n in range(5)}
    tally = {"inbound": 10**6, "tracked": 1, "fit:maybe": 1, **topics}
    everybody = aggregate(dict.fromkeys(people(range(1_500)), tally))
    release = new_release(company, everybody, NOW)
    longest = Release(release.signals, 10**9, NOW, {}, erased_since_release=10**6, withdraw_at=NOW)
    assert local_store.releases.put_release(company, longest, 0)
    fill(local_store, company, people(range(20)))  # who changed since
    with Meter(local_store._dynamodb).attached() as meter:
        assert sample_size(local_store, company, NOW - days(1)) == 1_500
    assert meter.read_units == 1.0
