"""`make invoke` and `make sam-local`: built functions in containers, on the tables of the `make serve` at PORT."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.commands import run
from local.containers.docker import Docker, NoDocker
from local.containers.forwarder import reachable
from local.containers.payload import NoCaller, load, sent_by, standard
from local.containers.running import NotRunning, variables_of
from local.containers.sam import BIN, ROOT, SAM, environment
from local.containers.template import remove, sam_options, write_for_containers
from local.deployment import Function
from local.stand_in import start_stand_in
from local.template import read_template

_SAM_FOLDER = ROOT / ".aws-sam"
_TEMPLATE = _SAM_FOLDER / "containers.json"
"""Of `make sam-local`; samconfig.toml names it and its variables for `sam local`."""


_CLAUDE = "ANTHROPIC_BASE_URL"


class CannotRun(Exception):
    """The command cannot run. The message is for the person at the terminal and says what to do."""


def invoke(name: str, event: Path | None, user_id: str, port: int) -> int:
    """Runs one function on one payload and prints what it returned; the exit code."""
    function = _find(read_template().functions, name)
    path = event or standard(function)
    payload = load(path)
    if user_id:
        payload = sent_by(payload, user_id)
    docker, variables = Docker.find(), variables_of(port)
    build, template = _SAM_FOLDER / "invoke", _SAM_FOLDER / f"invoke-{os.getpid()}.json"
    _say(f"building {function.name} ...")
    _build(function.name, "--build-dir", str(build))
    with contextlib.ExitStack() as running:
        running.callback(remove, template)
        write_for_containers(build, {function.name: function}, _reachable(variables, docker, running), template)
        _say(f"invoking it with {_short(path)}, on the tables of http://127.0.0.1:{port} ...")
        command = [SAM, "local", "invoke", function.name, "--event", "-", *sam_options(template)]
        done = run(
            [*command, *docker.skip_pull],
            cwd=ROOT,
            env=environment(),
            input=json.dumps(payload),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    return done.returncode or _print_answer(done.stdout)


def sam_local(port: int) -> int:
    """Builds everything, and lets containers reach the local stack until Ctrl-C; prints how `sam local` is called."""
    docker, variables = Docker.find(), variables_of(port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _say("building ...")
    _build()
    with contextlib.ExitStack() as running:
        running.callback(remove, _TEMPLATE)
        functions = read_template().functions
        write_for_containers(_SAM_FOLDER / "build", functions, _reachable(variables, docker, running), _TEMPLATE)
        print(_HOW.format(path=_short(BIN), port=port, skip_pull=" ".join(["", *docker.skip_pull])), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


_HOW = """
Containers reach the tables of http://127.0.0.1:{port} until Ctrl-C. In another terminal, in this folder:

  export PATH="$PWD/{path}:$PATH"
  sam local invoke GetCareerHealthFunction --event events/get_career_health.json{skip_pull}
  sam local start-api{skip_pull}
  curl -sS http://127.0.0.1:3000/api/agent/career-health -H 'Authorization: Bearer <a key that make serve printed>'

After a change of code: sam build, then the same again."""


def _find(functions: Mapping[str, Function], name: str) -> Function:
    """A function by its logical id, with or without "Function"."""
    try:
        return functions[f"{name.removesuffix('Function')}Function"]
    except KeyError:
        known = ", ".join(sorted(each.removesuffix("Function") for each in functions))
        raise CannotRun(f"there is no function {name!r}. FUNCTION is one of: {known}") from None


def _reachable(variables: Mapping[str, str], docker: Docker, running: contextlib.ExitStack) -> dict[str, str]:
    """The stack's variables for containers. They get no provider's key: they ask a stand-in where it has one."""
    if not variables.get(_CLAUDE, "").startswith("http://127.0.0.1:"):
        stand_in = start_stand_in()
        running.callback(stand_in.stop)
        variables = {**variables, _CLAUDE: stand_in.url}
    return reachable(variables, docker, running)


def _build(*arguments: str) -> None:
    done = run([SAM, "build", *arguments], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"sam build failed:\n{done.stdout}{done.stderr}")


def _print_answer(printed: str) -> int:
    """Prints a function's answer, a body of JSON as JSON; 1 when the function failed."""
    answer: Any = json.loads(printed.splitlines()[-1])
    shown = answer
    if isinstance(answer, dict) and isinstance(answer.get("body"), str):
        with contextlib.suppress(ValueError):
            shown = answer | {"body": json.loads(answer["body"])}
    print(json.dumps(shown, indent=2, ensure_ascii=False))
    return 1 if isinstance(answer, dict) and "errorMessage" in answer else 0


def _short(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Runs a command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.containers")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("invoke")
    one.add_argument("function")
    one.add_argument("--event", type=Path)
    one.add_argument("--user", default="")
    commands.add_parser("sam-local")
    parser.add_argument("--port", type=int, default=environ.get("PORT") or "8000")
    given = parser.parse_args(arguments)
    try:
        if given.command == "sam-local":
            return sam_local(given.port)
        return invoke(given.function, given.event, given.user, given.port)
    except (CannotRun, NoCaller, NoDocker, NotRunning, OSError, ValueError) as reason:
        _say(f"make {given.command}: {reason}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
