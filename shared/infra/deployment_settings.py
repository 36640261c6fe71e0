"""What functions behind the API need to know of the API itself: from one parameter in Systems Manager, at run time.

The usage plans, and the callback address of the sign-in, need the API; the API needs its functions. So no environment
of such a function can name them, and the template writes them into a parameter whose name follows from the stack's.
"""

import json
import os
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shared.infra.aws import aws_call, client
from shared.infra.settings import required

_KEPT_SECONDS = 300
"""An environment that lives on after an update of the stack reads new settings within this time."""


def deployment_settings() -> Mapping[str, Any]:
    """The settings: `api_id`, `usage_plans` by plan, and `sign_in`. Raises Unavailable."""
    return settings_in(int(time.monotonic() / _KEPT_SECONDS))


@lru_cache(maxsize=1)
def settings_in(_period: int) -> Mapping[str, Any]:
    """The settings as they are read in a period of that length, once."""
    name = required(os.environ, "DEPLOYMENT_PARAMETER")
    settings: Mapping[str, Any] = json.loads(aws_call(client("ssm").get_parameter, Name=name)["Parameter"]["Value"])
    return settings
