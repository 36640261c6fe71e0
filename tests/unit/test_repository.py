"""The repository stands alone: a clone has what its checks need, and the same checks run everywhere."""

import re
from pathlib import Path

import pytest
import yaml

from local.commands import run

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).relative_to(ROOT)


def _tracked() -> list[Path]:
    listed = run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_refers_to_what_lies_beside_the_repository() -> None:
    """`../` in a link of docs/ leads to the repository's own files; no other file leads out of it."""
    beside = re.compile(r"\bROOT\.parent\b|\.\./shared/|(?<![\w.])/work/")
    found = []
    for path in _tracked():
        if path == HERE or path.suffix in {".json", ".lock"}:
            continue
        text = (ROOT / path).read_bytes().decode(errors="replace")
        found += [f"{path}: {match[0]}" for match in beside.finditer(text)]
    assert found == []


def test_the_workflow_runs_what_anybody_can_run() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    [job] = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert workflow["permissions"] == {"contents": "read"}


def test_dependabot_watches_packages_and_actions() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"uv", "github-actions"}


@pytest.mark.parametrize("name", [".ci/run", ".ci/serve-and-curl", "tools/lambda-image"])
def test_a_script_is_executable_and_valid_bash(name: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & 0o111
    run(["bash", "-n", str(script)], check=True)
