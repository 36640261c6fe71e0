"""Names that match: the spellings of a company are one name, no two companies share one, and it is a safe key."""

import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.companies import ambiguous, form_tables, forms, glued_forms, iso_forms
from shared.domain.companies.aliases import ALIASES
from shared.domain.companies.normalize import MAX_LENGTH, NORMALIZER_VERSION, CompanyName, normalize_company
from shared.domain.companies.spelling import NAMELESS
from shared.domain.companies.words import folded
from tests.unit.domain.company_names import APART, GROUPS, SOURCES, companies
from tools import company_forms

REAL_NAMES = sorted({name for group in GROUPS for name in group.names})
FORMS = sorted({*forms.END_FORMS, *forms.FRONT_FORMS, *glued_forms.GLUED_FORMS, *ambiguous.PLACES, *ambiguous.WORDS})

words = st.text(st.characters(codec=None), max_size=12)
"""Any characters at all: control characters, lone surrogates, marks without a letter."""

JOINTS = [
    "&amp;",
    "<b>",
    "Ⓐ",
    "公司",
    " aka ",
    "formerly ",
    "(x",
    "[",
    "„",
    "Sá",
    "M/s ",
    "the",
    "&",
    " and ",
    "+",
    "+x",
    ".",
    "(",
    ")",
    "/",
    "#",
    ":",
    "é",
    "(株)",
    "A",
]
pieces = st.sampled_from([*REAL_NAMES, *FORMS, *JOINTS])
names = (
    st.builds(str.join, st.sampled_from(["", " ", ", ", "."]), st.lists(pieces | words, min_size=1, max_size=8))
    | st.text(min_size=1, max_size=300)
).filter(str.strip)


MISSED_AT_MOST, MISSED_OF_A_SOURCE = 0.05, 0.2


@pytest.mark.parametrize("source", SOURCES)
def test_no_source_has_many_pairs_that_are_missed(source: str) -> None:
    pairs = [pair for group in GROUPS if group.source == source for pair in combinations(group.names, 2)]
    missed = [pair for pair in pairs if len(set(map(normalize_company, pair))) > 1]
    assert len(missed) <= MISSED_OF_A_SOURCE * len(pairs), missed


def test_of_all_pairs_one_in_twenty_is_missed_at_most() -> None:
    pairs = [pair for group in GROUPS for pair in combinations(group.names, 2)]
    assert sum(len(set(map(normalize_company, pair))) > 1 for pair in pairs) <= MISSED_AT_MOST * len(pairs)


def test_no_two_companies_of_the_table_share_a_name() -> None:
    by_name = [{normalize_company(name) for name in company} for company in companies()]
    assert [(a, b) for a, b in combinations(by_name, 2) if a & b] == []


def test_different_companies_stay_apart() -> None:
    assert [pair for pair in APART if normalize_company(pair.one) == normalize_company(pair.other)] == []


def test_the_table_is_as_wide_as_promised() -> None:
    assert len(REAL_NAMES) >= 1_000
    assert {group.source for group in GROUPS} | {pair.source for pair in APART} == set(SOURCES)


@pytest.mark.parametrize(
    ("name", "normalized"),
    [
        ("Stripe", "stripe"),
        ("Stripe, Inc.", "stripe"),
        ("Procter & Gamble", "procter and gamble"),
        ("AT&T", "at&t"),
        ("The Trade Desk", "trade desk"),
        ("Acme (UK) Ltd", "acme uk"),
        ("(株)トヨタシステムズ", "トヨタシステムズ"),
        ("Société Générale S.A.", "societe generale"),
        ("Žabka Polska sp. z o.o. sp. k.", "zabka polska"),
        ("Май ООО", "май"),
        ("Facebook", "meta"),
        ("Plan B S.A.", "plan b"),
        ("Vitamin C, S.r.l.", "vitamin c"),
        ("J.P.Morgan Asset Management", "jp morgan asset management"),
        ("C.H. Robinson Worldwide, Inc.", "ch robinson worldwide"),
        ("Acme (formerly Widgets)", "acme"),
        ("C# Corner", "c corner"),
        ("Company", "company"),
        ("\ufeffAcme\u200b\x00 Ltd\n", "acme"),
        ("A\ud800cme", "acme"),
    ],
)
def test_what_is_published_reads_like_the_name(name: str, normalized: str) -> None:
    assert normalize_company(name) == normalized


@pytest.mark.parametrize(
    ("name", "normalized"),
    [
        ("Inc.", "inc"),
        ("AG", "ag"),
        ("SA", "sa"),
        ("S.A.", "sa"),
        ("SE Co", "se"),
        ("GmbH & Co. KG", "gmbh"),
        ("Pty Ltd", "pty"),
        ("株式会社", "株式会社"),
        ("(株)", "株式会社"),
        ("株式会社 有限会社", "有限会社"),
        ("ООО", "ооо"),
        ("The", "the"),
        ("The The", "the"),
        ("& Co", "and co"),
        ("(formerly Twitter)", "formerly twitter"),
    ],
)
def test_a_name_of_forms_alone_keeps_one_of_them(name: str, normalized: str) -> None:
    assert normalize_company(name) == normalized


def test_a_form_in_front_of_a_latin_name_or_within_it_stays() -> None:
    assert normalize_company("Limited Brands") == "limited brands"
    assert normalize_company("Inc. Magazine") == "inc magazine"
    assert normalize_company("Trading Co of Acme") == "trading co of acme"


@pytest.mark.parametrize("name", ["!!!", "#", "###", "...", "\u0301", "\x00", "\u200b", "\ud800", "🍕", "()", "#:#"])
def test_a_name_without_letters_is_still_a_name(name: str) -> None:
    assert normalize_company(name) == NAMELESS


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u3000", "\x1c", "\x1d\x1e\x1f"])
def test_a_blank_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="blank"):
        normalize_company(name)
    with pytest.raises(ValidationError):
        TypeAdapter(CompanyName).validate_python(name)


def test_a_cut_name_does_not_end_in_a_form_or_a_space() -> None:
    assert normalize_company("x" * (MAX_LENGTH - 4) + " incredible") == "x" * (MAX_LENGTH - 4)
    assert normalize_company("x" * (MAX_LENGTH - 1) + " y") == "x" * (MAX_LENGTH - 1)


@given(names)
@example("Ltd " * 10_000)
@example("ООО the 株式会社 " * 10_000 + "x")
@example("ООО " * 10_000 + "x")
@example("\u1100 \u1161")
@example("と\u3099")
@example("a\u200d\u0301")
def test_a_result_is_its_own_normal_form(name: str) -> None:
    once = normalize_company(name)
    assert normalize_company(once) == once


@given(names)
@example("\ufdfa" * 300)
def test_a_result_is_a_short_key_of_letters_digits_and_marks(name: str) -> None:
    result = normalize_company(name)
    assert 0 < len(result) <= MAX_LENGTH
    assert len(result.encode()) <= 4 * MAX_LENGTH
    assert result == NAMELESS or all(char in " &+" or unicodedata.category(char)[0] in "LNM" for char in result)
    assert result == " ".join(result.split())
    assert "#" not in result


def test_capitals_make_no_difference() -> None:
    written = {name: {normalize_company(each) for each in (name, name.upper(), name.lower())} for name in REAL_NAMES}
    assert {name: forms for name, forms in written.items() if len(forms) > 1} == {}


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1).filter(str.strip))
@example("Delta")
def test_width_and_capitals_make_no_difference_to_plain_text(name: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if char not in " '`" else char for char in name)
    assert normalize_company(wide) == normalize_company(name.upper()) == normalize_company(name)


@pytest.mark.parametrize("form", ["Inc.", "LLC", "Ltd", "GmbH & Co. KG", "S.A. de C.V.", "Pty Ltd"])
def test_one_more_legal_form_after_a_comma_makes_no_difference(form: str) -> None:
    assert [name for name in REAL_NAMES if normalize_company(f"{name}, {form}") != normalize_company(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "Tata Consultancy Services - TCS Ltd",
        "Tata Consultancy Services (TCS Ltd)",
        "Tata Consultancy Services (TCS), Ltd",
        "TCS Ltd - Tata Consultancy Services",
        "Tata Consultancy Services Ltd | TCS Ltd",
    ],
)
def test_initials_beside_a_name_are_dropped_with_their_legal_form(name: str) -> None:
    assert normalize_company(name) == "tata consultancy services"


@given(st.sampled_from(REAL_NAMES), st.sampled_from([unicodedata.normalize("NFD", "é"), ""]))
def test_composed_and_decomposed_text_are_alike(name: str, tail: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, name + tail) for form in ("NFC", "NFD"))
    assert normalize_company(composed) == normalize_company(decomposed)


@pytest.mark.parametrize(("name", "others"), ALIASES.items(), ids=list(ALIASES))
def test_the_other_names_of_a_company_are_normal_forms_of_their_own(name: str, others: tuple[str, ...]) -> None:
    assert normalize_company(name) == name
    # "Zeta" keeps the other name from being replaced, and so shows how it is folded.
    assert [normalize_company(f"{other} zeta") for other in others] == [f"{other} zeta" for other in others]
    assert {normalize_company(other) for other in others} <= {name}


def test_no_name_is_the_other_name_of_two_companies() -> None:
    others = [other for formers in ALIASES.values() for other in formers]
    assert len(others) == len(set(others))
    assert not set(others) & set(ALIASES)


def test_every_form_is_stripped_from_the_end() -> None:
    assert [form for form in forms.END_FORMS if normalize_company(f"Zeta {form}") != "zeta"] == []


def test_every_front_form_is_stripped_from_the_front() -> None:
    assert [form for form in forms.FRONT_FORMS if normalize_company(f"{form} Zeta") != "zeta"] == []


@pytest.mark.parametrize("form", sorted(glued_forms.GLUED_FORMS))
def test_every_glued_form_is_stripped_from_either_end(form: str) -> None:
    assert normalize_company(f"ゼータ{form}") == "ゼータ"
    if form not in glued_forms.GLUED_AT_END_ONLY:
        assert normalize_company(f"{form}ゼータ") == "ゼータ"


def test_a_short_form_counts_with_its_letters_apart() -> None:
    assert [form for form in forms.SPELLED_FORMS if normalize_company(f"Zeta {'.'.join(form)}.") != "zeta"] == []


@pytest.mark.parametrize("form", ["pc", "pa", "nl", "cv", "ev", "ek", "eu", "ps", "lc", "oe"])
def test_a_short_form_that_is_more_often_a_word_counts_no_other_way(form: str) -> None:
    assert normalize_company(f"Zeta {form}") == f"zeta {form}"


@pytest.mark.parametrize("form", sorted(ambiguous.PLACES | ambiguous.WORDS))
def test_an_ambiguous_form_counts_after_a_foreign_name_and_not_after_an_english_phrase(form: str) -> None:
    assert normalize_company(f"Kronborg Virtanen {form}") == "kronborg virtanen"
    assert normalize_company(f"Health Services {form}") == f"health services {form}"


@pytest.mark.parametrize("form", sorted(ambiguous.PLACES))
def test_a_form_that_is_a_place_does_not_count_after_initials(form: str) -> None:
    assert normalize_company(f"RSPCA {form}") == f"rspca {form}"
    assert normalize_company(f"TAFE {form}") == f"tafe {form}"


@pytest.mark.parametrize("form", sorted(ambiguous.FRONTS - ambiguous.QUOTED_ONLY - ambiguous.SPELLED_ONLY))
def test_an_ambiguous_form_in_front_counts_when_every_word_is_foreign_or_the_name_is_quoted(form: str) -> None:
    assert normalize_company(f"{form} Kronborg") == "kronborg"
    assert normalize_company(f'{form} "Clinic"') == "clinic"
    assert normalize_company(f"{form} Clinic") == f"{folded(form)} clinic"


@pytest.mark.parametrize(
    ("form", "names"), [(form, names) for form, names in ambiguous.KNOWN.items()], ids=list(ambiguous.KNOWN)
)
def test_a_form_counts_after_the_names_that_are_known_to_have_it(form: str, names: frozenset[str]) -> None:
    assert [name for name in sorted(names) if normalize_company(f"{name} {form}") != normalize_company(name)] == []


@pytest.mark.parametrize("name", sorted(ambiguous.WHOLE_NAMES))
def test_a_name_that_only_looks_like_a_form_stays_whole(name: str) -> None:
    assert normalize_company(f"The {name.title()}, Inc.") == normalize_company(name)
    assert normalize_company(name).split()[0] in (name.split()[0], "as")


def test_a_form_after_a_word_that_makes_it_a_noun_stays() -> None:
    assert normalize_company("Ritz Hotel & Spa") == "ritz hotel and spa"
    assert normalize_company("Eni SpA") == "eni"


def test_letters_with_an_accent_are_no_form_without_it() -> None:
    assert normalize_company("Universidade Estácio de Sá") == "universidade estacio de sa"
    assert normalize_company("Pão de Açúcar") == "pao de acucar"
    assert normalize_company("Construtora Queiroz Sá") == "construtora queiroz sá"  # folded, it would be a form
    assert normalize_company("Construtora Queiroz SA") == "construtora queiroz"


@pytest.mark.parametrize("form", ["Inc", "LLC", "Ltd"])
@pytest.mark.parametrize(
    "name", ["TAFE", "Health", "UAB", "Sound", "X", "3M", "Made In", "Log On", "The Best Of", "Casa de"]
)
def test_the_forms_of_the_reference_always_count(name: str, form: str) -> None:
    assert normalize_company(f"{name} {form}") == normalize_company(name)


def test_the_table_of_iso_20275_is_current() -> None:
    assert Path(iso_forms.__file__).read_text() == company_forms.source()
    assert Path(form_tables.__file__).read_text() == company_forms.tables()


def test_the_version_is_a_number() -> None:
    assert NORMALIZER_VERSION >= 2
