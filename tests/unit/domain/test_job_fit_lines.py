"""One plain line: what leads to a stranger is refused, and ordinary words pass (contract 9)."""

import pytest

from shared.domain.job_fit.lines import safe_line
from shared.domain.job_fit.support import Wording

PROFILE = Wording(["Works with acme.io", "Engineer @ Google, @maya"])


def line(text: str, limit: int = 300) -> str | None:
    return safe_line(text, limit, profile=PROFILE)


@pytest.mark.parametrize(
    "text",
    [
        "goo.gl/a1b2",
        "evil.ai",
        "recruit.eu/x",
        "192.168.1.9/login",
        "http:/evil.page/x",
        "+49 170 1234567",
        "call (555) 010-9999",
        "555-0199",
        "0170/1234567",
        "5550199",
        "+1-800-555-0199",
        "acme-careers.site/login",
        "identity verification fee at acme-careers.site/login",
        "see https://example.org",
        "see www.example",
        "write to me@example",
        "visit evil.com today",
        "![image](x)",
        "<b>bold</b>",
        "`code`",
        "{json}",
        "a\\\\b",
        "**bold**",
        "@evil_recruiter",
        "evil。com",
        "ｅｖｉｌ．ａｉ",
        "goo[.]gl",
        "evil dot com",
        "mailto:x",
        "tel:12",
        "пример.рф",
        "٠١٧٠١٢٣٤٥٦٧",
        "Monday.com/boards/x",
        "bit.ly/3abc",
        "t.me/acme",
        "hxxps://evil",
        "1.800.555.0199",
        "+44 (0)20 7946 0958",
        "evil.com:8080/x",
        "javascript:alert(1)",
        "xn--e1afmkfd.xn--p1ai",
        "evil.ai?x",
        "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD",
        "tel 0 1 7 0 1 2 3 4 5 6 7",
    ],
)
def test_a_way_to_a_stranger_is_refused(text: str) -> None:
    assert line(text) is None


@pytest.mark.parametrize("text", ["", "\u200b", "x" * 301])
def test_an_empty_or_long_line_is_refused(text: str) -> None:
    assert line(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Monday.com",
        "Salesforce.com",
        "Booking.com",
        "AWS/Azure/GCP/Docker/Kubernetes/Terraform/Ansible/Helm",
        "Senior PM | Growth | ex-Stripe",
        "Engineer @ Google",
        "[Growth]",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
        "Rechtsschutzversicherungsgesellschaftenmitarbeiterin",
        "C++, C# and R&D",
        "ASP.NET and Node.js",
        "Node.js/React",
        ".NET/C#",
        "CI/CD, 24/7",
        "don't – “quote”",
        "数据分析",
        "grew to 2,000,000 users",
        "from 2019-2021",
        "2019–2021 and 01.02.2024",
        "EUR 10.000.000",
        "1 500 000 rows",
        "ISO 9001/14001",
        "moved 2 000 000 euros",
        "Ph.D. in physics, e.g. optics",
        "B.Sc. and M.Sc., i.e. two",
        "z.B. SAP",
        "负责增长。领导团队",
        "acme.io",
        "by @maya",
        "U.S. market, 10-K filings",
        "SAP S/4HANA 2023",
        "99.999 % uptime",
        "12000000 events",
        "team of 9, 2015-2019, 40 % growth",
        "4 to 10 years",
        "v1.2.3",
        "ISO 27001:2022",
    ],
)
def test_ordinary_words_and_figures_pass_as_written(text: str) -> None:
    assert line(text) == text
