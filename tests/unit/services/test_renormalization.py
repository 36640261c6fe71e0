"""The pure part of renormalization: a message moves as a whole, and companies are renamed in groups."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.companies.identity import counted_as
from shared.domain.messages import Message
from shared.domain.tallies import CandidateKey, QuarterKey, TallyKey, changes, contribution
from shared.services.renormalization import connected_companies
from tests.builders import a_message
from tests.strategies import messages

moves = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=8)


def summed(message: Message) -> Counter[str]:
    return sum(contribution(message).values(), Counter())


@given(messages())
def test_a_renormalized_message_adds_to_the_new_company_what_it_added_to_the_old(message: Message) -> None:
    moved = message.renamed(lambda _: ("new", "New"))
    assert message.triage is not None
    if message.triage.company_key:
        assert summed(moved) == summed(message)

    def renamed(key: TallyKey) -> TallyKey:
        match key:
            case QuarterKey():
                return key
            case CandidateKey():
                return key._replace(company="new")
            case _:
                return key._replace(company="new", spelling="New")

    expected = {renamed(key): counters for key, counters in contribution(message).items()}
    assert {key: counters for key, counters in contribution(moved).items() if key in expected} == expected


@given(messages())
def test_a_message_that_is_keyed_already_is_the_same_message(message: Message) -> None:
    assert message.renamed(counted_as) is message


def test_a_message_leaves_the_tally_it_was_counted_in_whatever_the_normaliser_says_today() -> None:
    counted = a_message(company="Facebook", company_key="a name of an older version")
    taken_back = changes(counted, None)
    assert {key: Counter({n: -c for n, c in counters.items()}) for key, counters in taken_back.items()} == (
        contribution(counted)
    )
    assert "a name of an older version" in {key.company for key in taken_back if isinstance(key, CandidateKey)}


@given(moves)
def test_companies_between_which_messages_moved_are_in_one_group_and_others_are_not(
    moved: list[tuple[str, str]],
) -> None:
    groups = connected_companies(moved)
    assert sorted(name for group in groups for name in group) == sorted({name for move in moved for name in move})
    for old, new in moved:
        assert any({old, new} <= group for group in groups)
    for group in groups:  # nothing smaller holds together
        inner = [{old, new} for old, new in moved if old in group]
        reached = set(inner[0])
        for _ in group:
            reached |= {name for pair in inner if pair & reached for name in pair}
        assert reached == group


def test_a_chain_of_moves_is_one_group() -> None:
    assert connected_companies(list(pairwise("abcd"))) == [set("abcd")]


@pytest.mark.parametrize(
    ("spelling", "first_version", "key"),
    [
        ("Pão de Açúcar", "de acucar", "pao de acucar"),
        ("TAFE SA", "tafe", "tafe sa"),
        ("Boston Consulting Group (BCG)", "boston consulting group bcg", "boston consulting group"),
        ("Padaria Silva Ltda - ME", "padaria silva ltda me", "padaria silva"),
        ("AT&amp;amp;T", "at and amp amp t", "at&t"),
    ],
)
def test_a_name_that_the_first_version_read_otherwise_moves_with_all_it_added(
    spelling: str, first_version: str, key: str
) -> None:
    counted = a_message(company=spelling, company_key=first_version)
    moved = counted.renamed(counted_as)
    assert moved.triage is not None
    assert moved.triage.company_key == key
    assert summed(moved) == summed(counted)
    assert all(first_version not in tally for tally in contribution(moved))
