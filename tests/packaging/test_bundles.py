"""The built bundles hold what Lambda needs, import as Lambda imports them, compile nothing, and are never stale."""

import hashlib
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path

import boto3
import pytest
from botocore.loaders import Loader

from benchmarks.lambda_runtime import merge_layers
from layers.service_models import write
from local.commands import run
from local.template import read_template
from tests.packaging.sam import ROOT, build

FUNCTIONS = read_template().functions
WHOLE = Loader()
LAYERS = ("SharedLayer", "DependenciesLayer", "ClaudeLayer", "SignInLayer")
MB = 1024 * 1024
UNZIPPED_LIMIT, ZIPPED_LIMIT = 250 * MB, 50 * MB
"""Lambda's own, for a function with its layers and for one upload."""
RUNTIME = ("boto3", "botocore", "s3transfer", "urllib3", "dateutil", "six.py")
"""What Lambda's Python runtime brings."""
IMPORT = """
import importlib.machinery, json, sys
path, module, ours = json.loads(sys.argv[1])
sys.path[:0] = path
compiled, data = [], []
def note(event, arguments):
    if event == "open" and "botocore/data/" in str(arguments[0]):
        data.append(str(arguments[0]))
sys.addaudithook(note)
compile_it = importlib.machinery.SourceFileLoader.source_to_code
def source_to_code(self, data, path, **options):
    compiled.append(path)
    return compile_it(self, data, path, **options)
importlib.machinery.SourceFileLoader.source_to_code = source_to_code
handler = importlib.import_module(module).handler
files = [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
print(json.dumps({
    "callable": callable(handler),
    "compiled": [p for p in compiled if p.startswith(tuple(ours))],
    "untrimmed": data,
    "from": sorted({f for f in files if "/shared/" in f or "/functions/" in f}),
    "anthropic": "anthropic" in sys.modules,
}))
"""


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of Lambda's runtime, and no others of this environment."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME:
        (folder / name).symlink_to(Path(boto3.__file__).parent.parent / name)
    return folder


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_bundle_imports_in_a_bare_interpreter_compiles_nothing_and_reads_the_trimmed_service_models(
    function: str, bundles: Path, runtime: Path, tmp_path: Path
) -> None:
    module = FUNCTIONS[function].handler.rpartition(".")[0]
    layers = tmp_path / "opt" / "python"
    merge_layers(FUNCTIONS[function], bundles, layers)
    path = [bundles / function, layers, runtime]
    argument = json.dumps([[str(p) for p in path], module, [str(bundles), str(tmp_path)]])
    # -I and -S: nothing of this machine's environment, no site-packages.
    command = [sys.executable, "-I", "-S", "-B", "-c", IMPORT, argument]
    in_lambda = {"AWS_LAMBDA_FUNCTION_NAME": function, "AWS_DEFAULT_REGION": "us-east-1"}
    environ = {**FUNCTIONS[function].environment, **in_lambda}
    done = run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["callable"]
    assert found["compiled"] == []
    assert found["untrimmed"] == []
    assert found["from"]
    assert all(file.startswith((str(bundles), str(tmp_path))) for file in found["from"])
    assert found["anthropic"] is (function == "SummarizeJobFunction")


@pytest.mark.parametrize("bundle", ["GetCareerHealthFunction", *LAYERS])
def test_all_bytecode_is_there_and_never_checked_against_its_source(bundle: str, bundles: Path) -> None:
    sources = [p for p in (bundles / bundle).rglob("*.py") if "templates" not in p.parts]
    assert sources
    for source in sources:
        bytecode = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        # PEP 552: flags 1 is a hash-based pyc that is not to be checked.
        assert bytecode.read_bytes()[4:8] == b"\x01\x00\x00\x00", source


def test_the_clients_of_a_bundle_read_models_cut_down_from_the_botocore_that_is_pinned(
    bundles: Path, tmp_path: Path
) -> None:
    """Without them shared.infra.aws would take the runtime's own, and every start would be a third longer."""
    write(WHOLE.load_data, lambda service: str(WHOLE.determine_latest_version(service, "service-2")), tmp_path)
    models = bundles / "DependenciesLayer" / "python" / "service_models"
    written, built = ({p.relative_to(of): p.read_text() for p in of.rglob("*.json")} for of in (tmp_path, models))
    assert built == written


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_with_its_layers_is_far_under_lambda_s_limits(function: str, bundles: Path) -> None:
    parts = [function, *FUNCTIONS[function].layers]
    sizes = {part: sum(f.stat().st_size for f in (bundles / part).rglob("*") if f.is_file()) for part in parts}
    assert sum(sizes.values()) < UNZIPPED_LIMIT / 2, sizes


def test_every_upload_is_far_under_lambda_s_limit(bundles: Path) -> None:
    sizes = {}
    for layer in LAYERS:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in (bundles / layer).rglob("*"):
                archive.write(file, file.relative_to(bundles / layer))
        sizes[layer] = buffer.tell()
    print({layer: f"{size / MB:.1f} MB zipped" for layer, size in sizes.items()})  # noqa: T201 - shown by pytest -rP
    assert max(sizes.values()) < ZIPPED_LIMIT / 2, sizes


def test_the_layers_hold_each_package_once_and_nothing_that_the_runtime_brings(bundles: Path) -> None:
    contents = {layer: {p.name for p in (bundles / layer / "python").iterdir()} - {"__pycache__"} for layer in LAYERS}
    assert contents["SharedLayer"] == {"shared"}
    assert not contents["DependenciesLayer"] & contents["ClaudeLayer"]
    assert not {"boto3", "botocore", "s3transfer"} & (contents["DependenciesLayer"] | contents["ClaudeLayer"])
    assert "anthropic" in contents["ClaudeLayer"]
    assert {"pydantic", "aws_lambda_powertools"} <= contents["DependenciesLayer"]


@pytest.mark.parametrize("layer", ["DependenciesLayer", "ClaudeLayer"])
def test_compiled_modules_are_there_for_both_processors(layer: str, bundles: Path) -> None:
    names = [file.name for file in (bundles / layer).rglob("*.so")]
    arm = {name for name in names if "-aarch64-linux-gnu" in name}
    assert arm
    assert set(names) == arm | {name.replace("-aarch64-", "-x86_64-") for name in arm}


def test_bundles_hold_no_makefile_and_no_trace_of_this_machine(bundles: Path) -> None:
    assert not list(bundles.rglob("Makefile"))
    for file in (bundles / "SharedLayer").rglob("*.pyc"):
        assert str(ROOT).encode() not in file.read_bytes(), file


def test_the_lists_of_the_layers_are_those_of_uv_lock(tmp_path: Path) -> None:
    """`make layer-lists` in a copy changes nothing."""
    for name in ("uv.lock", "pyproject.toml", "packaging.mk"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    command = ["make", "-f", "packaging.mk", "READY=", f"UV={uv}", "layer-lists"]
    run(command, cwd=tmp_path, check=True, capture_output=True)
    for layer in ("dependencies", "claude"):
        written = Path("layers") / layer / "requirements.txt"
        assert (tmp_path / written).read_text() == (ROOT / written).read_text(), "run make layer-lists"


def test_a_second_build_from_nothing_gives_the_same_bytes(bundles: Path, tmp_path: Path) -> None:
    """Else every deployment would publish every function, changed or not."""
    again = build(ROOT, tmp_path)
    for bundle in ("GetCareerHealthFunction", *LAYERS):
        assert _digest(again / bundle) == _digest(bundles / bundle), bundle


def test_a_rebuild_with_its_cache_never_ships_stale_code(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for folder in ("functions", "shared", "layers"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("template.yaml", "samconfig.toml"):
        shutil.copy(ROOT / name, project)
    before = {b: _digest(build(project, tmp_path) / b) for b in ("AuthorizerFunction", *LAYERS)}
    for changed in ("functions/authorizer.py", "shared/domain/periods.py"):
        with (project / changed).open("a") as file:
            file.write("\nNEW = True\n")
    after = build(project, tmp_path)
    assert {b for b in before if _digest(after / b) != before[b]} == {"AuthorizerFunction", "SharedLayer"}
    assert "NEW = True" in (after / "AuthorizerFunction/functions/authorizer.py").read_text()
    assert b"NEW" in (after / "SharedLayer/python/shared/domain/__pycache__/periods.cpython-313.pyc").read_bytes()


def _digest(folder: Path) -> str:
    """A digest of all names and contents in a folder."""
    digest = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
