"""A copy of the built template for `sam local`: each function's variables lead to the local stack."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.containers.docker import ARCHITECTURE, HOST_NAME
from local.deployment import ACCOUNT_ID, REGION, Function

_LEAST_SECONDS = 30
"""Before a function is ended: SAM counts a container's start too, which takes seconds on a busy laptop."""

_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def write_for_containers(
    build: Path, functions: Mapping[str, Function], variables: Mapping[str, str], template: Path
) -> None:
    """Writes the template of the build to `template`, and the values of `variables` into a file beside it.

    `sam local` sets a variable that the template names to its value in that file, before the terminal's own.
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
        properties["Environment"] = {"Variables": {**function.environment, **dict.fromkeys(variables, "")}}
        properties["Timeout"] = max(function.timeout, _LEAST_SECONDS)
    template.write_text(json.dumps(document))
    path = _variables_of(template)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # credentials are in it
        json.dump({"Parameters": dict(variables)}, file)


def sam_options(template: Path) -> list[str]:
    """What `sam local` needs to run functions of such a template."""
    named = ["--template", str(template), "--env-vars", str(_variables_of(template))]
    return [*named, "--add-host", f"{HOST_NAME}:host-gateway"]


def remove(template: Path) -> None:
    """Removes what was written."""
    template.unlink(missing_ok=True)
    _variables_of(template).unlink(missing_ok=True)


def _variables_of(template: Path) -> Path:
    return template.with_name(f"{template.stem}-variables.json")
