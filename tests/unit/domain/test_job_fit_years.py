"""Numbers of years, as profiles and job ads of many languages write them."""

import pytest

from shared.domain.job_fit.years import without_years, years_in


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("5+ years of Python", [5]),
        ("at least five years", [5]),
        ("3 to 5 years, then 2-4 yrs", [3, 2]),
        ("5-year plan", [5]),
        ("fünf Jahre in der Pflege", [5]),
        ("10 ans d'expérience", [10]),
        ("cinco años de experiencia", [5]),
        ("10 лет опыта", [10]),
        ("3年以上のPython開発経験", [3]),
        ("３年以上", [3]),
        ("五年经验", [5]),
        ("경력 5년 이상", [5]),
        ("2019 - 2024, ISO 27001, 20 people", []),
        ("2020年に入社", []),
        ("90年代の", []),
        ("1.5 years", []),
    ],
)
def test_numbers_of_years_are_read(text: str, years: list[int]) -> None:
    assert years_in(text) == years


def test_a_text_is_read_without_its_years() -> None:
    assert without_years("5+ years of Java 21, 3年以上").split() == ["of", "Java", "21,", "以上"]


def test_a_large_text_takes_time_in_proportion_to_its_length() -> None:
    assert years_in("9" * 250_000) == []
    assert len(years_in("9 years - " * 25_000)) == 25_000
