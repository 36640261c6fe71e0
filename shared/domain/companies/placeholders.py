"""Names that stand for no company: symbols alone, and words such as "Confidential" in place of a name.

Messages under such a name count in their user's totals, but in no list of companies and in no signals (contract 8).
The entries are normal forms. A placeholder is matched whole, so "Unknown Worlds Entertainment" is a company.
"""

from shared.domain.companies.normalize import normalize_company
from shared.domain.companies.spelling import NAMELESS

_PHRASES = """
a confirmar|azienda confidenziale|azienda riservata|bilinmiyor|empresa confidencial|entreprise confidentielle
firma poufna|gizli ilan|ka|khong|my|no|some|your|a definir|anonim|anonim firma|anonim sirket|asdf|asdfgh|blank
brak|brak danych|brak nazwy|company name|company name here|confidential reasons|da definire|dato mancante
desconocida|desconocido|desconhecida|dirahasiakan|diskret|do not disclose|dont know|dummy|duverne|en blanco
fortrolig|fortroligt|foo|foo bar|geen|geheim|gizli|gizli firma|gizli sirket|hemlig|hemligt|i cant say|idk
inconnu|inconnue|indefinido|individual|insert company name|ismeretlen|ka angabe|keine|keine angabe|keine angaben
khong ro|khong xac dinh|konfidenciell|lorem ipsum|luottamuksellinen|na|nao aplicavel|nao consta|nao divulgado
nao informada|nao informado|nao se aplica|naam onbekend|nan|nenhuma|neuvedeno|neuvedene|neznama|neznamy
neznama firma|niet bekend|niet van toepassing|nieznana|nieznany|nil|ninguna|ninguno|no aplica|no disponible
no especificado|no name|no procede|no revelado|no revelada|non applicable|non communique|non comunicato
non disponibile|non disponible|non divulgue|non precise|non renseigne|non specificato|non specifie|none
none given|noname|no data|private|private client|private employer|private firm|private individual|none yet
not applicable|not available|not disclosed|not given|not known|not listed|not mentioned|not named|not provided
not public|not sure|not specified|not stated|null|nvt|o firma|okand|onbekend|other|others|placeholder|poufne
poufna|poufny|qwerty|rahasia|rahsia|recruiter|redacted|riservata|riservato|sconosciuta|sconosciuto|sem nome
senza nome|sin especificar|sin nombre|sekretess|salassa|same as above|sans nom|tajne|tba|tbc|tbd|test|testing
tidak ada|tidak diketahui|to be announced|to be confirmed|to be decided|to be determined|tuntematon|ubestemt
ukendt|ukjent|undefined|unbekannt|unbenannt|unavailable|various|various companies|various clients|multiple
multiple companies|verschiedene|vertraulich|vertrouwelijk|xxx|xxxx|xxxxx|your company name|zzz|0|00|000|bao mat
chua ro|hindi alam|haijulikani|bizalmas|necunoscut|necunoscuta|confidentiel|confidentielle|confidencial
confidenziale|confidentiala|konfidentiell|konfidensielt|konfidentsiaalne|konfidencialno|konfidencialu
konfidenciali|povjerljivo|poverljivo|zaupno|nepoznato|neznano|nezinams|nezinoma|teadmata|tundmatu
luottamuksellista|okant foretag|konfidentiellt|fortrolig virksomhed|fortroligt firma|неизвестно|неизвестна
неизвестен|неизвестная компания|конфиденциально|конфиденциальная компания|не указано|не указана|не указан
компания не указана|без названия|анонимно|аноним|секретно|нет|нет данных|невідомо|невідома компанія
конфіденційно|не вказано|анонімно|немає|поверително|няма|поверљиво|непознато|құпия|белгісіз|αγνωστο|αγνωστη
εμπιστευτικο|εμπιστευτικη|ανωνυμη|δεν ισχυει|חסוי|חסויה|חברה חסויה|חברה חסוית|לא ידוע|לא ידועה|סודי|לא רלוונטי
אנונימי|ללא שם|דיסקרטי|חברה דיסקרטית|חברה עלומה|سري|سرية|غير معروف|غير معروفة|غير محدد|غير محددة|مجهول|مجهولة
لا يوجد|غير متوفر|غير متاح|غير معلن|خاص|نامشخص|محرمانه|ناشناس|ندارد|نامعلوم|خفیہ|अज्ञात|गोपनीय|लागू नहीं|অজানা
গোপনীয়|ไม่ระบุ|ไม่ทราบ|ไม่เปิดเผย|ไม่มี|ความลับ|ไม่ระบุชื่อ|ไม่ประสงค์ออกนาม|保密|某|某某|某知名|某上市
某互联网|某企业|某大型企业|某外资企业|未知|匿名|不详|不詳|未公开|未公開|无|無|暂无|暫無|不明|机密|機密|待定
公司名称保密|未披露|不公开|不公開|隐藏|非公開|非公開企業|社名非公開|企業名非公開|会社名非公開|非公開求人
名称非公開|未定|なし|無し|該当なし|該当無し|未記入|未設定|未入力|秘密|某社|ステルス|コンフィデンシャル|非開示
社名非開示|비공개|비공개기업|회사명비공개|기업명비공개|미상|알수없음|익명|없음|미정|해당없음|기밀|미공개
"""

_NAMELESS_WORDS = frozenset(
    "anonymous confidential stealth undisclosed unidentified unknown unnamed unspecified".split()
)
_GENERIC_WORDS = frozenset(
    "a an at business client company corporate currently customer employer enterprise entity firm in industry is mode "
    "name na not of organisation organization our phase start startup startups still the up venture".split()
)
_STEALTH_STARTUP = frozenset(
    "ai b2b b2c bio biotech climate crypto early edtech fintech health healthcare robotics saas seed series space "
    "stage tech technology vc web3 yc".split()
)

_SELF = """
contractor|consultant|freelance|freelancer|freelancing|independent consultant|independent contractor
independent recruiter|self|self employed|selfemployed|self employment|unemployed|currently unemployed
between jobs|looking for work|retired|student|sabbatical|career break|homemaker|job seeker|jobseeker
open to work|autonomo|autonoma|freiberuflich|freiberufler|selbststandig|selbstandig|independant
auto entrepreneur|autoentrepreneur|libero professionista|zzp|zzper|zelfstandig|egenforetagare|самозанятый
фрилансер|фриланс|自由职业|自由职业者|個人事業主|フリーランス|프리랜서
"""

PLACEHOLDERS = frozenset(
    phrase.strip() for phrase in f"{_PHRASES}|{_SELF}".replace("\n", "|").split("|") if phrase.strip()
)


def is_no_company(name: str) -> bool:
    """Whether a spelling, or its normal form, names no company. Both give the same result; never raises."""
    if not name.strip():
        return True
    normalized = normalize_company(name)
    return normalized == NAMELESS or normalized in PLACEHOLDERS or _is_phrase(set(normalized.split()))


def _is_phrase(words: set[str]) -> bool:
    """Whether the words say only that a company is not named: "confidential company", "stealth mode AI startup"."""
    rest = words - _NAMELESS_WORDS - _GENERIC_WORDS
    if words.isdisjoint(_NAMELESS_WORDS):
        return False
    return not rest or (
        "stealth" in words and not words.isdisjoint(("startup", "mode", "co")) and rest <= _STEALTH_STARTUP
    )
