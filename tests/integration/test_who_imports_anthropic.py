"""`anthropic` is dear to import: one module does, and one function pays for it."""

import ast
import os
import sys
from pathlib import Path

import pytest

from local.commands import run

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("functions", "shared", "local") for path in (ROOT / folder).rglob("*.py"))
FUNCTIONS = sorted(path.stem for path in (ROOT / "functions").glob("*.py") if path.stem != "__init__")
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "intelligence-api",
    "POWERTOOLS_METRICS_NAMESPACE": "IntelligenceApi/a-stack",
}


def imports(path: Path) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def test_one_module_imports_it() -> None:
    assert [str(path.relative_to(ROOT)) for path in MODULES if "anthropic" in imports(path)] == [
        "shared/claude/client.py"
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_function_loads_it(function: str) -> None:
    """In a process of its own: what the tests have imported must not count."""
    script = f"import sys, functions.{function}; print('anthropic' in sys.modules)"
    # S603: the interpreter that runs this test, and a script that is written above.
    said = run([sys.executable, "-c", script], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(function == "summarize_job")
