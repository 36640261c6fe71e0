"""What a text denies is no requirement and no proof, and neither is a lower figure, level or degree (contract 9)."""

import pytest

from shared.domain.job_fit.denials import is_denied, is_waived
from tests.unit.domain.job_fit_builders import a_claim, a_profile, a_requirement, an_answer, grounded

WAIVED = [
    ("Counsel. Litigation experience not needed.", "Litigation experience"),
    ("C++ is not needed.", "C++"),
    ("You don't need a degree.", "need a degree"),
    ("You don’t need to have a degree.", "a degree"),
    ("No prior finance experience required.", "prior finance experience"),
    ("Registered nurse with ICU experience. No weekend shifts.", "weekend shifts"),
    ("Embedded developer with C (not C++) experience.", "C++"),
    ("A degree isn't required but welcome.", "A degree"),
    ("Must not need visa sponsorship.", "visa sponsorship"),
    ("We need the following: SQL; dbt optional.", "dbt"),
    ("Keine Berufserfahrung nötig.", "Berufserfahrung"),
    ("Ein Studium ist nicht zwingend erforderlich.", "Ein Studium"),
    ("Rijbewijs is niet vereist.", "Rijbewijs"),
    ("No es necesario inglés.", "inglés"),
    ("L'anglais n'est pas exigé.", "L'anglais"),
    ("Aucune expérience requise.", "expérience"),
    ("Non è richiesta la laurea.", "la laurea"),
    ("Não é necessário inglês.", "inglês"),
    ("Doświadczenie nie jest wymagane.", "Doświadczenie"),
    ("Английский не обязателен.", "Английский"),
    ("学歴不問。", "学歴"),
    ("学历不限。", "学历"),
    ("학력 무관.", "학력"),
    ("ไม่จำเป็นต้องเข้าเวรดึก", "เข้าเวรดึก"),
    ("Degree: not required.", "Degree"),
    ("Degree (optional)", "Degree"),
    ("A degree? Not needed.", "A degree"),
    ("Degree is a plus but not a must.", "Degree is a plus"),
    ("Driver's licence: no", "Driver's licence"),
    ("You do not have to have a degree.", "have a degree"),
    ("We don't care about degrees.", "about degrees"),
    ("Degrees don't matter here.", "Degrees"),
    ("We hire regardless of formal education.", "formal education"),
    ("Kafka is not something we look for.", "Kafka"),
    ("Studium: nicht erforderlich", "Studium"),
    ("Diplôme : non requis", "Diplôme"),
    ("學歷：不限", "學歷"),
]
ASKED = [
    ("Must have C#, no C++ required.", "C#"),
    ("No less than 5 years of Python and the like.", "years of Python"),
    ("Not only SQL but also dbt, and you own both.", "SQL"),
    ("Services that must not lose a payment.", "Services that must not lose a payment"),
    ("C++ is not needed in team A. In team B C++ is a must.", "C++"),
    ("You build no-code tools.", "no-code tools"),
    ("No setor bancário, experiência com SQL.", "setor bancário"),
    ("You work without supervision.", "work without supervision"),
    ("Kein Problem für uns: Python.", "Python"),
    ("経験3年以上。学歴不問。", "経験3年以上"),
    ("Degree (no online degrees)", "Degree"),
    ("Kafka: not just theory", "Kafka"),
    ("Degree. Not required: a car.", "Degree"),
    ("You don't mind travelling for the job.", "travelling"),
    ("Kafka, no Spark.", "Kafka"),
]


@pytest.mark.parametrize(("job", "asks"), WAIVED)
def test_a_job_that_says_that_it_does_not_ask_for_something_waives_it(job: str, asks: str) -> None:
    assert is_waived(job, asks)
    answer = an_answer(requirements=[a_requirement(name=asks, asks=asks)])
    result = grounded(answer, job=job)
    assert (result.job_fit.gaps, result.job_fit.overall_fit) == ([], "maybe")


@pytest.mark.parametrize(("job", "asks"), ASKED)
def test_a_no_about_something_else_waives_nothing(job: str, asks: str) -> None:
    assert not is_waived(job, asks)


DENIED = [
    ("I have no experience with Kafka yet.", "experience with Kafka yet", "Kafka"),
    ("I have never used Kafka in production.", "used Kafka in production", "Kafka"),
    ("I haven't worked with Kafka so far.", "worked with Kafka so far", "Kafka"),
    ("I do not hold a driver's license.", "hold a driver's license", "driver's license"),
    ("No security clearance so far.", "security clearance so far", "security clearance"),
    ("Not willing to relocate outside of Berlin.", "willing to relocate outside of Berlin", "relocate"),
    ("I want to learn Rust some day.", "learn Rust some day", "Rust"),
    ("I am learning Rust at night.", "learning Rust at night", "Rust"),
    ("Not admitted to the bar in New York.", "admitted to the bar in New York", "bar admission"),
    ("Ich habe keine Erfahrung mit Kafka.", "Erfahrung mit Kafka", "Kafka"),
    ("Je n'ai aucune expérience en chirurgie.", "expérience en chirurgie", "chirurgie"),
    ("Sin experiencia con SQL.", "experiencia con SQL", "SQL"),
    ("Senza esperienza in M&A.", "esperienza in M&A", "M&A"),
    ("Nie mam doświadczenia z SQL.", "doświadczenia z SQL", "SQL"),
    ("Нет опыта с Kafka.", "опыта с Kafka", "Kafka"),
    ("Pythonの開発経験はありません。", "Pythonの開発経験", "Python"),
    ("没有Python开发经验。", "Python开发经验", "Python"),
    ("파이썬 경험이 없습니다.", "파이썬 경험", "파이썬"),
    ("ไม่มีประสบการณ์ด้านบัญชี", "ประสบการณ์ด้านบัญชี", "บัญชี"),
    ("Experience with Kafka: none so far.", "Experience with Kafka", "Kafka"),
    ("My level of Kafka: 0 years.", "level of Kafka", "Kafka"),
    ("My level of Kafka? Never used it.", "level of Kafka", "Kafka"),
    ("I would love to run Kafka, but have not had the chance yet.", "love to run Kafka", "Kafka"),
    ("My colleagues used Kafka, I did not.", "My colleagues used Kafka", "Kafka"),
    ("My knowledge of Kafka is zero.", "My knowledge of Kafka", "Kafka"),
    ("I have only read about Kafka.", "only read about Kafka", "Kafka"),
    ("I would like to work with Kafka.", "to work with Kafka", "Kafka"),
    ("I am still new to Kafka.", "still new to Kafka", "Kafka"),
    ("Kafka is not among my skills.", "Kafka is not among", "Kafka"),
    ("Erfahrung mit Kafka: keine", "Erfahrung mit Kafka", "Kafka"),
    ("Mit Kafka habe ich nie gearbeitet.", "Mit Kafka habe ich", "Kafka"),
    ("Je n'ai pas encore utilisé Kafka.", "encore utilisé Kafka", "Kafka"),
    ("No he trabajado con Kafka.", "trabajado con Kafka", "Kafka"),
    ("Не работал с Kafka.", "работал с Kafka", "Kafka"),
    ("没用过Kafka消息队列。", "Kafka消息队列", "Kafka"),
    ("Kafkaの経験：なし", "Kafkaの経験", "Kafka"),
]
TOLD = [
    ("I never lost a message in three years of Kafka.", "three years of Kafka", "Kafka"),
    ("I moved forty services to Kafka without downtime.", "moved forty services to Kafka without downtime", "Kafka"),
    ("No experience with Java, but I ran Kafka for years.", "I ran Kafka for years", "Kafka"),
    ("I have never used Java, I ran Kafka for years.", "never used Java, I ran Kafka for years", "Kafka"),
    ("I built no-code tools for sales.", "built no-code tools for sales", "no-code tools"),
    ("I taught people who had no knowledge of SQL. I led SQL courses.", "I led SQL courses", "SQL"),
    ("Keine Ausfälle in drei Jahren Kafka.", "drei Jahren Kafka", "Kafka"),
    ("I led the Kafka migration, no downtime.", "led the Kafka migration", "Kafka"),
    ("I run three Kafka clusters: none of them is idle.", "run three Kafka clusters", "Kafka"),
    ("I ran Kafka for years. No certificate.", "ran Kafka for years", "Kafka"),
    ("I ran Kafka for years, but no Spark.", "ran Kafka for years", "Kafka"),
    ("I would like to thank my Kafka team.", "my Kafka team", "Kafka"),
    ("I helped people new to Kafka.", "helped people new to Kafka", "Kafka"),
    ("Python: 0 years, Kafka for three years.", "Kafka for three years", "Kafka"),
]


@pytest.mark.parametrize(("text", "quote", "name"), DENIED)
def test_a_quote_that_a_profile_denies_proves_nothing_and_leaves_no_gap(text: str, quote: str, name: str) -> None:
    assert is_denied(text, quote, name)
    claim = a_claim(source="F2", quote=quote, shows="")
    answer = an_answer(claim, requirements=[a_requirement(name=name, asks=name)])
    result = grounded(answer, a_profile(summary=text), job=f"{name}.")
    assert (result.job_fit.matched_areas, result.job_fit.gaps) == ([], [])


@pytest.mark.parametrize(("text", "quote", "name"), TOLD)
def test_a_no_about_something_else_leaves_a_quote_as_it_is(text: str, quote: str, name: str) -> None:
    assert not is_denied(text, quote, name)


@pytest.mark.parametrize(
    ("name", "too_little", "enough"),
    [
        ("5 years of Python", "I wrote Python services for 2 years", "I wrote Python services for 5 years"),
        ("five years of Python", "I wrote Python for two years", "I wrote Python for five years"),
        ("5 years of Python", "I wrote Python services for 4 years", "I wrote Python services for 7 years"),
        ("3-5 years of Python", "I wrote Python for two years", "I wrote Python for 4 years"),
        ("5+ years of Python", "Java for 9 years, Python for 2 years", "Java for 9 years, Python for 6 years"),
        ("5 years of Python", "I sold to 5 banks, Python for 2 years", "I sold to 2 banks, Python for 5 years"),
        ("5 Jahre Erfahrung mit Python", "Python seit drei Jahren im Team", "Python seit zehn Jahren im Team"),
        ("Python経験3年以上", "Pythonの開発を2年しました", "Pythonの開発を5年しました"),
        ("team of 20 people", "I lead a team of 3 people", "I lead a team of 20 people"),
        ("ISO 27001 audits", "ISO 9001 audits at three plants", "ISO 27001 audits at three plants"),
        ("Java 21", "Java 8 services in banking", "Java services in banking"),
        ("German C1", "German at level A2", "German at level C1"),
        ("PhD in physics", "BSc in physics from Leeds", "PhD in physics from Leeds"),
        ("master's degree in law", "Bachelor's degree in law", "Doctorate degree in law"),
        ("bachelor's degree in law", "Law degree course begun", "Master's degree in law"),
    ],
)
def test_a_lower_figure_level_or_degree_proves_nothing(name: str, too_little: str, enough: str) -> None:
    for text, is_matched in ((too_little, False), (enough, True)):
        claim = a_claim(source="F2", quote=text, shows="")
        answer = an_answer(claim, requirements=[a_requirement(name=name, asks=name)])
        result = grounded(answer, a_profile(summary=f"{text}."), job=f"{name}.")
        assert bool(result.job_fit.matched_areas) is is_matched, text
        assert result.job_fit.gaps == []
