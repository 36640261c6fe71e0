"""Files of results: where they are, how a section that was not measured looks, and writing several files as one."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
LATEST = _ROOT / ".cache" / "bench" / "performance.json"
"""The results of the last whole run on this machine; not tracked."""

NOT_MEASURED = "not_measured"
"""The only name in the result of a section that could not run; its value is the reason."""


def not_measured(reason: object) -> dict[str, str]:
    """The result of a section, or of a row of it, that could not run."""
    lines = str(reason).strip().splitlines()
    return {NOT_MEASURED: lines[0][:200] if lines else type(reason).__name__}


def was_measured(found: Any) -> bool:
    """Whether a section or a row has figures."""
    return isinstance(found, Mapping) and NOT_MEASURED not in found


def replace(contents: Mapping[Path, bytes]) -> None:
    """Writes whole files: all of them are complete beside their targets before the first takes its place."""
    with tempfile.TemporaryDirectory(dir=next(iter(contents)).parent) as folder:
        ready = {path: Path(folder) / str(number) for number, path in enumerate(contents)}
        for path, part in ready.items():
            part.write_bytes(contents[path])
        for path, part in ready.items():
            part.replace(path)
