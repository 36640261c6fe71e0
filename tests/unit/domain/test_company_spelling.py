"""What a report shows of a company's spelling: a readable name, for any input."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.companies.normalize import normalize_company
from shared.domain.companies.spelling import MAX_SHOWN, NAMELESS, cleaned, shown_name

any_text = st.text(st.characters(codec=None), max_size=300)
remarks = st.sampled_from(
    [
        " (formerly: your offer expires, confirm at https://evil.example/login)",
        " (formerly Link, see evil.example/login)",
        " (previously known as something else",
        " [now at http://evil.example]",
        " （旧：ほげ株式会社）",
        " {fka <b>Evil</b>}",
        ", formerly Evil Inc",
        " d/b/a Evil",
        " (NYSE: EVIL)",
        " (YC W15)",
        " (Website)",
        " (we're hiring!)",
        " https://evil.example/login?x=1",
        " <a href='https://evil.example'>",
        " &lt;script&gt;",
        "\u202e\u2066",
        "\u200b\u200d\ufeff",
        "\x00\x1b[31m",
        " \U0001f4a9",
        "\U000e0041\U000e007f",
        "\u3164\u115f",
    ]
)


@pytest.mark.parametrize(
    ("spelling", "shown"),
    [
        ("Stripe", "Stripe"),
        ("Stripe, Inc.", "Stripe, Inc."),
        ("Stripe (formerly: your offer expires, confirm at https://evil.example/login)", "Stripe"),
        ("Stripe (formerly (a) https://evil.example", "Stripe"),
        ("Stripe - confirm at https://evil.example/login", "Stripe - confirm at"),
        ("https://evil.example/login", "evil.example"),
        ("Booking.com B.V.", "Booking.com B.V."),
        ("Acme (UK) Ltd", "Acme (UK) Ltd"),
        ("Kolibri UG (haftungsbeschränkt) & Co. KG", "Kolibri UG (haftungsbeschränkt) & Co. KG"),
        ("AT&amp;amp;T", "AT&T"),
        ("McDonald&amp;#039;s", "McDonald's"),
        ("Solvay NV/SA", "Solvay NV/SA"),
        ("A/S Steamship Company Torm", "A/S Steamship Company Torm"),
        ("  Acme \t\n Ltd ", "Acme Ltd"),
        ("\u202eepirtS\u202c", "epirtS"),
        ("S\u200btr\x00ipe", "Stripe"),
        ("<b>Stripe</b>", "Stripe"),
        ("Yahoo!", "Yahoo!"),
        ("Yahoo!!!!!!!", "Yahoo!"),
        ("ООО «Вымпел»", "ООО «Вымпел»"),
        ("㈱リクルート", "㈱リクルート"),
        ("Z" + "\u0336" * 40 + "eta", "Z\u0336\u0336\u0336eta"),
        ("\U0001f4a9", NAMELESS),
        ("", NAMELESS),
        ("(formerly Twitter)", "(formerly Twitter)"),
        ("x" * 300, "x" * MAX_SHOWN),
        ("x" * 99 + "q\u0307\u0307", "x" * 99),
    ],
)
def test_a_name_shown_is_a_name(spelling: str, shown: str) -> None:
    assert shown_name(spelling) == unicodedata.normalize("NFC", shown)


@given(any_text)
@example("(" * 1_000)
@example("&amp;" * 300)
@example("a" + "\u0301" * 300)
def test_a_shown_name_is_short_visible_text_on_one_line(spelling: str) -> None:
    shown = shown_name(spelling)
    assert 0 < len(shown) <= MAX_SHOWN
    assert all(unicodedata.category(char)[0] not in "CZ" or char == " " for char in shown)
    assert shown == " ".join(shown.split())
    assert "://" not in shown


@given(any_text)
def test_cleaning_a_clean_spelling_changes_nothing(spelling: str) -> None:
    assert cleaned(cleaned(spelling)) == cleaned(spelling)


@given(
    st.sampled_from(["Stripe", "Acme", "Société Générale", "トヨタ自動車", "Вымпел", "ปตท"]),
    st.lists(remarks, max_size=3),
)
def test_a_remark_changes_neither_the_name_shown_nor_the_name_counted(name: str, added: list[str]) -> None:
    spelling = name + "".join(added)
    assert shown_name(spelling) == name
    assert normalize_company(spelling) == normalize_company(name)


@given(any_text.filter(str.strip))
def test_what_is_shown_is_counted_like_what_was_written(spelling: str) -> None:
    text = cleaned(spelling)
    if len(text) <= MAX_SHOWN and shown_name(spelling) != NAMELESS:
        assert normalize_company(shown_name(spelling)) == normalize_company(spelling)
