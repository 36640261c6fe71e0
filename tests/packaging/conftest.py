"""Everything here works on what SAM builds. It takes minutes, so `make test` leaves it out and `.ci/run` does not."""

from pathlib import Path

import pytest

from tests.packaging.sam import ROOT, build

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.packaging)


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, built from nothing."""
    return build(ROOT, tmp_path_factory.mktemp("sam"))
