"""docs/threat-model.md: every risk has its line, every test that a document names exists, and its rules for scanners
find keys.
"""

import ast
import re
import secrets
import tomllib
from pathlib import Path

import pytest

from shared.domain.keys import key_in_header, make_key

ROOT = Path(__file__).resolve().parents[3]
THREATS = (ROOT / "docs" / "threat-model.md").read_text()
ROWS = dict(re.findall(r"^\| (API\d+)[^|]*\|(.*)\|$", THREATS, re.MULTILINE))
RULE = tomllib.loads(THREATS.partition("```toml\n")[2].partition("```")[0])["rules"][0]
TESTS = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


def test_every_risk_of_owasps_list_has_a_line() -> None:
    assert list(ROWS) == [f"API{n}" for n in range(1, 11)]


@pytest.mark.parametrize("risk", ROWS)
def test_every_line_has_a_defence_and_a_test(risk: str) -> None:
    defence, test = (cell.strip() for cell in ROWS[risk].split("|"))
    assert len(defence) > 40
    assert re.search(r"`(tests/|test_)", test)


@pytest.mark.parametrize("document", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_every_test_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / "docs" / document).read_text()
    for path in re.findall(r"`(tests/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}(" in TESTS, name


def test_the_scanners_rule_finds_every_key_in_whatever_holds_it() -> None:
    for _ in range(200):
        key = make_key(secrets.choice)
        for text in (f'API_KEY="{key}"', f"curl -H 'Authorization: Bearer {key}'", f"https://x/?k={key}&y=1", key):
            assert any(keyword in text for keyword in RULE["keywords"])
            match = re.search(RULE["regex"], text)
            assert match
            assert match[0] == key
    assert f"`{RULE['regex']}`" in THREATS, "the pattern is the rule's"


@pytest.mark.parametrize("text", ["iv_live_your_api_key_here", "iv_live_xxx", "iv_live_..."])
def test_the_scanners_rule_passes_over_the_examples_of_the_reference(text: str) -> None:
    assert not re.search(RULE["regex"], text)


SAMPLES = "events"
"""Where payloads hold keys that are well-formed and that no team ever had."""


def test_the_repository_holds_no_key() -> None:
    found = []
    for folder in (path for path in ROOT.iterdir() if path.name != SAMPLES and not path.name.startswith(".")):
        for path in [folder] if folder.is_file() else folder.rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                keys = re.findall(RULE["regex"], path.read_text(errors="ignore"))
                found += [path for key in keys if key_in_header(f"Bearer {key}")]
    assert found == []


TALKS = {
    "shared/infra/aws.py": "botocore",
    "shared/claude/client.py": "anthropic httpx2",
    "shared/infra/identity_provider.py": "urllib3",
    "shared/infra/outbound.py": "http socket",
}
"""The modules that open connections: to AWS, to Claude, to the user pool, and to customers' URLs, which are checked
against private networks.
"""
NETWORK = {"aiohttp", "anthropic", "boto3", "botocore", "http", "httpx", "httpx2", "requests", "socket", "urllib3"}


def test_only_the_checked_sender_calls_an_address_that_a_customer_names() -> None:
    talks = {}
    for path in sorted([*(ROOT / "functions").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]):
        imported = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module or "")
        packages = {name.partition(".")[0] for name in imported}
        assert "urllib.request" not in imported
        if used := packages & NETWORK:
            talks[str(path.relative_to(ROOT))] = " ".join(sorted(used))
    assert talks == TALKS


def test_every_package_is_pinned_with_its_hashes() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    for package in packages:
        if "registry" in package["source"]:
            files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
            assert files, package["name"]
            assert all(file["hash"].startswith("sha256:") for file in files), package["name"]
    assert [package["name"] for package in packages if "registry" not in package["source"]] == [
        "intelligence-api",
        "intraview",  # clients/python, of this repository
    ]
