"""Pseudonyms: the names of people that only the holder of the key can compute."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.pseudonyms import Pseudonyms
from shared.services.releases import RANGES

PSEUDONYMS = Pseudonyms("a key")


def test_candidates_are_spread_over_the_key_range_of_a_company_however_alike_their_ids_are() -> None:
    ranges = Counter(PSEUDONYMS.candidate(f"user_{n}")[0] for n in range(16_000))
    assert ranges.keys() == set(RANGES)
    assert 850 < min(ranges.values()) <= max(ranges.values()) < 1_150  # five standard deviations from a thousand


@given(st.text())
def test_a_pseudonym_is_the_same_every_time_another_for_another_purpose_and_with_another_key(user_id: str) -> None:
    names = [
        PSEUDONYMS.candidate(user_id),
        PSEUDONYMS.erased_person(user_id).removeprefix("erased#"),
        PSEUDONYMS.erased_message(user_id).removeprefix("erased#"),
        Pseudonyms("another key").candidate(user_id),
    ]
    assert len(set(names)) == 4
    assert PSEUDONYMS.candidate(user_id) == names[0]
    assert bytes.fromhex(names[0]).hex() == names[0]
    assert len(names[0]) == 24
