"""The trimmed service models of the build: every operation in use is there, and means what botocore's own means."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session, get_session
from moto.core.botocore_stubber import MockRawResponse

from layers.service_models import OPERATIONS, trimmed_model, write

ROOT = Path(__file__).parents[3]
WHOLE = Loader()
CHANGING = {"Authorization", "X-Amz-Date", "amz-sdk-invocation-id", "User-Agent"}
"""Headers that differ from one request to the next. The user agent names what made the session."""
ONE_ATTEMPT = Config(parameter_validation=False, retries={"total_max_attempts": 1})
DEEPEST = 6
REGIONS = ("us-east-1", "eu-south-2", "us-gov-west-1", "cn-north-1")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session that knows nothing but what the build writes, as in Lambda."""
    folder = tmp_path_factory.mktemp("models")
    write(WHOLE.load_data, lambda service: str(WHOLE.determine_latest_version(service, "service-2")), folder)
    session = get_session()
    session.register_component("data_loader", Loader([str(folder)], include_default_search_paths=False))
    return session


NOT_OF_AWS = {"sign", "start_session", "verify"}
"""Methods of other libraries that are named as an operation: standardwebhooks' Webhook signs and the
console's identity provider verifies, as KMS does; the console starts sessions, as Systems Manager does."""


def names_in(path: Path) -> set[str]:
    """What a module names: attributes, and whole strings, since some methods are called by name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_operations_kept_are_those_that_the_functions_call(service: str) -> None:
    modules = [path for folder in ("functions", "shared") for path in (ROOT / folder).rglob("*.py")]
    named = set().union(*map(names_in, modules)) - NOT_OF_AWS
    whole = get_session().get_service_model(service)
    assert {name for name in whole.operation_names if xform_name(name) in named} == OPERATIONS[service]


@pytest.mark.parametrize("service", OPERATIONS)
def test_an_operation_kept_is_what_it_was(service: str, session: Session) -> None:
    trimmed, whole = (each.get_component("data_loader") for each in (session, get_session()))
    ours, theirs = (loader.load_service_model(service, "service-2") for loader in (trimmed, whole))
    assert set(ours["operations"]) == OPERATIONS[service]
    for part in ours.keys() - {"operations", "shapes"}:
        assert ours[part] == theirs[part]
    for part in ("operations", "shapes"):
        for name, content in ours[part].items():
            assert without_documentation(content) == without_documentation(theirs[part][name]), name


def without_documentation(part: Any) -> Any:
    """All there is to a part of a model but its texts."""
    if isinstance(part, list):
        return [without_documentation(inner) for inner in part]
    if isinstance(part, dict):
        return {
            name: without_documentation(inner)
            for name, inner in part.items()
            if name != "documentation" or not isinstance(inner, str)
        }
    return part


@pytest.mark.parametrize(("service", "operation"), [(s, name) for s in OPERATIONS for name in sorted(OPERATIONS[s])])
def test_every_operation_sends_and_reads_the_same_as_with_the_whole_model(
    service: str, operation: str, session: Session
) -> None:
    ours, theirs = (exchange(each, service, operation) for each in (session, get_session()))
    assert ours == theirs


def exchange(session: Session, service: str, operation: str) -> tuple[Any, ...]:
    """What a client sends for an operation with every parameter given, and how it reads an answer with every field."""
    client = session.create_client(
        service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test", config=ONE_ATTEMPT
    )
    model = client.meta.service_model.operation_model(operation)
    sent: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        headers = {name: value for name, value in request.headers.items() if name not in CHANGING}
        sent.append((request.method, request.url, headers, request.body))
        body = json.dumps(a_value(model.output_shape, as_sent=True) if model.output_shape else {}).encode()
        return AWSResponse(request.url, 200, HTTPHeaders(), MockRawResponse(body))

    client.meta.events.register(f"before-send.{service}", answer)  # type: ignore[arg-type]  # it may answer: botocore's docs
    read = getattr(client, xform_name(operation))(**a_value(model.input_shape, as_sent=False))
    assert sent
    return sent, {name: value for name, value in read.items() if name != "ResponseMetadata"}


def a_value(shape: Any, *, as_sent: bool, depth: int = 0) -> Any:
    """Some value of a shape: of all members, but for those of a shape within itself."""
    match shape.type_name:
        case "structure" if depth > DEEPEST or shape.metadata.get("document"):
            return {}
        case "structure":
            members = shape.members.items()
            if shape.metadata.get("union") or shape.name == "AttributeValue":
                members = list(members)[:1]
            if shape.name == "TransactWriteItem":
                members = [(name, member) for name, member in members if name == "Put"]
            return {
                (member.serialization.get("name", name) if as_sent else name): a_value(
                    member, as_sent=as_sent, depth=depth + 1
                )
                for name, member in members
            }
        case "list":
            return [a_value(shape.member, as_sent=as_sent, depth=depth + 1)]
        case "map":
            key = (shape.key.enum or ["key"])[0]
            return {key: a_value(shape.value, as_sent=as_sent, depth=depth + 1)}
        case "string":
            return (getattr(shape, "enum", None) or ["text"])[0]
        case "boolean":
            return True
        case "integer" | "long" | "double" | "float":
            return 1
        case "timestamp":
            return 0
        case "blob":
            return "Ynl0ZXM=" if as_sent else b"bytes"
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize("region", REGIONS)
def test_a_client_calls_the_same_address(service: str, region: str, session: Session) -> None:
    ours = session.create_client(service, region_name=region)
    theirs = get_session().create_client(service, region_name=region)
    assert ours.meta.endpoint_url == theirs.meta.endpoint_url


def test_an_operation_that_does_not_exist_fails_the_build() -> None:
    model: dict[str, dict[str, Any]] = {"operations": {}, "shapes": {}}
    with pytest.raises(ValueError, match="GetItems"):
        trimmed_model(model, frozenset({"GetItems"}))
