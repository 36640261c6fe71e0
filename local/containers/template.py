"""A copy of the built template for `sam local`: each function's variables lead to the local stack."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.containers.docker import ARCHITECTURE
from local.deployment import ACCOUNT_ID, REGION, Function

_LEAST_SECONDS = 30
"""Before a function is ended: SAM counts a container's start too, which takes seconds on a busy laptop."""

_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def write_container_template(
    build: Path, functions: Mapping[str, Function], variables: Mapping[str, str], path: Path
) -> None:
    """Writes the template of the build to `path`, readable by its owner only, since it holds credentials.

    `variables` is added to the environment of each of the functions.
    """
    document: dict[str, Any] = yaml_parse((build / "template.yaml").read_text())
    document["Parameters"]["Architecture"]["Default"] = ARCHITECTURE
    resources = document["Resources"]
    # `sam local start-api` resolves no reference here, and would drop an authorizer that it does not find.
    for authorizer in resources["Api"]["Properties"]["Auth"]["Authorizers"].values():
        authorizer["FunctionArn"] = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:AuthorizerFunction"
    for resource in resources.values():
        code, properties = _CODE.get(resource["Type"]), resource.get("Properties", {})
        if code in properties:  # relative to the template, and the copy may lie elsewhere
            properties[code] = str((build / properties[code]).resolve())
    for name, function in functions.items():
        properties = resources[name]["Properties"]
        properties["Environment"]["Variables"] = {**function.environment, **variables}
        properties["Timeout"] = max(function.timeout, _LEAST_SECONDS)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(document, file)
