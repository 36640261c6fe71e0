"""Which legal forms are taken from a company's name, and where: the table of ISO 20275 with additions and exceptions.

Only `tools/company_forms.py` and tests read this module; it writes the sets to `form_tables.py`, which loads faster.
Forms are as `words_of` reads them. A change here is a change of `normalize.NORMALIZER_VERSION`. The additions come from
registers, from stock exchanges, and from the `org_types.yml` of the rigour library
(https://github.com/opensanctions/rigour), whose notice is:

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

from shared.domain.companies.iso_forms import FORMS

_ISO = frozenset(
    form for by_countries in FORMS.values() for forms in by_countries.values() for form in forms.split("|")
)


def _list(text: str) -> frozenset[str]:
    return frozenset(form for line in text.split("\n") for form in line.split("|") if form)


# Short forms that count as they are, run together or with full stops. Others of two or three letters count only with
# their letters set apart ("P.C."), or as `ambiguous.py` says.
_SHORT = _list("""
abp|asa|l3c|teo|bhd|clg|bv|cic|co|cyf|dac|doo|ead|ehf|fze|fzc|gk|inc|ivs|jsc|kft|kg|kk|kkt|ksc|lda|ldc|llc|llp
lp|ltd|mbh|mmc|npc|oao|ohf|ohg|ood|ooo|oy|oyj|pbc|pcl|plc|plt|pte|pty|pvt|qsc|rllp|saa|sas|slf|sll|sro|srl|tbk
too|tov|ulc|vof|vos|vzw|wll|yk|zrt|eg|ug
""")

_ADDED = _list("""
sakp|sakc
public benefit corporation|professional corporation|cie|nv van publiek recht|sa de droit public
limited liability partnership|limited partnership|limited liability limited partnership|sca rl|sc arl|egen
registered limited liability partnership|e gen|corp|corporation|limited liability co|public limited
public limited company|public ltd|public joint stock company|open joint stock co|public limited co
public company limited|public company ltd|public co ltd|public co limited|professional limited liability company
designated activity company|national association|closed joint stock company|joint stock co|private ltd|p ltd
p limited|opc private limited|opc pvt ltd|opc pvt limited|one person company|soc ltd|soc limited|soc pty ltd
state owned company|rf npc|rf ltd|close corporation|unltd|unlimited company|public unlimited company
company limited by guarantee|limited by guarantee|limitee|ltee|public ltd co|in liquidation|in administration
in receivership|in voluntary liquidation|under liquidation|en liquidation|en liquidacion|en liquidación
em liquidação|em recuperação judicial|em recuperacao judicial|in liquidazione|debtor in possession
incorporated company|inc llc|co inc|corp inc|pbllc|llc fz|fz llc|fz co|fzco|fzllc|dmcc|dwc llc|dwc|llc dwc
spc ltd|llc sp|llc opc|sole proprietorship llc|sole establishment|llc soc|qpsc|qfc llc|ksc closed|kscc|kscp
ksc c|ksc p|ksch|saudi joint stock company|saudi joint stock co|bsc c|bsc closed|bsc public|bscc|saog|saoc
sal offshore|sal holding|holding sal|sae free zone|sdn|berhad|persero tbk|persero|kabushiki kaisha
kabushiki gaisha|kabushikigaisha|godo kaisha|yugen kaisha|goshi kaisha|ggmbh|gmbh|ges mbh|gesmbh
gesellschaft mbh|gesellschaft m b h|gesellschaft mit beschränkter haftung|kg aa|partg|partgmbb|part gmbb
part g mbb|ug haftungsbeschränkt|eingetragene genossenschaft|eingetragener verein|eingetragener kaufmann|u co
und co|co kg|co ohg|se and co|ag and co|gmbh and co|vvag|aktiengesellschaft|kommanditgesellschaft
stiftung and co kg|et cie|et co|et compagnie|and cie|et fils cie|société anonyme|scop|scop sa|scop sarl|scop sas
sarl au|sarlau|sarl unipersonnelle|saem|sa rl|s à rl|s ar l|s àr l|sà rl|sàrl|sarl
société par actions simplifiée unipersonnelle|société européenne|societas europaea|sa nv|nv sa|srl bv|bv srl
sprl bvba|bvba sprl|asbl vzw|vzw asbl|sc scrl|scrl|scpa|srls|sapa|scarl|scarl onlus|società cooperativa|soc coop
soc coop arl|soc coop a rl|soc coop a r l|soc coop sociale|soc coop pa|società cooperativa sociale|soc cons arl
soc cons a rl|soc consortile arl|società benefit|sb srl|srl sb|srl societa benefit|srl società benefit|spa sb
spa società benefit|a rl|arl onlus|unipersonale|srl unipersonale|a socio unico|spa a socio unico
srl a socio unico|y cia|y compañia|y compañía|e cia|e companhia|cia ltda|s coop|s coop and|s coop ltda
s coop mad|sdad coop|sociedad cooperativa|soc coop ltda|sociedad limitada|sociedad limitada unipersonal
sociedad anónima unipersonal|sociedad anónima|sa esp|sas esp|sa e sp|sa bic|sas bic|sa sme|sau sme|sa sme mp
sau sme mp|sme mp|sa mp|sa promotora de inversion|eirl|eireli|eireli me|eireli epp|ltda me|ltda epp|ltda mei
me ltda|sa de cv|sab de cv|sapi de cv|sapib de cv|sas de cv|s de rl de cv|s de rl|srl de cv|s de pr de rl
sc de rl|sc de rl de cv|sofom enr|sa de cv sofom enr|sa de cv sofom er|sapi de cv sofom enr|sofom er
sa institucion de banca multiple|ltda|limitada|lda|unipessoal lda|unipessoal|sgps|sgps sa|soc unipessoal lda
sociedade anônima|sociedade limitada|sociedade anonima|sociedade por quotas|sociedade unipessoal lda
besloten vennootschap|naamloze vennootschap|ab publ|publ|aktiebolaget|sa publ|aktieselskabet|amba|oy ab|ab oy
osk|spzoo|spółka zoo|spółka z oo|z oo|sp z oo sp k|sp z oo sp j|sp zoo sp k|sp k|sp j|sp p|ska|spol s ro
spol sro|as v likvidaci|sro v likvidaci|v likvidaci|u likvidaciji|u stečaju|u stecaju|jdoo|dooel|shpk
anonim şirketi|limited şirketi|ltd şti|ltd sti|san ve tic as|san ve tic aş|ve tic aş|tic aş|san aş|ve tic as
ve tic ltd şti|tic as|tic ltd şti|san tic ltd şti|anonim ortaklığı|koll şti|kooperatifi|pravno lice|oü|mtü|tüh
všį|osaühing|akciju sabiedrība|mchj|qmj|ao zt|3ao|aş|kom şti
""")

_OTHER_SCRIPTS = _list("""
ооо|оао|зао|пао|ао|нао|тоо|одо|ип|гуп|фгуп|муп|ано|гбу|фгбу|мку|нко|пк|спк|тсж|нпо|оооо|кфх
общество с ограниченной ответственностью|публичное акционерное общество|открытое акционерное общество
непубличное акционерное общество|закрытое акционерное общество|акционерное общество
товарищество с ограниченной ответственностью|индивидуальный предприниматель|тов|тзов|пат|прат|ват|фоп|пп|дп|кп
тдв|товариство з обмеженою відповідальністю|публічне акціонерне товариство|державне підприємство
приватне підприємство|приватне акціонерне товариство|акціонерне товариство|аат|заат|таа|ад|еад|оод|еоод|доо
дооел|акционерно дружество|дружество с ограничена отговорност|еднолично дружество с ограничена отговорност|адсиц
ет|жшс|ақ|ооо сп|осоо|жчк|жак|ххк|хк|ъадк|мчж|аж|хк мчж|жауапкершілігі шектеулі серіктестігі|акционерлік қоғамы
акционерлік қоғам|акционерско друштво|друштво са ограниченом одговорношћу|αε|επε|ικε|οε|εε|αβεε|αεβε|αεε
ανώνυμη εταιρεία|ανώνυμη εταιρία|ανωνυμη εταιρεια|ανωνυμοσ εταιρεια|μονοπρόσωπη ικε|μονοπρόσωπη επε
μονοπρόσωπη αε|μιεπε|ατε|בע מ|בעמ|ע ר|חל צ|חלצ|בערבון מוגבל|שותפות מוגבלת|בעמ חלצ|ش م م|ش م ك|ش م ك ع|ش م ك م
ش م ع|ش م ب|ش م ل|ش م ق|ش م س|ذ م م|م م ح|ش ذ م م|شركة مساهمة|مساهمة عامة|ش م ع م|ش م خ|ش م م ح|شركة مساهمة عامة
شركة مساهمة سعودية|شركة مساهمة مصرية|شركة مساهمة مقفلة|شركة ذات مسؤولية محدودة|ذات مسؤولية محدودة
ذات المسؤولية المحدودة|المحدودة|محدودة|المساهمة العامة|شركة شخص واحد|ش ش و|سهامی عام|سهامی خاص|با مسئولیت محدود
مسئولیت محدود|پرائیویٹ لمیٹڈ|لمیٹڈ|შპს|სს|ააიპ|սպը|փբը|բբը|ազ ձ|ուպը|प्राइवेट लिमिटेड|प्रा लि|प्रा लिमिटेड
लिमिटेड|लि|पब्लिक लिमिटेड|লিমিটেড|প্রাইভেট লিমিটেড|লি|லிமிடெட்|பிரைவேட் லிமிடெட்|లిమిటెడ్|ಲಿಮಿಟೆಡ್|ലിമിറ്റഡ്
લિમિટેડ|ਲਿਮਟਿਡ|ලිමිටඩ්|සමාගම|လီမိတက်|အများနှင့်သက်ဆိုင်သောကုမ္ပဏီလီမိတက်
""")

# Words of ISO's list and the lists above that are too often a part of the name itself.
_NEVER = _list("""
brf|ö r ag|sap|sam|sec|coop|coöp|co op|chtd|s com|ent e|seca|secs|saci|scei|s ie|cv pr|de cv|a rl|s agr|vsia
uchr|sce i|s and l|i and ps|plc plc|perum|perumda|prat|ent|gen|limited şirket sirket|sicaf so|obee|peec|chup
chtsup
""")

END_FORMS = frozenset(
    form
    for form in _ISO | _SHORT | _ADDED | _OTHER_SCRIPTS
    if (len(form) > 3 or form in _SHORT | _ADDED | _OTHER_SCRIPTS) and form not in _NEVER
)
"""Forms that count at the end, run together or not, whatever the name."""

SPELLED_FORMS = frozenset(form for form in _ISO if len(form) <= 3 and form.isalpha() and form not in _NEVER) | _list("""
pc|pa|na|nl|ca|sc|cv|ev|ek|dd|kd|ks|is|ps|sal|sae|bsc|psc|ae|epe|ike|ao|tao|esp|sme|sa|ab|ag|se|as|nv|sab|sac
sca|snc|sau|slu|ad|hf|aş|kda|ba|bm|tapui
""")
"""Forms that count at the end with their letters set apart: "Smith Law, P.C.", "Origin PC" does not."""

FRONT_FORMS = frozenset(form for form in _OTHER_SCRIPTS if "\u0400" <= form[0] < "\u0530" and len(form) > 8) | _list("""
ооо|оао|зао|пао|ао|нао|тоо|одо|ип|гуп|фгуп|муп|ано|гбу|фгбу|тов|тзов|пат|прат|ват|зат|ат|фоп|пп|тдв
аат|заат|таа|жшс|ақ|осоо|мчж|ет|еоод|оод|еад|ад|доо|ooo|oao|ab oy|oy ab|jv llc
public joint stock company|joint stock company|open joint stock company|limited liability company
closed joint stock company|kabushiki kaisha|kabushiki gaisha|aktiebolaget|aktieselskabet
công ty tnhh|công ty tnhh mtv|công ty tnhh một thành viên|công ty tnhh 1 thành viên|công ty cổ phần
công ty cp|ctcp|cty tnhh|cty cp|cty cổ phần|công ty trách nhiệm hữu hạn
công ty trách nhiệm hữu hạn một thành viên|công ty trách nhiệm hữu hạn mtv|công ty hợp danh
cong ty tnhh|cong ty tnhh mtv|cong ty co phan|cong ty cp|cong ty trach nhiem huu han|شركة|شرکت
الشركة|شركه|შპს|სს|ააიპ|บริษัท|หจก|บจก|บมจ|חברת|perseroan terbatas
""")
"""Forms that count in front, whatever the name."""
