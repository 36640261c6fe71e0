"""Reading the environment: each function's settings come from variables that template.yaml sets, and a missing one is
named loudly.
"""

from collections.abc import Mapping


class MissingSetting(RuntimeError):
    """An environment variable that a function needs is not set. The message names it."""


def required(environ: Mapping[str, str], name: str) -> str:
    """The value of an environment variable.

    Raises MissingSetting when it is absent or empty: a function without its table must fail at once, not at the first
    request.
    """
    value = environ.get(name, "")
    if not value:
        raise MissingSetting(
            f"the environment variable {name} is not set; template.yaml sets it for the functions that need it"
        )
    return value
