"""What a text says is not so: a job that asks for no degree, and a candidate who has never used Kafka.

Both have the very words of a requirement or a proof. Patterns know how the languages of job boards say it; a denial
that they miss is judged like any other words. What they find settles nothing: it is neither an area nor a gap.
"""

import re
from collections.abc import Iterator

from shared.domain.job_fit.support import stems

_CLAUSE_ENDS = re.compile(r"(?<=[.!?;:,()])\s+|[()•。！？；，、]|\s[-–—·|]\s|\s(?:but|aber|mais|pero|ma|mas|maar|но)\s")
_FEW = r"(?:[\w'’/+#.&-]+\s+){0,4}?"
_ALL = r"(?:[\w'’/+#.&-]+\s+){0,8}?"

_WAIVERS = (
    # English
    rf"(?:not|n['’]t|never)\s+{_FEW}"
    r"(?:required?|requirement|need(?:ed)?|necessary|essential|mandatory|a must|expected)\b",
    rf"\bno\s+{_ALL}(?:required|needed|necessary|requirements?|expected)\b",
    r"\b(?:must|should)\s+not\s+(?:need|require|have)\b|\b(?:optional|irrelevant)\b",
    # German, Dutch
    rf"\b(?:nicht|niet)\s+{_FEW}(?:erforderlich|nötig|notwendig|zwingend|vorausgesetzt|voraussetzung|vereist|nodig|verplicht)",
    rf"\b(?:kein\w*|geen)\s+{_ALL}(?:erforderlich|nötig|notwendig|voraussetzung|vereist|nodig|verplicht)",
    r"^\W*(?:kein(?:e[nmrs]?)?|geen)\s",
    # Romance languages
    rf"\b(?:no|non|não)\s+{_FEW}(?:necesari[oa]|imprescindible|obligatori[oa]|requerid[oa]|requiere|necessari[oae]|richiest[oaie]"
    r"|obbligatori[oa]|necessári[oa]|exigid[oa]|obrigatóri[oa])",
    rf"\b(?:pas|aucune?)\s+{_FEW}(?:nécessaires?|exigée?s?|requise?s?|obligatoires?|indispensables?)",
    # Slavic languages
    rf"\bnie\s+{_FEW}(?:wymagan|konieczn|potrzebn)|\bне\s*{_FEW}(?:обязател|требу|нуж[еан]|обов['’]язков|потріб)",
    # scripts without blanks, Korean
    r"不問|不要|必須では|必要(?:は)?(?:ありません|ない|なし)|不限|不要求|无需|無需|不需要|무관|불필요|필요\s?없|ไม่จำเป็น|ไม่ต้อง",
)

_THINGS = (
    r"(?:experience|knowledge|background|exposure|training|skills?|certificat\w*|degree|licen[cs]e|clearance"
    r"|qualification\w*)"
)
_DONE = (
    r"(?:used?|using|worked?|touch\w*|have|had|hold|held|know\w*|done|led|lead|managed?|sp[eo]ken?|written|built"
    r"|tried|studied)"
)
_DENIALS = (
    # English; wishes are no proof either
    rf"\b(?:no|little|any|zero|without|lack(?:s|ing|ed)?(?: of)?)\s+{_FEW}{_THINGS}\b(?<!-)",
    rf"\b(?:never|not yet|(?:have|has|had|do|does|did|can)(?:\s+not|n['’]t)|cannot)\s+{_FEW}{_DONE}\b",
    r"\bnot\s+(?:\w+\s+)?(?:willing|able|allowed|certified|licen[cs]ed|qualified|admitted|registered|fluent|trained|familiar)\b",
    r"\b(?:want|wants|wish|wishes|hope|hopes|plan|plans|like|eager|keen|ready|willing)\s+to\s+(?:\w+\s+)?"
    r"(?:learn|try|gain|study|explore|get into|move into|become)\b",
    r"\b(?:currently|still|now|started|starting|am|i['’]m)\s+learning\b|\binterested in learning\b",
    # German, Dutch
    rf"\b(?:kein\w*|geen|ohne|zonder)\s+{_FEW}(?:\w*erfahrung\w*|\w*kenntnis\w*|\w*abschluss|führerschein|\w*zertifikat\w*|ervaring"
    r"|kennis|diploma|rijbewijs)",
    r"\b(?:noch\s+nie|niemals|noch\s+nicht|nog\s+nooit|nog\s+niet)\b",
    # Romance languages
    rf"\b(?:aucune?|pas\s+d[e'’]|sans)\s*{_FEW}(?:expérience|connaissance\w*|permis|diplôme)",
    rf"\b(?:sin|no\s+tengo|ningun[ao]|senza|non\s+ho|nessuna?|sem|não\s+tenho|nenhuma?)\s+{_FEW}"
    r"(?:experiencia|conocimiento\w*|carnet|título|esperienza|conoscenz\w+|patente|laurea|experiência|conheciment\w+|diploma)",
    r"\b(?:n['’]ai\s+jamais|nunca\s+he|non\s+ho\s+mai|nunca\s+(?:usei|trabalhei))\b",
    # Slavic languages
    rf"\b(?:brak|bez|nie\s+mam|нет|без|не\s+имею|немає|не\s+маю)\s+{_FEW}(?:doświadczeni\w+|znajomości|опыт\w*|знани\w+|досвід\w*)",
    # scripts without blanks, Korean
    r"(?:経験|知識)(?:は|が)?(?:ありません|ない|なし|無し)|未経験|(?:没有|無|无|缺乏)\S{0,8}(?:经验|經驗)|(?:경험|지식)(?:이|은|도)?\s?(?:없|전무)"
    r"|ไม่มีประสบการณ์|ไม่เคย",
)


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_WAIVER, _DENIAL = _any_of(_WAIVERS), _any_of(_DENIALS)
_BEGINS_WITH_NO = re.compile(
    r"^\W*no(?!-|\s+(?:less|fewer|later|more|longer|matter)\b)\s|^\W*not\s+(?!only\b|just\b|less\b|afraid\b)",
    re.IGNORECASE,
)
_IS_ENGLISH = re.compile(
    r"\b(?:the|and|you|your|with|we|our|of|for|is|must|have|experience|required|needed)\b", re.IGNORECASE
)
"""A Portuguese clause that begins with "No" says "in the"."""


def is_waived(description: str, asks: str) -> bool:
    """Whether a description, wherever it has these words, says that it does not ask for them.

    `asks` is a part of the description, as written there.
    """
    is_english = _IS_ENGLISH.search(description) is not None

    def waives(clause: str) -> bool:
        return bool(_WAIVER.search(clause) or (is_english and _BEGINS_WITH_NO.search(clause)))

    places = list(_places(description, asks))
    return bool(places) and all(all(map(waives, _clauses(description, start, end))) for start, end in places)


def is_denied(text: str, quote: str, name: str) -> bool:
    """Whether a text says of itself that it does not have what the quote names, wherever it has the quote.

    Of a quote of several clauses those count that have a word of `name`.
    """
    meaning = set(stems(name))
    places = list(_places(text, quote))
    return bool(places) and all(
        all(_DENIAL.search(clause) for clause in _about(meaning, _clauses(text, start, end))) for start, end in places
    )


def _about(meaning: set[str], clauses: list[str]) -> list[str]:
    return [clause for clause in clauses if meaning & set(stems(clause))] or clauses


_MOST_PLACES = 20
"""Of one quote in one text. More are looked at nowhere: a text may be a quote repeated ten thousand times."""

_REACH = 300
"""Characters on either side in which a clause begins and ends."""


def _places(text: str, part: str) -> Iterator[tuple[int, int]]:
    at = text.find(part) if part else -1
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at, at + len(part)
        at = text.find(part, at + len(part))


def _clauses(text: str, start: int, end: int) -> list[str]:
    """The clauses that the part of the text touches, whole."""
    first = max(0, start - _REACH)
    window = text[first : end + _REACH]
    found, begin = [], 0
    for gap in [*_CLAUSE_ENDS.finditer(window), None]:
        stop, after = gap.span() if gap else (len(window), len(window))
        if begin < end - first and stop > start - first and window[begin:stop].strip():
            found.append(window[begin:stop])
        begin = after
    return found
