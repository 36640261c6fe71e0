"""Quotes are found in any typography, and only whole words and whole names are quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.job_fit.folding import Folded, words
from shared.domain.job_fit.markup import plain


def found(quote: str, text: str, least_words: int = 3) -> str | None:
    return Folded(plain(text)).find(plain(quote), least_words=least_words)


@given(st.lists(st.text("abcdefgh", min_size=1), min_size=3, max_size=12), st.data())
def test_any_three_words_in_a_row_are_a_quote(tokens: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(tokens) - 3))
    assert found("  ".join(tokens[start : start + 3]), " ".join(tokens)) is not None


@given(st.text())
def test_a_whole_text_that_says_anything_is_its_own_quote(text: str) -> None:
    folded = Folded(text)
    assert (folded.find(text) is None) == (folded.folded == "")


@given(st.text(), st.text(min_size=1))
def test_a_quote_is_a_part_of_the_text_as_it_is_written(text: str, quote: str) -> None:
    part = Folded(f"{text} {quote} {text}").find(quote, least_words=1)
    assert part is None or part in f"{text} {quote} {text}"


@pytest.mark.parametrize(
    ("quote", "text", "shown"),
    [
        ("led a team", "I led a team of 4", "led a team"),
        ("Led a team", "I led a team of 4", "led a team"),
        ("led a team", "I filled a team, then led a team", "led a team"),
        ('don\'t build "big" things', "I don’t build “big” things", "don’t build “big” things"),
        ("led cross-functional teams - and more", "I led cross‑functional teams — and more", None),
        ("raised it to 41 % at once", "raised it to\u202f41\u00a0% at once.", "raised it to\u202f41\u00a0% at once"),
        ("fixed the bug", "We ﬁxed the ｂｕｇ", "ﬁxed the ｂｕｇ"),
        ("built infrastructure for all", "I built infra-\nstructure for all", "built infra-\nstructure for all"),
        ("built infra-\nstructure for all", "I built infrastructure for all", "built infrastructure for all"),
        ("istanbul ofisini kurdum", "İSTANBUL ofisini kurdum", "İSTANBUL ofisini kurdum"),
        ("cafe\u0301 menu of twelve", "a café menu of twelve", "café menu of twelve"),
        ("Led growth team & budget", "&lt;p&gt;Led <b>growth</b> team &amp;amp; budget", "Led growth team & budget"),
        (r"wrote C\+\+ services", "I **wrote C++ services**", "wrote C++ services"),
        ("负责增长漏斗", "我负责增长漏斗和激活", "负责增长漏斗"),
        ("Pythonでの開発", "5年以上のPythonでの開発経験", "Pythonでの開発"),
        ("데이터 분석 팀", "저는 데이터 분석 팀을 이끌었다", "데이터 분석 팀"),
        ("การพัฒนาซอฟต์แวร์", "ประสบการณ์การพัฒนาซอฟต์แวร์ด้วย Python", "การพัฒนาซอฟต์แวร์"),
        ("ניהלתי צוות של 5", "ניהלתי צוות של 5 אנשים", "ניהלתי צוות של 5"),
        ("قدت فريق المبيعات", "قُدْتُ فريق المبيعات", "قُدْتُ فريق المبيعات"),
    ],
)
def test_typography_and_mark_up_are_folded_and_the_text_is_shown_as_written(
    quote: str, text: str, shown: str | None
) -> None:
    assert found(quote, text) == (shown or plain(text)[2:])


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("led a team", "I filled a teams' roster"),
        ("a team", "I led a team"),
        ("负责", "我负责增长漏斗"),
        ("ซอฟต์", "ประสบการณ์การพัฒนาซอฟต์แวร์"),
        ("raised to 41", "raised to 1.41 there"),
        ("data 22 41 sets", "data 2241 sets"),
        ("cut 50 % cost", "we cut -50 % cost"),
        ("スクリプトでの開発", "ジャバスクリプトでの開発"),
        ("분석팀을 이끌었다", "데이터분석팀을 이끌었다"),
    ],
)
def test_other_or_too_few_words_are_no_quote(quote: str, text: str) -> None:
    assert found(quote, text) is None


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        *[("C", text) for text in ("C++", "C#", "Objective-C", "C-level")],
        *[("R", "R&D"), ("R", "R & D"), ("Go", "Go-to-market"), ("React", "React Native"), ("Java", "JavaScript")],
        *[("CI", "CI/CD"), ("net", ".NET"), ("NET", "ASP.NET"), ("SQL", "T-SQL"), ("Node", "Node.js")],
        *[("Visual Basic", "Visual Basic .NET"), ("Power", "Power BI"), ("ジャバ", "ジャバスクリプト")],
    ],
)
def test_a_part_of_a_name_is_no_quote(quote: str, text: str) -> None:
    assert found(quote, text, 1) is None


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("C#", "C♯"),
        ("C++", r"C\+\+"),
        ("C#", "C&#35;"),
        ("Java", "Java后端开发"),
        ("SQL", "SQL, NoSQL"),
        ("C++", "C＋＋"),
    ],
)
def test_a_whole_name_is_a_quote(quote: str, text: str) -> None:
    assert found(quote, text, 1)


def test_a_long_text_is_cut_after_a_word_or_character() -> None:
    assert Folded("word " * 60).shortened(20) == "word word word …"
    cut = Folded("需求预测" * 40).shortened(120)
    assert (len(cut), cut[-1]) == (119, "…")
    assert Folded("short").shortened(120) == "short"


def test_words_of_scripts_without_blanks_are_pairs() -> None:
    assert words("Python開発経験 and R&D") == ["python", "開発", "発経", "経験", "and", "r", "d"]
