"""Running SAM as `make build` does, and where things are."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.commands import run

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
UV = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")


def environment() -> dict[str, str]:
    """The environment of a SAM command: the project's Python and uv first on PATH, no telemetry, no real account."""
    return {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "UV": UV,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def sam(*arguments: str, cwd: Path = ROOT, environ: Mapping[str, str] | None = None) -> str:
    """Runs SAM and gives back its standard output. Raises AssertionError with all it said when it fails."""
    done = run(
        [str(BIN / "sam"), *arguments],
        cwd=cwd,
        env=environment() | dict(environ or {}),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def build(project: Path, into: Path) -> Path:
    """Builds a project (this one, or a copy) with its cache beside the build, and gives back where."""
    sam("build", "--build-dir", str(into / "build"), "--cache-dir", str(into / "cache"), cwd=project)
    return into / "build"
