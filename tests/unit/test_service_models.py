"""The trimmed service models of the build: every operation in use is there, and means what botocore's own means."""

import ast
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.session import Session, get_session

from shared.service_models import OPERATIONS, trimmed_model, write

ROOT = Path(__file__).parents[2]
WHOLE = Loader()
REGIONS = ("us-east-1", "eu-south-2", "us-gov-west-1", "cn-north-1")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session that knows nothing but what the build writes, as in Lambda."""
    folder = tmp_path_factory.mktemp("models")
    write(WHOLE.load_data, lambda service: str(WHOLE.determine_latest_version(service, "service-2")), folder)
    session = get_session()
    session.register_component("data_loader", Loader([str(folder)], include_default_search_paths=False))
    return session


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
    named = set().union(*(names_in(path) for path in modules if path.name != "service_models.py"))
    whole = get_session().get_service_model(service)
    assert {name for name in whole.operation_names if xform_name(name) in named} == OPERATIONS[service]


@pytest.mark.parametrize("service", OPERATIONS)
def test_an_operation_kept_is_what_it_was(service: str, session: Session) -> None:
    trimmed, whole = session.get_service_model(service), get_session().get_service_model(service)
    assert set(trimmed.operation_names) == OPERATIONS[service]
    for name in OPERATIONS[service]:
        ours, theirs = trimmed.operation_model(name), whole.operation_model(name)
        assert ours.http == theirs.http
        assert structure(ours.input_shape) == structure(theirs.input_shape)
        assert structure(ours.output_shape) == structure(theirs.output_shape)
        assert [shape.name for shape in ours.error_shapes] == [shape.name for shape in theirs.error_shapes]


def structure(shape: Any, seen: tuple[str, ...] = ()) -> Any:
    """All there is to a shape but its documentation."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    inner = {name: structure(member, (*seen, shape.name)) for name, member in getattr(shape, "members", {}).items()}
    parts = [getattr(shape, part, None) for part in ("member", "key", "value") if shape.type_name in {"list", "map"}]
    return [shape.name, shape.type_name, shape.serialization, shape.metadata, inner] + [
        structure(part, (*seen, shape.name)) for part in parts
    ]


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
