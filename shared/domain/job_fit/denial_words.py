"""Patterns of denials, as data: a text does not ask for something, or does not have it (used by `denials`).

They cover the languages of job boards. Matching ignores case.
"""

import re

_FEW = r"(?:[\w'’/+#.&-]+\s+){0,4}?"
_ALL = r"(?:[\w'’/+#.&-]+\s+){0,8}?"

_THINGS = (
    r"(?:experience|knowledge|background|exposure|training|skills?|certificat\w*|degree|licen[cs]e|clearance"
    r"|qualification\w*)"
)
_WAIVERS = (
    # English
    rf"(?:not|n['’]t|never)\s+{_FEW}"
    r"(?:required?|requirement|need(?:ed)?|necessary|essential|mandatory|a must|expected)\b",
    rf"\bno\s+{_ALL}(?:required|needed|necessary|requirements?|expected)\b",
    r"\b(?:must|should)\s+not\s+(?:need|require|have)\b|\b(?:optional|irrelevant)\b",
    r"\b(?:do(?:es)?|need)(?:\s+not|n['’]t)\s+(?:have|need)\b",
    rf"(?:\bnot|n['’]t)\s+{_FEW}(?:care|matter|insist|look(?:ing)? for|ask(?:ing)? for)\b",
    r"\bcares?\s+little\b|\bno\s+need\b",
    rf"\b(?:regardless|irrespective)\s+of\s+{_FEW}(?:{_THINGS}|education|school|diploma)\b",
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
    r"\b(?:would|['’]d)\s+(?:love|like|be (?:happy|keen|glad))\s+to\s+"
    r"(?:use|work|learn|try|gain|study|explore|get|move)\b",
    r"\bon\s+my\s+(?:\w+\s+)?(?:list|roadmap|to-?do)\b|\bonly\s+(?:read|heard|know\w*)\s+(?:about|of)\b|\bheard\s+of\b",
    r"\bno\s+(?:hands-on|practical|commercial|professional)\b|\bi\s+(?:still\s+)?lack\b|^\W*lack(?:s|ing)?\b",
    r"^\W*(?:new\s+to|unfamiliar\s+with|inexperienced)\b|\bnew\s+to\s+me\b",
    r"\b(?:am|['’]m|still)\s+(?:\w+\s+)?(?:new\s+to|unfamiliar|inexperienced)\b",
    rf"\b{_THINGS}\s+{_FEW}(?:is|are)\s+(?:\w+\s+)?(?:missing|lacking|zero|nil|none|absent)\b",
    r"\b(?:is|are)\s+not\s+(?:among|part\s+of|one\s+of|in)\s+my\b|\b(?:0|zero)\s+(?:years?|months?)\b",
    # German, Dutch
    rf"\b(?:kein\w*|geen|ohne|zonder)\s+{_FEW}(?:\w*erfahrung\w*|\w*kenntnis\w*|\w*abschluss|führerschein|\w*zertifikat\w*|ervaring"
    r"|kennis|diploma|rijbewijs)",
    r"\b(?:noch\s+nie|niemals|noch\s+nicht|nog\s+nooit|nog\s+niet)\b",
    rf"\b(?:nie|nicht)\s+{_FEW}(?:benutzt|verwendet|genutzt|gearbeitet|eingesetzt|gelernt|vertraut)\b",
    rf"\b(?:nooit|niet)\s+{_FEW}(?:gebruikt|gewerkt|geleerd)\b",
    # Romance languages
    rf"\b(?:aucune?|pas\s+d[e'’]|sans)\s*{_FEW}(?:expérience|connaissance\w*|permis|diplôme)",
    rf"\b(?:sin|no\s+tengo|ningun[ao]|senza|non\s+ho|nessuna?|sem|não\s+tenho|nenhuma?)\s+{_FEW}"
    r"(?:experiencia|conocimiento\w*|carnet|título|esperienza|conoscenz\w+|patente|laurea|experiência|conheciment\w+|diploma)",
    r"\b(?:n['’]ai\s+jamais|nunca\s+he|non\s+ho\s+mai)\b",
    rf"\bn['’]ai\s+pas\s+{_FEW}(?:utilisé|travaillé|pratiqué|appris|touché)\b",
    rf"\bno\s+he\s+{_FEW}(?:usado|utilizado|trabajado|aprendido|manejado)\b",
    rf"\bnon\s+ho\s+{_FEW}(?:usato|utilizzato|lavorato|imparato)\b|\b(?:nunca|não)\s+(?:usei|utilizei|trabalhei)\b",
    # Slavic languages
    rf"\b(?:brak|bez|nie\s+mam|нет|без|не\s+имею|немає|не\s+маю)\s+{_FEW}(?:doświadczeni\w+|znajomości|опыт\w*|знани\w+|досвід\w*)",
    r"\bnie\s+(?:używał\w*|pracował\w*|korzystał\w*|znam)\b",
    r"\bне\s+(?:работал\w*|использовал\w*|пользовал\w*|знаю|знаком\w*|працюва\w+|використовув\w+)\b",
    # scripts without blanks, Korean
    r"(?:経験|知識)(?:は|が)?(?:ありません|ない|なし|無し)|未経験|(?:没有|無|无|缺乏)\S{0,8}(?:经验|經驗)|(?:경험|지식)(?:이|은|도)?\s?(?:없|전무)"
    r"|ไม่มีประสบการณ์|ไม่เคย",
    r"(?:未|没|沒|没有|沒有|从未|從未|不曾)(?:使用|用|做|接触|接觸|学|學)[过過]?|不(?:会|會|熟悉)|[たっ]たことが?(?:ありません|ない|無い)|적(?:이|은)?\s?없",
)

# What may stand by itself after a clause: "Kafka: none", "Kafka? Never.", "a degree (not required)".
_NO_ANSWERS = (
    rf"(?:none|nothing|zero|nil|n/?a|no|never|not\s+(?:yet|really|at\s+all)|no(?:\s+[\w-]+){{0,2}}\s+{_THINGS}"
    r"|(?:0|zero)\s+(?:years?|months?))",
    r"(?:i\s+)?never(?:\s+(?:did|have|used|touched|tried|learned|worked\s+with))?(?:\s+(?:it|that|this|them|one))?",
    r"(?:i\s+)?(?:have|had|did|do)(?:\s+not|n['’]t)(?:\s+(?:had\s+(?:the|a)\s+chance|used|touched|tried|learned|worked\s+with))?"
    r"(?:\s+(?:it|that|this|them|one))?",
    r"keine?(?:\s+(?:erfahrung|kenntnisse))?|noch\s+nicht|nein|nie|geen(?:\s+(?:ervaring|kennis))?|nog\s+niet|nooit|nee",
    r"aucune?(?:\s+(?:expérience|connaissance))?|pas\s+encore|jamais|non|néant",
    r"ningun[ao](?:\s+experiencia)?|ninguno|(?:todavía|aún)\s+no|nunca|sin\s+experiencia|nessuna?(?:\s+esperienza)?|non\s+ancora",
    r"nenhuma?(?:\s+experiência)?|ainda\s+não|não|sem\s+experiência",
    r"brak(?:\s+doświadczenia)?|jeszcze\s+nie|nigdy|nie|нет(?:\s+опыта)?|пока\s+нет|никогда|ні|немає|отсутствует",
    r"なし|無し|ありません|未経験|无|無|没有|沒有|无经验|無經驗|없음|없습니다|전무|ไม่มี",
)
_NOT_ASKED_ANSWERS = (
    r"(?:is\s+|are\s+)?not\s+(?:strictly\s+|absolutely\s+)?(?:required|needed|necessary|essential|mandatory|expected|a\s+must)"
    r"|optional|none(?:\s+(?:required|needed|necessary))?|no(?:\s+need)?|not\s+necessarily",
    r"nicht\s+(?:zwingend\s+)?(?:erforderlich|nötig|notwendig)|keine?s?(?:\s+(?:erforderlich|nötig|notwendig))?"
    r"|niet\s+(?:vereist|nodig|verplicht)|geen",
    r"non\s+(?:requise?s?|exigée?s?|nécessaires?|obligatoires?)|pas\s+(?:nécessaires?|obligatoires?)|aucune?|facultati(?:f|ve)s?",
    r"no\s+(?:necesari[oa]|requerid[oa]|imprescindible|obligatori[oa])|opcional|non\s+(?:richiest[oa]|necessari[oa]|obbligatori[oa])"
    r"|facoltativ[oa]|não\s+(?:necessári[oa]|exigid[oa]|obrigatóri[oa])|dispensável",
    r"nie\s+(?:jest\s+)?wymagan\w+|не\s+(?:требуется|обязател\w+|нуж\w+|обов['’]язков\w+)",
    r"不問|不要|不限|无要求|無要求|なし|무관|불필요",
)
_FRAME = r"\W*(?:but\s+)?(?:{})(?:\s+(?:yet|so\s+far|at\s+all|myself|here|either))*\W*"


def _any_of(patterns: tuple[str, ...], frame: str = "{}") -> re.Pattern[str]:
    return re.compile(frame.format("|".join(patterns)), re.IGNORECASE)


WAIVER, DENIAL = _any_of(_WAIVERS), _any_of(_DENIALS)
NO_ANSWER, NOT_ASKED_ANSWER = _any_of(_NO_ANSWERS, _FRAME), _any_of(_NOT_ASKED_ANSWERS, _FRAME)
