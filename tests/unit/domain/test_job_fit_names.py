"""Names are names (contract 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.job_fit.names import find_names, with_implied


def keys(text: str) -> list[str]:
    return [name.key for name in find_names(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("C/C++ and C#/.NET, F#", ["c", "c++", "c#", ".net", "f#"]),
        ("leading R&D budgets, R & D", ["r&d", "r&d"]),
        ("R and Python, R/Shiny", ["r", "python", "r"]),
        ("services in Go", ["golang"]),
        ("Go-to-market lead, go to market", ["gotomarket", "gotomarket"]),
        ("Go engineer wanted", ["golang"]),
        ("Go the extra mile. Excel in a team. We react.", []),
        ("React Native, React-Native-Entwickler", ["reactnative", "reactnative"]),
        ("React.js/Redux and ReactJS", ["react", "redux", "react"]),
        ("Java, JavaScript, Java-Entwickler", ["java", "javascript", "java"]),
        ("T-SQL, TSQL and T‑SQL", ["tsql", "tsql", "tsql"]),
        ("CI/CD, CI / CD, CICD", ["ci/cd", "ci/cd", "ci/cd"]),
        ("A/B tests", ["a/b"]),
        ("Objective-C and Objective C", ["objectivec", "objectivec"]),
        ("Visual Basic .NET or VB.NET", ["visualbasicnet", "visualbasicnet"]),
        ("SAP S/4HANA, S/4 HANA", ["saps/4hana", "saps/4hana"]),
        ("Power BI", ["powerbi"]),
        ("Next.js, NextJS, Nest.js", ["nextjs", "nextjs", "nestjs"]),
        ("ASP.NET, .NET 8, net revenue", ["aspnet", ".net"]),
        ("C-level, Series C, Vitamin C, class C licence", ["clevel", "seriesc", "vitaminc"]),
        ("C-Kenntnisse und C-Programmierung", ["c", "c"]),
        ("Ｐｙｔｈｏｎ, Ｃ＋＋, C♯", ["python", "c++", "c#"]),
        ("5年以上のPython開発経験, PostgreSQLの運用, iOSアプリ", ["python", "postgresql", "ios"]),
        ("John R. Smith", []),
        ("C++17, Python3, HTML5", ["c++", "python", "html"]),
        ("iOS, SaaS, B2B", ["ios", "saas", "b2b"]),
    ],
)
def test_names_are_found_whole(text: str, names: list[str]) -> None:
    assert keys(text) == names


@pytest.mark.parametrize(("skill", "key"), [("go", "golang"), ("r", "r"), ("react", "react"), ("rust", "rust")])
def test_a_skill_is_a_name_whatever_its_case(skill: str, key: str) -> None:
    assert [name.key for name in find_names(skill, listed=True)] == [key]


def test_some_names_imply_others() -> None:
    assert with_implied({"saps/4hana", "tsql"}) == {"saps/4hana", "sap", "tsql", "sql"}
    assert "react" not in with_implied({"reactnative"})


@given(st.text("CRGo+#&./- \u00e9SQLjs4", max_size=40))
def test_names_are_in_order_and_do_not_overlap(text: str) -> None:
    end = 0
    for name in find_names(text):
        assert end <= name.start < name.end <= len(text)
        end = name.end


@pytest.mark.parametrize("text", ["a-" * 20_000, "a" * 100_000, "aB" * 50_000, "C" * 100_000, ".net" * 20_000])
@pytest.mark.timeout(20)
def test_hostile_texts_take_linear_time(text: str) -> None:
    find_names(text)
