"""What Schemathesis cannot know from the document: who calls, which ids exist, and what a schema cannot say.

Loaded by its command line (SCHEMATHESIS_HOOKS); FUZZ_CALLERS names a file of keys with the messages of each,
FUZZ_COUNTS the file that is to say how many answers of each status came.
"""

import atexit
import itertools
import json
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st

_callers: dict[str, list[str]] = json.loads(Path(os.environ["FUZZ_CALLERS"]).read_text())
_owners = {message: key for key, messages in _callers.items() for message in messages}
_next_caller = itertools.cycle(_callers)
_statuses: Counter[int] = Counter()
_counting = threading.Lock()

_readable = st.text(min_size=1, max_size=200).filter(lambda text: any("!" <= character <= "~" for character in text))
schemathesis.openapi.format("readable", _readable)
schemathesis.openapi.format("begun-quarter", st.builds("{}-Q{}".format, st.integers(1000, 2025), st.integers(1, 4)))
schemathesis.openapi.format("message", st.one_of(st.sampled_from([*_owners]), st.text(min_size=1)))


@schemathesis.auth(refresh_interval=None)
class Callers:
    """All callers in turn, since each has a limit; a message that exists is asked for by its owner."""

    def get(self, case: schemathesis.Case[Any], _context: schemathesis.AuthContext) -> str:
        """The key to call with."""
        message = (case.path_parameters or {}).get("id")
        return _owners.get(str(message), "") or next(_next_caller)

    def set(self, case: schemathesis.Case[Any], data: str, _context: schemathesis.AuthContext) -> None:
        """Puts it into the request."""
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:
    """Narrows requests to what is valid beyond their schema, and answers to exactly the fields documented."""
    schemas = raw_schema["components"]["schemas"]
    schemas["RegenerateCareerHealth"]["properties"]["period"] = {"type": "string", "format": "begun-quarter"}
    schemas["SummarizeJob"]["properties"]["job_description"]["format"] = "readable"
    schemas["CompanyName"]["format"] = "readable"
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            # A cursor is valid only for the list that it came from.
            operation["parameters"] = [p for p in operation.get("parameters", []) if p.get("name") != "cursor"]
            operation["responses"]["200"].get("links", {}).pop("NextPage", None)
            for parameter in operation["parameters"]:
                if parameter.get("name") in _NARROWED:
                    parameter["schema"] = {"type": "string", "format": _NARROWED[parameter["name"]]}


_NARROWED = {"period": "begun-quarter", "id": "message"}


@schemathesis.hook
def after_call(_context: Any, _case: schemathesis.Case[Any], response: schemathesis.Response) -> None:
    """Counts."""
    with _counting:
        _statuses[response.status_code] += 1


@atexit.register
def _write() -> None:
    Path(os.environ["FUZZ_COUNTS"]).write_text(json.dumps(_statuses))
