"""What botocore is told of AWS: the operations in use and no others.

botocore reads a description of a whole service, 0.5 MB for DynamoDB, and looks through 400 folders for it; in Lambda
that is most of what making a client costs. So the build (layers/Makefile) writes trimmed descriptions from the
botocore of uv.lock, with `OPERATIONS` alone; `shared.infra.aws` reads them if they are there. Only the build runs this
module.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

OPERATIONS: Mapping[str, frozenset[str]] = {
    "apigateway": frozenset(
        {
            "CreateApiKey",
            "CreateUsagePlanKey",
            "DeleteUsagePlanKey",
            "GetApiKeys",
            "GetUsagePlanKey",
            "GetUsagePlanKeys",
            "UpdateApiKey",
        }
    ),
    "cognito-idp": frozenset(
        {
            "CreateIdentityProvider",
            "DeleteIdentityProvider",
            "DescribeUserPoolClient",
            "ListIdentityProviders",
            "UpdateIdentityProvider",
            "UpdateUserPoolClient",
        }
    ),
    "dynamodb": frozenset(
        {
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "kms": frozenset({"Decrypt", "Encrypt"}),
    "secretsmanager": frozenset({"GetSecretValue"}),
    "sqs": frozenset({"SendMessage", "SendMessageBatch"}),
    "ssm": frozenset({"GetParameter"}),
}
"""Every operation that a function calls, by botocore's names."""

_WHOLE = ("_retry", "partitions", "sdk-default-configuration")

type Load = Callable[[str], Any]
"""Reads one of botocore's files by its name without the suffix. Raises whatever it likes for one that is not there."""


def trimmed_model(model: Mapping[str, Any], operations: frozenset[str]) -> dict[str, Any]:
    """A service's description with these operations, the shapes they are made of, and no documentation."""
    kept = {name: operation for name, operation in model["operations"].items() if name in operations}
    if missing := operations - kept.keys():
        raise ValueError(f"no such operations: {', '.join(sorted(missing))}")
    shapes: dict[str, Any] = {}
    found = list(_shapes_in(kept))
    while found:
        name = found.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            found += _shapes_in(shapes[name])
    parts = {"operations": kept, "shapes": dict(sorted(shapes.items()))}
    return {key: _undocumented(value) for key, value in {**model, **parts}.items() if key != "documentation"}


def _shapes_in(part: Any) -> Iterator[str]:
    match part:
        case {"shape": str(name)}:
            yield name
        case dict():
            for inner in part.values():
                yield from _shapes_in(inner)
        case list():
            for inner in part:
                yield from _shapes_in(inner)


def _undocumented(part: Any) -> Any:
    match part:
        case dict():
            # A member may be called documentation too: only text is documentation.
            return {k: _undocumented(v) for k, v in part.items() if not (k == "documentation" and isinstance(v, str))}
        case list():
            return [_undocumented(inner) for inner in part]
        case _:
            return part


def write(load: Load, version: Callable[[str], str], into: Path) -> None:
    """Writes all files that clients of these services read. `version` gives a service's newest API version."""
    endpoints = load("endpoints")
    for partition in endpoints["partitions"]:
        partition["services"] = {name: of for name, of in partition["services"].items() if name in OPERATIONS}
    files = {"endpoints": endpoints} | {name: load(name) for name in _WHOLE}
    for service, operations in OPERATIONS.items():
        folder = f"{service}/{version(service)}"
        files[f"{folder}/service-2"] = trimmed_model(load(f"{folder}/service-2"), operations)
        files[f"{folder}/endpoint-rule-set-1"] = load(f"{folder}/endpoint-rule-set-1")
    for name, content in files.items():
        path = into / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    from botocore.loaders import Loader

    loader = Loader()
    write(
        loader.load_data,
        lambda service: str(loader.determine_latest_version(service, "service-2")),
        into=Path(sys.argv[1]),
    )
