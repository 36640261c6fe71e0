"""The parts of requests that more than one endpoint reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ids import MAX_ID_LENGTH
from shared.web.requests import path_id


@pytest.mark.parametrize(
    ("segment", "found"),
    [("msg_1", "msg_1"), ("a.b:c-D_9", "a.b:c-D_9"), ("a%3Ab", "a:b"), ("%6Dsg", "msg"), ("m" * 128, "m" * 128)],
)
def test_a_segment_of_a_path_is_an_id_once_decoded(segment: str, found: str) -> None:
    assert path_id(segment) == found


@pytest.mark.parametrize(
    "segment", ["", "m" * 129, "%20", "a%20b", "a/b", "%2F", "%F0%9F%98%80", "%00", "é", "a%0A", "%"]
)
def test_what_is_no_id_is_none(segment: str) -> None:
    assert path_id(segment) is None


@given(st.text(max_size=2 * MAX_ID_LENGTH))
def test_an_id_is_ascii_and_never_longer_than_a_key_may_be(segment: str) -> None:
    found = path_id(segment)
    assert found is None or (found.isascii() and found.isprintable() and 0 < len(found) <= MAX_ID_LENGTH)
