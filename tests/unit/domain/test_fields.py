"""Input fields: what counts as a time, an id, or a value of another type (contract 11)."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from shared.domain.fields import ByValue, Id, Moment, StrictModel, parse_time
from shared.domain.ids import is_id


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), st.integers(-23 * 60, 23 * 60))  # noqa: DTZ001 - given an offset below
def test_every_aware_time_is_read_back_from_its_text(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_time(aware.isoformat()) == aware


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-13T12:00:00Z", datetime(2026, 3, 13, 12, tzinfo=UTC)),
        ("2026-03-13t12:00:00z", datetime(2026, 3, 13, 12, tzinfo=UTC)),
        ("2026-03-13T12:00:00.5+01:00", datetime(2026, 3, 13, 11, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-13T12:00:00.123456789-00:00", datetime(2026, 3, 13, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T18:59:60.7-05:00", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_rfc_3339_times_are_read(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "20261005", "1381340626859", "1381340626", "1e9", "0", "-1", "", "now",
        "2026-03-13", "2026-03-13T12:00:00", "2026-03-13T12:00Z", "2026-03-13T12Z", "2026-03-13 12:00:00Z",
        "20260313T120000Z", "2026-W11-5T12:00:00Z", "2026-072T12:00:00Z", "2026-03-13T12:00:00,5Z",
        "2026-03-13T12:00:00+0100", "2026-03-13T12:00:00+01", "2026-03-13T12:00:00+01:00:30", "2026-03-13T12:00:00.Z",
        "2026-02-30T12:00:00Z", "2026-03-13T24:00:00Z", "2026-03-13T12:60:00Z", "2026-03-13T12:00:60Z",
        "2026-03-13T12:00:61Z", "2026-03-13T12:00:00+24:00", "2026-03-13T12:00:00+01:60",
        "0000-01-01T00:00:00Z", "+2026-03-13T12:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:60Z",
        " 2026-03-13T12:00:00Z", "2026-03-13T12:00:00Z ", "2026-03-13T12:00:00Z\n", "２０２６-03-13T12:00:00Z",
        "2026-03-13T12:00:00 Z", "2026-03-13T12:00:00ZZ", "2026-03-13T12:00:00UTC",
    ],
)  # fmt: skip
def test_nothing_else_is_a_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)


@given(st.text("0123456789+-.eE_ "))
def test_digits_are_never_a_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)


@pytest.mark.parametrize("text", ["a", "A.b_c:d-e", "0" * 128, "17793124-05d4-b198-2fde-000000000001"])
def test_ids_are_128_ascii_letters_digits_and_a_few_marks(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text", ["", "0" * 129, "a b", "a/b", "a#b", "ä", "a\n", "٣", "a\x00", "%41", "\ud800", ".", ".."]
)
def test_nothing_else_is_an_id(text: str) -> None:
    assert not is_id(text)


class Size(StrEnum):
    SMALL = "small"


class Everything(StrictModel):
    """A field of each kind that inputs have."""

    id: Id = "x"
    at: Moment | None = None
    text: str = ""
    number: int = 0
    flag: bool = False
    size: Annotated[Size, ByValue] = Size.SMALL
    texts: list[str] = Field(default_factory=list)
    pair: Annotated[tuple[str, ...], ByValue] = ()


@pytest.mark.parametrize(
    "values",
    [
        {"id": 1}, {"id": True}, {"id": None}, {"id": ["a"]},
        {"at": 1381340626}, {"at": 1381340626.5}, {"at": "1381340626"}, {"at": True}, {"at": ["2026-03-13T12:00:00Z"]},
        {"text": 1}, {"text": None}, {"text": b"x"},
        {"number": "1"}, {"number": 1.0}, {"number": True}, {"number": "1e1"},
        {"flag": 1}, {"flag": "true"}, {"flag": "yes"}, {"flag": "on"}, {"flag": 0.0},
        {"size": 0}, {"size": True}, {"size": ["small"]}, {"size": " small"}, {"size": "SMALL"},
        {"texts": "abc"}, {"texts": {"a": 1}}, {"texts": [1]}, {"texts": [b"x"]}, {"texts": None},
        {"pair": "abc"}, {"pair": {"a": 1}}, {"pair": [1]},
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_a_fault_and_never_a_guess(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Everything.model_validate(values)


def test_values_of_the_right_types_are_read() -> None:
    values = {"id": "a", "at": "2026-03-13T12:00:00Z", "number": 1, "flag": True, "size": "small", "pair": ["a"]}
    assert Everything.model_validate(values).pair == ("a",)
