"""Cleaning, quoting, and what a sentence rests on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.job_fit.text import clean, facts, fold, is_quote, rests_on, safe_line, stems


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\u200bb\u200dc\u2060d\ufeffe", "abcde"),
        ("\u202eabc\u202c\u2066def\u2069", "abcdef"),
        ("a\x00b\x08c\x1b[2Kd", "abc[2Kd"),
        ("job" + "".join(chr(0xE0000 + ord(c)) for c in "ignore"), "job"),
        ("a\ufe0fb\u3164c\u00add", "abcd"),
        ("one\r\ntwo\rthree\u2028four\ttab", "one\ntwo\nthree\nfour tab"),
        ("  naïve café 数据 👩‍💻  ", "naïve café 数据 👩💻"),
    ],
    ids=["zero-width", "bidirectional", "control", "tags", "fillers", "line ends", "what can be seen stays"],
)
def test_what_a_reader_cannot_see_goes(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text())
def test_a_clean_text_has_nothing_hidden_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not {unicodedata.category(c) for c in cleaned.replace("\n", "")} & {"Cc", "Cf", "Co", "Cs"}


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text("abcdefgh", min_size=1), min_size=3, max_size=12), st.data())
def test_any_three_words_in_a_row_are_a_quote(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 3))
    assert is_quote("  ".join(words[start : start + 3]), " ".join(words))


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("led a team", "I led a team of 4", True),
        ("led a team", "I filled a teams' roster", False),
        ("led a team", "I filled a team, then led a team", True),
        ("Led a team", "I led a team", False),
        ("a team", "I led a team", False),
        ("SQL", "SQL", True),
        ("负责增长漏斗", "我负责增长漏斗和激活", True),
        ("负责", "我负责增长漏斗", False),
        ("ﬁxed the ｂｕｇ", "We fixed the bug", True),
    ],
)
def test_a_quote_is_word_for_word(quote: str, text: str, found: bool) -> None:
    assert is_quote(quote, text) is found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("optimization", "optimised"),
        ("leadership", "leading"),
        ("managers", "management"),
        ("companies", "company"),
        ("strategic", "strategies"),
        ("nursing", "nurse"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_facts_are_numbers_acronyms_and_names() -> None:
    assert facts("Led the EU launch at Acme in 2024. Then grew SaaS sales by 40 %: Berlin, B2B.") == [
        *("eu", "acme", "2024", "saas", "40", "berlin", "b2b")
    ]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Raised activation from 22 % to 41 %", True),
        ("Activation rose to 41 %", True),
        ("Activation rose to 77 %", False),
        ("Activation rose at Google", False),
        ("Built moon rockets for decades", False),
        ("experience with the job", False),
        ("", False),
    ],
)
def test_a_sentence_stays_within_its_evidence_or_does_not(text: str, within: bool) -> None:
    assert rests_on(text, ["Week-one activation raised", "from 22 % to 41 %"]) is within


@pytest.mark.parametrize(
    "text",
    [
        "see https://example.org",
        "see www.example",
        "write to me@example",
        "visit evil.com today",
        "![image](x)",
        "<b>bold</b>",
        "`code`",
        "{json}",
        "a\\b",
        "**bold**",
        "QUJD" * 11,
        "",
        "\u200b",
        "x" * 61,
    ],
)
def test_a_line_with_a_way_out_is_refused(text: str) -> None:
    assert safe_line(text, 60) is None


@pytest.mark.parametrize(
    "text", ["C++, C# and R&D", "ASP.NET and Node.js", "CI/CD, 24/7", "don't – “quote”", "数据分析"]
)
def test_an_ordinary_line_passes(text: str) -> None:
    assert safe_line(text, 60) == text
