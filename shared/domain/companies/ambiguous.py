"""Short legal forms that are also words, places or initials: when they count.

The rule: an ambiguous form counts with its letters set apart ("S.A.", "A/S"), in a name of the tables below, or after
(before) a name that is no English phrase and no initials; in doubt the name keeps it, and the two spellings stay apart.
So "ArcelorMittal SA" is ArcelorMittal and "TAFE SA" (South Australia) is not TAFE. Case is never evidence.
"""

from collections.abc import Sequence

from shared.domain.companies.english import ENGLISH


def _names(text: str) -> frozenset[str]:
    return frozenset(name for line in text.split("\n") for name in line.split("|") if name)


PLACES = frozenset(
    "sa ab nv ky hb kb bt ou asc bsc psc sae slu gbr pao zao uab sia dd esp sme aj mb ik ao sc cc tmi sf".split()
)
"""At the end also a place or an organisation: a name of initials is no evidence ("RSPCA SA", "CPA AB")."""

WORDS = frozenset("ag se as spa sal sac sca snc sl sau hf aps ad sab spc".split())
"""At the end also a word ("Sound Ag", "Day Spa"): any name that is no English phrase is evidence."""

FRONTS = frozenset(
    "ab uab sia pt pao zao ao nv bv vsi všį mb ik sa as cv ud sas snc sci too tov et oy llc jsc pjsc ojsc cjsc prjsc "
    "mchj sarl sàrl eurl sasu selarl".split()
)
"""In front also initials or a name ("UAB Hospital", "PT Solutions"): every word must be foreign, or the name quoted."""

HOME = {
    form: frozenset(names.split())
    for form, names in {
        "ab": "sweden sverige svenska suomi finland lithuania lietuvos lietuva",
        "ag": "deutschland germany schweiz switzerland suisse austria osterreich liechtenstein",
        "as": "norway norge norsk denmark danmark eesti estonia latvia latvija turkiye turkey",
        "nv": "nederland netherlands belgium belgie curacao aruba",
        "pt": "indonesia nusantara jakarta surabaya bandung jaya",
        "sa": "france belgique belgium suisse switzerland luxembourg espana brasil argentina chile peru colombia "
        "mexico portugal polska poland romania hellas greece maroc senegal cameroun",
        "se": "deutschland germany europe",
        "sia": "latvia latvija riga baltic",
        "spa": "italia italy chile algerie",
        "uab": "lithuania lietuva vilnius kaunas baltic",
    }.items()
}
"""Words that say that a name is of the form's own country, English as they may be: "Opera Norway AS"."""

STATES = frozenset(("ky",))
"""Forms that stand behind brands of an English-speaking country more often: "Humana KY" (Kentucky)."""

DESCRIPTORS = frozenset(
    "group holding holdings bank international technologies energy capital finance industries".split()
)
"""English words that Italian companies have in their names too: "Luxottica Group SpA", unlike "Kohler Waters Spa"."""

PAIRS = {
    "pt": frozenset(("tbk", "persero", "persero tbk")),
    "sc": frozenset(("srl", "sa", "sca", "scs", "snc")),
    "as": frozenset(("as",)),
    "oy": frozenset(("ab",)),
}
"""Forms in front that count when one of these is at the end: "S.C. Dedeman S.R.L.", not "S.C. Johnson & Son, Inc."."""

NEVER_AFTER = frozenset(
    "of the for in at and de da do dos das di del du des van von y e et la le el los las to by with from on".split()
)
"""A form after one of these is part of the name: "Universidade Estacio de Sa"."""

BEFORE = {
    "na": frozenset(("bank", "trust", "association", "citibank")),
    "me": frozenset(("ltda", "eireli")),
    "il": frozenset(("gmbh", "ag", "kg", "ug", "ev", "eg")),
}
"""Forms that count run together after one of these words: "Wells Fargo Bank, NA"."""

KNOWN: dict[str, frozenset[str]] = {
    "sa": _names("""
accor|aena|air france|air liquide|alstom|ambev|aperam|atento|atos|auchan|axa|b3|banco santander|bbva|bic
bmw france|bnp|brf|cd projekt|cnh|corio|credit agricole|credit suisse|ctt|danone|edf|edp|elior|embraer|enel
eni|esso|ferrovial|gdf suez|gfi|globant|gpa|gtt|ibm france|ing|itau|itausa|jbs|jcdecaux|kghm polska|klabin
kpmg france|l oreal|lagardere|lotos|lpp|lvmh|mbank|millicom international cellular|natura|nestle|nexans|nos
ofi|oi|opap|orange|orange belgium|orange polska|ote|pge|pgnig|pkn orlen|pko bp|ppc|publicis|pzu|ren
roche holding|rte|seb|sika|sncf|sodexo|spotify technology|suez|swatch|tap|tauron|technip energies|tf1|tim
total|total energies|ubs|ucb|emag|vale|vinci|vtex|weg|worldline|ypf
"""),
    "ab": _names("""
abb|aik|akelius|alfa laval|assa abloy|atlas copco|avanza bank|axfood|bulten|dice|embracer|essity|evolution
evolution gaming|h and m|hexagon|ica|ikea|industrivarden|investor|kindred|king|loomis|mojang|ncc|nobia
nordea bank|paradox interactive|saab|sandvik|sca|seb|sectra|sinch|skanska|skf|ssab|swedbank|tele2|telia
volvo|volvo car|volvo cars
"""),
    "se": _names("""
about you|about you holding|aurora|auto1|auto1 group|delivery hero|e on|global fashion group|scout24
trade republic
"""),
    "ag": _names("""
allgeier|aurubis|basic fashion|basler|continental|credit suisse group|e on|home24|knowledge intelligence
mobility|northern data|software|solar millennium|swiss life|swiss post|swiss re|united internet
united labels|vantage towers
"""),
    "as": _names("""
aker solutions|autostore|dnv|equinor energy|norwegian air shuttle|orkla|schibsted media|visma|yara
"""),
    "spa": _names("""
a2a|acea|ancona|enel|eni|hera|leonardo|moncler|mps|prada|reply|saipem|saras|snam|stellantis europe
telecom italia|terna|tim
"""),
    "nv": _names("""
aalberts|abn amro bank|adyen|aegon|ahold|airbus|akzo nobel|arcadis|asmi|asml|cnh industrial|dsm|elia
euronext|fugro|galapagos|heineken|imcd|ing|ing bank|ing group|just eat takeaway|kbc|kbc group|kpn|nn
nn group|nxp|ocado|philips|postnl|prosus|randstad|sbm|sbm offshore|signify|solvay|stellantis|tnt|tnt express
ucb|umicore|unilever|vopak|wolters kluwer|yandex
"""),
    "sl": _names("cabify|glovo|idealista"),
    "dd": _names("atlantic grupa|ina|krka|nlb|podravka"),
}
"""Names of English words, or short ones, with which the form is known to be one."""

KNOWN_FRONT: dict[str, frozenset[str]] = {
    "llc": _names("kaspersky lab|yandex market|mail ru"),
    "jsc": _names("vtb bank|rzd|alfa bank"),
    "pjsc": _names("vtb bank|mts|sber"),
    "ab": _names("""
asea|bofors|electrolux|ericsson|fagerhult|gambro|gotlandsbolaget|ignitis grupe|industrivarden|kinnevik
klaipedos nafta|lietuvos energija|lietuvos gelezinkeliai|linas matkasse|lindex|saab|sagax|sca|scania|skf
ssab|stena|svensk exportkredit|svenska spel|telia lietuva|tetra pak|traction|trav och galopp|volvo
"""),
    "pt": _names("""
adaro energy|astra international|bank central asia|bank danamon|bank mandiri|bank negara indonesia
bank rakyat indonesia|bukit asam|freeport indonesia|garuda indonesia|gojek|goto|gudang garam|indofood
indosat|jne|kai|kalbe farma|pertamina|pln|pos indonesia|semen indonesia|telkom|telkom indonesia
unilever indonesia|vale indonesia|xl axiata
"""),
    "sia": _names("bite|lido|lmt|maxima latvija|rimi latvia|tet"),
    "uab": _names("bite|bitė|hostinger|nord security|ikea lietuva|rimi lietuva|tele2"),
    "ao": _names("alfa bank|kaspersky lab|ozon|raiffeisenbank|rzd|tinkoff bank"),
    "pao": _names("gazprom|lukoil|mts|rosneft|sber|sberbank|vtb"),
}
"""Likewise, in front."""

WHOLE_NAMES = _names("""
ab agri|ab bernstein|ab carval|ab dick|ab inbev|ab initio|ab mauri|ab sciex|ab tasty|ab world foods|ag barr
ag hair|ag insurance|ao foundation|ao globe life|ao smith|ao world|as monaco|as roma|as watson|as watson group
asa|atco ab|cenovus ab|corteva ag|enbridge ab|epcor ab|fast company|good company|honest company|indigo ag
landus ag|loot company|magic company|merck kgaa|nutrien ag|nv access|nv energy|pao yue kong holdings
production company|pt barnum|pt solutions|sa health|sa power networks|sa water|sap|sas|sas ab|sc johnson
sc johnson and son|se ranking|sia abrasives|sia engineering|sia furler|sia partners|sl green|sl green realty
sound ag|spa|suncor ab|taranis ag|telus ab|too faced|uab health system|uab hospital|uab medicine|westjet ab
zao networks
""")
"""Names that end or begin in what looks like a form, and would be another company's without it."""


QUOTED_ONLY = frozenset(("as", "too", "et", "ik", "snc", "sci", "ud"))
"""Of `FRONTS`, those that are no form before a name without quotes: "AS Roma", "Too Faced"."""

SPELLED_ONLY = frozenset(("sa", "ab"))
"""Of `FRONTS`, those that need quotes or full stops before an unaccented name: "SA Power", "AB CarVal"."""

_ENDINGS = ("s", "d", "ed", "ing", "er", "ers", "ly", "es")
AT_END = PLACES | WORDS | BEFORE.keys() | KNOWN.keys()
IN_FRONT = FRONTS | PAIRS.keys() | KNOWN_FRONT.keys()


def counts_at_end(form: str, name: Sequence[str]) -> bool:
    """Whether an ambiguous form, run together, is a legal form after the (folded) words of this name."""
    if name[-1] in BEFORE.get(form, ()) or " ".join(name) in KNOWN.get(form, ()):
        return True
    if name[-1] in NEVER_AFTER:
        return False
    if not HOME.get(form, frozenset()).isdisjoint(name):
        return True
    if form == "spa":
        return all(_is_foreign(word) or word in DESCRIPTORS for word in name) and any(map(_is_foreign, name))
    if form in WORDS:
        return any(map(_is_foreign, name))
    if form in STATES and not (len(name) > 1 and all(map(_is_foreign, name))):
        return False
    return form in PLACES and any(_is_foreign(word) and not _may_be_initials(word) for word in name)


def counts_in_front(form: str, name: Sequence[str], *, spelled: bool, quoted: bool, at_end: Sequence[str]) -> bool:
    """Whether a form is a legal form before the (folded) words of this name; `at_end` are the forms found behind it."""
    if not PAIRS.get(form, frozenset()).isdisjoint(at_end) or " ".join(name) in KNOWN_FRONT.get(form, ()):
        return True
    if form not in FRONTS:
        return False
    if quoted or not HOME.get(form, frozenset()).isdisjoint(name):
        return True
    if form in QUOTED_ONLY or (form in SPELLED_ONLY and not spelled and all(map(str.isascii, name))):
        return False
    return all(map(_is_foreign, name)) and not all(map(_may_be_initials, name))


def _is_foreign(word: str) -> bool:
    """Whether a word is no English one, as far as the list goes; "faced" is, because "face" is in it."""
    if not word.isascii():
        return True
    if len(word) < 2 or word.isdigit() or word in NEVER_AFTER:
        return False
    return not any(form in ENGLISH for form in (word, *(word.removesuffix(ending) for ending in _ENDINGS)))


def _may_be_initials(word: str) -> bool:
    """Whether a word is too short, or too poor in vowels, to be anything but initials for sure: "tafe", "rspca"."""
    return word.isascii() and (len(word) < 5 or sum(map(word.count, "aeiouy")) < 2)
