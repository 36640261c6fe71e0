"""Text as a reader sees it: hidden characters removed, HTML and Markdown resolved."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.job_fit.markup import clean, one_line, plain


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
        ("می\u200cکنم", "می\u200cکنم"),
        ("cafe\u0301", "café"),
    ],
    ids=["zero-width", "bidirectional", "control", "tags", "fillers", "line ends", "visible", "Persian", "NFC"],
)
def test_what_a_reader_cannot_see_goes(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text())
def test_a_clean_text_has_nothing_hidden_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not {unicodedata.category(c) for c in cleaned if c not in "\n\u200c"} & {"Cc", "Cf", "Co", "Cs"}


@given(st.text())
def test_one_line_has_no_line_break_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<p>Use <b>C&#43;&#43;</b> &amp; Go</p>", "Use C++ & Go"),
        ("&lt;p&gt;R&amp;amp;D budgets&lt;/p&gt;&lt;ul&gt;&lt;li&gt;SQL&lt;/li&gt;&lt;/ul&gt;", "R&D budgets\n\n- SQL"),
        ("<ul><li>One</li><li class='x'>Two</li></ul>", "- One\n- Two"),
        ("one<br/>two<br>three", "one\ntwo\nthree"),
        ("<script>alert('x')</script>Job<!-- hidden -->", "Job"),
        ("&nbsp;five&nbsp;years&nbsp;", "five\u00a0years"),
        ("## What you do\n* **Lead** the _team_\n* Know `SQL`", "What you do\n* Lead the team\n* Know SQL"),
        (r"C\+\+, C\# and \*nix", "C++, C# and *nix"),
        ("[our site](https://acme.example/jobs) hires", "our site hires"),
        ("a < b and List<String> stay", "a < b and List<String> stay"),
        ("> 40 % growth", "> 40 % growth"),
        ("5*3 and snake_case_name stay", "5*3 and snake_case_name stay"),
        ("[Growth] | AT&T", "[Growth] | AT&T"),
    ],
)
def test_mark_up_is_resolved_and_the_rest_stays(raw: str, shown: str) -> None:
    assert plain(raw) == shown


@pytest.mark.parametrize("text", ["<p " * 60_000, "&amp;" * 50_000, "*a " * 60_000, "<!--" * 60_000, "[" * 200_000])
@pytest.mark.timeout(20)
def test_hostile_mark_up_takes_linear_time(text: str) -> None:
    assert len(plain(text)) <= len(text)
