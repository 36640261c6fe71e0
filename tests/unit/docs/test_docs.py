"""The documents say what is there: every route, setting, make target and module they name exists, and none is
missing.
"""

import re
from pathlib import Path

import pytest

from local.deployment import Route
from local.template import read_template

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text()
CONTRACT = (ROOT / "docs" / "contract.md").read_text()
DOCUMENTS = {path.relative_to(ROOT): path.read_text() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}
EVERYTHING = "\n".join(DOCUMENTS.values())
MAKEFILES = "".join(path.read_text() for path in [ROOT / "Makefile", *ROOT.glob("*.mk")])
TARGETS = set(re.findall(r"^([a-z][a-z-]*):.*##", MAKEFILES, re.MULTILINE))


def test_the_readme_is_read_in_a_minute() -> None:
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("route", read_template().api.routes, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_in_the_readmes_table_and_the_consoles_own_in_the_contract(route: Route) -> None:
    document = CONTRACT if route.path.startswith("/console/api/") else README
    path = route.path.removesuffix("{file+}")
    assert f"| `{route.method} {path}" in document


def test_every_make_target_in_a_document_exists() -> None:
    assert set(re.findall(r"`make ([a-z][a-z-]*)", EVERYTHING)) <= TARGETS
    assert {"serve", "test"} <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", DOCUMENTS[document]):
        assert (ROOT / document.parent / target).exists(), target


def test_the_tree_in_the_readme_is_the_tree() -> None:
    tree = README.split("## Where things are")[1].split("```")[1]
    assert _folders(ROOT) == set(re.findall(r"^([a-z]+)/", tree, re.MULTILINE))
    assert _folders(ROOT / "shared") == set(re.findall(r"^  ([a-z]+)/", tree, re.MULTILINE))


def _folders(root: Path) -> set[str]:
    return {path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}


SETTINGS = sorted(re.findall(r'environ\.get\("([A-Z_]+)"', (ROOT / "local" / "stack.py").read_text()))


def test_the_settings_of_the_local_stack_are_found() -> None:
    assert {"PORT", "STORE"} <= {*SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_of_the_local_stack_is_in_the_readme(setting: str) -> None:
    assert f"`{setting}" in README
