"""The layers of `shared/`: an import goes down the list only, and the domain stays pure (docs/decisions.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = {
    "functions": {"functions", "web", "services", "claude", "store", "infra", "domain"},
    "web": {"web", "services", "claude", "store", "infra", "domain"},
    "services": {"services", "claude", "store", "infra", "domain"},
    "claude": {"claude", "infra", "domain"},
    "store": {"store", "infra", "domain"},
    "infra": {"infra", "domain"},
    "domain": {"domain"},
}
"""What a layer may import of the others."""
IMPURE = {
    "anthropic", "aws_lambda_powertools", "boto3", "botocore", "http", "httpx", "logging", "os", "random", "requests",
    "secrets", "socket", "subprocess", "threading", "time", "urllib",
}  # fmt: skip
"""What the domain does without: the environment, AWS, HTTP, a logger, randomness."""
PURE_EXCEPTIONS = {"urllib.parse"}
"""Parses text and opens nothing."""
CLOCKS = {"now", "utcnow", "today", "monotonic", "perf_counter"}


def layer_of(path: Path) -> str:
    """The layer a module belongs to: its folder under shared/, or functions."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "shared" else parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


MODULES = sorted(path for folder in ("functions", "shared") for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_layer_and_those_below(path: Path) -> None:
    if path == ROOT / "shared" / "__init__.py":
        return
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = name.partition(".")
        assert top not in {"local", "tests", "benchmarks", "layers"}, name
        if top in {"shared", "functions"}:
            layer = rest.partition(".")[0] if top == "shared" else top
            assert layer in LAYERS[layer_of(path)], name


@pytest.mark.parametrize(
    "path", sorted((ROOT / "shared" / "domain").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_domain_knows_no_clock_environment_network_or_logger(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imported(tree):
        assert name.partition(".")[0] not in IMPURE or name.rpartition(".")[0] in PURE_EXCEPTIONS, name
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & CLOCKS


@pytest.mark.parametrize("path", sorted((ROOT / "local").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_local_stack_is_known_to_nothing_that_is_deployed(path: Path) -> None:
    assert not [name for name in imported(ast.parse(path.read_text(encoding="utf-8"))) if name.startswith("tests.")]
