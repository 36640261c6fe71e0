"""The credentials that open the stack's own AWS services; never real ones.

DynamoDB Local keeps the tables of each access key id apart, and moto serves one id only. The id is random: another
program or user of the machine reaches the same ports, but finds nothing there.
"""

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = "access-key-id"


@dataclass(frozen=True)
class Credentials:
    """An access key id that nobody can guess. No service of the stack looks at the secret that belongs to it."""

    access_key_id: str

    @classmethod
    def new(cls) -> "Credentials":
        """Credentials of one run."""
        return cls(secrets.token_hex(16))

    @classmethod
    def kept_in(cls, folder: Path) -> "Credentials":
        """Those that the tables in a folder belong to, made when there are none. Only the folder's owner reads them."""
        file = folder / _FILE
        with contextlib.suppress(FileExistsError):
            file.touch(0o600, exist_ok=False)
            file.write_text(secrets.token_hex(16))
        return cls(file.read_text())

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that any AWS client reads."""
        return {"AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": "local"}
