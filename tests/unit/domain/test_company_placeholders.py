"""Names that stand for no company: in no list, in no signals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.companies.normalize import normalize_company
from shared.domain.companies.placeholders import PLACEHOLDERS, is_no_company


@pytest.mark.parametrize(
    "name",
    [
        "N/A", "n/a", "NA", "N.A.", "#N/A", "None", "null", "-", "--", "—", ".", "???", "🍕", "()", "", "   ",
        "\x00", "\u200b", "Confidential", "CONFIDENTIAL", "Confidential Company", "Company Confidential",
        "Confidential Ltd.", "Confidential Client", "Unknown", "unknown company", "Undisclosed",
        "Undisclosed Client", "Stealth", "Stealth Startup", "Stealth Mode", "Stealth Mode Startup Company",
        "Stealth AI Startup", "Stealth (YC W24)", "TBD", "T.B.D.", "Not Applicable", "Not specified", "Anonymous",
        "Company Name", "Self-employed", "Freelance", "xxx", "Test", "Private company", "&nbsp;", "&amp;",
        "Vertraulich", "k.A.", "keine Angabe", "Unbekannt", "Confidentiel", "Non communiqué", "Inconnu",
        "Confidencial", "Empresa confidencial", "Desconocido", "Não informado", "Riservato", "Vertrouwelijk",
        "n.v.t.", "Okänd", "Ukendt", "Ukjent", "Tuntematon", "Poufne", "Nieznana", "Neznámá", "Důvěrné", "Bizalmas",
        "Confidențial", "Gizli", "Gizli Firma", "Bilinmiyor", "Неизвестно", "Конфиденциально", "Не указано",
        "Невідомо", "Άγνωστο", "Εμπιστευτικό", "חסוי", "חברה חסויה", "لا يوجد", "سري", "غير معروف", "نامشخص",
        "गोपनीय", "保密", "未知", "匿名", "某公司", "非公開", "社名非公開", "不明", "비공개", "알 수 없음",
        "ไม่ระบุ", "Bảo mật", "Không rõ", "Rahasia", "Tidak diketahui",
    ],
)  # fmt: skip
def test_a_placeholder_is_no_company(name: str) -> None:
    assert is_no_company(name)


@pytest.mark.parametrize(
    "name",
    [
        "Stripe", "X", "3M", "C", "Unknown Worlds Entertainment", "Stealth Monitoring", "Stealth Software",
        "Confidential Records Inc", "Anonymous Content", "Private Internet Access", "The Independent", "Secret",
        "Nothing", "Void", "Test Valley Council", "NA-KD", "Self Financial", "Freelancer.com",
        "Student Loans Company", "Yahoo!", "Company Wrench", "Other World Computing", "株式会社", "Inc.", "NN",
        "Blank Street", "Tajne Wieści",
    ],
)  # fmt: skip
def test_a_company_with_such_a_word_in_its_name_is_a_company(name: str) -> None:
    assert not is_no_company(name)


def test_the_table_holds_normal_forms() -> None:
    assert [name for name in PLACEHOLDERS if normalize_company(name) != name] == []


@given(st.text(st.characters(codec=None), max_size=80))
def test_a_spelling_and_its_normal_form_get_the_same_answer(name: str) -> None:
    if name.strip():
        assert is_no_company(name) == is_no_company(normalize_company(name))
    else:
        assert is_no_company(name)
