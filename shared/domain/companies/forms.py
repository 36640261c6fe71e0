"""The legal forms of the world, as data: each entry is already folded the way `companies` folds names.

Chosen from the `org_types.yml` of the rigour library (https://github.com/opensanctions/rigour), whose sources are ISO
20275, the Entity Legal Forms list kept by GLEIF, and a list by OCCRP; forms too ambiguous in company names were left
out, a few added. A change here is a change of `companies.NORMALIZER_VERSION`. The notice that the selection carries:

MIT License

Copyright (c) 2023-2025: OpenSanctions Datenbanken GmbH

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

# Cyrillic forms stand before the name or after it. Latin look-alikes ("ooo") are how they are written in English texts.
_CYRILLIC = (
    "ооо", "оао", "зао", "пао", "ао", "нао", "тоо", "одо", "ип", "гуп", "фгуп", "муп", "ано",
    "общество с ограниченной ответственностью", "публичное акционерное общество", "открытое акционерное общество",
    "закрытое акционерное общество", "акционерное общество", "товарищество с ограниченной ответственностью", "тов",
    "тзов", "пат", "прат", "ват", "фоп", "товариство з обмеженою відповідальністю", "публічне акціонерне товариство",
    "приватне акціонерне товариство", "акціонерне товариство", "аат", "заат", "таа", "ад", "еад", "оод", "еоод", "доо",
    "дооел", "акционерно дружество", "дружество с ограничена отговорност",
)  # fmt: skip

END_FORMS: tuple[str, ...] = (
    # English, wherever it is spoken
    "inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "lllp", "lp", "plc",
    "pllc", "ulc", "pbc", "cic", "dac", "limited liability company", "limited liability co",
    "limited liability partnership", "limited partnership", "public limited company", "public limited",
    "public company limited", "pcl", "public benefit corporation", "professional corporation",
    "professional limited liability company", "designated activity company", "unlimited company",
    "community interest company", "national association", "joint stock company", "joint stock co",
    "public joint stock company", "open joint stock company", "closed joint stock company", "jsc", "pjsc", "ojsc",
    "cjsc", "pty", "proprietary limited", "proprietary ltd", "pte", "pvt", "private limited", "private ltd", "p ltd",
    "p limited", "opc private limited", "opc pvt ltd", "ltee", "limitee", "cyf",
    # The Gulf and Egypt, South-East Asia, Japan in Latin letters
    "fze", "fzco", "fzc", "fz llc", "llc fz", "fzllc", "dmcc", "wll", "qpsc", "qsc", "ksc", "kscp", "saog", "saoc",
    "sdn", "bhd", "berhad", "tbk", "kk", "gk", "yk", "kabushiki kaisha", "kabushiki gaisha", "godo kaisha",
    "yugen kaisha",
    # German
    "gmbh", "ggmbh", "mbh", "ges mbh", "gesmbh", "gesellschaft mbh", "gesellschaft mit beschrankter haftung", "ag",
    "aktiengesellschaft", "kg", "kgaa", "kommanditgesellschaft", "kommanditgesellschaft auf aktien", "ohg", "gbr", "ug",
    "ug haftungsbeschrankt", "se", "eg", "eingetragene genossenschaft", "eingetragener verein",
    "eingetragener kaufmann", "partg", "partg mbb", "partgmbb", "vvag", "aor", "und co", "u co", "sagl",
    # French, Italian
    "sa", "sas", "sasu", "sarl", "sa rl", "s ar l", "eurl", "snc", "sca", "scop", "cie", "et cie", "et co",
    "societe anonyme", "sprl", "asbl", "sicav", "societe par actions simplifiee", "societe a responsabilite limitee",
    "societe europeenne", "societas europaea", "spa", "srl", "srls", "sapa", "scarl", "scrl", "scpa",
    "societa per azioni", "societa a responsabilita limitata",
    # Spanish, Portuguese
    "sl", "slu", "sll", "sau", "sac", "saa", "y cia", "e cia", "cia ltda", "s coop", "sociedad anonima",
    "sociedad limitada", "eirl", "sociedad anonima de capital variable", "sociedad de responsabilidad limitada",
    "sociedad por acciones simplificada", "sa de cv", "sab de cv", "sab", "sapi de cv", "sapi", "sas de cv",
    "s de rl de cv", "s de rl", "srl de cv", "ltda", "limitada", "lda", "unipessoal lda", "eireli", "sgps",
    "sociedade anonima", "sociedade limitada",
    # Dutch, Nordic, Baltic
    "bv", "nv", "bvba", "vof", "vzw", "cvba", "besloten vennootschap", "naamloze vennootschap", "ab", "publ",
    "aktiebolag", "as", "asa", "aps", "amba", "ivs", "aktieselskab", "anpartsselskab", "aksjeselskap",
    "allmennaksjeselskap", "oy", "oyj", "abp", "osakeyhtio", "hf", "ehf", "ohf", "uab", "sia", "ou", "osauhing",
    "aktsiaselts",
    # Central and Eastern Europe, Turkey
    "sp zoo", "sp z oo", "spzoo", "spolka zoo", "spolka z oo", "spolka z ograniczona odpowiedzialnoscia",
    "spolka akcyjna", "sp k", "sp j", "spolka komandytowa", "sro", "spol sro", "spol s ro", "vos", "akciova spolecnost",
    "akciova spolocnost", "spolecnost s rucenim omezenym", "kft", "zrt", "nyrt", "korlatolt felelossegu tarsasag",
    "doo", "jdoo", "dooel", "ad", "ead", "ood", "eood", "shpk", "drustvo s ogranicenom odgovornoscu", "anonim sirketi",
    "ltd sti", "limited sirketi",
    # Greek, Hebrew, Arabic, Georgian, Armenian
    "αε", "επε", "ικε", "ανωνυμη εταιρεια", "ανωνυμοσ εταιρεια", "בע מ", "ש م م", "ش م م", "ش م ك", "ش م ع", "შპს",
    "სს", "սպը", "փբը", *_CYRILLIC,
)  # fmt: skip

# These are forms only when their letters are set apart ("Smith Law, P.C.", "Citibank N.A.", "Krka d.d."): run together
# they are more often a word or a place ("Origin PC", "Volta EV").
SPELLED_FORMS: tuple[str, ...] = (
    "pc", "pa", "na", "nl", "ca", "sc", "cv", "ev", "ek", "dd", "kd", "ks", "is", "ps", "sal", "sae", "bsc", "psc",
    "ae", "epe", "ike",
)  # fmt: skip

FRONT_FORMS: tuple[str, ...] = (
    *_CYRILLIC, "ooo", "oao", "zao", "pao", "llc", "jsc", "pjsc", "ojsc", "cjsc", "public joint stock company",
    "joint stock company", "kabushiki kaisha", "aktiebolaget", "pt", "uab", "sia", "oy", "cong ty tnhh",
    "cong ty tnhh mtv", "cong ty co phan", "cong ty cp", "ctcp", "شركة", "შპს", "სს",
)  # fmt: skip

# Scripts that set no space between a form and the name; the longest form wins.
GLUED_FORMS: tuple[str, ...] = (
    "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "股份有限公司", "有限責任公司", "有限责任公司",
    "有限公司", "주식회사", "유한책임회사", "유한회사", "บริษัท", "จํากัด", "จํากัด มหาชน",
)  # fmt: skip

# "(株)" is how "株式会社" is abbreviated; "㈱" becomes it under NFKC.
BRACKETED_FORMS: dict[str, str] = {
    "株": "株式会社", "有": "有限会社", "同": "合同会社", "資": "合資会社", "名": "合名会社", "주": "주식회사",
    "유": "유한회사",
}  # fmt: skip

# After one of these words it is no legal form: "Ritz Hotel & Spa".
NO_FORM_AFTER: dict[str, tuple[str, ...]] = {
    "spa": ("and", "beauty", "day", "health", "hotel", "med", "medical", "resort", "wellness"),
}

# Names that end or begin in a word that looks like a form, and would be another company's name without it.
WHOLE_NAMES: tuple[str, ...] = (
    "fast company",  # not Fast, the checkout
    "indigo ag",  # agriculture, not IndiGo, the airline
    "merck kgaa",  # of Darmstadt, not Merck & Co.
    "pt solutions",  # physical therapy
    "sia engineering",  # Singapore Airlines' workshop
    "sia partners",  # consultants
    "uab health system",  # of Birmingham, Alabama
    "uab medicine",  # likewise
)
